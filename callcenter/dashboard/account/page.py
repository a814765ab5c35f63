"""The page of one's own account, and what is said on it."""

from collections import defaultdict
from datetime import datetime
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import RedirectResponse

from callcenter.dashboard import browsers
from callcenter.dashboard.answers import pages_of
from callcenter.dashboard.desk import desk_of
from callcenter.dashboard.entrance.going_in import must_have_one
from callcenter.dashboard.gate import Gate, Visitor
from callcenter.dashboard.words import LANGUAGES, speaker
from callcenter.model.tenant import Hours
from callcenter.store import own_logins, second_factors, users

# What may have been done just now; anything else is not said.
SAID = frozenset(
    {"password-changed", "login-ended", "others-ended", "app-added", "app-removed", "passkey-added", "passkey-removed",
     "recovery-code-used", "language-changed", "proven"}
)  # fmt: skip

router = APIRouter()
ANYONE = Depends(Gate(None))


@router.get("/account")
async def show_account(request: Request, said: str = "", visitor: Visitor = ANYONE) -> Response:
    """All of it."""
    return await account_page(request, visitor, said=said if said in SAID else None)


@router.post("/account/language")
async def choose_language(request: Request, visitor: Visitor = ANYONE) -> Response:
    """Choose the language of one's pages."""
    wanted = (await request.form()).get("language")
    if isinstance(wanted, str) and wanted in LANGUAGES:
        async with desk_of(request).store.begin() as tx:
            await users.set_language(tx, visitor.user.id, wanted)
    return done("language-changed")


def done(what: str) -> Response:
    """Lead back to the page, which says what was done; reloading it does nothing again."""
    return RedirectResponse(f"/account?said={what}", 303)


async def account_page(
    request: Request, visitor: Visitor, *, said: str | None = None, faults: dict[str, str] | None = None,
    status: int = 200, seconds: int = 0,
) -> Response:  # fmt: skip
    """Return the page. `faults`: a key of the words for each field that was filled in wrong."""
    desk, user = desk_of(request), visitor.user
    async with desk.store.begin() as tx:
        factors = await second_factors.factors_of(tx, user.id)
        must = await must_have_one(desk, tx, user)
        mine = await own_logins.log_ins_of(tx, user.id, *desk.limits(desk.clock()))
    say = speaker(user.language)
    return pages_of(request).page(
        "account/account.html", user.language, status=status, csrf=visitor.csrf_token,
        place=visitor.municipality, user=user, said=said,
        faults=defaultdict(str, faults or {}), seconds=seconds, factors=factors,
        removable=not must or factors.count > 1,
        passkeys=desk.passkey_place is not None, at=in_words, languages=LANGUAGES,
        log_ins=[(one, browsers.in_words(say, one.browser), one.token_hash == visitor.token_hash) for one in mine],
    )  # fmt: skip


def in_words(moment: datetime) -> str:
    """Return a moment as a clock in the Netherlands shows it."""
    return moment.astimezone(ZoneInfo(Hours().zone)).strftime("%d-%m-%Y %H:%M")
