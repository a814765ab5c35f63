"""From a right password to a log-in: at once, or half-way to the second step, which is no log-in and opens no page."""

import secrets
from dataclasses import dataclass
from datetime import timedelta

from fastapi import Request
from fastapi.responses import RedirectResponse, Response

from callcenter.dashboard.browsers import browser_of
from callcenter.dashboard.desk import Desk, desk_of
from callcenter.dashboard.entrance.inside import is_inside
from callcenter.dashboard.gate import SignedOut
from callcenter.dashboard.security import clear_cookie, set_cookie, token_of
from callcenter.logs import Log, log
from callcenter.model.code import new_token, token_hash
from callcenter.model.staff import Role, User
from callcenter.store import audit, half_logins, logins, second_factors, tenants, users
from callcenter.store.database import Tx

HALF_WAY_FOR = timedelta(minutes=10)  # long enough to find one's phone, and to install an app on it
_SUFFIX = "-half"  # of the cookie


@dataclass(frozen=True)
class HalfWay:
    """Somebody whose password has been shown, and nothing else."""

    user: User
    token_hash: bytes


async def after_password(request: Request, user: User) -> Response:
    """Answer a right password: with the log-in, or with the way to its second step. Raises SignedOut as `go_in`."""
    desk = desk_of(request)
    async with desk.store.begin() as tx:
        factors = await second_factors.factors_of(tx, user.id)
        must = await must_have_one(desk, tx, user)
    if not factors.any and not must:
        return await go_in(request, RedirectResponse("/", 303), user)
    token, now = new_token(), desk.clock()
    async with desk.store.begin() as tx:
        if not await users.may_still_go_in(tx, user):
            raise SignedOut
        await half_logins.forget(tx, now - HALF_WAY_FOR)
        await half_logins.begin(tx, token_hash(token), user.id, now)
    answer = RedirectResponse("/login/second" if factors.any else "/login/enrol", 303)
    set_cookie(answer, desk, token, _SUFFIX)
    return answer


async def half_way(request: Request) -> HalfWay:
    """Whoever is half-way with this request. Raises SignedOut."""
    desk = desk_of(request)
    token = token_of(request, desk, _SUFFIX)
    if token is None:
        raise SignedOut
    async with desk.store.begin() as tx:
        user = await half_logins.whose(tx, token_hash(token), desk.clock() - HALF_WAY_FOR)
        inside = await is_inside(tx, user.municipality_id if user else None, request)
    if user is None or not inside:
        raise SignedOut
    return HalfWay(user, token_hash(token))


async def give_up(request: Request, half: HalfWay) -> Response:
    """End what is half-way: back to the password."""
    desk = desk_of(request)
    async with desk.store.begin() as tx:
        await half_logins.end(tx, half.token_hash)
    answer = RedirectResponse("/login?over=again", 303)
    clear_cookie(answer, desk, _SUFFIX)
    return answer


async def go_in(request: Request, answer: Response, user: User) -> Response:
    """Start a log-in under a new token, with this answer; one that this browser had before ends.

    `user`: as they were before what they showed was looked at. Raises SignedOut when their log-ins were ended since,
    or they may not come from here.
    """
    desk = desk_of(request)
    token, now, before = new_token(), desk.clock(), token_of(request, desk)
    half = token_of(request, desk, _SUFFIX)
    browser = browser_of(request.headers.get("user-agent", ""))
    address = request.client.host if request.client else ""
    async with desk.store.begin() as tx:
        if not await users.may_still_go_in(tx, user) or not await is_inside(tx, user.municipality_id, request):
            raise SignedOut
        if before is not None:
            await logins.end_login(tx, token_hash(before))
        if half is not None:
            await half_logins.end(tx, token_hash(half))
        await logins.forget_logins(tx, *desk.limits(now))
        csrf = secrets.token_urlsafe(32)
        await logins.start_login(tx, token_hash(token), csrf, user.id, now, browser, address)
        await audit.note(tx, now, "log-in", user)
    set_cookie(answer, desk, token)
    if half is not None:
        clear_cookie(answer, desk, _SUFFIX)
    log(Log.LOGGED_IN, staff=user.id, municipality=user.municipality_id)
    return answer


async def must_have_one(desk: Desk, tx: Tx, user: User) -> bool:
    """Tell whether this user must have a second factor: by their municipality, an operator by the installation."""
    if user.role is Role.OPERATOR or user.municipality_id is None:
        return desk.settings.operators_second_factor
    return await tenants.wants_second_factor(tx, user.municipality_id)
