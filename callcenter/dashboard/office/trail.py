"""The audit trail as a manager reads it: by day, by action, by colleague; and as a file for a spreadsheet."""

import csv
import io
import re
from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import StreamingResponse

from callcenter.dashboard.desk import Desk, desk_of
from callcenter.dashboard.gate import Gate, Visitor
from callcenter.dashboard.office.fields import Fields, one_line
from callcenter.dashboard.office.frame import clock_time, office_page, zone_of
from callcenter.dashboard.office.trail_words import NO_ACTIONS, action_in_words, attribute_in_words, detail_in_words
from callcenter.dashboard.words import Say
from callcenter.dashboard.words import audit as audit_words
from callcenter.model.staff import Action
from callcenter.store import audit, team
from callcenter.store.audit import Line
from callcenter.store.database import Tx

SHOWN = 500  # lines on the page
AT_ONCE = 1000  # lines that are read for a file
LONGEST = timedelta(days=366)
# What begins a formula, at the beginning or where a program would that splits at another sign than ours.
_FORMULA: Final = re.compile(r"(?:^|[,;|\t])\s*[=+\-@＝＋－＠]")  # noqa: RUF001
ACTIONS: Final = tuple(sorted(key.removeprefix("audit-") for key in audit_words.WORDS if key.startswith("audit-")))
COLUMNS: Final = (
    "at", "action", "staff_id", "staff_login", "staff_name", "about_id", "about_name", "call_id", "attribute", "detail",
    "address",
)  # fmt: skip

router = APIRouter()

READS = Depends(Gate(Action.READ_AUDIT))


@dataclass(frozen=True)
class Row:
    """A line in words; `about`: to what it was done, besides whom and in which call."""

    at: str
    did: str
    about: str
    line: Line


@dataclass(frozen=True)
class Period:
    """From one day to another, both included."""

    first: date
    last: date

    def moments(self, zone: str) -> tuple[datetime, datetime]:
        """Return when it begins and when it is over, in this zone."""
        begins, ends = self.first, self.last + timedelta(days=1)
        return datetime.combine(begins, time(), ZoneInfo(zone)), datetime.combine(ends, time(), ZoneInfo(zone))


@dataclass(frozen=True)
class Wanted:
    """Which lines: of a municipality, from one moment till another, perhaps of one action or one colleague."""

    municipality_id: str
    since: datetime
    until: datetime
    action: str | None
    user_id: str | None


@router.get("/audit")
async def show_trail(request: Request, visitor: Visitor = READS) -> Response:
    """The lines of a day, or of several, the newest first."""
    desk, fields = desk_of(request), _fields(request)
    async with desk.store.begin() as tx:
        zone = await zone_of(tx, visitor)
        period = _period(fields, desk.clock().astimezone(ZoneInfo(zone)).date())
        lines = await _lines(tx, _wanted(visitor, fields, period, zone), SHOWN + 1)
        people = await team.everybody(tx, visitor.municipality_id)
    say = Say(visitor.user.language)
    return office_page(
        request,
        visitor,
        "audit",
        status=422 if fields.faults else 200,
        fields=fields,
        rows=[_row(say, line, zone) for line in lines[:SHOWN]],
        more=SHOWN if len(lines) > SHOWN else None,
        people=people,
        actions=sorted((action_in_words(say, one), one) for one in ACTIONS if one not in NO_ACTIONS),
        query=request.url.query,
        command_line=audit.COMMAND_LINE,
    )


@router.get("/audit.csv")
async def export_trail(request: Request, visitor: Visitor = READS) -> Response:
    """The same lines, all of them, as a file; that it was taken is noted too."""
    desk, fields = desk_of(request), _fields(request)
    now = desk.clock()
    async with desk.store.begin() as tx:
        zone = await zone_of(tx, visitor)
        period = _period(fields, now.astimezone(ZoneInfo(zone)).date())
        days = f"{period.first} {period.last}"
        await audit.note(tx, now, "audit-exported", visitor.user, detail=days)
    name = f"audit-{period.first}-{period.last}.csv"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    wanted = _wanted(visitor, fields, period, zone)
    pieces = _pieces(desk, replace(wanted, until=min(wanted.until, now)), zone)
    return StreamingResponse(pieces, media_type="text/csv; charset=utf-8", headers=headers)


async def _pieces(desk: Desk, wanted: Wanted, zone: str) -> AsyncIterator[str]:
    """The file, a piece at a time: a year of a large municipality is more than we would hold at once."""
    yield "\ufeff" + _as_csv([COLUMNS])
    last: Line | None = None
    while True:
        async with desk.store.begin() as tx:
            lines = await _lines(tx, wanted, AT_ONCE, last)
        if not lines:
            return
        yield _as_csv(_cells(line, zone) for line in lines)
        last = lines[-1]


def _as_csv(rows: Iterable[Iterable[str]]) -> str:
    """Return rows of a table (RFC 4180, with semicolons; after a byte order mark Dutch spreadsheets open it)."""
    out = io.StringIO()
    csv.writer(out, delimiter=";", quoting=csv.QUOTE_ALL).writerows(rows)
    return out.getvalue()


def _cells(line: Line, zone: str) -> list[str]:
    """Return a line as cells; what a spreadsheet would take for a formula has an apostrophe before it (OWASP)."""
    at = line.at.astimezone(ZoneInfo(zone)).isoformat(timespec="seconds")
    return [at, *(_harmless(getattr(line, name) or "") for name in COLUMNS[1:])]


def _row(say: Say, line: Line, zone: str) -> Row:
    about = " ".join(filter(None, (attribute_in_words(say, line), detail_in_words(say, line))))
    return Row(clock_time(line.at, zone), action_in_words(say, line.action), about, line)


def _harmless(text: str) -> str:
    return f"'{text}" if _FORMULA.search(text) else text


def _fields(request: Request) -> Fields:
    return Fields({name: one_line(value) for name, value in request.query_params.items()})


def _period(fields: Fields, today: date) -> Period:
    """The days that were asked for; today where none were, or none that there are."""
    first = _day(fields, "from", today)
    last = _day(fields, "till", first)
    if not first <= last <= first + LONGEST:
        fields.fault("till", "fault-period")
        last = first
    return Period(first, last)


def _day(fields: Fields, name: str, otherwise: date) -> date:
    if fields.text(name):
        try:
            day = date.fromisoformat(fields.text(name))
            if date.min < day < date.max - LONGEST:
                return day
        except ValueError:
            pass
        fields.fault(name, "fault-day")
        return otherwise
    fields.put(name, otherwise.isoformat())
    return otherwise


def _wanted(visitor: Visitor, fields: Fields, period: Period, zone: str) -> Wanted:
    since, until = period.moments(zone)
    action, user_id = fields.text("action") or None, fields.text("user") or None
    return Wanted(visitor.municipality_id, since, until, action, user_id)


async def _lines(tx: Tx, wanted: Wanted, most: int, after: Line | None = None) -> list[Line]:
    return await audit.lines(
        tx, wanted.municipality_id, wanted.since, wanted.until, action=wanted.action, user_id=wanted.user_id,
        most=most, after=after,
    )  # fmt: skip
