"""The municipalities, as operators make and change them: numbers, origins, link hosts, what may be asked."""

import hashlib
import uuid
from dataclasses import replace
from typing import Any, Final
from urllib.parse import urlsplit

from fastapi import APIRouter, Depends, HTTPException, Request, Response
from fastapi.responses import RedirectResponse

from callcenter.dashboard.desk import desk_of
from callcenter.dashboard.gate import Gate, Visitor
from callcenter.dashboard.office import networks
from callcenter.dashboard.office.fields import Fields, fields_of
from callcenter.dashboard.office.frame import office_page
from callcenter.dashboard.security import storable
from callcenter.model.attributes import asked_ids, check_patterns, matches
from callcenter.model.staff import Action
from callcenter.model.tenant import E164, SLUG, Municipality, TenantError
from callcenter.store import audit, tenants
from callcenter.store.database import Tx
from callcenter.store.tables import AUDIT_DAYS
from callcenter.store.tenants import NumberTaken, SlugTaken

LONGEST_NAME, LONGEST_LIST = 200, 4000  # characters
SHORTEST_KEPT, LONGEST_KEPT = 30, 3650  # days of the audit trail
NOBODYS: Final = Municipality("", "x", "x", "+31000000000")  # to see whether a field will do

router = APIRouter()

MANAGES = Depends(Gate(Action.MANAGE_MUNICIPALITIES))


@router.get("/municipalities")
async def show_municipalities(request: Request, visitor: Visitor = MANAGES) -> Response:
    """All of them."""
    async with desk_of(request).store.begin() as tx:
        towns = await tenants.municipalities(tx)
    return office_page(request, visitor, "municipalities", towns=towns)


@router.get("/municipalities/new")
async def new_municipality(request: Request, visitor: Visitor = MANAGES) -> Response:
    """The form for a new one."""
    empty = Fields({"allowed": "*", "audit-days": str(AUDIT_DAYS)})
    return _page(request, visitor, empty)


@router.post("/municipalities")
async def add_municipality(request: Request, visitor: Visitor = MANAGES) -> Response:
    """Make one. The same form again finds its slug taken."""
    desk, fields = desk_of(request), await fields_of(request)
    slug = fields.line("slug", 40)
    if slug and not SLUG.fullmatch(slug):
        fields.fault("slug", "fault-slug")
    wanted, days = read(fields, NOBODYS)
    if fields.faults:
        return _page(request, visitor, fields)
    new = replace(wanted, id=uuid.uuid4().hex, slug=slug)
    try:
        async with desk.store.begin() as tx:
            await tenants.add_municipality(tx, new)
            await tenants.save_audit_days(tx, new, days)
            await _note(tx, request, visitor, "municipality-made", new)
    except SlugTaken:
        fields.fault("slug", "fault-slug-taken")
    except NumberTaken:
        fields.fault("number", "fault-number-taken")
    if fields.faults:
        return _page(request, visitor, fields)
    return RedirectResponse(f"/municipalities/{slug}?said=saved", 303)


@router.get("/municipalities/{town}")
async def show_municipality(request: Request, town: str, said: str = "", visitor: Visitor = MANAGES) -> Response:
    """The form, as it is now."""
    async with desk_of(request).store.begin() as tx:
        of, days = await _found(tx, town)
    return _page(request, visitor, as_fields(of, days), of, "saved" if said == "saved" else None)


@router.post("/municipalities/{town}")
async def save_municipality(request: Request, town: str, visitor: Visitor = MANAGES) -> Response:
    """Keep what was filled in, unless another operator has kept something else meanwhile."""
    fields = await fields_of(request)
    async with desk_of(request).store.begin() as tx:
        found, _ = await _found(tx, town)
        await tenants.lock_municipality(tx, found.id)
        now, days_now = await _found(tx, town)  # again: another may have saved it until we had it
        wanted, days = read(fields, now)
        if not fields.faults:
            await _check_use(tx, fields, wanted)
        if not fields.faults and wanted.networks != now.networks:
            await networks.check_who_is_outside(tx, desk_of(request), fields, now.id, wanted.networks)
        if fields.faults:
            return _page(request, visitor, fields, now)
        if version_of(now, days_now) not in (fields.text("version"), version_of(wanted, days)):
            fields.put("version", version_of(now, days_now))
            return _page(request, visitor, fields, now, "meanwhile")
        changed = changes(as_fields(now, days_now), as_fields(wanted, days))
        try:
            await tenants.save_by_operator(tx, wanted, days)
        except NumberTaken:
            fields.fault("number", "fault-number-taken")
            return _page(request, visitor, fields, now)
        if changed:
            await _note(tx, request, visitor, "municipality-changed", now, ", ".join(changed))
    return RedirectResponse(f"/municipalities/{now.slug}?said=saved", 303)


def as_fields(of: Municipality, days: int) -> Fields:
    """Return the form that shows this municipality."""
    return Fields({
        "version": version_of(of, days),
        "name": of.name,
        "number": of.number,
        "origins": " ".join(of.origins),
        "hosts": " ".join(of.link_hosts),
        "allowed": " ".join(of.allowed_attributes),
        "audit-days": str(days),
        networks.FIELD: " ".join(of.networks),
    })  # fmt: skip


def read(fields: Fields, of: Municipality) -> tuple[Municipality, int]:
    """Return the municipality as the form wants it, and its days of audit trail; the form's faults are noted."""
    name, number = fields.line("name", LONGEST_NAME), fields.line("number", 16)
    if number and not E164.fullmatch(number):
        fields.fault("number", "fault-e164")
    lists = {
        key: tuple(fields.line(key, LONGEST_LIST, needed=False).split()) for key in ("origins", "hosts", "allowed")
    }
    _try(fields, "origins", "fault-origins", origins=lists["origins"])
    _try(fields, "hosts", "fault-hosts", link_hosts=lists["hosts"])
    try:
        check_patterns(lists["allowed"])
    except TenantError:
        fields.fault("allowed", "fault-allowed")
    days = fields.number("audit-days", SHORTEST_KEPT, LONGEST_KEPT, "fault-days")
    may_come_from = networks.read(fields)
    if fields.faults:
        return of, days
    changed = replace(
        of,
        name=name,
        number=number,
        origins=lists["origins"],
        link_hosts=lists["hosts"],
        allowed_attributes=lists["allowed"],
        networks=may_come_from,
    )
    return changed, days


def _try(fields: Fields, name: str, fault: str, **value: Any) -> None:
    try:
        replace(NOBODYS, **value)
    except TenantError:
        fields.fault(name, fault)


def version_of(of: Municipality, days: int) -> str:
    """Return a word for what an operator sees of it: another word means that it was changed."""
    shown = (of.name, of.number, of.origins, of.link_hosts, of.allowed_attributes, of.networks, days)
    return hashlib.sha256(repr(shown).encode()).hexdigest()[:16]


def changes(before: Fields, after: Fields) -> list[str]:
    """Return the names of the fields in which these differ."""
    return [name for name in before.given if name != "version" and before.text(name) != after.text(name)]


async def _check_use(tx: Tx, fields: Fields, wanted: Municipality) -> None:
    """Note a fault when a purpose asks, or a link leads to, what would be allowed no more."""
    hosts = [host.lower() for host in wanted.link_hosts]
    if any(urlsplit(link.template).hostname not in hosts for link in wanted.links):
        fields.fault("hosts", "fault-hosts-own-link")
    for purpose in await tenants.purposes(tx, wanted.id):
        if not all(any(matches(one, id_) for one in wanted.allowed_attributes) for id_ in asked_ids(purpose)):
            fields.fault("allowed", "fault-allowed-asked")
        if any(urlsplit(link.template).hostname not in hosts for link in purpose.links):
            fields.fault("hosts", "fault-hosts-linked")


async def _found(tx: Tx, slug: str) -> tuple[Municipality, int]:
    """The municipality that the path names. Raises HTTPException 404."""
    of = await tenants.municipality_by_slug(tx, storable(slug))
    if of is None:
        raise HTTPException(404, "error-404")
    return of, await tenants.audit_days(tx, of)


async def _note(
    tx: Tx, request: Request, visitor: Visitor, action: str, of: Municipality, detail: str | None = None
) -> None:
    now = desk_of(request).clock()
    await audit.note(tx, now, action, visitor.user, detail=detail, municipality_id=of.id)


def _page(
    request: Request, visitor: Visitor, fields: Fields, of: Municipality | None = None, said: str | None = None
) -> Response:
    status = 422 if fields.faults else 409 if said == "meanwhile" else 200
    return office_page(request, visitor, "municipality", status=status, fields=fields, of=of, said=said)
