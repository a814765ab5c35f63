"""The second step of a log-in: a code of an app, a recovery code, or a passkey."""

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import RedirectResponse

from callcenter.dashboard.answers import pages_of
from callcenter.dashboard.desk import desk_of
from callcenter.dashboard.entrance.going_in import HalfWay, give_up, go_in, half_way
from callcenter.dashboard.factors import passkeys
from callcenter.dashboard.factors.codes import Checked, check_code
from callcenter.dashboard.security import storable
from callcenter.logs import Log, log
from callcenter.store import audit, half_logins, second_factors

MOST_TRIES = 5  # then the password is asked again, which many can't be tried of

router = APIRouter()
HALF_WAY = Depends(half_way)


@router.get("/login/second")
async def show_second_step(request: Request, half: HalfWay = HALF_WAY) -> Response:
    """The form for a code, and the button for a passkey."""
    return await _form(request, half)


@router.post("/login/second")
async def second_step(request: Request, half: HalfWay = HALF_WAY) -> Response:
    """Check what is shown beside the password. Raises SealError."""
    desk, form = desk_of(request), await request.form()
    async with desk.store.begin() as tx:
        counted = await half_logins.count_try(tx, half.token_hash, MOST_TRIES)
    if not counted:
        log(Log.LOG_IN_REFUSED, reason="second-step-spent")
        return await give_up(request, half)
    answer = storable(str(form.get("credential", "")))
    async with desk.store.begin() as tx:
        if answer:
            shown = await passkeys.who_shows(desk, tx, answer, passkeys.as_second(half.user))
            checked = Checked("passkey" if shown is not None and shown.id == half.user.id else None)
        else:
            checked = await check_code(desk, tx, half.user, storable(str(form.get("code", ""))))
        if checked.by == "recovery":
            await audit.note(tx, desk.clock(), "recovery-code-used", half.user)
    if checked.by is None:
        log(Log.LOG_IN_REFUSED, reason="second-step-wait" if checked.wait else "second-step-wrong")
        return await _form(request, half, "passkey-wrong" if answer else _fault(checked), int(checked.wait) + 1)
    there = "/account?said=recovery-code-used" if checked.by == "recovery" else "/"
    return await go_in(request, RedirectResponse(there, 303), half.user)


def _fault(checked: Checked) -> str:
    return "second-wait" if checked.wait else "second-wrong"


async def _form(request: Request, half: HalfWay, fault: str | None = None, seconds: int = 0) -> Response:
    desk = desk_of(request)
    async with desk.store.begin() as tx:
        factors = await second_factors.factors_of(tx, half.user.id)
    if not factors.any and fault is None:
        return RedirectResponse("/login/enrol", 303)
    options = None
    if factors.passkeys and desk.passkey_place is not None:
        options = passkeys.options_to_show(desk, passkeys.as_second(half.user), factors)
    status = 200 if fault is None else 429 if fault == "second-wait" else 401
    return pages_of(request).page(
        "entrance/second.html", half.user.language, status=status, fault=fault, seconds=seconds, options=options,
        app=factors.app_since is not None, codes=factors.codes_left > 0,
    )  # fmt: skip
