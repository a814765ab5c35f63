"""A purpose as a manager changes it: its names, and its links, shown as an invented person would fill them.

Which attributes it asks is the operator's word (`callcenter/purposes.py`), because that needs a basis in law.
"""

import hashlib
from dataclasses import dataclass, replace
from typing import Final
from urllib.parse import urlsplit

from fastapi import APIRouter, Depends, HTTPException, Request, Response
from fastapi.responses import RedirectResponse

from callcenter.dashboard.desk import desk_of
from callcenter.dashboard.gate import Gate, Visitor
from callcenter.dashboard.office.fields import Fields, fields_of
from callcenter.dashboard.office.frame import municipality_of, office_page
from callcenter.dashboard.security import storable
from callcenter.model.attributes import asked_ids
from callcenter.model.staff import Action
from callcenter.model.tenant import Link, Municipality, Purpose, TenantError, check_link, fill_link, short_name
from callcenter.store import audit, tenants
from callcenter.store.database import Tx

LONGEST_NAME, LONGEST_LABEL, LONGEST_LINK = 200, 60, 1000  # characters
MOST_LINKS = 10
SPARE = 2  # empty rows for links
# Nobody: the BSN is one that is never given out.
NOBODY: Final = {
    "bsn": "999990019",
    "initials": "J.",
    "firstnames": "Jan",
    "prefix": "van",
    "familyname": "Voorbeeld",
    "surname": "Voorbeeld",
    "fullname": "Jan van Voorbeeld",
    "dateofbirth": "01-02-1980",
    "street": "Voorbeeldstraat",
    "houseNumber": "12",
    "zipcode": "1234 AB",
    "city": "Voorbeeldstad",
    "email": "jan@voorbeeld.example",
}

router = APIRouter()

CHANGES = Depends(Gate(Action.CHANGE_SETTINGS))


@dataclass(frozen=True)
class Preview:
    """A link as it would be opened for somebody who does not exist; or why it is not, as a key of the words."""

    label: str
    url: str | None
    fault: str | None


@router.get("/settings/purposes/{slug}")
async def show_purpose(request: Request, slug: str, said: str = "", visitor: Visitor = CHANGES) -> Response:
    """The form, as it is now."""
    async with desk_of(request).store.begin() as tx:
        of, purpose = await _found(tx, visitor, slug)
    fields = as_fields(purpose)
    return _page(request, visitor, of, purpose, fields, "saved" if said == "saved" else None)


@router.post("/settings/purposes/{slug}")
async def save_purpose(request: Request, slug: str, visitor: Visitor = CHANGES) -> Response:
    """Keep what was filled in, or only show it; unless a colleague has kept something else meanwhile."""
    desk, fields = desk_of(request), await fields_of(request)
    async with desk.store.begin() as tx:
        await tenants.lock_municipality(tx, visitor.municipality_id)
        of, now = await _found(tx, visitor, slug)
        wanted = read(fields, of, now)
        if fields.faults or fields.text("preview"):
            return _page(request, visitor, of, wanted, fields, None)
        if version_of(now) not in (fields.text("version"), version_of(wanted)):
            fields.put("version", version_of(now))
            return _page(request, visitor, of, wanted, fields, "meanwhile")
        changed = changes(now, wanted)
        if changed:
            await tenants.save_purpose(tx, wanted, of)
            detail = f"{now.slug}: {', '.join(changed)}"
            await audit.note(tx, desk.clock(), "purpose-changed", visitor.user, detail=detail)
    return RedirectResponse(f"/settings/purposes/{now.slug}?said=saved", 303)


def as_fields(purpose: Purpose) -> Fields:
    """Return the form that shows this purpose."""
    given = {"version": version_of(purpose), "name-nl": purpose.name_nl, "name-en": purpose.name_en}
    for row, link in enumerate(purpose.links):
        given |= {f"label-{row}": link.label, f"link-{row}": link.template}
    return Fields(given)


def read(fields: Fields, of: Municipality, purpose: Purpose) -> Purpose:
    """Return the purpose as the form wants it; the form's faults are noted, and what has one stays as it was."""
    name_nl, name_en = fields.line("name-nl", LONGEST_NAME), fields.line("name-en", LONGEST_NAME)
    links = []
    for row in range(MOST_LINKS):
        if not fields.text(f"label-{row}") and not fields.text(f"link-{row}"):
            continue
        link = Link(fields.line(f"label-{row}", LONGEST_LABEL), fields.line(f"link-{row}", LONGEST_LINK))
        fault = fault_of(link, of, purpose)
        if fault is not None:
            fields.fault(f"link-{row}", fault)
        links.append(link)
    return purpose if fields.faults else replace(purpose, name_nl=name_nl, name_en=name_en, links=tuple(links))


def fault_of(link: Link, of: Municipality, purpose: Purpose) -> str | None:
    """Return what is wrong with a link, as a key of the words; None when it leads where it says."""
    try:
        check_link(link, of.link_hosts)
    except TenantError:
        try:
            host = urlsplit(link.template).hostname
        except ValueError:
            return "fault-link"
        known = host in [one.lower() for one in of.link_hosts]
        return "fault-link" if known or not link.template.startswith("https://") else "fault-link-host"
    return None if fill_link(link, _nobody(purpose), of.link_hosts) else "fault-link-attribute"


def previews(of: Municipality, purpose: Purpose) -> list[Preview]:
    """Return each link as it would be opened for an invented person."""
    faults = ((link, fault_of(link, of, purpose)) for link in purpose.links)
    return [
        Preview(link.label, None if fault else fill_link(link, _nobody(purpose), of.link_hosts), fault)
        for link, fault in faults
    ]


def version_of(purpose: Purpose) -> str:
    """Return a word for this purpose: another word means that it was changed."""
    shown = (purpose.name_nl, purpose.name_en, purpose.links)
    return hashlib.sha256(repr(shown).encode()).hexdigest()[:16]


def changes(before: Purpose, after: Purpose) -> list[str]:
    """Return the names of that in which these differ."""
    pairs = {
        "name-nl": (before.name_nl, after.name_nl),
        "name-en": (before.name_en, after.name_en),
        "links": (before.links, after.links),
    }
    return [name for name, (old, new) in pairs.items() if old != new]


def _nobody(purpose: Purpose) -> dict[str, str | None]:
    return {id_: NOBODY.get(short_name(id_), "voorbeeld") for id_ in sorted(asked_ids(purpose))}


async def _found(tx: Tx, visitor: Visitor, slug: str) -> tuple[Municipality, Purpose]:
    """The visitor's municipality, and the purpose of it that the path names. Raises HTTPException 404."""
    of = await municipality_of(tx, visitor)
    purpose = await tenants.find_purpose(tx, of.id, storable(slug))
    if purpose is None:
        raise HTTPException(404, "error-404")
    return of, purpose


def _page(
    request: Request, visitor: Visitor, of: Municipality, purpose: Purpose, fields: Fields, said: str | None
) -> Response:
    filled = [row for row in range(MOST_LINKS) if fields.text(f"label-{row}") or fields.text(f"link-{row}")]
    rows = min(max(filled, default=-1) + 1 + SPARE, MOST_LINKS)
    return office_page(
        request,
        visitor,
        "purpose",
        status=422 if fields.faults else 409 if said == "meanwhile" else 200,
        fields=fields,
        purpose=purpose,
        said=said,
        rows=range(rows),
        hosts=of.link_hosts,
        attributes=sorted({short_name(id_) for id_ in asked_ids(purpose)}),
        previews=previews(of, purpose),
    )
