"""What can happen to a call. An event may come late, twice, or after others that it preceded."""

from dataclasses import dataclass, field
from datetime import datetime

from callcenter.model.call_state import Outcome

# Why an agent did not get a call; each has its sentence on the agent's page.
NO_ANSWER_REASONS = ("busy", "declined", "no-answer", "not-registered", "phone-lost", "failed")


@dataclass(frozen=True)
class Event:
    """Something that happened, and when."""

    at: datetime


@dataclass(frozen=True)
class Admitted(Event):
    """The conductor knows whose number was dialled, and there is room."""


@dataclass(frozen=True)
class TurnedAway(Event):
    """Closed now, or no room in the queue."""

    outcome: Outcome


@dataclass(frozen=True)
class CodeTyped(Event):
    """Asterisk has read what the caller typed; it may be short or empty. The caller is with us again."""

    digits: str = field(repr=False)


@dataclass(frozen=True)
class CodeRight(Event):
    """The api knows the code and has used it up.

    `attempt` is that of the `CheckCode` it answers; None: whatever was asked last.
    """

    disclosure_id: str
    attempt: int | None = None


@dataclass(frozen=True)
class CodeWrong(Event):
    """The api doesn't know the code, or it was used, or it is too old. `attempt`: see `CodeRight`."""

    attempt: int | None = None


@dataclass(frozen=True)
class CodeUnchecked(Event):
    """The api could not be asked. `attempt`: see `CodeRight`."""

    attempt: int | None = None


@dataclass(frozen=True)
class CodeSlowed(Event):
    """There were many wrong codes of late: this one is looked at in so many seconds. `attempt`: see `CodeRight`."""

    digits: str = field(repr=False)
    seconds: float
    attempt: int | None = None


@dataclass(frozen=True)
class TriesSpent(Event):
    """There were so many wrong codes of late that none is looked at for this call. `attempt`: see `CodeRight`."""

    attempt: int | None = None


@dataclass(frozen=True)
class Taken(Event):
    """An agent's click has won this call; the store holds that already."""


@dataclass(frozen=True)
class AgentAnswered(Event):
    """The agent's phone was picked up."""

    offer: int


@dataclass(frozen=True)
class AgentGone(Event):
    """The agent's leg is no more, or never came to be.

    `reason` is one of `NO_ANSWER_REASONS`, or None when it was hung up in the ordinary way.
    """

    offer: int
    reason: str | None = None


@dataclass(frozen=True)
class BridgeFailed(Event):
    """Caller and agent could not be joined."""

    offer: int


@dataclass(frozen=True)
class HangupAsked(Event):
    """The agent asks on the page to end the call, or to stop the ringing; `call.hangup_asked` says so already."""


@dataclass(frozen=True)
class HoldAsked(Event):
    """The agent asks on the page to have the caller wait with music, or to come back; `call.held_since` says which."""


@dataclass(frozen=True)
class AnnouncementEnded(Event):
    """What was announced has been spoken, or could not be (`playback` is None then)."""

    playback: str | None = None


@dataclass(frozen=True)
class PlaceDue(Event):
    """It is time to speak the place in the queue again."""


@dataclass(frozen=True)
class CallerGone(Event):
    """The caller's channel is no more."""


@dataclass(frozen=True)
class Resumed(Event):
    """The caller is with us, with nothing going on that we can rely on.

    The conductor is back and found them so, or something that was to be done for them has failed.
    """
