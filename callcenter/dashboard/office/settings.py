"""The settings of a municipality, as its manager changes them: when it is open, its codes, and who is not verified."""

import hashlib
import re
from dataclasses import replace
from datetime import date, time
from typing import Final
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import RedirectResponse

from callcenter.dashboard.desk import desk_of
from callcenter.dashboard.gate import Gate, Visitor
from callcenter.dashboard.office.fields import Fields, fields_of
from callcenter.dashboard.office.frame import municipality_of, office_page
from callcenter.dashboard.words import LANGUAGES
from callcenter.model.call import Unverified
from callcenter.model.closing import LONGEST_TEXT, ClosingTexts
from callcenter.model.staff import Action
from callcenter.model.tenant import Hours, Municipality
from callcenter.model.wrap_up import LONGEST_SECONDS
from callcenter.store import audit, tenants
from callcenter.store.networks import networks_of

MOST_MINUTES = 60  # that a code works
MOST_ROWS = 60  # that are offered for closed days
SPARE = 3  # empty rows for days
LONGEST_DAY_NAME = 60  # characters
WEEKDAYS: Final = range(7)
ROW: Final = re.compile(r"closed-(?:name-)?([0-9]{1,3})")  # of a closed day
TIME: Final = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]")
MIDNIGHT = time(0)

router = APIRouter()

CHANGES = Depends(Gate(Action.CHANGE_SETTINGS))


@router.get("/settings")
async def show_settings(request: Request, said: str = "", visitor: Visitor = CHANGES) -> Response:
    """The form, as it is now."""
    async with desk_of(request).store.begin() as tx:
        of = await municipality_of(tx, visitor)
    return await _page(request, visitor, as_fields(of, _today(request, of)), "saved" if said == "saved" else None)


@router.post("/settings")
async def save_settings(request: Request, visitor: Visitor = CHANGES) -> Response:
    """Keep what was filled in, unless a colleague has kept something else meanwhile."""
    desk, fields = desk_of(request), await fields_of(request)
    async with desk.store.begin() as tx:
        await tenants.lock_municipality(tx, visitor.municipality_id)
        now = await municipality_of(tx, visitor)
        today = _today(request, now)
        wanted = read(fields, now, today)
        meanwhile = version_of(now) != fields.text("version") and version_of(now) != version_of(wanted)
        if not fields.faults and not meanwhile:
            changed = changes(now, wanted, today)
            if changed:
                await tenants.save_settings(tx, wanted)
                await audit.note(tx, desk.clock(), "settings-changed", visitor.user, detail=", ".join(changed))
            return RedirectResponse("/settings?said=saved", 303)
    if fields.faults:
        return await _page(request, visitor, fields)
    fields.put("version", version_of(now))
    return await _page(request, visitor, fields, "meanwhile")


def as_fields(of: Municipality, today: date) -> Fields:
    """Return the form that shows these settings; days that have passed are not in it."""
    given = {
        "version": version_of(of),
        "open": "hours" if of.hours.days else "always",
        "code-minutes": str(of.code_seconds // 60),
        "unverified": of.rules.unverified.value,
        "wrap-up": str(of.rules.wrap_up_seconds),
        "closing-nl": of.closing.nl,
        "closing-en": of.closing.en,
    }
    for day, (opens, closes) in (of.hours.days or of.hours.kept).items():
        given |= {f"opens-{day}": f"{opens:%H:%M}", f"closes-{day}": f"{closes:%H:%M}"}
    for row, (when, name) in enumerate(sorted(_coming(of, today).items())):
        given |= {f"closed-{row}": when.isoformat(), f"closed-name-{row}": name}
    return Fields(given)


def read(fields: Fields, of: Municipality, today: date) -> Municipality:
    """Return the municipality as the form wants it; the form's faults are noted.

    Hours that are filled in while it is always open are kept for later.
    """
    by_hours, week = fields.choice("open", ("always", "hours")) == "hours", _days(fields)
    if by_hours and not week and not fields.faults:
        fields.fault("opens-0", "fault-no-hours")
    days, kept = (week, {}) if by_hours else ({}, week)
    closed = _closed(fields, today)
    code_seconds = _code_seconds(fields, of)
    unverified = Unverified(fields.choice("unverified", tuple(one.value for one in Unverified)))
    wrap_up = fields.number("wrap-up", 0, LONGEST_SECONDS, "fault-seconds")
    closing_nl, closing_en = (fields.line(f"closing-{one}", LONGEST_TEXT, needed=False) for one in LANGUAGES)
    if fields.faults:
        return of
    return replace(
        of,
        hours=Hours(days, of.hours.zone, closed, kept),
        code_seconds=code_seconds,
        rules=replace(of.rules, unverified=unverified, wrap_up_seconds=wrap_up),
        closing=ClosingTexts(closing_nl, closing_en),
    )


def version_of(of: Municipality) -> str:
    """Return a word for these settings: another word means that they were changed."""
    weeks = (sorted(of.hours.days.items()), sorted(of.hours.kept.items()))
    hours = (weeks, of.hours.zone, sorted(of.hours.closed.items()))
    return hashlib.sha256(repr((hours, of.code_seconds, of.rules, of.closing)).encode()).hexdigest()[:16]


def changes(before: Municipality, after: Municipality, today: date) -> list[str]:
    """Return the names of the settings in which these differ; a closed day that has passed is no difference."""
    pairs = {
        "opening-hours": ((before.hours.days, before.hours.kept), (after.hours.days, after.hours.kept)),
        "closed-days": (_coming(before, today), _coming(after, today)),
        "closing-texts": (before.closing, after.closing),
        "code-minutes": (before.code_seconds, after.code_seconds),
        "unverified": (before.rules.unverified, after.rules.unverified),
        "wrap-up": (before.rules.wrap_up_seconds, after.rules.wrap_up_seconds),
    }
    return [name for name, (old, new) in pairs.items() if old != new]


def _days(fields: Fields) -> dict[int, tuple[time, time]]:
    days = {}
    for day in WEEKDAYS:
        opens, closes = _time(fields, f"opens-{day}"), _time(fields, f"closes-{day}")
        if opens is None and closes is None:
            continue
        if opens is None or closes is None:
            fields.fault(f"closes-{day}" if closes is None else f"opens-{day}", "fault-time")
        elif closes != MIDNIGHT and opens >= closes:
            fields.fault(f"closes-{day}", "fault-hours")
        else:
            days[day] = (opens, closes)
    return days


def _time(fields: Fields, name: str) -> time | None:
    text = fields.text(name)
    if not text:
        return None
    if not TIME.fullmatch(text):
        fields.fault(name, "fault-time")
        return None
    return time.fromisoformat(text)


def _closed(fields: Fields, today: date) -> dict[date, str]:
    closed: dict[date, str] = {}
    for row in range(_filled(fields)):
        day, name = fields.text(f"closed-{row}"), fields.text(f"closed-name-{row}")
        if not day and not name:
            continue
        try:
            when = date.fromisoformat(day)
        except ValueError:
            fields.fault(f"closed-{row}", "fault-day")
            continue
        if when < today or when in closed or when.year > today.year + 5:
            fields.fault(f"closed-{row}", "fault-closed")
        fields.line(f"closed-name-{row}", LONGEST_DAY_NAME)
        closed[when] = name
    return closed


def _filled(fields: Fields) -> int:
    """How many rows of closed days there are up to the last that is filled in."""
    found = (ROW.fullmatch(name) for name, text in fields.given.items() if text)
    return max((int(row[1]) + 1 for row in found if row), default=0)


def _coming(of: Municipality, today: date) -> dict[date, str]:
    return {day: name for day, name in of.hours.closed.items() if day >= today}


def _code_seconds(fields: Fields, of: Municipality) -> int:
    """How long a code works: as it was when the field still says so, for it may have been set elsewhere."""
    if fields.text("code-minutes") == str(of.code_seconds // 60):
        return of.code_seconds
    return fields.number("code-minutes", 1, MOST_MINUTES, "fault-minutes") * 60


def _today(request: Request, of: Municipality) -> date:
    return desk_of(request).clock().astimezone(ZoneInfo(of.hours.zone)).date()


async def _page(request: Request, visitor: Visitor, fields: Fields, said: str | None = None) -> Response:
    async with desk_of(request).store.begin() as tx:
        purposes = await tenants.purposes(tx, visitor.municipality_id)
        networks = await networks_of(tx, visitor.municipality_id)
    filled = _filled(fields)
    rows = max(filled, min(filled + SPARE, MOST_ROWS))
    status = 422 if fields.faults else 409 if said == "meanwhile" else 200
    return office_page(
        request,
        visitor,
        "settings",
        status=status,
        fields=fields,
        said=said,
        weekdays=WEEKDAYS,
        rows=range(rows),
        purposes=purposes,
        networks=networks,
        most_minutes=MOST_MINUTES,
        most_seconds=LONGEST_SECONDS,
        most_characters=LONGEST_TEXT,
    )
