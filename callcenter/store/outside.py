"""What the store knows of calls at other call centres: their disclosure's row says it all, there is no other."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, func, select, update

from callcenter.model.disclosure import DisclosureState
from callcenter.store.database import Tx
from callcenter.store.disclosures import ERASED
from callcenter.store.events import Change
from callcenter.store.tables import disclosure


class OutsideState(StrEnum):
    """How far a call at another call centre is, as that one tells; a call only goes on, never back."""

    CALLED = "called"
    CONNECTED = "connected"
    ENDED = "ended"


async def find(tx: Tx, disclosure_id: str, municipality_id: str) -> OutsideState | None:
    """How far this call is; None when there is no such call at another call centre of this municipality."""
    row = (
        await tx.connection.execute(
            select(disclosure.c.state, disclosure.c.outside_connected_at).where(*_this(disclosure_id, municipality_id))
        )
    ).one_or_none()
    if row is None:
        return None
    if row.state != DisclosureState.CALLED.value:
        return OutsideState.ENDED
    return OutsideState.CALLED if row.outside_connected_at is None else OutsideState.CONNECTED


async def called(tx: Tx, disclosure_id: str, municipality_id: str, until: datetime) -> bool:
    """Wait until then for the next word on a call that has not been connected; tell whether there is such a call."""
    result = await tx.connection.execute(
        update(disclosure)
        .where(
            *_this(disclosure_id, municipality_id),
            disclosure.c.state == DisclosureState.CALLED.value,
            disclosure.c.outside_connected_at.is_(None),
        )
        .values(outside_until=until)
    )
    return bool(result.rowcount)


async def connected(tx: Tx, disclosure_id: str, municipality_id: str, now: datetime, until: datetime) -> bool:
    """Note that an agent speaks with the caller, and wait until then for the next word; tell whether the call is on."""
    result = await tx.connection.execute(
        update(disclosure)
        .where(*_this(disclosure_id, municipality_id), disclosure.c.state == DisclosureState.CALLED.value)
        .values(
            outside_connected_at=func.coalesce(disclosure.c.outside_connected_at, now),
            outside_until=until,
        )
    )
    if result.rowcount:
        tx.announce(Change("disclosure", disclosure_id, municipality_id))
    return bool(result.rowcount)


async def ended(tx: Tx, disclosure_id: str, municipality_id: str, now: datetime) -> bool:
    """End a call, and erase what is personal; tell whether it was on."""
    result = await tx.connection.execute(
        update(disclosure)
        .where(*_this(disclosure_id, municipality_id), disclosure.c.state == DisclosureState.CALLED.value)
        .values(state=DisclosureState.ENDED.value, outside_until=now, **ERASED)
    )
    if result.rowcount:
        tx.erased = True
        tx.announce(Change("disclosure", disclosure_id, municipality_id))
    return bool(result.rowcount)


def _this(disclosure_id: str, municipality_id: str) -> tuple[ColumnElement[bool], ...]:
    return (
        disclosure.c.id == disclosure_id,
        disclosure.c.municipality_id == municipality_id,
        disclosure.c.outside_until.is_not(None),
    )
