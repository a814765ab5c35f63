"""How municipalities and purposes stand in their rows: what is written, and what was, read with care."""

from datetime import date, time
from typing import Any

from sqlalchemy import Row

from callcenter.logs import Log, log
from callcenter.model.call import Rules, Unverified
from callcenter.model.closing import ClosingTexts
from callcenter.model.tenant import Hours, Link, Municipality, Purpose, TenantError, check_link


def municipality_values(of: Municipality) -> dict[str, Any]:
    """Return what is kept of a municipality. Raises TenantError when a link is not allowed."""
    return {
        "id": of.id,
        "slug": of.slug,
        "name": of.name,
        "number": of.number,
        "language": of.language,
        "unverified": of.rules.unverified.value,
        "tries": of.rules.tries,
        "code_seconds": of.code_seconds,
        "max_waiting": of.max_waiting,
        "hours": hours_to_json(of.hours),
        "origins": list(of.origins),
        "link_hosts": list(of.link_hosts),
        "links": links_to_json(of.links, of),
        "allowed_attributes": list(of.allowed_attributes),
        "wrap_up_seconds": of.rules.wrap_up_seconds,
        "second_factor": of.second_factor,
        "networks": list(of.networks),
        "closing_nl": of.closing.nl,
        "closing_en": of.closing.en,
    }


def purpose_values(new: Purpose, of: Municipality) -> dict[str, Any]:
    """Return what may change of a purpose. Raises TenantError when a link is not allowed."""
    return {
        "name_nl": new.name_nl,
        "name_en": new.name_en,
        "condiscon": new.condiscon,
        "attribute_sets": new.attribute_sets,
        "pairing": new.pairing,
        "legal_basis": new.legal_basis,
        "links": links_to_json(new.links, of),
    }


def municipality_of(row: Row[*tuple[Any, ...]]) -> Municipality:
    """Read a municipality's row, which may have been written by hand, or by a version that checked less.

    Raises TenantError.
    """
    try:
        return _from_row(row)
    except (ValueError, TypeError, LookupError, AttributeError) as error:  # TenantError is a ValueError
        log(Log.TENANT_UNREADABLE, municipality=row.id, error=type(error).__name__)
        raise TenantError(f"the municipality {row.id} can't be read from the database: {error}") from None


def _from_row(row: Row[*tuple[Any, ...]]) -> Municipality:
    return Municipality(
        id=row.id,
        slug=row.slug,
        name=row.name,
        number=row.number,
        language=row.language,
        rules=Rules(Unverified(row.unverified), row.tries, row.wrap_up_seconds),
        code_seconds=row.code_seconds,
        max_waiting=row.max_waiting,
        hours=_hours_from_json(row.hours),
        origins=tuple(row.origins),
        link_hosts=tuple(row.link_hosts),
        links=_links_from_json(row.links),
        allowed_attributes=tuple(row.allowed_attributes),
        second_factor=row.second_factor,
        networks=tuple(row.networks),
        closing=ClosingTexts(row.closing_nl, row.closing_en),
    )


def purpose_of(row: Row[*tuple[Any, ...]]) -> Purpose:
    """Read a purpose's row."""
    return Purpose(
        id=row.id,
        municipality_id=row.municipality_id,
        slug=row.slug,
        name_nl=row.name_nl,
        name_en=row.name_en,
        condiscon=row.condiscon,
        links=_links_from_json(row.links),
        attribute_sets=row.attribute_sets,
        pairing=row.pairing,
        legal_basis=row.legal_basis,
    )


def links_to_json(links: tuple[Link, ...], of: Municipality) -> list[list[str]]:
    """Return links as they are kept. Raises TenantError when one is not allowed."""
    for link in links:
        check_link(link, of.link_hosts)
    return [[link.label, link.template] for link in links]


def _links_from_json(value: list[list[str]]) -> tuple[Link, ...]:
    return tuple(Link(label, template) for label, template in value)


def hours_to_json(hours: Hours) -> dict[str, Any]:
    """Return opening hours as they are kept."""
    closed = {day.isoformat(): name for day, name in hours.closed.items()}
    return {
        "zone": hours.zone,
        "days": _days_to_json(hours.days),
        "closed": closed,
        "kept": _days_to_json(hours.kept),
    }


def _hours_from_json(value: dict[str, Any]) -> Hours:
    closed = {date.fromisoformat(day): name for day, name in value.get("closed", {}).items()}
    return Hours(_days_from_json(value["days"]), value["zone"], closed, _days_from_json(value.get("kept", {})))


def _days_to_json(days: dict[int, tuple[time, time]]) -> dict[str, list[str]]:
    return {str(day): [opens.isoformat(), closes.isoformat()] for day, (opens, closes) in days.items()}


def _days_from_json(value: dict[str, list[str]]) -> dict[int, tuple[time, time]]:
    return {int(day): (time.fromisoformat(a), time.fromisoformat(b)) for day, (a, b) in value.items()}
