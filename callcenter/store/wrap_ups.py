"""What the store knows of wrap-ups: which agent has one, and when what they still see is to be erased."""

from datetime import datetime

from sqlalchemy import select, update

from callcenter.model.wrap_up import extended
from callcenter.store import calls
from callcenter.store.database import Store, Tx
from callcenter.store.events import Change
from callcenter.store.tables import call


async def extend(tx: Tx, call_id: str, agent_id: str, now: datetime) -> bool:
    """Let this agent's wrap-up of this call last longer; tell whether it does. One who has a call again has none."""
    await calls.alone_with(tx, agent_id)
    if await calls.has_live(tx, agent_id):
        return False
    own = (
        (call.c.id == call_id) & (call.c.agent_id == agent_id) & calls.in_wrap_up(call, now) & ~call.c.wrap_up_extended
    )
    row = (
        await tx.connection.execute(select(call.c.ended_at, call.c.wrap_up_until, call.c.municipality_id).where(own))
    ).one_or_none()
    until = None if row is None else extended(row.ended_at, row.wrap_up_until)
    if row is None or until is None:
        return False
    result = await tx.connection.execute(update(call).where(own).values(wrap_up_until=until, wrap_up_extended=True))
    if result.rowcount:
        tx.announce(Change("call", call_id, row.municipality_id))
    return bool(result.rowcount)


async def end(tx: Tx, call_id: str, agent_id: str, now: datetime) -> bool:
    """End this agent's wrap-up of this call, and erase the caller; tell whether it went on."""
    row = (
        await tx.connection.execute(
            update(call)
            .where(call.c.id == call_id, call.c.agent_id == agent_id, calls.in_wrap_up(call, now))
            .values(wrap_up_until=now)
            .returning(call.c.municipality_id)
        )
    ).one_or_none()
    if row is None:
        return False
    await calls.erase(tx, call_id)
    return True


async def end_any(tx: Tx, agent_id: str, now: datetime) -> None:
    """End whatever wrap-up this agent has, and erase the caller."""
    own = (call.c.agent_id == agent_id) & calls.in_wrap_up(call, now)
    ended = await tx.connection.scalars(update(call).where(own).values(wrap_up_until=now).returning(call.c.id))
    for call_id in ended.all():
        await calls.erase(tx, call_id)


async def erase_due(store: Store, now: datetime) -> int:
    """Erase the callers whose wrap-up is over; return how many calls that were. One question when there are none."""
    due = select(call.c.id).where(calls.not_wrapped_up(call), call.c.wrap_up_until <= now).limit(1)
    async with store.read() as tx:
        if (await tx.connection.execute(due)).one_or_none() is None:
            return 0
    async with store.begin() as tx:
        # One that was extended, or erased by another process, in the meantime is left alone.
        return (await calls.erase_overdue(tx, now))[0]
