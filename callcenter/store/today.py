"""What a manager asks of a day: its calls counted by the hour; and how it is at this moment. No person is in it."""

from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Float, case, exists, func, literal, or_, select
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

from callcenter.model.call import CallState, Outcome
from callcenter.model.day import Day
from callcenter.model.service_level import IN_TIME_SECONDS, Tally
from callcenter.store.calls import in_wrap_up
from callcenter.store.database import Tx
from callcenter.store.tables import Moment, call, phone, staff
from callcenter.store.users import IN_SERVICE

_QUEUED = (CallState.WAITING.value, CallState.OFFERED.value)
_TAKEN = (CallState.OFFERED.value, CallState.CONNECTED.value)


@dataclass(frozen=True)
class Counted:
    """The calls of one hour of a day (0: its first), of callers who were verified or of those who were not."""

    hour: int
    verified: bool
    tally: Tally


@dataclass(frozen=True)
class Now:
    """How it is now: `free` agents are ready, with a phone that is connected, and have no call or wrap-up."""

    waiting: int
    longest_since: datetime | None
    talking: int
    free: int


class _Seconds(FunctionElement[float]):
    """Seconds from the first moment to the second."""

    type = Float(asdecimal=False)
    inherit_cache = True


@compiles(_Seconds, "postgresql")
def _in_postgresql(element: _Seconds, compiler: Any, **options: Any) -> str:
    since, until = (compiler.process(one, **options) for one in element.clauses)
    return f"EXTRACT(EPOCH FROM {until} - {since})::float8"


@compiles(_Seconds, "sqlite")
def _in_sqlite(element: _Seconds, compiler: Any, **options: Any) -> str:
    # A Julian day as a float is good for some 40 µs.
    since, until = (compiler.process(one, **options) for one in element.clauses)
    return f"ROUND((julianday({until}) - julianday({since})) * 86400, 3)"


async def tallies(tx: Tx, municipality_id: str, day: Day, now: datetime) -> list[Counted]:
    """The calls that came in on this day, as they are now, by hour and by whether the caller was verified.

    What each figure counts is said in `model/service_level.py`.
    """
    ends = [*day.hours()[1:], day.ends]
    hour = case(*((call.c.arrived_at < end, number) for number, end in enumerate(ends))).label("hour")
    figures = _figures(now)
    rows = await tx.connection.execute(
        select(hour, call.c.was_verified, *(figures[name].label(name) for name in figures))
        .where(call.c.municipality_id == municipality_id, call.c.arrived_at >= day.begins, call.c.arrived_at < day.ends)
        .group_by("hour", call.c.was_verified)
        .order_by("hour", call.c.was_verified)
    )
    names = [one.name for one in fields(Tally)]
    return [
        Counted(row.hour, row.was_verified, Tally(**{name: getattr(row, name) or 0 for name in names})) for row in rows
    ]


def _figures(now: datetime) -> dict[str, ColumnElement[Any]]:
    offered, over = call.c.waiting_since.is_not(None), call.c.state == CallState.ENDED.value
    answered = offered & call.c.connected_at.is_not(None)
    unanswered = offered & call.c.connected_at.is_(None)
    wait = _Seconds(call.c.waiting_since, func.coalesce(call.c.connected_at, call.c.ended_at, literal(now, Moment)))
    in_time = wait <= IN_TIME_SECONDS
    until = func.coalesce(call.c.wrap_up_until, call.c.ended_at)
    handled = answered & over & (until <= now)
    turned_away = {
        "closed": Outcome.CLOSED, "busy": Outcome.BUSY, "refused": Outcome.REFUSED, "failed": Outcome.FAILED,
        "left": Outcome.ABANDONED,
    }  # fmt: skip
    return {
        "offered": _count(offered),
        "answered": _count(answered),
        "in_time": _count(answered & in_time),
        "abandoned": _count(unanswered & over),
        "given_up_soon": _count(unanswered & over & in_time),
        "late": _count(unanswered & ~over & ~in_time),
        "waited": func.sum(wait).filter(answered),
        "longest": func.max(wait).filter(offered),
        "handled": _count(handled),
        "handling": func.sum(_Seconds(call.c.connected_at, until)).filter(handled),
        **{name: _count(~offered & (call.c.outcome == one.value)) for name, one in turned_away.items()},
    }


def _count(of: ColumnElement[bool]) -> ColumnElement[Any]:
    return func.count().filter(of)


async def right_now(tx: Tx, municipality_id: str, now: datetime) -> Now:
    """How it is in this municipality now."""
    live = (call.c.municipality_id == municipality_id) & (call.c.state != CallState.ENDED.value)
    calls = (
        await tx.connection.execute(
            select(
                _count(call.c.state.in_(_QUEUED)).label("waiting"),
                func.min(call.c.waiting_since).filter(call.c.state.in_(_QUEUED)).label("longest_since"),
                _count(call.c.state == CallState.CONNECTED.value).label("talking"),
            ).where(live)
        )
    ).one()
    engaged = exists().where(call.c.agent_id == staff.c.id, or_(call.c.state.in_(_TAKEN), in_wrap_up(call, now)))
    connected = exists().where(phone.c.staff_id == staff.c.id, phone.c.registered.is_(True))
    free = await tx.connection.scalar(
        select(func.count()).where(
            staff.c.municipality_id == municipality_id, staff.c.ready.is_(True), IN_SERVICE, connected, ~engaged
        )
    )
    return Now(calls.waiting, calls.longest_since, calls.talking, free or 0)
