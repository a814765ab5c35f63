"""A disclosure: one IRMA session with its code, and its life from request to erasure.

requested -> scanned -> disclosed -> called -> ended     or cancelled, expired, failed on the way
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum


class DisclosureState(StrEnum):
    """Where a disclosure is in its life."""

    REQUESTED = "requested"
    SCANNED = "scanned"
    DISCLOSED = "disclosed"
    CALLED = "called"
    ENDED = "ended"
    CANCELLED = "cancelled"
    EXPIRED = "expired"
    FAILED = "failed"


_S = DisclosureState

# The states in which a disclosure can still lead to a call; its code is unique among these.
LIVING = (_S.REQUESTED, _S.SCANNED, _S.DISCLOSED, _S.CALLED)

# The states in which its IRMA session may still be under way.
OPEN = (_S.REQUESTED, _S.SCANNED)

# What may follow what. A state that is missing as a key is final.
_NEXT: dict[DisclosureState, frozenset[DisclosureState]] = {
    _S.REQUESTED: frozenset({_S.SCANNED, _S.DISCLOSED, _S.CANCELLED, _S.EXPIRED, _S.FAILED}),
    _S.SCANNED: frozenset({_S.DISCLOSED, _S.CANCELLED, _S.EXPIRED, _S.FAILED}),
    _S.DISCLOSED: frozenset({_S.CALLED, _S.EXPIRED}),
    _S.CALLED: frozenset({_S.ENDED}),
}


def may_become(state: DisclosureState, following: DisclosureState) -> bool:
    """Tell whether a disclosure may go from one state to the other."""
    return following in _NEXT.get(state, frozenset())


def sources_of(following: DisclosureState) -> tuple[DisclosureState, ...]:
    """Return the states from which a disclosure may become this: the WHERE of an UPDATE."""
    return tuple(state for state, nexts in _NEXT.items() if following in nexts)


FIRST_LOOK = timedelta(seconds=15)  # the IRMA server calls us back long before; looking is the safety net
_LONGEST_PAUSE = timedelta(minutes=4)  # the IRMA server keeps results for five


def next_look(requested_at: datetime, expires_at: datetime, now: datetime) -> datetime:
    """Return when to ask the IRMA server again how a session stands: at four times its age, and not too late.

    Not after its end: there the sweeper waits.
    """
    pause = min(3 * (now - requested_at), _LONGEST_PAUSE)
    return min(now + pause, expires_at)


class Why(StrEnum):
    """Why a disclosure has failed, as the citizen's page tells it."""

    ATTRIBUTES_MISSING = "attributes-missing"
    NOT_VALID = "not-valid"
    OTHER = "other"


@dataclass(frozen=True)
class Disclosure:
    """One IRMA session. The sealed attributes are kept apart and never travel with it."""

    id: str
    municipality_id: str
    purpose_id: str
    state: DisclosureState
    requested_at: datetime
    expires_at: datetime
    call_id: str | None = None
