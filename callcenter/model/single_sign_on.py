"""Single sign-on: what a municipality's own provider says of somebody, and what that makes them here."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlsplit

from callcenter.model.staff import Role

_LONGEST_LOGIN: Final = 100
_LONGEST_NAME: Final = 200
_LONGEST_SUBJECT: Final = 255  # OpenID Connect Core, 2
_HERE: Final = ("127.0.0.1", "::1", "localhost")


class SingleSignOnError(ValueError):
    """Single sign-on can't be set so, or a provider said what can't be used; the message says what to do."""


@dataclass(frozen=True)
class SingleSignOn:
    """How a municipality's staff log in by its OpenID provider.

    `role_claim`: where the roles stand, with dots between (`realm_access.roles`). `agent_value`, `manager_value`: what
    stands there for each role. `passwords`: whether accounts with a password may log in as well.
    """

    municipality_id: str
    issuer: str
    client_id: str
    role_claim: str
    agent_value: str
    manager_value: str
    passwords: bool = True

    def __post_init__(self) -> None:
        parts = urlsplit(self.issuer)
        if not parts.hostname or (parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in _HERE)):
            raise SingleSignOnError(
                f"issuer {self.issuer!r}: write it as https://host/path, as the provider does itself"
            )
        if parts.query or parts.fragment or parts.username is not None:
            raise SingleSignOnError("an issuer has no ?, no # and no user name in it (OpenID Connect Discovery, 3)")
        if not all((self.client_id, self.role_claim, self.agent_value, self.manager_value)):
            raise SingleSignOnError("client id, role claim and the values of both roles can't be empty")
        if self.agent_value == self.manager_value:
            raise SingleSignOnError("agents and managers need values of their own")


@dataclass(frozen=True)
class Person:
    """Who somebody is, by their provider."""

    subject: str
    login: str
    name: str
    role: Role | None


def person_of(claims: Mapping[str, Any], by: SingleSignOn) -> Person:
    """Return who these claims of an ID token are about. Raises SingleSignOnError when they name nobody."""
    subject = claims.get("sub")
    if not isinstance(subject, str) or not 0 < len(subject) <= _LONGEST_SUBJECT:
        raise SingleSignOnError("the provider names nobody: `sub` is a text of at most 255 characters")
    login = _text(claims, "preferred_username") or _text(claims, "email") or subject
    name = _text(claims, "name") or login
    return Person(subject, login[:_LONGEST_LOGIN], name[:_LONGEST_NAME], _role(claims, by))


def _role(claims: Mapping[str, Any], by: SingleSignOn) -> Role | None:
    found: Any = claims
    for part in by.role_claim.split("."):
        found = found.get(part) if isinstance(found, Mapping) else None
    values = [found] if isinstance(found, str) else found if isinstance(found, list) else []
    if by.manager_value in values:
        return Role.MANAGER
    return Role.AGENT if by.agent_value in values else None


def _text(claims: Mapping[str, Any], name: str) -> str:
    value = claims.get(name)
    return value.replace("\0", "").strip() if isinstance(value, str) else ""
