"""What a call is: its state, how it ended, and what the municipality has set for its calls."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class CallState(StrEnum):
    """Where a call is in its life."""

    ARRIVING = "arriving"
    ASKING = "asking"
    WAITING = "waiting"
    OFFERED = "offered"
    CONNECTED = "connected"
    ENDED = "ended"


class Outcome(StrEnum):
    """How a call ended, kept after it as a figure without a person."""

    ANSWERED = "answered"
    ABANDONED = "abandoned"
    REFUSED = "refused"
    CLOSED = "closed"
    BUSY = "busy"
    FAILED = "failed"


class Unverified(StrEnum):
    """What a municipality does with callers who show no right code."""

    REFUSE = "refuse"
    WAIT = "wait"


@dataclass(frozen=True)
class Rules:
    """What the municipality has set for its calls."""

    unverified: Unverified = Unverified.REFUSE
    tries: int = 3  # codes that a caller may type in one call
    wrap_up_seconds: int = 0  # that the agent keeps what is known of the caller after the call


@dataclass(frozen=True)
class Call:
    """One caller on one PBX, from the first ring until nothing of them is left.

    `offers` counts how often an agent took it: it names the agent's leg, so that a late event of an
    earlier leg can't be mistaken for one of this leg. `hangup_asked` and `held_since` are the agent's wishes, noted by
    a click. `wrap_up_until`: until then the agent keeps what is known of the caller of a call that has ended.
    """

    id: str
    municipality_id: str
    pbx: str
    channel_id: str
    arrived_at: datetime
    language: str = "nl"
    state: CallState = CallState.ARRIVING
    tries: int = 0
    disclosure_id: str | None = None
    agent_id: str | None = None
    phone_name: str | None = None
    offers: int = 0
    hangup_asked: bool = False
    held_since: datetime | None = None
    waiting_since: datetime | None = None
    offered_at: datetime | None = None
    connected_at: datetime | None = None
    ended_at: datetime | None = None
    outcome: Outcome | None = None
    wrap_up_until: datetime | None = None
    wrap_up_extended: bool = False
    version: int = 0

    @property
    def verified(self) -> bool:
        """Whether a disclosure stands behind this caller."""
        return self.disclosure_id is not None
