"""One's own second factors: adding and removing an app or a passkey, and new recovery codes."""

from fastapi import APIRouter, Depends, Request, Response

from callcenter.dashboard.account.page import account_page, done
from callcenter.dashboard.account.proving import must_be_proven
from callcenter.dashboard.answers import pages_of
from callcenter.dashboard.desk import desk_of
from callcenter.dashboard.entrance.going_in import must_have_one
from callcenter.dashboard.factors import passkeys
from callcenter.dashboard.factors.codes import Offer, confirm_app, make_recovery_codes, offer_app, offered_app
from callcenter.dashboard.gate import Gate, Visitor
from callcenter.dashboard.security import storable
from callcenter.store import audit, second_factors
from callcenter.store.database import Tx

router = APIRouter()
ANYONE = Depends(Gate(None))


@router.get("/account/app")
async def show_app(request: Request, visitor: Visitor = ANYONE) -> Response:
    """An app to add, with its QR code; one that is there counts until this one is confirmed."""
    await must_be_proven(desk_of(request), visitor, "app")
    offer = await offer_app(desk_of(request), visitor.user, visitor.token_hash)
    return _app_form(request, visitor, offer)


@router.post("/account/app")
async def add_app(request: Request, visitor: Visitor = ANYONE) -> Response:
    """Keep the app whose first code this is."""
    desk, form = desk_of(request), await request.form()
    await must_be_proven(desk, visitor, "app")
    async with desk.store.begin() as tx:
        code = storable(str(form.get("code", "")))
        kept = await confirm_app(desk, tx, visitor.user, visitor.token_hash, code, desk.clock())
        codes = await _noted(tx, request, visitor, "app-added") if kept else ()
    if kept:
        return _codes_page(request, visitor, codes) if codes else done("app-added")
    offer = await offered_app(desk, visitor.user, visitor.token_hash)
    if offer is None:
        offer = await offer_app(desk, visitor.user, visitor.token_hash)
    return _app_form(request, visitor, offer, "app-wrong")


@router.post("/account/app/remove")
async def remove_app(request: Request, visitor: Visitor = ANYONE) -> Response:
    """Let the app count no more, unless it is the last factor and one is a must."""
    desk = desk_of(request)
    await must_be_proven(desk, visitor)
    async with desk.store.begin() as tx:
        removable = await _is_removable(tx, request, visitor)
        if removable:
            await second_factors.remove_app(tx, visitor.user.id)
            await _removed(tx, request, visitor, "app-removed")
    if removable:
        return done("app-removed")
    return await account_page(request, visitor, faults={"factors": "factor-is-last"}, status=409)


@router.get("/account/passkey")
async def show_passkey(request: Request, visitor: Visitor = ANYONE) -> Response:
    """A passkey to add."""
    await must_be_proven(desk_of(request), visitor, "passkey")
    return await _passkey_form(request, visitor)


@router.post("/account/passkey")
async def add_passkey(request: Request, visitor: Visitor = ANYONE) -> Response:
    """Keep the passkey that the browser made."""
    desk, form = desk_of(request), await request.form()
    await must_be_proven(desk, visitor, "passkey")
    async with desk.store.begin() as tx:
        answer, name = (storable(str(form.get(field, ""))) for field in ("credential", "name"))
        kept = await passkeys.add(desk, tx, visitor.user, answer, name)
        codes = await _noted(tx, request, visitor, "passkey-added") if kept else ()
    if not kept:
        return await _passkey_form(request, visitor, "passkey-wrong")
    return _codes_page(request, visitor, codes) if codes else done("passkey-added")


@router.post("/account/passkey/remove")
async def remove_passkey(request: Request, visitor: Visitor = ANYONE) -> Response:
    """Let a passkey count no more, unless it is the last factor and one is a must."""
    desk, form = desk_of(request), await request.form()
    await must_be_proven(desk, visitor)
    async with desk.store.begin() as tx:
        removable = await _is_removable(tx, request, visitor)
        if removable and await second_factors.remove_passkey(
            tx, visitor.user.id, storable(str(form.get("passkey", "")))
        ):
            await _removed(tx, request, visitor, "passkey-removed")
    if removable:
        return done("passkey-removed")
    return await account_page(request, visitor, faults={"factors": "factor-is-last"}, status=409)


@router.post("/account/recovery-codes")
async def new_recovery_codes(request: Request, visitor: Visitor = ANYONE) -> Response:
    """Make new ones, and show them this once; the old ones work no more."""
    desk = desk_of(request)
    await must_be_proven(desk, visitor)
    async with desk.store.begin() as tx:
        codes: tuple[str, ...] = ()
        if (await second_factors.factors_of(tx, visitor.user.id)).any:
            codes = await make_recovery_codes(tx, visitor.user)
            await audit.note(tx, desk.clock(), "recovery-codes-made", visitor.user)
    return _codes_page(request, visitor, codes) if codes else await account_page(request, visitor, status=409)


async def _noted(tx: Tx, request: Request, visitor: Visitor, what: str) -> tuple[str, ...]:
    """Note that a factor was added; return recovery codes when it is the first."""
    await audit.note(tx, desk_of(request).clock(), what, visitor.user)
    factors = await second_factors.factors_of(tx, visitor.user.id)
    return await make_recovery_codes(tx, visitor.user) if not factors.codes_left else ()


async def _removed(tx: Tx, request: Request, visitor: Visitor, what: str) -> None:
    """Note that a factor was removed; with the last one go the recovery codes."""
    if not (await second_factors.factors_of(tx, visitor.user.id)).any:
        await second_factors.remove_all(tx, visitor.user.id)
    await audit.note(tx, desk_of(request).clock(), what, visitor.user)


async def _is_removable(tx: Tx, request: Request, visitor: Visitor) -> bool:
    await second_factors.lock(tx, visitor.user.id)
    factors = await second_factors.factors_of(tx, visitor.user.id)
    return factors.count > 1 or not await must_have_one(desk_of(request), tx, visitor.user)


def _app_form(request: Request, visitor: Visitor, offer: Offer, fault: str | None = None) -> Response:
    return pages_of(request).page(
        "account/app.html", visitor.user.language, status=400 if fault else 200, csrf=visitor.csrf_token,
        place=visitor.municipality,
        user=visitor.user, offer=offer, fault=fault,
    )  # fmt: skip


async def _passkey_form(request: Request, visitor: Visitor, fault: str | None = None) -> Response:
    desk = desk_of(request)
    if desk.passkey_place is None:
        return await account_page(request, visitor, status=404)
    async with desk.store.begin() as tx:
        factors = await second_factors.factors_of(tx, visitor.user.id)
    full = len(factors.passkeys) >= passkeys.MOST_PASSKEYS
    options = None if full else passkeys.options_to_add(desk, visitor.user, factors)
    return pages_of(request).page(
        "account/passkey.html", visitor.user.language, status=400 if fault else 200, csrf=visitor.csrf_token,
        place=visitor.municipality,
        user=visitor.user, options=options, fault="passkey-full" if full else fault,
    )  # fmt: skip


def _codes_page(request: Request, visitor: Visitor, codes: tuple[str, ...]) -> Response:
    language = visitor.user.language
    return pages_of(request).page("account/recovery_codes.html", language, codes=codes, onward="/account")
