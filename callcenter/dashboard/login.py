"""Logging in and out."""

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import RedirectResponse

from callcenter.dashboard.desk import Desk, desk_of
from callcenter.dashboard.entrance.going_in import after_password
from callcenter.dashboard.entrance.inside import is_inside
from callcenter.dashboard.gate import Gate, Visitor, address_of
from callcenter.dashboard.login_page import login_page
from callcenter.dashboard.patience import Attempt
from callcenter.dashboard.security import clear_cookie, set_cookie, storable, token_of
from callcenter.dashboard.waiting_room import TooManyLogIns
from callcenter.logs import Log, log
from callcenter.model.code import new_token
from callcenter.model.patience import KNOWN_FOR
from callcenter.model.staff import User
from callcenter.store import audit, leaving, logins, single_sign_on, users

LONGEST_INPUT = 200  # characters of a log-in name or a password that we look at
KNOWN = "-known"  # of the cookie by which a browser is known in which somebody was right; it opens nothing
RETRY_SECONDS = 2  # when too many log in at the same time

router = APIRouter()


@router.get("/login")
async def show_login(request: Request, over: str = "") -> Response:
    """The form. `over`: a log-in has just ended, or its second step did."""
    said = {"": None, "again": "log-in-again"}.get(over, "log-in-over")
    return await login_page(request, said)


@router.post("/login")
async def log_in(request: Request) -> Response:
    """Check name and password. The answer to a wrong name and to a wrong password is the same."""
    desk, form = desk_of(request), await request.form()
    login = storable(str(form.get("login", ""))[:LONGEST_INPUT].strip())
    password = storable(str(form.get("password", "")))
    attempt = Attempt(login, address_of(request) or "", known_browser(request, desk))
    try:
        known = desk.passwords.room.is_full and await desk.patience.knows(attempt)
        async with desk.passwords.place(
            attempt.address, known=known
        ):  # who is turned away costs the store nothing else
            wait = await desk.patience.begin(attempt)
            user = None if wait > 0 else await _user(request, login, password)
    except TooManyLogIns:
        log(Log.LOG_IN_REFUSED, reason="busy")
        answer = await login_page(request, "log-in-busy", status=503, login=login)
        answer.headers["Retry-After"] = str(RETRY_SECONDS)
        return answer
    if wait > 0:
        log(Log.LOG_IN_REFUSED, reason="too-many")
        return await login_page(request, "log-in-wait", status=429, login=login, seconds=int(wait) + 1)
    if user is None:
        log(Log.LOG_IN_REFUSED, reason="wrong")
        return await login_page(request, "log-in-wrong", status=401, login=login)
    browser = attempt.browser or new_token()
    await desk.patience.right(attempt, browser)
    answer = await after_password(request, user)
    set_cookie(answer, desk, browser, KNOWN, int(KNOWN_FOR.total_seconds()))
    return answer


def known_browser(request: Request, desk: Desk) -> str:
    """The token that this browser was given when somebody logged in with it; empty for a new one."""
    return storable(token_of(request, desk, KNOWN) or "")[:LONGEST_INPUT]


@router.post("/logout")
async def log_out(request: Request, visitor: Visitor = Depends(Gate(None))) -> Response:  # noqa: B008
    """End this log-in, in all tabs."""
    desk = desk_of(request)
    async with desk.store.begin() as tx:
        await leaving.leave(tx, visitor.user.id, desk.clock())
        await logins.end_login(tx, visitor.token_hash)
        await audit.note(tx, desk.clock(), "log-out", visitor.user)
    answer = RedirectResponse("/login", 303)
    clear_cookie(answer, desk)
    return answer


async def _user(request: Request, login: str, password: str) -> User | None:
    """The user with this name and password, if they may come from here."""
    desk = desk_of(request)
    async with desk.store.begin() as tx:
        found = await users.user_with_hash(tx, login)
        # The same questions for a name that nobody has: the time that they take tells nothing.
        may_use_it = await single_sign_on.may_use_password(tx, found and found[0])
        if not await is_inside(tx, found and found[0].municipality_id, request) or not may_use_it:
            found = None
    password_hash = None if found is None else found[1]
    right = len(password) <= LONGEST_INPUT and await desk.passwords.right(password, password_hash)
    if not right or found is None:
        return None
    async with desk.store.begin() as tx:  # checking took a while, in which the password may have been taken back
        again = await users.user_with_hash(tx, login)
    return found[0] if again is not None and again[1] == password_hash else None
