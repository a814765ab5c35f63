"""Where a one-time link leads: the person, and nobody else, chooses their password.

A link that is unknown, used up, or over looks the same from here; so does one outside the municipality's networks.
"""

from fastapi import APIRouter, Request, Response

from callcenter.dashboard.answers import pages_of
from callcenter.dashboard.desk import Desk, desk_of
from callcenter.dashboard.entrance.inside import is_inside
from callcenter.dashboard.gate import address_of
from callcenter.dashboard.office.fields import Fields
from callcenter.dashboard.security import storable
from callcenter.dashboard.waiting_room import TooManyLogIns
from callcenter.dashboard.words import language_for
from callcenter.model.code import token_hash
from callcenter.model.password import fault_of
from callcenter.model.staff import User
from callcenter.store import audit, one_time_links, team, users
from callcenter.store.one_time_links import Opens

router = APIRouter()


@router.get("/welcome/{token}")
async def show_welcome(request: Request, token: str) -> Response:
    """The form for a password."""
    user = await _whose(request, token)
    return _over(request) if user is None else _form(request, user, Fields({}))


@router.post("/welcome/{token}")
async def choose_password(request: Request, token: str) -> Response:
    """Keep the password that was chosen, and use the link up."""
    desk = desk_of(request)
    user = await _whose(request, token)
    if user is None:
        return _over(request)
    form = await request.form()
    password = storable(str(form.get("password", "")))
    fields = _checked(password, storable(str(form.get("again", ""))), user)
    if fields.faults:
        return _form(request, user, fields)
    try:
        async with desk.passwords.place(address_of(request) or ""):
            hashed = await desk.passwords.hash(password)
    except TooManyLogIns:
        return pages_of(request).fault(503, "log-in-busy", user.language)
    if not await _kept(desk, token, hashed):
        return _over(request)
    return pages_of(request).page("office/welcome_done.html", user.language, login=user.login)


async def _whose(request: Request, token: str) -> User | None:
    desk = desk_of(request)
    async with desk.store.begin() as tx:
        user = await one_time_links.whose(tx, token_hash(storable(token)), Opens.PASSWORD, desk.clock())
        return user if await is_inside(tx, user.municipality_id if user else None, request) else None


def _checked(password: str, again: str, user: User) -> Fields:
    fields = Fields({})
    fault = fault_of(password, user.login, user.name)
    if fault is not None:
        fields.fault("password", fault)
    elif password != again:
        fields.fault("again", "password-unlike")
    return fields


async def _kept(desk: Desk, token: str, password_hash: str) -> bool:
    """Use the link up, and keep the password; tell whether the link was still good."""
    now = desk.clock()
    async with desk.store.begin() as tx:
        user = await one_time_links.use(tx, token_hash(storable(token)), Opens.PASSWORD, now)
        if user is None:
            return False
        await users.set_password(tx, user.id, password_hash)
        await team.end_logins(tx, user, now)
        await audit.note(tx, now, "password-chosen", user)
    return True


def _form(request: Request, user: User, fields: Fields) -> Response:
    status = 422 if fields.faults else 200
    return pages_of(request).page("office/welcome.html", user.language, status=status, user=user, fields=fields)


def _over(request: Request) -> Response:
    language = language_for(request.headers.get("accept-language", ""))
    return pages_of(request).page("office/welcome_over.html", language, status=404)
