"""The frame of the office's pages: which pages somebody is offered, and a page with them around it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from fastapi import Request
from fastapi.responses import HTMLResponse

from callcenter.dashboard.answers import pages_of
from callcenter.dashboard.desk import Desk, desk_of
from callcenter.dashboard.gate import Visitor
from callcenter.model.staff import ADMINISTERS, Action, User, may
from callcenter.model.tenant import Municipality
from callcenter.store import tenants
from callcenter.store.database import Tx


@dataclass(frozen=True)
class Place:
    """A page of the office: where it is, the key of its name, and what its reader must be allowed."""

    path: str
    name: str
    action: Action


PLACES: Final = (
    Place("/", "place-queue", Action.SEE_QUEUE),
    Place("/today", "place-today", Action.SEE_FIGURES),
    Place("/phone", "place-phone", Action.HAVE_PHONE),
    Place("/team", "place-team", Action.MANAGE_STAFF),
    Place("/settings", "place-settings", Action.CHANGE_SETTINGS),
    Place("/audit", "place-audit", Action.READ_AUDIT),
    Place("/municipalities", "place-municipalities", Action.MANAGE_MUNICIPALITIES),
    Place("/keys", "place-keys", Action.MANAGE_KEYS),
    Place("/health", "place-health", Action.SEE_HEALTH),
)


def places_of(user: User, *, administers: bool) -> tuple[Place, ...]:
    """Return the pages that this user may open, at a dashboard that administers or does not."""
    here = (place for place in PLACES if administers or place.action not in ADMINISTERS)
    return tuple(place for place in here if may(user, place.action, user.municipality_id))


def office_of(user: User, desk: Desk) -> str:
    """Return where the office begins for this user: beyond the queue, and beyond the phone that everybody has.

    It may be at another host, which is for administration.
    """
    own = (place for place in places_of(user, administers=True) if place.path not in ("/", "/phone"))
    first = next(own, None)
    if first is None:
        return "/phone"
    elsewhere = first.action in ADMINISTERS and not desk.administers
    return f"{desk.settings.office_url.rstrip('/') if elsewhere else ''}{first.path}"


def office_page(request: Request, visitor: Visitor, name: str, *, status: int = 200, **values: Any) -> HTMLResponse:
    """Return a page of the office; `name` is its template's."""
    user = visitor.user
    here = next((place.path for place in reversed(PLACES) if request.url.path.startswith(place.path)), "/")
    return pages_of(request).page(
        f"office/{name}.html",
        user.language,
        status=status,
        csrf=visitor.csrf_token,
        user=user,
        place=visitor.municipality,
        places=places_of(user, administers=desk_of(request).administers),
        here=here,
        calls=may(user, Action.TAKE_CALL, user.municipality_id),
        **values,
    )


async def municipality_of(tx: Tx, visitor: Visitor) -> Municipality:
    """The municipality that this visitor works for."""
    of = await tenants.municipality_by_id(tx, visitor.municipality_id)
    if of is None:
        raise LookupError("staff of a municipality that is not there; its row has been deleted by hand")
    return of


async def zone_of(tx: Tx, visitor: Visitor) -> str:
    """The time zone that this visitor's municipality lives in."""
    return (await municipality_of(tx, visitor)).hours.zone


def clock_time(at: datetime | None, zone: str) -> str:
    """Return a moment as people of this zone write it: 24-11-2026 14:05; nothing for None."""
    return "" if at is None else at.astimezone(ZoneInfo(zone)).strftime("%d-%m-%Y %H:%M")
