"""API keys, as operators make, rotate and revoke them. A key is shown once, when it is made."""

import hashlib
from datetime import timedelta
from typing import Final

from fastapi import APIRouter, Depends, HTTPException, Request, Response
from fastapi.responses import RedirectResponse

from callcenter.dashboard.desk import Desk, desk_of
from callcenter.dashboard.gate import Gate, Visitor
from callcenter.dashboard.office.fields import Fields, fields_of
from callcenter.dashboard.office.frame import clock_time, office_page
from callcenter.dashboard.office.health import ZONE
from callcenter.dashboard.security import storable
from callcenter.model.code import new_token
from callcenter.model.staff import Action
from callcenter.store import audit, keys, tenants
from callcenter.store.database import Tx
from callcenter.store.keys import ApiKey

LONGEST_NAME = 100  # characters
OVERLAP = timedelta(days=1)  # that the old key works on after the new one was made
OF_ALL: Final = "*"  # in the form: for every municipality, which is a conductor's

router = APIRouter()

MANAGES = Depends(Gate(Action.MANAGE_KEYS))


@router.get("/keys")
async def show_keys(request: Request, said: str = "", visitor: Visitor = MANAGES) -> Response:
    """All keys, and the form for a new one."""
    return await _page(request, visitor, Fields({"key": new_token()}), "revoked" if said == "revoked" else None)


@router.post("/keys")
async def make_key(request: Request, visitor: Visitor = MANAGES) -> Response:
    """Make a key, and show it. The same form again makes no second one."""
    desk, fields = desk_of(request), await fields_of(request)
    async with desk.store.begin() as tx:
        towns = {one.slug: one for one in await tenants.municipalities(tx)}
        name = fields.line("name", LONGEST_NAME)
        place = fields.choice("place", (OF_ALL, *towns))
        scope = fields.choice("scope", (keys.RESOLVE, keys.RESOLVE_IRMA))
        if place == OF_ALL and scope == keys.RESOLVE_IRMA:
            fields.fault("scope", "fault-scope")
        if not fields.faults:
            scopes = tuple(dict.fromkeys((keys.RESOLVE, scope)))
            new = ApiKey(_id(visitor, fields), name, scopes, towns[place].id if place in towns else None)
            token = await _made(tx, desk, visitor, new)
            if token is not None:
                return office_page(request, visitor, "key", called=name, token=token, overlap=None)
            fields.fault("name", "fault-form-used")
    return await _page(request, visitor, fields)


@router.post("/keys/{key_id}/rotate")
async def rotate_key(request: Request, key_id: str, visitor: Visitor = MANAGES) -> Response:
    """Make a key that does the same, and show it; the old one works on for a day."""
    desk, fields = desk_of(request), await fields_of(request)
    now = desk.clock()
    async with desk.store.begin() as tx:
        old = await _working(tx, desk, key_id)
        new = ApiKey(_id(visitor, fields), old.name, old.scopes, old.municipality_id)
        token = await _made(tx, desk, visitor, new)
        if token is None:
            return RedirectResponse("/keys", 303)
        ends = min(now + OVERLAP, old.expires_at or now + OVERLAP)
        await keys.expire_key(tx, old.id, ends)
    return office_page(request, visitor, "key", called=old.name, token=token, overlap=clock_time(ends, ZONE))


@router.post("/keys/{key_id}/revoke")
async def revoke_key(request: Request, key_id: str, visitor: Visitor = MANAGES) -> Response:
    """Let a key work no more."""
    desk = desk_of(request)
    async with desk.store.begin() as tx:
        key = await keys.key_by_id(tx, storable(key_id))
        if key is None:
            raise HTTPException(404, "error-404")
        if await keys.revoke_key(tx, key.id, desk.clock()):
            await _note(tx, desk, visitor, "key-revoked", key)
    return RedirectResponse("/keys?said=revoked", 303)


async def _made(tx: Tx, desk: Desk, visitor: Visitor, new: ApiKey) -> str | None:
    """Make this key; return its token: another one when the same form made it just now, None when it is in use."""
    token, now = new_token(), desk.clock()
    if await keys.add_key(tx, token, new.name, new.scopes, new.municipality_id, now, new.expires_at, new.id):
        await _note(tx, desk, visitor, "key-made", new)
        return token
    known = await keys.key_by_id(tx, new.id)
    if known is None:
        return None
    same = (known.name, known.scopes, known.municipality_id) == (new.name, new.scopes, new.municipality_id)
    return token if same and await keys.change_token(tx, known.id, token) else None


async def _working(tx: Tx, desk: Desk, key_id: str) -> ApiKey:
    """The key that the path names. Raises HTTPException 404 when it is not there, or works no more."""
    key = await keys.key_by_id(tx, storable(key_id))
    if key is None or not key.works(desk.clock()):
        raise HTTPException(404, "error-404")
    return key


def _id(visitor: Visitor, fields: Fields) -> str:
    return hashlib.sha256(f"{visitor.user.id} {fields.text('key')}".encode()).hexdigest()[:8]


async def _note(tx: Tx, desk: Desk, visitor: Visitor, action: str, key: ApiKey) -> None:
    place = key.municipality_id
    await audit.note(tx, desk.clock(), action, visitor.user, detail=f"{key.id} {key.name}", municipality_id=place)


async def _page(request: Request, visitor: Visitor, fields: Fields, said: str | None = None) -> Response:
    desk = desk_of(request)
    now = desk.clock()
    async with desk.store.begin() as tx:
        kept = await keys.all_keys(tx)
        towns = await tenants.municipalities(tx)
    rows = [
        (one, one.key.works(now), clock_time(one.made_at, ZONE), clock_time(one.used_at, ZONE),
         clock_time(one.key.expires_at, ZONE))
        for one in reversed(kept)
    ]  # fmt: skip
    return office_page(
        request,
        visitor,
        "keys",
        status=422 if fields.faults else 200,
        fields=fields,
        rows=rows,
        owners=[(OF_ALL, None), *((one.slug, one.name) for one in towns)],
        said=said,
        once=new_token(),
    )
