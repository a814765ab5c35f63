"""Reads what agents see now, notes that they see it, and says it as a message to their open pages."""

from datetime import datetime
from typing import Any

from callcenter.dashboard.desk import Desk
from callcenter.dashboard.floor import Floor, read_floor
from callcenter.dashboard.gate import Visitor
from callcenter.dashboard.pages import Pages, Viewing, title_of
from callcenter.dashboard.screen import Screen, midnight, rows_of, screen_of
from callcenter.model.staff import User
from callcenter.store import audit, queue, users
from callcenter.store.database import Tx
from callcenter.store.queue import PastCall

COUNTED_TODAY = 1000  # calls of one agent's day

Message = dict[str, Any]


async def read_own(tx: Tx, floor: Floor, user: User) -> list[PastCall]:
    """Return the calls that this agent had today; that they see the caller whom they have is noted, once a call."""
    mine = floor.taken.get(user.id)
    if mine is not None and mine.disclosure_id is not None:
        await audit.note_once(tx, floor.at, "view", user, mine.call_id)
    since = midnight(floor.at, floor.municipality.hours.zone)
    return await queue.past_calls(tx, user.id, since, COUNTED_TODAY)


async def screen_for(desk: Desk, visitor: Visitor) -> tuple[User, Screen]:
    """Read one agent, as they are after what they clicked, and what they see now."""
    async with desk.store.begin() as tx:
        user = await users.user_by_id(tx, visitor.user.id) or visitor.user
        floor = await read_floor(desk, tx, visitor.municipality_id)
        past = await read_own(tx, floor, user)
    return user, screen_of(floor, user, rows_of(floor, user.language), past)


async def whole_message(desk: Desk, pages: Pages, visitor: Visitor, said: str | None = None) -> Message:
    """Return all parts of this agent's page, with what came of a click."""
    user, screen = await screen_for(desk, visitor)
    parts = pages.parts(screen, Viewing(user, visitor.csrf_token))
    return message_of(desk.clock(), screen, parts, said)


def message_of(now: datetime, screen: Screen, parts: dict[str, str], said: str | None) -> Message:
    """Return what a page is told: these parts of it anew, its title, the time, and a sentence to show."""
    message: Message = {
        "now": milliseconds(now),
        "parts": parts,
        "title": title_of(screen),
        "language": screen.language,
    }
    return message | ({"said": said} if said else {})


def milliseconds(moment: datetime) -> int:
    """Return a moment as JavaScript counts: milliseconds since 1970."""
    return round(moment.timestamp() * 1000)
