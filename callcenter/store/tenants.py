"""What the store knows of municipalities and their purposes."""

from contextlib import suppress
from typing import Any

from sqlalchemy import UpdateBase, insert, select, update
from sqlalchemy.exc import IntegrityError

from callcenter.model.tenant import Municipality, Purpose, TenantError
from callcenter.store.database import Tx
from callcenter.store.tables import municipality, purpose
from callcenter.store.tenant_rows import (
    hours_to_json,
    links_to_json,
    municipality_of,
    municipality_values,
    purpose_of,
    purpose_values,
)


class SlugTaken(TenantError):
    """Another municipality has this slug; choose another."""


class NumberTaken(TenantError):
    """Another municipality has this number; choose another."""


async def add_municipality(tx: Tx, new: Municipality) -> None:
    """Keep a new municipality. Raises SlugTaken, NumberTaken, and TenantError when a link is not allowed."""
    await _keep(tx, new, insert(municipality).values(municipality_values(new)))


async def save_allowed_attributes(tx: Tx, of: Municipality) -> None:
    """Keep what the purposes of this municipality may ask from now on."""
    await tx.connection.execute(
        update(municipality).where(municipality.c.id == of.id).values(allowed_attributes=list(of.allowed_attributes))
    )


async def save_code_seconds(tx: Tx, of: Municipality) -> None:
    """Keep how long new codes of a municipality live."""
    await tx.connection.execute(
        update(municipality).where(municipality.c.id == of.id).values(code_seconds=of.code_seconds)
    )


async def name_of(tx: Tx, municipality_id: str) -> str:
    """The name of this municipality, also where the rest of its row can't be read."""
    return await tx.connection.scalar(select(municipality.c.name).where(municipality.c.id == municipality_id)) or ""


async def wants_second_factor(tx: Tx, municipality_id: str) -> bool:
    """Whether the staff of this municipality must have a second factor."""
    must = await tx.connection.scalar(select(municipality.c.second_factor).where(municipality.c.id == municipality_id))
    return must is not False


async def save_second_factor(tx: Tx, of: Municipality) -> None:
    """Keep whether the staff of this municipality must have a second factor."""
    await tx.connection.execute(
        update(municipality).where(municipality.c.id == of.id).values(second_factor=of.second_factor)
    )


async def save_links(tx: Tx, of: Municipality) -> None:
    """Keep the links that agents of this municipality are offered in every call. Raises TenantError."""
    values = {"links": links_to_json(of.links, of)}
    await tx.connection.execute(update(municipality).where(municipality.c.id == of.id).values(values))


async def save_wrap_up_seconds(tx: Tx, of: Municipality) -> None:
    """Keep how long agents of a municipality keep what is known of a caller, after calls that arrive from now on."""
    await tx.connection.execute(
        update(municipality).where(municipality.c.id == of.id).values(wrap_up_seconds=of.rules.wrap_up_seconds)
    )


async def lock_municipality(tx: Tx, municipality_id: str) -> None:
    """Let no other transaction change this municipality or its team until this one has ended (SQLite has one)."""
    await tx.connection.execute(select(municipality.c.id).where(municipality.c.id == municipality_id).with_for_update())


async def save_settings(tx: Tx, of: Municipality) -> None:
    """Keep what a municipality's manager sets."""
    await tx.connection.execute(
        update(municipality)
        .where(municipality.c.id == of.id)
        .values(
            hours=hours_to_json(of.hours),
            unverified=of.rules.unverified.value,
            code_seconds=of.code_seconds,
            wrap_up_seconds=of.rules.wrap_up_seconds,
            closing_nl=of.closing.nl,
            closing_en=of.closing.en,
        )
    )


async def save_by_operator(tx: Tx, of: Municipality, audit_days: int) -> None:
    """Keep what an operator sets. Raises NumberTaken."""
    values = {
        "name": of.name,
        "number": of.number,
        "origins": list(of.origins),
        "link_hosts": list(of.link_hosts),
        "allowed_attributes": list(of.allowed_attributes),
        "networks": list(of.networks),
        "audit_days": audit_days,
    }
    await _keep(tx, of, update(municipality).where(municipality.c.id == of.id).values(values))


async def _keep(tx: Tx, of: Municipality, change: UpdateBase) -> None:
    """Carry this out, with what was done before left whole when it can't be. Raises SlugTaken, NumberTaken."""
    try:
        async with tx.connection.begin_nested():
            await tx.connection.execute(change)
    except IntegrityError as error:
        named = str(error.orig)  # SQLite names the column, PostgreSQL its constraint; neither says a value
        if "slug" in named:
            raise SlugTaken(f"another municipality has the slug {of.slug!r}; choose another") from None
        if "number" in named:
            raise NumberTaken(f"another municipality has the number {of.number}; choose another") from None
        raise


async def audit_days(tx: Tx, of: Municipality) -> int:
    """How many days new lines of this municipality's audit trail are kept."""
    found = await tx.connection.scalar(select(municipality.c.audit_days).where(municipality.c.id == of.id))
    return int(found or 0)


async def save_audit_days(tx: Tx, of: Municipality, days: int) -> None:
    """Keep how many days new lines of a municipality's audit trail are kept."""
    await tx.connection.execute(update(municipality).where(municipality.c.id == of.id).values(audit_days=days))


async def add_purpose(tx: Tx, new: Purpose, of: Municipality) -> None:
    """Keep a new purpose. Raises TenantError when its slug is taken or a link is not allowed."""
    values = purpose_values(new, of)
    row = insert(purpose).values(id=new.id, municipality_id=of.id, slug=new.slug, **values)
    try:
        async with tx.connection.begin_nested():
            await tx.connection.execute(row)
    except IntegrityError:
        raise TenantError(f"{of.slug} has a purpose {new.slug!r} already; change it with edit-purpose") from None


async def save_purpose(tx: Tx, changed: Purpose, of: Municipality) -> None:
    """Keep a changed purpose. Raises TenantError when a link is not allowed."""
    values = purpose_values(changed, of)
    await tx.connection.execute(update(purpose).where(purpose.c.id == changed.id).values(values))


async def municipalities(tx: Tx) -> list[Municipality]:
    """All municipalities, by slug; one whose row can't be read is logged and left out, for the others' sake."""
    rows = await tx.connection.execute(select(municipality).order_by(municipality.c.slug))
    readable = []
    for row in rows:
        with suppress(TenantError):
            readable.append(municipality_of(row))
    return readable


async def municipality_by_id(tx: Tx, id_: str) -> Municipality | None:
    """The municipality with this id. Raises TenantError when its row can't be read, as the two below do."""
    return await _one(tx, municipality.c.id == id_)


async def municipality_by_slug(tx: Tx, slug: str) -> Municipality | None:
    """The municipality with this slug."""
    return await _one(tx, municipality.c.slug == slug)


async def municipality_by_number(tx: Tx, number: str) -> Municipality | None:
    """The municipality whose citizens dial this number (E.164)."""
    return await _one(tx, municipality.c.number == number)


async def purposes(tx: Tx, municipality_id: str) -> list[Purpose]:
    """The purposes of a municipality, by slug."""
    rows = await tx.connection.execute(
        select(purpose).where(purpose.c.municipality_id == municipality_id).order_by(purpose.c.slug)
    )
    return [purpose_of(row) for row in rows]


async def find_purpose(tx: Tx, municipality_id: str, slug: str) -> Purpose | None:
    """The purpose with this slug."""
    rows = await tx.connection.execute(
        select(purpose).where(purpose.c.municipality_id == municipality_id, purpose.c.slug == slug)
    )
    row = rows.one_or_none()
    return None if row is None else purpose_of(row)


async def purpose_by_id(tx: Tx, id_: str) -> Purpose | None:
    """The purpose with this id."""
    row = (await tx.connection.execute(select(purpose).where(purpose.c.id == id_))).one_or_none()
    return None if row is None else purpose_of(row)


async def _one(tx: Tx, condition: Any) -> Municipality | None:
    row = (await tx.connection.execute(select(municipality).where(condition))).one_or_none()
    return None if row is None else municipality_of(row)
