"""Changing one's own password: the old one is asked, and all other log-ins end."""

from fastapi import APIRouter, Depends, Request, Response

from callcenter.dashboard.account.page import account_page, done
from callcenter.dashboard.account.proving import WrongPassword, check_own_password
from callcenter.dashboard.desk import desk_of
from callcenter.dashboard.gate import Gate, Visitor
from callcenter.dashboard.security import storable
from callcenter.dashboard.waiting_room import TooManyLogIns
from callcenter.model.password import fault_of
from callcenter.store import audit, own_logins, users

router = APIRouter()
ANYONE = Depends(Gate(None))


@router.post("/account/password")
async def change_password(request: Request, visitor: Visitor = ANYONE) -> Response:
    """Change it, if all three fields are good."""
    desk, form, user = desk_of(request), await request.form(), visitor.user
    old, new, again = (storable(str(form.get(name, ""))) for name in ("password", "new", "again"))
    fault = fault_of(new, user.login, user.name)
    if fault is not None:
        return await account_page(request, visitor, faults={"new": fault}, status=400)
    if new != again:
        return await account_page(request, visitor, faults={"again": "password-unlike"}, status=400)
    try:
        await check_own_password(request, visitor, old)
        async with desk.passwords.place(request.client.host if request.client else "", known=True):
            hashed = await desk.passwords.hash(new)
    except WrongPassword as wrong:
        faults = {"password": wrong.key}
        return await account_page(request, visitor, faults=faults, status=wrong.status, seconds=wrong.seconds)
    except TooManyLogIns:
        return await account_page(request, visitor, faults={"password": "log-in-busy"}, status=503)
    async with desk.store.begin() as tx:
        await users.set_password(tx, user.id, hashed)
        await own_logins.end_all(tx, user.id, but=visitor.token_hash)
        await own_logins.note_proven(tx, visitor.token_hash, desk.clock())
        await audit.note(tx, desk.clock(), "password-changed", user)
    return done("password-changed")
