"""Logging in with a passkey alone: it is had, and it verifies its user, so that it is two factors in one."""

from fastapi import APIRouter, HTTPException, Request, Response
from fastapi.responses import JSONResponse, RedirectResponse

from callcenter.dashboard.desk import desk_of
from callcenter.dashboard.entrance.going_in import go_in
from callcenter.dashboard.entrance.inside import is_inside
from callcenter.dashboard.factors import passkeys
from callcenter.dashboard.login_page import login_page
from callcenter.dashboard.security import storable
from callcenter.logs import Log, log
from callcenter.store import single_sign_on

router = APIRouter()


@router.get("/login/passkey")
async def options(request: Request) -> Response:
    """What a browser is asked to sign, as JSON; nothing of it is kept here."""
    desk = desk_of(request)
    if desk.passkey_place is None:
        raise HTTPException(404, "error-404")
    return JSONResponse(passkeys.options_to_show(desk, passkeys.TO_LOG_IN))


@router.post("/login/passkey")
async def log_in(request: Request) -> Response:
    """Check what a passkey signed; the answer to one that we don't know and to a wrong one is the same."""
    desk, form = desk_of(request), await request.form()
    async with desk.store.begin() as tx:
        user = await passkeys.who_shows(desk, tx, storable(str(form.get("credential", ""))), passkeys.TO_LOG_IN)
        # Who logs in by their municipality does so with what it asks, and nothing of ours.
        if user is not None and not await single_sign_on.may_use_password(tx, user):
            user = None
        if user is not None and not await is_inside(tx, user.municipality_id, request):
            user = None
    if user is not None:
        return await go_in(request, RedirectResponse("/", 303), user)
    log(Log.LOG_IN_REFUSED, reason="passkey")
    return await login_page(request, "passkey-wrong", status=401)
