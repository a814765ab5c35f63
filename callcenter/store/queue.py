"""What an agent's page asks: who waits, which call is mine, what did I do today."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, or_, select

from callcenter.model.call import CallState
from callcenter.store.calls import in_wrap_up
from callcenter.store.database import Tx
from callcenter.store.tables import call, disclosure, purpose, staff

_SHOWN = (CallState.WAITING.value, CallState.OFFERED.value)
_MINE = (CallState.OFFERED.value, CallState.CONNECTED.value)
_WRAPPING_UP = call.c.state == CallState.ENDED.value


@dataclass(frozen=True)
class QueuedCall:
    """A call as the queue shows it, with its attributes still sealed."""

    call_id: str
    state: CallState
    waiting_since: datetime
    connected_at: datetime | None
    agent_id: str | None
    agent_name: str | None
    disclosure_id: str | None
    purpose_id: str | None
    sealed: bytes | None
    held_since: datetime | None = None
    ended_at: datetime | None = None
    wrap_up_until: datetime | None = None
    wrap_up_extended: bool = False


@dataclass(frozen=True)
class PastCall:
    """A call of the past: times, no person."""

    connected_at: datetime
    ended_at: datetime
    purpose_id: str | None
    verified: bool


_COLUMNS = (
    call.c.id,
    call.c.state,
    call.c.waiting_since,
    call.c.connected_at,
    call.c.agent_id,
    staff.c.name,
    call.c.disclosure_id,
    disclosure.c.purpose_id,
    disclosure.c.sealed,
    call.c.held_since,
    call.c.ended_at,
    call.c.wrap_up_until,
    call.c.wrap_up_extended,
)
_FROM = call.outerjoin(disclosure, disclosure.c.id == call.c.disclosure_id).outerjoin(
    staff, staff.c.id == call.c.agent_id
)


async def queue_of(tx: Tx, municipality_id: str) -> list[QueuedCall]:
    """The callers of this municipality who wait or are being offered, longest first."""
    rows = await tx.connection.execute(
        select(*_COLUMNS)
        .select_from(_FROM)
        .where(call.c.municipality_id == municipality_id, call.c.state.in_(_SHOWN))
        .order_by(call.c.waiting_since, call.c.id)
    )
    return [_queued(tuple(row)) for row in rows]


async def call_of(tx: Tx, agent_id: str, municipality_id: str, now: datetime) -> QueuedCall | None:
    """The call that this agent has: ringing, connected, or in its wrap-up."""
    row = (
        await tx.connection.execute(
            select(*_COLUMNS)
            .select_from(_FROM)
            .where(
                call.c.agent_id == agent_id,
                call.c.municipality_id == municipality_id,
                _had(now),
            )
            .order_by(_WRAPPING_UP)
        )
    ).first()
    return None if row is None else _queued(tuple(row))


async def taken_in(tx: Tx, municipality_id: str, now: datetime) -> dict[str, QueuedCall]:
    """The calls that agents of this municipality have, as above, by the agent's id."""
    rows = await tx.connection.execute(
        select(*_COLUMNS)
        .select_from(_FROM)
        .where(call.c.municipality_id == municipality_id, _had(now))
        .order_by(_WRAPPING_UP.desc())  # so that a call that goes on takes its place
    )
    taken = [_queued(tuple(row)) for row in rows]
    return {one.agent_id: one for one in taken if one.agent_id is not None}


def _had(now: datetime) -> ColumnElement[bool]:
    return or_(call.c.state.in_(_MINE), in_wrap_up(call, now))


async def past_calls(tx: Tx, agent_id: str, since: datetime, limit: int = 5) -> list[PastCall]:
    """The calls that this agent has had since then, the latest first."""
    rows = await tx.connection.execute(
        select(call.c.connected_at, call.c.ended_at, call.c.purpose_id, call.c.was_verified)
        .where(
            call.c.agent_id == agent_id,
            call.c.ended_at >= since,
            call.c.connected_at.is_not(None),
        )
        .order_by(call.c.ended_at.desc())
        .limit(limit)
    )
    return [PastCall(*row) for row in rows]


async def purpose_names(tx: Tx, municipality_id: str) -> dict[str, tuple[str, str]]:
    """The names (Dutch, English) of this municipality's purposes by their id."""
    rows = await tx.connection.execute(
        select(purpose.c.id, purpose.c.name_nl, purpose.c.name_en).where(purpose.c.municipality_id == municipality_id)
    )
    return {row.id: (row.name_nl, row.name_en) for row in rows}


def _queued(row: tuple[object, ...]) -> QueuedCall:
    call_id, state, *rest = row
    return QueuedCall(call_id, CallState(state), *rest)  # type: ignore[arg-type]
