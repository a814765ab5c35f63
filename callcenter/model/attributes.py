"""Which attributes may be asked: the operator's patterns for a municipality, and the law's limit on the BSN."""

import re
from collections.abc import Iterable

from callcenter.model.tenant import Municipality, Purpose, TenantError, short_name

_PART = r"(?:\*|[A-Za-z0-9_-]+)"
_PATTERN = re.compile(rf"{_PART}(?:\.{_PART}){{0,3}}")
_SET = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?")
BSN = "bsn"


def check_patterns(patterns: Iterable[str]) -> None:
    """Raise TenantError unless each is one, such as `pbdf.gemeente.personalData.*`."""
    for pattern in patterns:
        if not _PATTERN.fullmatch(pattern):
            raise TenantError(
                f"pattern {pattern!r}: write scheme.issuer.card.attribute with * for any, such as"
                " pbdf.gemeente.personalData.* or pbdf.gemeente.*"
            )


def matches(pattern: str, attribute_id: str) -> bool:
    """Tell whether a pattern covers an attribute: `*` is any one part, and at the end all that follow."""
    wanted, given = pattern.split("."), attribute_id.split(".")
    if wanted[-1] == "*":
        given = given[: len(wanted)]
    return len(wanted) == len(given) and all(w in ("*", g) for w, g in zip(wanted, given, strict=True))


def check_purpose(purpose: Purpose, of: Municipality) -> None:
    """Raise TenantError unless this municipality may ask what the purpose asks, with any of its sets."""
    for name in purpose.attribute_sets:
        if not _SET.fullmatch(name):
            raise TenantError(f"set {name!r}: use 1 to 40 small letters, digits and hyphens, such as 'met-adres'")
    asked = sorted(asked_ids(purpose))
    refused = [id_ for id_ in asked if not any(matches(pattern, id_) for pattern in of.allowed_attributes)]
    if refused:
        raise TenantError(
            f"{of.slug} may not ask {', '.join(refused)}: the operator allows it"
            f" {', '.join(of.allowed_attributes) or 'nothing'} (`callcenter admin allow-attributes`)"
        )
    if purpose.legal_basis is None and any(short_name(id_).lower() == BSN for id_ in asked):
        raise TenantError(
            f"{of.slug}/{purpose.slug} asks the BSN, which needs a basis in law: record it with --legal-basis"
            ' "Wabb art. 10, …", or leave the BSN out'
        )


def asked_ids(purpose: Purpose) -> set[str]:
    """Return every attribute id that the purpose may ask, in whichever set."""
    sets = [purpose.condiscon, *purpose.attribute_sets.values()]
    return {id_ for condiscon in sets for disjunction in condiscon for option in disjunction for id_ in option}
