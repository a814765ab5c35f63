"""What the store knows of calls: their moves, and the one UPDATE by which a click wins one."""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, FromClause, RowMapping, func, insert, or_, select, update
from sqlalchemy.exc import IntegrityError

from callcenter.model.call import Call, CallState, Outcome
from callcenter.store.database import Tx
from callcenter.store.disclosures import erase_for_call
from callcenter.store.events import Change
from callcenter.store.tables import call, disclosure, staff
from callcenter.store.users import IN_SERVICE

_LIVE = call.c.state != CallState.ENDED.value
_TAKEN = (CallState.OFFERED.value, CallState.CONNECTED.value)
_KEPT = tuple(column for column in call.c if column.name not in ("purpose_id", "was_verified"))


def not_wrapped_up(of: FromClause) -> ColumnElement[bool]:
    """Return what is true of a call that had or has a wrap-up and is not erased: erasing takes the phone's name too."""
    return of.c.wrap_up_until.is_not(None) & of.c.phone_name.is_not(None)


def in_wrap_up(of: FromClause, now: datetime) -> ColumnElement[bool]:
    """Return what is true of a call whose agent is in its wrap-up."""
    return not_wrapped_up(of) & (of.c.wrap_up_until > now)


class AlreadyInCall(Exception):
    """This agent has a call already, and can take one at a time."""


async def add(tx: Tx, new: Call) -> None:
    """Keep a call that has just arrived."""
    await tx.connection.execute(insert(call).values(was_verified=False, **_values(new)))
    tx.announce(Change("call", new.id, new.municipality_id))


async def find(tx: Tx, call_id: str) -> Call | None:
    """The call with this id."""
    return await _one(tx, call.c.id == call_id)


async def save(tx: Tx, moved: Call) -> bool:
    """Keep a call after a move, unless it has ended or somebody else has moved it; tell whether it was kept."""
    if moved.wrap_up_until is not None and moved.agent_id is not None:
        await alone_with(tx, moved.agent_id)
    result = await tx.connection.execute(
        update(call)
        .where(call.c.id == moved.id, call.c.version == moved.version, _LIVE)
        .values(**_values(moved) | {"version": moved.version + 1} | await _purpose(tx, moved))
    )
    if result.rowcount == 0:
        return False
    tx.announce(Change("call", moved.id, moved.municipality_id))
    return True


async def _purpose(tx: Tx, moved: Call) -> dict[str, Any]:
    """What stays of a disclosure when it is erased: the purpose, and that the caller was verified."""
    if moved.disclosure_id is None:
        return {}
    purpose_id = await tx.connection.scalar(
        select(disclosure.c.purpose_id).where(disclosure.c.id == moved.disclosure_id)
    )
    return {"was_verified": True} | ({"purpose_id": purpose_id} if purpose_id else {})


async def alone_with(tx: Tx, agent_id: str) -> bool:
    """Hold this agent until the transaction ends; tell whether they are in service.

    A click on a call, the beginning of a wrap-up, and the end of somebody's access come one by one: else the click
    would not see what was being kept when it came.
    """
    held = select(staff.c.id).where(staff.c.id == agent_id, IN_SERVICE).with_for_update()
    return await tx.connection.scalar(held) is not None


async def claim(
    tx: Tx,
    call_id: str,
    municipality_id: str,
    agent_id: str,
    phone_name: str,
    now: datetime,
) -> bool:
    """Let this agent have this call if it still waits, and they are in no wrap-up: the first click wins.

    Tell whether it did.

    Raises AlreadyInCall (by the unique index on live calls) when the agent has one; the transaction
    can't be used after that.
    """
    if not await alone_with(tx, agent_id):
        return False
    another = call.alias()
    try:
        result = await tx.connection.execute(
            update(call)
            .where(
                call.c.id == call_id,
                call.c.municipality_id == municipality_id,
                call.c.state == CallState.WAITING.value,
                ~select(another.c.id).where(another.c.agent_id == agent_id, in_wrap_up(another, now)).exists(),
            )
            .values(
                state=CallState.OFFERED.value,
                agent_id=agent_id,
                phone_name=phone_name,
                offered_at=now,
                offers=call.c.offers + 1,
                hangup_asked=False,
                version=call.c.version + 1,
            )
            .returning(call.c.id)
        )
    except IntegrityError:
        raise AlreadyInCall from None
    if result.one_or_none() is None:
        return False
    tx.announce(Change("call", call_id, municipality_id))
    return True


async def has_live(tx: Tx, agent_id: str) -> bool:
    """Tell whether this agent has a call that rings or goes on."""
    found = await tx.connection.scalar(
        select(call.c.id).where(call.c.agent_id == agent_id, call.c.state.in_(_TAKEN)).limit(1)
    )
    return found is not None


async def ask_hangup(tx: Tx, call_id: str, agent_id: str) -> bool:
    """Note that the agent who has this call wants it to end; tell whether they have it."""
    row = (
        await tx.connection.execute(
            update(call)
            .where(
                call.c.id == call_id,
                call.c.agent_id == agent_id,
                call.c.state.in_(_TAKEN),
            )
            .values(hangup_asked=True, version=call.c.version + 1)
            .returning(call.c.municipality_id)
        )
    ).one_or_none()
    if row is None:
        return False
    tx.announce(Change("call", call_id, row.municipality_id))
    return True


async def ask_hold(tx: Tx, call_id: str, agent_id: str, now: datetime, *, hold: bool) -> bool:
    """Note that the agent who talks with this caller has them wait, or comes back; tell whether they have the call."""
    row = (
        await tx.connection.execute(
            update(call)
            .where(call.c.id == call_id, call.c.agent_id == agent_id, call.c.state == CallState.CONNECTED.value)
            .values(held_since=func.coalesce(call.c.held_since, now) if hold else None, version=call.c.version + 1)
            .returning(call.c.municipality_id)
        )
    ).one_or_none()
    if row is None:
        return False
    tx.announce(Change("call", call_id, row.municipality_id))
    return True


async def taker(tx: Tx, call_id: str, municipality_id: str) -> str | None:
    """The name of the agent who has this call, or who had it last."""
    name: str | None = await tx.connection.scalar(
        select(staff.c.name)
        .join(call, call.c.agent_id == staff.c.id)
        .where(call.c.id == call_id, call.c.municipality_id == municipality_id)
    )
    return name


async def live_on_pbx(tx: Tx, pbx: str) -> list[Call]:
    """The calls of a PBX that have not ended."""
    rows = await tx.connection.execute(select(*_KEPT).where(call.c.pbx == pbx, _LIVE))
    return [_call(row) for row in rows.mappings()]


async def live_by_channel(tx: Tx, pbx: str, channel_id: str) -> Call | None:
    """The live call of this caller's channel."""
    return await _one(tx, (call.c.pbx == pbx) & (call.c.channel_id == channel_id) & _LIVE)


async def _one(tx: Tx, which: ColumnElement[bool]) -> Call | None:
    row = (await tx.connection.execute(select(*_KEPT).where(which))).mappings().one_or_none()
    return None if row is None else _call(row)


async def count_waiting(tx: Tx, municipality_id: str) -> int:
    """How many callers of this municipality wait, or are on their way to the queue."""
    states = (CallState.ARRIVING.value, CallState.ASKING.value, CallState.WAITING.value)
    count = await tx.connection.scalar(
        select(func.count()).where(call.c.municipality_id == municipality_id, call.c.state.in_(states))
    )
    return count or 0


async def erase(tx: Tx, call_id: str) -> int:
    """Erase what ties an ended call to a person; return how many disclosures were erased.

    A call that goes on is left alone. One that has ended can't be saved any more, so nobody who read it before brings
    back what was erased.
    """
    return (await _erase(tx, call.c.id == call_id))[1]


async def erase_overdue(tx: Tx, now: datetime) -> tuple[int, int]:
    """Erase behind all calls that should be erased by now; return how many calls, and how many disclosures, that were.

    Their caller may be there because a process died in between, or because of a wrap-up that is over by now.
    """
    over = or_(call.c.wrap_up_until.is_(None), call.c.wrap_up_until <= now)
    return await _erase(tx, over & or_(call.c.disclosure_id.is_not(None), not_wrapped_up(call)))


async def _erase(tx: Tx, which: ColumnElement[bool]) -> tuple[int, int]:
    rows = await tx.connection.execute(
        update(call)
        .where(which, call.c.state == CallState.ENDED.value)
        .values(disclosure_id=None, phone_name=None)
        .returning(call.c.id, call.c.municipality_id)
    )
    ended = rows.all()
    disclosures_gone = 0
    for row in ended:
        disclosures_gone += await erase_for_call(tx, row.id)
        tx.announce(Change("call", row.id, row.municipality_id))
    tx.erased |= bool(ended)
    return len(ended), disclosures_gone


def _values(one: Call) -> dict[str, Any]:
    values = {column.name: getattr(one, column.name) for column in _KEPT}
    values["state"] = one.state.value
    values["outcome"] = None if one.outcome is None else one.outcome.value
    return values


def _call(row: RowMapping) -> Call:
    outcome = row["outcome"]
    return Call(
        **dict(row) | {"state": CallState(row["state"]), "outcome": None if outcome is None else Outcome(outcome)}
    )
