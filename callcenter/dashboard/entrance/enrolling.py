"""Adding the first second factor on the way in, where one is a must: after the password, and before anything else."""

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import RedirectResponse

from callcenter.dashboard.answers import pages_of
from callcenter.dashboard.browsers import browser_of, in_words
from callcenter.dashboard.desk import desk_of
from callcenter.dashboard.entrance.going_in import HalfWay, give_up, go_in, half_way
from callcenter.dashboard.factors import passkeys
from callcenter.dashboard.factors.codes import confirm_app, make_recovery_codes, offer_app, offered_app
from callcenter.dashboard.security import storable
from callcenter.dashboard.words import speaker
from callcenter.store import audit, second_factors
from callcenter.store.second_factors import Factors

router = APIRouter()
HALF_WAY = Depends(half_way)


@router.get("/login/enrol")
async def show_enrolling(request: Request, half: HalfWay = HALF_WAY) -> Response:
    """An app to add, with its QR code; or a passkey."""
    async with desk_of(request).store.begin() as tx:
        has_one = (await second_factors.factors_of(tx, half.user.id)).any
    return RedirectResponse("/login/second", 303) if has_one else await _form(request, half)


@router.post("/login/enrol")
async def enrol(request: Request, half: HalfWay = HALF_WAY) -> Response:
    """Keep the app whose first code this is, or the passkey; then they are in, and see their recovery codes once."""
    desk, form = desk_of(request), await request.form()
    answer, code = (storable(str(form.get(name, ""))) for name in ("credential", "code"))
    codes: tuple[str, ...] = ()
    async with desk.store.begin() as tx:
        await second_factors.lock(tx, half.user.id)
        if (await second_factors.factors_of(tx, half.user.id)).any:
            kept = None  # by another tab: what is there has to be shown
        elif answer:
            name = in_words(speaker(half.user.language), browser_of(request.headers.get("user-agent", "")))
            kept = await passkeys.add(desk, tx, half.user, answer, name)
        else:
            kept = await confirm_app(desk, tx, half.user, half.token_hash, code, desk.clock())
        if kept:
            codes = await make_recovery_codes(tx, half.user)
            await audit.note(tx, desk.clock(), "passkey-added" if answer else "app-added", half.user)
    if kept is None:
        return await give_up(request, half)
    if not codes:
        return await _form(request, half, "passkey-wrong" if answer else "app-wrong")
    page = pages_of(request).page("account/recovery_codes.html", half.user.language, codes=codes, onward="/")
    return await go_in(request, page, half.user)


async def _form(request: Request, half: HalfWay, fault: str | None = None) -> Response:
    desk = desk_of(request)
    offer = await offered_app(desk, half.user, half.token_hash) or await offer_app(desk, half.user, half.token_hash)
    none = Factors(None, (), 0)
    options = passkeys.options_to_add(desk, half.user, none) if desk.passkey_place else None
    return pages_of(request).page(
        "entrance/enrol.html", half.user.language, status=200 if fault is None else 400,
        fault=fault, offer=offer, options=options,
    )  # fmt: skip
