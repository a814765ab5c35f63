"""The people who work with it: agents, managers and operators, and what each role may do."""

from dataclasses import dataclass
from enum import StrEnum

from callcenter.model.preferences import USUAL, Preferences


class Role(StrEnum):
    """What a user is, in one municipality (an operator in none: of the installation)."""

    AGENT = "agent"
    MANAGER = "manager"
    OPERATOR = "operator"


class Action(StrEnum):
    """What someone may want to do."""

    SEE_QUEUE = "see-queue"
    TAKE_CALL = "take-call"
    SEE_CALLER = "see-caller"
    REVEAL = "reveal"
    HAVE_PHONE = "have-phone"
    MANAGE_STAFF = "manage-staff"
    CHANGE_SETTINGS = "change-settings"
    READ_AUDIT = "read-audit"
    SEE_FIGURES = "see-figures"
    MANAGE_MUNICIPALITIES = "manage-municipalities"
    MANAGE_KEYS = "manage-keys"
    SEE_HEALTH = "see-health"


_OF_AGENTS = frozenset({Action.SEE_QUEUE, Action.TAKE_CALL, Action.SEE_CALLER, Action.REVEAL, Action.HAVE_PHONE})
_OF_MANAGERS = frozenset({Action.MANAGE_STAFF, Action.CHANGE_SETTINGS, Action.READ_AUDIT, Action.SEE_FIGURES})
_MAY: dict[Role, frozenset[Action]] = {
    Role.AGENT: _OF_AGENTS,
    Role.MANAGER: _OF_AGENTS | _OF_MANAGERS,
    # An operator keeps the installation running and sees no citizen's data.
    Role.OPERATOR: frozenset({Action.MANAGE_MUNICIPALITIES, Action.MANAGE_KEYS, Action.SEE_HEALTH}),
}
# What is beyond an agent's work, and may have a host of its own.
ADMINISTERS = (_MAY[Role.MANAGER] | _MAY[Role.OPERATOR]) - _OF_AGENTS


@dataclass(frozen=True)
class User:
    """A member of staff. `municipality_id` is None for an operator only.

    `logins_ended`: how often all their log-ins were ended; one that was begun before the last time comes to nothing.
    """

    id: str
    login: str
    name: str
    role: Role
    municipality_id: str | None
    language: str = "nl"
    ready: bool = False
    not_ready_reason: str | None = None
    preferences: Preferences = USUAL
    logins_ended: int = 0


@dataclass(frozen=True)
class Phone:
    """An agent's SIP account. `digest` is MD5(user:realm:password) (RFC 8760), never the password."""

    name: str
    staff_id: str
    realm: str
    digest: str
    registered: bool = False


def may(user: User, action: Action, municipality_id: str | None) -> bool:
    """Tell whether this user may do this in this municipality: the one rule behind every access."""
    if action not in _MAY[user.role]:
        return False
    return user.role is Role.OPERATOR or (municipality_id is not None and user.municipality_id == municipality_id)


def may_end_access(user: User, of: User) -> bool:
    """Tell whether this user may keep that one out. Nobody may end their own access: so a manager is always left."""
    return user.id != of.id and may(user, Action.MANAGE_STAFF, of.municipality_id)
