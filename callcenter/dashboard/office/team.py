"""The team: who belongs to a municipality, how it is with them; its manager invites, keeps out, and removes."""
# ruff: noqa: FAST003 - the gate reads whom the path names

import hashlib
import re
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import RedirectResponse

from callcenter.dashboard.desk import Desk, desk_of
from callcenter.dashboard.gate import Gate, SignedOut, Visitor
from callcenter.dashboard.office.fields import Fields, fields_of
from callcenter.dashboard.office.frame import clock_time, office_page, zone_of
from callcenter.dashboard.office.standing import counted, standing_of, standings_of
from callcenter.dashboard.words import LANGUAGES
from callcenter.model.code import new_token, token_hash
from callcenter.model.staff import Action, Role, User, may_end_access
from callcenter.store import audit, one_time_links, queue, second_factors, team, tenants, users
from callcenter.store.database import Tx
from callcenter.store.one_time_links import Opens
from callcenter.store.users import LoginTaken

LINK_LASTS = timedelta(days=1)
LONGEST_NAME, LONGEST_LOGIN = 200, 100  # characters; the store keeps no more
ROLES: Final = (Role.AGENT.value, Role.MANAGER.value)
LOGIN: Final = re.compile(r"[a-z0-9][a-z0-9._@+-]*")
# What a click may have led to, for the page that follows it.
SAID: Final = frozenset({"disabled", "enabled", "removed", "signed-out"})

router = APIRouter()

MANAGES = Depends(Gate(Action.MANAGE_STAFF))
WATCHES = Depends(Gate(Action.MANAGE_STAFF, counts_as_use=False))


@dataclass(frozen=True)
class Link:
    """A link that has just been made: for whom, its address, until when it works."""

    user: User
    address: str
    until: str


@router.get("/team")
async def show_team(request: Request, said: str = "", visitor: Visitor = MANAGES) -> Response:
    """Everybody of the team."""
    return await _team_page(request, visitor, "team", said=said if said in SAID else None)


@router.get("/team/rows")
async def team_rows(request: Request, visitor: Visitor = WATCHES) -> Response:
    """The same, for the page that keeps itself true."""
    return await _team_page(request, visitor, "team_rows")


@router.get("/team/new")
async def new_member(request: Request, visitor: Visitor = MANAGES) -> Response:
    """The form for a new colleague."""
    empty = Fields({"role": Role.AGENT.value, "language": visitor.user.language, "key": new_token()})
    return office_page(request, visitor, "invite", fields=empty)


@router.post("/team")
async def invite(request: Request, visitor: Visitor = MANAGES) -> Response:
    """Make a user, and show the link by which they choose a password. The same form again makes nobody new."""
    fields = await fields_of(request)
    new = _user_of(fields, visitor)
    if not fields.faults:
        try:
            return _link_page(request, visitor, await _invited(desk_of(request), visitor, new))
        except LoginTaken:
            fields.fault("login", "fault-login-taken")
    return office_page(request, visitor, "invite", status=422, fields=fields)


@router.get("/team/{user_id}")
async def show_member(request: Request, said: str = "", visitor: Visitor = MANAGES) -> Response:
    """One colleague."""
    return await _member_page(request, visitor, said if said in SAID else None)


@router.post("/team/{user_id}/reset")
async def reset(request: Request, visitor: Visitor = MANAGES) -> Response:
    """Take somebody's password and second factors away, and show a link by which they choose another password."""
    if not may_end_access(visitor.user, visitor.named_member.user):
        return await _not_yourself(request, visitor)
    desk, of = desk_of(request), visitor.named_member.user
    async with desk.store.begin() as tx:
        await _still_manager(tx, visitor)
        await team.take_password(tx, of, desk.clock())
        await second_factors.remove_all(tx, of.id)
        await _note(tx, desk, visitor, "staff-reset", of)
        link = await _give_link(tx, desk, visitor, of)
    return _link_page(request, visitor, link)


@router.post("/team/{user_id}/sign-out")
async def sign_out(request: Request, visitor: Visitor = MANAGES) -> Response:
    """End all log-ins of a colleague."""
    return await _end(request, visitor, "signed-out")


@router.post("/team/{user_id}/disable")
async def disable(request: Request, visitor: Visitor = MANAGES) -> Response:
    """Keep a colleague out, for now."""
    return await _end(request, visitor, "disabled")


@router.post("/team/{user_id}/enable")
async def enable(request: Request, visitor: Visitor = MANAGES) -> Response:
    """Let a colleague in again."""
    desk, of = desk_of(request), visitor.named_member.user
    async with desk.store.begin() as tx:
        await _still_manager(tx, visitor)
        if visitor.named_member.disabled:
            await team.enable(tx, of)
            await _note(tx, desk, visitor, "staff-enabled", of)
    return RedirectResponse(f"/team/{of.id}?said=enabled", 303)


@router.post("/team/{user_id}/remove")
async def remove(request: Request, visitor: Visitor = MANAGES) -> Response:
    """Remove a colleague for good."""
    return await _end(request, visitor, "removed")


async def _end(request: Request, visitor: Visitor, what: str) -> Response:
    """End the access of the colleague whom the path names, or only their log-ins."""
    desk, of = desk_of(request), visitor.named_member.user
    if not may_end_access(visitor.user, of):
        return await _not_yourself(request, visitor)
    async with desk.store.begin() as tx:
        await _still_manager(tx, visitor)
        match what:
            case "disabled":
                await team.disable(tx, of, desk.clock())
            case "removed":
                await team.remove(tx, of, desk.clock())
            case _:
                await team.end_logins(tx, of, desk.clock())
        await _note(tx, desk, visitor, f"staff-{what}", of)
    return RedirectResponse("/team?said=removed" if what == "removed" else f"/team/{of.id}?said={what}", 303)


def _user_of(fields: Fields, visitor: Visitor) -> User:
    """The user that the form describes; its faults are noted."""
    name = fields.line("name", LONGEST_NAME)
    login = fields.line("login", LONGEST_LOGIN)
    if login and not LOGIN.fullmatch(login):
        fields.fault("login", "fault-login")
    role, language = fields.choice("role", ROLES), fields.choice("language", LANGUAGES)
    # The form sent twice is the same person, and nobody can name the id of somebody else.
    same = hashlib.sha256(f"{visitor.user.id} {fields.text('key')}".encode()).hexdigest()[:32]
    return User(same, login, name, Role(role), visitor.user.municipality_id, language)


async def _invited(desk: Desk, visitor: Visitor, new: User) -> Link:
    """Make this user, unless this form has made them already; return their link. Raises LoginTaken."""
    async with desk.store.begin() as tx:
        await _still_manager(tx, visitor)
        known = await team.member(tx, new.id)
        if known is None:
            await users.add_user(tx, new, None)
            await _note(tx, desk, visitor, "staff-invited", new)
        elif known.has_password or known.user.login != new.login:
            raise LoginTaken("this form was used already; open a new one")
        else:
            await _note(tx, desk, visitor, "staff-link-given", new)
        return await _give_link(tx, desk, visitor, new)


async def _give_link(tx: Tx, desk: Desk, visitor: Visitor, of: User) -> Link:
    token, until = new_token(), desk.clock() + LINK_LASTS
    await one_time_links.give(tx, token_hash(token), of.id, Opens.PASSWORD, until)
    zone = await zone_of(tx, visitor)
    return Link(of, f"{desk.settings.dashboard_public_url.rstrip('/')}/welcome/{token}", clock_time(until, zone))


async def _still_manager(tx: Tx, visitor: Visitor) -> None:
    """Raise SignedOut when another manager has just ended the access of this one: one of two is always left."""
    await tenants.lock_municipality(tx, visitor.municipality_id)
    me = await team.member(tx, visitor.user.id)
    if me is None or me.disabled:
        raise SignedOut


async def _note(tx: Tx, desk: Desk, visitor: Visitor, action: str, about: User) -> None:
    await audit.note(tx, desk.clock(), action, visitor.user, about=about)


def _link_page(request: Request, visitor: Visitor, link: Link) -> Response:
    return office_page(request, visitor, "link", link=link)


async def _team_page(request: Request, visitor: Visitor, name: str, said: str | None = None) -> Response:
    now = desk_of(request).clock()
    async with desk_of(request).store.begin() as tx:
        members = await team.team(tx, visitor.municipality_id)
        taken = await queue.taken_in(tx, visitor.municipality_id, now)
    standings = standings_of(members, taken, now)
    return office_page(
        request, visitor, name, members=members, standings=standings, counts=counted(standings.values()), said=said
    )


async def _member_page(
    request: Request, visitor: Visitor, said: str | None = None, *, status: int = 200, fault: str | None = None
) -> Response:
    desk, member = desk_of(request), visitor.named_member
    async with desk.store.begin() as tx:
        zone = await zone_of(tx, visitor)
        call = await queue.call_of(tx, member.user.id, visitor.municipality_id, desk.clock())
    return office_page(
        request,
        visitor,
        "member",
        status=status,
        member=member,
        standing=standing_of(member, call, desk.clock()),
        seen=clock_time(member.seen_at, zone),
        link_until=clock_time(member.link_until, zone),
        myself=member.user.id == visitor.user.id,
        said=said,
        fault=fault,
    )


async def _not_yourself(request: Request, visitor: Visitor) -> Response:
    return await _member_page(request, visitor, status=409, fault="not-yourself")
