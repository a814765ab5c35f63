"""How disclosures go, for those who follow them: one by its status token, many by their ids, a queue as a whole."""

from bisect import bisect_left
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, func, select

from callcenter.model.call import CallState
from callcenter.model.disclosure import DisclosureState
from callcenter.store.database import Tx
from callcenter.store.tables import call, disclosure

_AT_ONCE = 500  # ids in one question

_QUESTION = select(
    disclosure.c.id,
    disclosure.c.municipality_id,
    disclosure.c.call_id,
    disclosure.c.state,
    disclosure.c.reason,
    disclosure.c.outside_connected_at,
    call.c.state.label("call_state"),
    call.c.outcome,
    call.c.waiting_since,
).select_from(disclosure.outerjoin(call, call.c.id == disclosure.c.call_id))


@dataclass(frozen=True, slots=True)
class Progress:
    """A disclosure, and once there is a call, its state.

    Attributes:
        waiting_since: of its call while that is in the queue, by which its place can be told.
        reason: why it failed, or how its call ended.
    """

    disclosure_id: str
    municipality_id: str
    call_id: str | None
    state: DisclosureState
    call_state: CallState | None
    waiting_since: datetime | None
    reason: str | None


@dataclass(frozen=True)
class Line:
    """A municipality's queue: since when its callers wait, the longest first."""

    since: list[datetime]

    def place(self, waiting_since: datetime) -> int:
        """Return the place (1 is next) of a caller who has waited since then."""
        return 1 + bisect_left(self.since, waiting_since)


async def progress(tx: Tx, status_hash: bytes) -> Progress | None:
    """What the citizen who holds this status token may know."""
    row = (await tx.connection.execute(_QUESTION.where(disclosure.c.status_hash == status_hash))).one_or_none()
    return None if row is None else _progress(row)


async def progress_of(tx: Tx, ids: Collection[str]) -> dict[str, Progress]:
    """The same for many disclosures, by id; those that have been forgotten are not in it."""
    found: dict[str, Progress] = {}
    every = list(ids)
    for start in range(0, len(every), _AT_ONCE):
        some = _QUESTION.where(disclosure.c.id.in_(every[start : start + _AT_ONCE]))
        found |= {row.id: _progress(row) for row in await tx.connection.execute(some)}
    return found


async def line_of(tx: Tx, municipality_id: str) -> Line:
    """The queue of a municipality."""
    rows = await tx.connection.scalars(
        select(call.c.waiting_since)
        .where(call.c.municipality_id == municipality_id, call.c.state == CallState.WAITING.value)
        .order_by(call.c.waiting_since)
    )
    return Line([since for since in rows if since is not None])


async def place_of(tx: Tx, municipality_id: str, waiting_since: datetime) -> int:
    """The place in the queue (1 is next) of a caller who has waited since then."""
    ahead = await tx.connection.scalar(
        select(func.count()).where(
            call.c.municipality_id == municipality_id,
            call.c.state == CallState.WAITING.value,
            call.c.waiting_since < waiting_since,
        )
    )
    return 1 + (ahead or 0)


def _progress(row: Row[*tuple[Any, ...]]) -> Progress:
    call_state = None if row.call_state is None else CallState(row.call_state)
    if call_state is None and row.outside_connected_at is not None:
        call_state = CallState.CONNECTED  # at another call centre
    state = DisclosureState(row.state)
    waits = state is DisclosureState.CALLED and call_state is CallState.WAITING
    return Progress(
        row.id,
        row.municipality_id,
        row.call_id,
        state,
        call_state,
        row.waiting_since if waits else None,
        row.reason or row.outcome,
    )
