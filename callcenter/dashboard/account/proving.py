"""Showing once more that it is oneself, before what would let somebody at an unlocked screen stay in for good."""

from datetime import timedelta

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import RedirectResponse

from callcenter.dashboard.answers import pages_of
from callcenter.dashboard.desk import Desk, desk_of
from callcenter.dashboard.gate import Gate, Visitor, address_of
from callcenter.dashboard.login import LONGEST_INPUT, known_browser
from callcenter.dashboard.patience import Attempt
from callcenter.dashboard.security import storable
from callcenter.dashboard.waiting_room import TooManyLogIns
from callcenter.store import own_logins, users

PROVEN_FOR = timedelta(minutes=10)
# Where it may lead on to.
ONWARD = {"app": "/account/app", "passkey": "/account/passkey"}

router = APIRouter()
ANYONE = Depends(Gate(None))


class WrongPassword(Exception):
    """The password was not this user's own; type it once more. `key` of the words, and the seconds to wait."""

    def __init__(self, key: str, seconds: int = 0, status: int = 400) -> None:
        super().__init__(key)
        self.key = key
        self.seconds = seconds
        self.status = status


class NotProven(Exception):
    """It was too long ago that this user showed who they are; `then`: what they wanted to do."""

    def __init__(self, then: str = "") -> None:
        super().__init__(then)
        self.then = then


async def must_be_proven(desk: Desk, visitor: Visitor, then: str = "") -> None:
    """Raise NotProven unless they logged in, or typed their password, within these minutes."""
    async with desk.store.begin() as tx:
        at = await own_logins.proven_at(tx, visitor.token_hash)
    if at is None or at <= desk.clock() - PROVEN_FOR:
        raise NotProven(then)


async def lead_to_proving(_request: Request, error: Exception) -> Response:
    """Answer NotProven."""
    then = error.then if isinstance(error, NotProven) else ""
    return RedirectResponse(f"/account/prove?then={then}", 303)


async def check_own_password(request: Request, visitor: Visitor, password: str) -> None:
    """Check the password of who is logged in, as slowly for a guesser as at the log-in. Raises WrongPassword."""
    desk, login = desk_of(request), visitor.user.login
    attempt = Attempt(login, address_of(request) or "", known_browser(request, desk))
    try:
        async with desk.passwords.place(attempt.address, known=True):  # they are logged in
            wait = await desk.patience.begin(attempt)
            if wait > 0:
                raise WrongPassword("own-password-wait", int(wait) + 1, 429)
            async with desk.store.begin() as tx:
                found = await users.user_with_hash(tx, login)
            right = len(password) <= LONGEST_INPUT and await desk.passwords.right(password, found and found[1])
    except TooManyLogIns:
        raise WrongPassword("log-in-busy", 0, 503) from None
    if not right:
        raise WrongPassword("own-password-wrong")
    await desk.patience.right(attempt)


@router.get("/account/prove")
async def show_proving(request: Request, then: str = "", visitor: Visitor = ANYONE) -> Response:
    """Ask for the password."""
    return _form(request, visitor, then)


@router.post("/account/prove")
async def prove(request: Request, visitor: Visitor = ANYONE) -> Response:
    """Check it, and lead on."""
    desk, form = desk_of(request), await request.form()
    then = str(form.get("then", ""))
    try:
        await check_own_password(request, visitor, storable(str(form.get("password", ""))))
    except WrongPassword as wrong:
        return _form(request, visitor, then, wrong)
    async with desk.store.begin() as tx:
        await own_logins.note_proven(tx, visitor.token_hash, desk.clock())
    return RedirectResponse(ONWARD.get(then, "/account?said=proven"), 303)


def _form(request: Request, visitor: Visitor, then: str, wrong: WrongPassword | None = None) -> Response:
    return pages_of(request).page(
        "account/prove.html", visitor.user.language, status=wrong.status if wrong else 200, csrf=visitor.csrf_token,
        place=visitor.municipality,
        user=visitor.user, then=then if then in ONWARD else "", fault=wrong.key if wrong else None,
        seconds=wrong.seconds if wrong else 0,
    )  # fmt: skip
