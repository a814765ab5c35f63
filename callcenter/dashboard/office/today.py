"""A manager's day as figures: how many called, how soon they were answered; now, today, and on an earlier day."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from math import floor
from typing import Any, Final
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Depends, Request, Response

from callcenter.dashboard.desk import desk_of
from callcenter.dashboard.gate import Gate, Visitor
from callcenter.dashboard.office.day_chart import chart_of
from callcenter.dashboard.office.fields import Fields, one_line
from callcenter.dashboard.office.frame import municipality_of, office_page
from callcenter.dashboard.screen import span
from callcenter.dashboard.words import Say, speaker
from callcenter.model.day import Day
from callcenter.model.service_level import IN_TIME_SECONDS, TARGET, Tally, total
from callcenter.model.staff import Action
from callcenter.model.tenant import Hours
from callcenter.store import today
from callcenter.store.today import Counted

NOTHING: Final = "–"  # an average of nobody
FEWEST_HOURS = 8  # in the chart: with fewer, its bars would be walls
TURNED_AWAY: Final = ("closed", "busy", "refused", "left", "failed")

router = APIRouter()

SEES = Depends(Gate(Action.SEE_FIGURES))
WATCHES = Depends(Gate(Action.SEE_FIGURES, counts_as_use=False))


@dataclass(frozen=True)
class Row:
    """Some of the callers, in figures and as text: their service level, wait and handling time."""

    label: str
    tally: Tally
    level: str
    speed: str
    handling: str


@router.get("/today")
async def show_day(request: Request, visitor: Visitor = SEES) -> Response:
    """Today, or the day that was asked for."""
    return await _page(request, visitor, "today")


@router.get("/today/rows")
async def day_rows(request: Request, visitor: Visitor = WATCHES) -> Response:
    """The figures of today, for the page that keeps itself true."""
    return await _page(request, visitor, "today_rows")


async def _page(request: Request, visitor: Visitor, name: str) -> Response:
    desk = desk_of(request)
    now = desk.clock()
    fields = Fields({"day": one_line(request.query_params.get("day", ""))})
    async with desk.store.begin() as tx:
        of = await municipality_of(tx, visitor)
        this = Day.of(now, of.hours.zone)
        day = _asked(fields, this)
        counted = await today.tallies(tx, visitor.municipality_id, day, now)
        moment = await today.right_now(tx, visitor.municipality_id, now)
    say = speaker(visitor.user.language)
    return office_page(
        request,
        visitor,
        name,
        status=422 if fields.faults else 200,
        fields=fields,
        live=day == this,
        to_come=day.date > this.date,
        before=day.beside(-1).date.isoformat(),
        after=day.beside(1).date.isoformat() if day.date < this.date else None,
        title=_title(say, day),
        at=f"{now.astimezone(ZoneInfo(day.zone)):%H:%M}",
        moment=moment,
        longest=span((now - moment.longest_since).total_seconds()) if moment.longest_since else None,
        **_figures(say, counted, by_the_hour(counted, day, of.hours)),
    )


def _figures(say: Say, counted: Sequence[Counted], hours: list[tuple[str, Tally]]) -> dict[str, Any]:
    """What the page shows of a day, whichever it is."""
    whole = row_of("", total(one.tally for one in counted))
    level = whole.tally.service_level
    of_whom = [
        row_of(say("day-verified" if verified else "day-not-verified"), total(one.tally for one in those))
        for verified in (True, False)
        if (those := [one for one in counted if one.verified is verified and one.tally.offered])
    ]
    return {
        "whole": whole,
        "longest_wait": span(whole.tally.longest),
        "reached": None if level is None else level >= TARGET,
        "target": percent(TARGET),
        "seconds": IN_TIME_SECONDS,
        "chart": chart_of(hours) if whole.tally.offered else None,
        "hours": [row_of(label, tally) for label, tally in hours if tally.offered],
        "of_whom": of_whom,
        "turned_away": [(say(f"day-{why}"), count) for why in TURNED_AWAY if (count := getattr(whole.tally, why))],
    }


def by_the_hour(counted: Sequence[Counted], day: Day, hours: Hours) -> list[tuple[str, Tally]]:
    """Return the hours of a day, from the first to the last in which it is open or somebody joined the queue.

    They are labelled as the clock says them: where that is put back, an hour comes twice.
    """
    tallies = {n: total(one.tally for one in counted if one.hour == n) for n in {one.hour for one in counted}}
    clock = day.hours()
    shown = [n for n, hour in enumerate(clock) if _open_in(hour, hours.span(day.date))]
    shown += [n for n, tally in tallies.items() if tally.offered]
    if not shown:
        return []
    last = min(max(*shown, min(shown) + FEWEST_HOURS - 1), len(clock) - 1)
    first = max(min(*shown, last - FEWEST_HOURS + 1), 0)
    return [(f"{clock[n]:%H:%M}", tallies.get(n, Tally())) for n in range(first, last + 1)]


def _open_in(hour: datetime, open_: tuple[time, time] | None) -> bool:
    """Whether it is open in some of this hour; all day long counts as never, for that would say nothing."""
    if open_ is None or open_[0] == open_[1]:
        return False
    opens, closes = open_
    return opens.hour <= hour.hour and (closes == time() or hour.time() < closes)


def row_of(label: str, tally: Tally) -> Row:
    """Return these callers with their averages as people read them."""
    return Row(
        label,
        tally,
        NOTHING if tally.service_level is None else percent(tally.service_level),
        NOTHING if tally.speed_of_answer is None else span(tally.speed_of_answer),
        NOTHING if tally.handling_time is None else span(tally.handling_time),
    )


def percent(part: float) -> str:
    """Return a part (0 to 1) as a percentage, rounded down: what is 80 % on the page is no less."""
    return f"{floor(round(part * 100, 9))}\u00a0%"  # rounded first: 0.29 * 100 is 28.999999999999996


def _asked(fields: Fields, this: Day) -> Day:
    """The day that was asked for; this one where none was, or none that there is."""
    text = fields.text("day")
    fields.put("day", text or this.date.isoformat())
    if not text:
        return this
    try:
        asked = date.fromisoformat(text)
        if date.min + timedelta(days=2) < asked < date.max - timedelta(days=2):  # a day beside it has room
            return Day(asked, this.zone)
    except ValueError:
        pass
    fields.fault("day", "fault-day")
    return this


def _title(say: Say, day: Day) -> str:
    return f"{say(f'weekday-{day.date.weekday()}')} {day.date:%d-%m-%Y}"
