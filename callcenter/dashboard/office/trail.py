"""The audit trail as a manager reads it: by day, by action, by colleague; and as a file for a spreadsheet."""

import csv
import io
import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Depends, Request, Response

from callcenter.dashboard.desk import desk_of
from callcenter.dashboard.gate import Gate, Visitor
from callcenter.dashboard.office.fields import Fields, one_line
from callcenter.dashboard.office.frame import clock_time, office_page, zone_of
from callcenter.dashboard.words import WORDS, Say
from callcenter.dashboard.words import audit as audit_words
from callcenter.model.staff import Action
from callcenter.store import audit, team
from callcenter.store.audit import Line
from callcenter.store.database import Tx

SHOWN = 500  # lines on the page
LONGEST = timedelta(days=366)
# What begins a formula, at the beginning or where a program would that splits at another sign than ours.
_FORMULA: Final = re.compile(r"(?:^|[,;|\t])\s*[=+\-@＝＋－＠]")  # noqa: RUF001
ACTIONS: Final = tuple(sorted(key.removeprefix("audit-") for key in audit_words.WORDS if key.startswith("audit-")))
NO_ACTIONS: Final = ("how", "none", "more")  # which are texts of the page
COLUMNS: Final = (
    "at", "action", "staff_id", "staff_login", "staff_name", "about_id", "about_name", "call_id", "attribute", "detail",
    "address",
)  # fmt: skip

router = APIRouter()

READS = Depends(Gate(Action.READ_AUDIT))


@dataclass(frozen=True)
class Period:
    """From one day to another, both included."""

    first: date
    last: date

    def moments(self, zone: str) -> tuple[datetime, datetime]:
        """Return when it begins and when it is over, in this zone."""
        begins, ends = self.first, self.last + timedelta(days=1)
        return datetime.combine(begins, time(), ZoneInfo(zone)), datetime.combine(ends, time(), ZoneInfo(zone))


@router.get("/audit")
async def show_trail(request: Request, visitor: Visitor = READS) -> Response:
    """The lines of a day, or of several, the newest first."""
    desk, fields = desk_of(request), _fields(request)
    async with desk.store.begin() as tx:
        zone = await zone_of(tx, visitor)
        period = _period(fields, desk.clock().astimezone(ZoneInfo(zone)).date())
        lines = await _lines(tx, visitor, fields, period, zone, SHOWN + 1)
        people = await team.everybody(tx, visitor.municipality_id)
    say = Say(visitor.user.language)
    return office_page(
        request,
        visitor,
        "audit",
        status=422 if fields.faults else 200,
        fields=fields,
        rows=[(clock_time(line.at, zone), action_in_words(say, line.action), line) for line in lines[:SHOWN]],
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
    async with desk.store.begin() as tx:
        zone = await zone_of(tx, visitor)
        period = _period(fields, desk.clock().astimezone(ZoneInfo(zone)).date())
        lines = await _lines(tx, visitor, fields, period, zone, None)
        days = f"{period.first} {period.last}"
        await audit.note(tx, desk.clock(), "audit-exported", visitor.user, detail=days)
    name = f"audit-{period.first}-{period.last}.csv"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(as_csv(lines, zone), media_type="text/csv; charset=utf-8", headers=headers)


def action_in_words(say: Say, action: str) -> str:
    """Return what an action is called; one that we have no word for is called as it is noted."""
    key = f"audit-{action}"
    return say(key) if key in WORDS and action not in NO_ACTIONS else action


def as_csv(lines: list[Line], zone: str) -> str:
    """Return the lines as a table (RFC 4180, with semicolons and a byte order mark: so Dutch spreadsheets open it).

    A text that a spreadsheet would take for a formula gets an apostrophe before it (OWASP, CSV injection).
    """
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", quoting=csv.QUOTE_ALL)
    writer.writerow(COLUMNS)
    for line in lines:
        at = line.at.astimezone(ZoneInfo(zone)).isoformat(timespec="seconds")
        writer.writerow([at, *(_harmless(getattr(line, name) or "") for name in COLUMNS[1:])])
    return "\ufeff" + out.getvalue()


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


async def _lines(
    tx: Tx, visitor: Visitor, fields: Fields, period: Period, zone: str, most: int | None
) -> list[Line]:  # fmt: skip
    since, until = period.moments(zone)
    action, user_id = fields.text("action") or None, fields.text("user") or None
    return await audit.lines(
        tx, visitor.municipality_id, since, until, action=action, user_id=user_id, most=most
    )  # fmt: skip
