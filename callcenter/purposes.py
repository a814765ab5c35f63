"""Purposes as an operator makes and changes them: checked when saved, so that no citizen meets a slip.

Three checks: the form of what is asked; what the operator allows this municipality, and the law (`model.attributes`);
and whether the IRMA server's schemes have it, which only that server can tell.
"""

import uuid
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from callcenter.admin import AdminError, changing, found
from callcenter.irma.client import IrmaServer
from callcenter.irma.condiscon import CondisconError, check_condiscon, parse_condiscon
from callcenter.irma.errors import IrmaAway, IrmaError
from callcenter.model.attributes import check_patterns, check_purpose
from callcenter.model.tenant import Condiscon, Link, Municipality, Purpose, TenantError
from callcenter.store import audit, tenants
from callcenter.store.database import Store, Tx

_WITHOUT = "or save it unchecked with --without-check"


def read_condiscon(text: str) -> Condiscon:
    """Read attributes from `id,id` (all of one card) or a JSON condiscon. Raises CondisconError."""
    if text.lstrip().startswith("["):
        return parse_condiscon(text)
    return check_condiscon([[[part.strip() for part in text.split(",")]]])


def read_sets(texts: Sequence[str]) -> dict[str, Condiscon]:
    """Read named sets from `NAME=attributes`, as `read_condiscon` reads those. Raises AdminError, CondisconError."""
    sets = {}
    for text in texts:
        name, equals, attributes = text.partition("=")
        if not equals or name in sets:
            raise AdminError(f"set {text!r}: write NAME=attributes, each name once")
        sets[name] = read_condiscon(attributes)
    return sets


async def add_purpose(
    store: Store,
    municipality_slug: str,
    slug: str,
    name_nl: str,
    name_en: str,
    condiscon: Condiscon,
    links: tuple[Link, ...] = (),
    *,
    irma: IrmaServer | None = None,
    **more: Any,
) -> Purpose:
    """Make a purpose; `irma` checks it, `more` are other fields of Purpose. Raises AdminError, TenantError."""
    of = await _municipality(store, municipality_slug)
    new = Purpose(uuid.uuid4().hex, of.id, slug, name_nl, name_en, condiscon, links, **more)
    await _check(new, of, irma)
    async with store.begin() as tx:
        await _still_so(tx, of)
        await tenants.add_purpose(tx, new, of)
        await _note(tx, "purpose-made", of, slug)
    return new


async def edit_purpose(
    store: Store, municipality_slug: str, slug: str, *, irma: IrmaServer | None = None, **changes: Any
) -> Purpose:
    """Change these fields of a purpose; who is disclosing already is not touched. Raises AdminError, TenantError."""
    of = await _municipality(store, municipality_slug)
    async with store.begin() as tx:
        old = await tenants.find_purpose(tx, of.id, slug)
    if old is None:
        raise AdminError(f"{of.slug} has no purpose {slug!r}; make it with add-purpose")
    new = replace(old, **changes)
    await _check(new, of, irma)
    async with store.begin() as tx:
        await _still_so(tx, of)
        if await tenants.find_purpose(tx, of.id, slug) != old:
            raise AdminError(f"{of.slug}/{slug} was changed by somebody else meanwhile; nothing is saved, try again")
        await tenants.save_purpose(tx, new, of)
        await _note(tx, "purpose-changed", of, f"{slug}: {', '.join(changes)}")
    return new


async def set_links(store: Store, municipality_slug: str, links: tuple[Link, ...]) -> None:
    """Set the links that a municipality's agents are offered in every call. Raises AdminError, TenantError."""
    async with changing(store, municipality_slug, "links") as (tx, of):
        await tenants.save_links(tx, replace(of, links=links))


async def allow_attributes(store: Store, municipality_slug: str, patterns: Sequence[str]) -> None:
    """Set what the purposes of a municipality may ask. Raises TenantError when one of them asks more already."""
    check_patterns(patterns)
    async with changing(store, municipality_slug, "allowed") as (tx, found_now):
        of = replace(found_now, allowed_attributes=tuple(patterns))
        for purpose in await tenants.purposes(tx, of.id):
            check_purpose(purpose, of)
        await tenants.save_allowed_attributes(tx, of)


async def _still_so(tx: Tx, of: Municipality) -> None:
    """Let nobody change this municipality until this transaction has ended. Raises AdminError when somebody has."""
    await tenants.lock_municipality(tx, of.id)
    if await tenants.municipality_by_id(tx, of.id) != of:
        raise AdminError(f"{of.slug} was changed by somebody else meanwhile; nothing is saved, try again")


async def _note(tx: Tx, action: str, of: Municipality, detail: str) -> None:
    await audit.note(tx, datetime.now(UTC), action, None, detail=detail, municipality_id=of.id)


async def check_is_there(store: Store, municipality_slug: str, slug: str | None) -> None:
    """Raise AdminError unless there is this municipality, with this purpose if one is named."""
    async with store.begin() as tx:
        of = await found(tx, municipality_slug)
        there = [one.slug for one in await tenants.purposes(tx, of.id)]
    if slug is not None and slug not in there:
        raise AdminError(f"{of.slug} has no purpose {slug!r}; it has {', '.join(there) or 'none yet'}")


async def faults(store: Store, irma: IrmaServer) -> dict[str, str | None]:
    """Check every purpose again; return by name what is wrong with it, or None."""
    async with store.begin() as tx:
        towns = await tenants.municipalities(tx)
        every = [(of, purpose) for of in towns for purpose in await tenants.purposes(tx, of.id)]
    told: dict[str, str | None] = {}
    for of, purpose in every:
        name = f"{of.slug}/{purpose.slug}"
        try:
            await _check(purpose, of, irma)
            told[name] = None
        except (AdminError, TenantError, CondisconError) as error:
            told[name] = str(error)
    return told


async def _municipality(store: Store, slug: str) -> Municipality:
    async with store.begin() as tx:
        return await found(tx, slug)


async def _check(purpose: Purpose, of: Municipality, irma: IrmaServer | None) -> None:
    every = {"": purpose.condiscon} | purpose.attribute_sets
    for condiscon in every.values():
        check_condiscon(condiscon)
    check_purpose(purpose, of)
    if irma is None:
        return
    for name, condiscon in every.items():
        fault = await _fault(irma, condiscon)
        if fault is not None:
            raise AdminError(f"{of.slug}/{purpose.slug}{name and f', set {name}'}: {fault}")


async def _fault(irma: IrmaServer, condiscon: Condiscon) -> str | None:
    """What the IRMA server has against this, in words. Raises AdminError when it can't tell."""
    try:
        return (await irma.check(condiscon)).fault
    except IrmaAway as error:
        looks = "It may be looking on the internet for an attribute that it does not know: is there a slip?"
        raise AdminError(f"{error}. {looks} Start it and try again, {_WITHOUT}") from None
    except IrmaError as error:
        raise AdminError(f"{error}. Mend that and try again, {_WITHOUT}") from None
