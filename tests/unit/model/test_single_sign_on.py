"""What a provider's claims make of somebody, and which settings are refused."""

from typing import Any

import pytest

from callcenter.model.single_sign_on import Person, SingleSignOn, SingleSignOnError, person_of
from callcenter.model.staff import Role


def _by(**changes: Any) -> SingleSignOn:
    given: dict[str, Any] = {
        "municipality_id": "m", "issuer": "https://login.example/realm", "client_id": "c", "role_claim": "roles",
        "agent_value": "agent", "manager_value": "manager",
    }  # fmt: skip
    return SingleSignOn(**given | changes)


@pytest.mark.parametrize(
    ("roles", "role"),
    [
        (["agent"], Role.AGENT),
        (["x", "manager", "agent"], Role.MANAGER),
        ("agent", Role.AGENT),
        (["AGENT"], None),
        (["agents"], None),
        ([], None),
        (None, None),
        ({"agent": True}, None),
        (7, None),
    ],
)
def test_the_role_is_what_the_claim_says_exactly(roles: Any, role: Role | None) -> None:
    assert person_of({"sub": "1", "roles": roles}, _by()).role is role


def test_a_role_may_stand_deeper() -> None:
    by = _by(role_claim="resource_access.bellen.roles")
    assert person_of({"sub": "1", "resource_access": {"bellen": {"roles": ["agent"]}}}, by).role is Role.AGENT
    assert person_of({"sub": "1", "resource_access": "agent"}, by).role is None


@pytest.mark.parametrize(
    ("claims", "login", "name"),
    [
        ({"preferred_username": "anna", "email": "a@b.example", "name": "Anna"}, "anna", "Anna"),
        ({"email": "a@b.example"}, "a@b.example", "a@b.example"),
        ({"name": " \0 ", "email": 7}, "1", "1"),
        ({"name": "x" * 1000, "preferred_username": "y" * 1000}, "y" * 100, "x" * 200),
    ],
)
def test_a_person_has_a_name(claims: dict[str, Any], login: str, name: str) -> None:
    assert person_of({"sub": "1", **claims}, _by()) == Person("1", login, name, None)


@pytest.mark.parametrize("subject", [None, "", 7, "x" * 256])
def test_nobody_is_refused(subject: Any) -> None:
    with pytest.raises(SingleSignOnError, match="names nobody"):
        person_of({"sub": subject}, _by())


@pytest.mark.parametrize(
    "changes",
    [
        {"issuer": "http://login.example"},
        {"issuer": "login.example"},
        {"issuer": "https://login.example?x=1"},
        {"issuer": "https://a:b@login.example"},
        {"client_id": ""},
        {"role_claim": ""},
        {"agent_value": "manager"},
    ],
)
def test_what_can_not_be_is_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(SingleSignOnError):
        _by(**changes)


def test_a_provider_on_this_machine_may_speak_http() -> None:
    assert _by(issuer="http://127.0.0.1:8080").passwords
