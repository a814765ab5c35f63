"""My phone: its account and whether it is connected, and a new password at a click, shown once.

The password is kept nowhere. Linphone reads its settings over a one-time link: the digest in place of the password.
"""

import io
from datetime import timedelta
from typing import Any

import segno
from fastapi import APIRouter, Depends, Request, Response
from markupsafe import Markup

from callcenter.dashboard.answers import pages_of
from callcenter.dashboard.desk import Desk, desk_of
from callcenter.dashboard.gate import Gate, Visitor
from callcenter.dashboard.office.frame import office_page
from callcenter.dashboard.security import storable
from callcenter.model.code import new_token, token_hash
from callcenter.model.phone_account import new_phone
from callcenter.model.staff import Action
from callcenter.store import audit, one_time_links, phones
from callcenter.store.one_time_links import Opens

LINK_LASTS = timedelta(minutes=15)

router = APIRouter()

HAS_PHONE = Depends(Gate(Action.HAVE_PHONE))
WATCHES = Depends(Gate(Action.HAVE_PHONE, counts_as_use=False))


@router.get("/phone")
async def show_phone(request: Request, visitor: Visitor = HAS_PHONE) -> Response:
    """The account, without its password, which nobody knows any more."""
    return await _page(request, visitor, "phone", password=None)


@router.get("/phone/state")
async def phone_state(request: Request, visitor: Visitor = WATCHES) -> Response:
    """Whether it is connected, for the page that keeps itself true."""
    return await _page(request, visitor, "phone_state")


@router.post("/phone")
async def renew_phone(request: Request, visitor: Visitor = HAS_PHONE) -> Response:
    """Make a new account in place of the old one, and show its password now."""
    desk, user = desk_of(request), visitor.user
    made, password = new_phone(user)
    token, now = new_token(), desk.clock()
    async with desk.store.begin() as tx:
        await phones.set_phone(tx, made, user.municipality_id)
        await one_time_links.give(tx, token_hash(token), user.id, Opens.PHONE, now + LINK_LASTS)
        await audit.note(tx, now, "phone-renewed", user)
    link = f"{desk.settings.dashboard_public_url.rstrip('/')}/phone/linphone/{token}"
    line = f"<sip:{made.name}@{_server(desk)};transport=udp>;auth_pass={password};regint=60"
    return await _page(request, visitor, "phone", password=password, line=line, link=link, qr=_qr(link))


@router.get("/phone/linphone/{token}")
async def linphone(request: Request, token: str) -> Response:
    """The settings of a phone as Linphone reads them, once; whoever has the link needs no log-in."""
    desk, now = desk_of(request), desk_of(request).clock()
    async with desk.store.begin() as tx:
        user = await one_time_links.use(tx, token_hash(storable(token)), Opens.PHONE, now)
        phone = None if user is None else await phones.phone_of(tx, user.id)
        if user is not None:
            await audit.note(tx, now, "phone-link-used", user)
    if user is None or phone is None:
        return pages_of(request).fault(404, "error-404", request.headers.get("accept-language", ""))
    answer = pages_of(request).page("office/linphone.xml", "nl", phone=phone, user=user, server=_server(desk))
    return Response(answer.body, media_type="application/xml")


async def _page(request: Request, visitor: Visitor, name: str, **values: Any) -> Response:
    desk = desk_of(request)
    async with desk.store.begin() as tx:
        phone = await phones.phone_of(tx, visitor.user.id)
    return office_page(request, visitor, name, phone=phone, server=_server(desk), **values)


def _server(desk: Desk) -> str:
    return desk.settings.sip_server or desk.settings.sip_bind


def _qr(text: str) -> Markup:
    """Draw a QR code with its quiet zone (ISO/IEC 18004), dark on white in whichever colours the page has."""
    out = io.BytesIO()
    segno.make_qr(text, error="m").save(
        out, kind="svg", border=4, light="#fff", svgclass=None, lineclass=None, xmldecl=False, omitsize=True
    )
    return Markup(out.getvalue().decode())  # noqa: S704 - drawn by us
