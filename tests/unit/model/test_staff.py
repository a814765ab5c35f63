"""Who may do what, in which municipality: one rule behind every access."""

import pytest

from callcenter.model.staff import Action, Phone, Role, User, may, may_end_access

AGENT = User("a", "anna", "Anna", Role.AGENT, "town")
MANAGER = User("m", "mo", "Mo", Role.MANAGER, "town")
OPERATOR = User("o", "olga", "Olga", Role.OPERATOR, None)

OF_AGENTS = {Action.SEE_QUEUE, Action.TAKE_CALL, Action.SEE_CALLER, Action.REVEAL, Action.HAVE_PHONE}
ALLOWED = {
    Role.AGENT: OF_AGENTS,
    Role.MANAGER: OF_AGENTS | {Action.MANAGE_STAFF, Action.CHANGE_SETTINGS, Action.READ_AUDIT, Action.SEE_FIGURES},
    Role.OPERATOR: {Action.MANAGE_MUNICIPALITIES, Action.MANAGE_KEYS, Action.SEE_HEALTH},
}


@pytest.mark.parametrize("user", [AGENT, MANAGER, OPERATOR], ids=lambda user: user.role)
@pytest.mark.parametrize("action", Action)
def test_what_a_role_may_do_at_home(user: User, action: Action) -> None:
    assert may(user, action, "town") == (action in ALLOWED[user.role])


@pytest.mark.parametrize("user", [AGENT, MANAGER], ids=lambda user: user.role)
@pytest.mark.parametrize("action", Action)
@pytest.mark.parametrize("elsewhere", ["another town", "", None])
def test_nothing_anywhere_else(user: User, action: Action, elsewhere: str | None) -> None:
    assert not may(user, action, elsewhere)


@pytest.mark.parametrize("action", Action)
def test_who_belongs_nowhere_may_do_nothing(action: Action) -> None:
    nowhere = User("x", "x", "X", Role.MANAGER, None)
    assert not may(nowhere, action, None)
    assert not may(nowhere, action, "town")


def test_an_operator_sees_no_citizen() -> None:
    personal = (Action.SEE_QUEUE, Action.TAKE_CALL, Action.SEE_CALLER, Action.REVEAL)
    assert not any(may(OPERATOR, action, town) for action in personal for town in ("town", None))


@pytest.mark.parametrize(
    ("user", "of", "allowed"),
    [
        (MANAGER, AGENT, True),
        (MANAGER, User("m2", "mia", "Mia", Role.MANAGER, "town"), True),
        (MANAGER, MANAGER, False),  # the last one would be nobody's to let in again
        (MANAGER, User("n", "nel", "Nel", Role.AGENT, "another town"), False),
        (MANAGER, OPERATOR, False),
        (AGENT, User("b", "bram", "Bram", Role.AGENT, "town"), False),
        (OPERATOR, AGENT, False),
    ],
)
def test_whom_somebody_may_keep_out(user: User, of: User, allowed: bool) -> None:
    assert may_end_access(user, of) == allowed


def test_a_phone_keeps_a_digest_and_no_password() -> None:
    assert not [name for name in vars(Phone("phone-1", "a", "veilig-bellen", "d" * 32)) if "password" in name]
