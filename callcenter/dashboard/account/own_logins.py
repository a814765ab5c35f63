"""Ending one's own log-ins: one of them, all others, or all."""

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import RedirectResponse

from callcenter.dashboard.account.page import done
from callcenter.dashboard.desk import desk_of
from callcenter.dashboard.gate import Gate, Visitor
from callcenter.dashboard.security import clear_cookie, storable
from callcenter.store import audit, leaving, own_logins

router = APIRouter()
ANYONE = Depends(Gate(None))


@router.post("/account/logins/end")
async def end_one(request: Request, visitor: Visitor = ANYONE) -> Response:
    """End the log-in that the form names; one that is over already is over."""
    desk, form = desk_of(request), await request.form()
    async with desk.store.begin() as tx:
        if await own_logins.end_one(tx, visitor.user.id, storable(str(form.get("log_in", "")))):
            await audit.note(tx, desk.clock(), "login-ended", visitor.user)
            if not await own_logins.log_ins_of(tx, visitor.user.id, *desk.limits(desk.clock())):
                await leaving.leave(tx, visitor.user.id, desk.clock())
    return done("login-ended")


@router.post("/account/logins/end-others")
async def end_others(request: Request, visitor: Visitor = ANYONE) -> Response:
    """End all but this one."""
    desk = desk_of(request)
    async with desk.store.begin() as tx:
        await own_logins.end_all(tx, visitor.user.id, but=visitor.token_hash)
        await audit.note(tx, desk.clock(), "others-ended", visitor.user)
    return done("others-ended")


@router.post("/account/logins/end-all")
async def end_all(request: Request, visitor: Visitor = ANYONE) -> Response:
    """Log out everywhere, here too."""
    desk = desk_of(request)
    async with desk.store.begin() as tx:
        await leaving.leave(tx, visitor.user.id, desk.clock())
        await own_logins.end_all(tx, visitor.user.id)
        await audit.note(tx, desk.clock(), "logged-out-everywhere", visitor.user)
    answer = RedirectResponse("/login?over=1", 303)
    clear_cookie(answer, desk)
    return answer
