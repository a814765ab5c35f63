"""What is to be done when a call has moved. The conductor does it, and tells what came of it.

All of it may be done twice with no harm: hanging up what is gone, or ringing an offer that has been
rung, is nothing. When an action on a caller who is still there fails, `Resumed` follows, so that nobody
is left in silence; the actions below say where something else does.
"""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Action:
    """Something for the conductor to do."""


@dataclass(frozen=True)
class AskCode(Action):
    """Hand the caller to the dialplan, which reads ten digits. `CodeTyped` follows."""

    prompt: str


@dataclass(frozen=True)
class CheckCode(Action):
    """Ask the api who is behind these digits, `after` so many seconds.

    `CodeRight`, `CodeWrong`, `CodeSlowed`, `TriesSpent` or `CodeUnchecked` follows. `attempt` goes into that answer: a
    code may be checked twice when the connection was lost meanwhile.
    """

    digits: str = field(repr=False)
    attempt: int = 0
    after: float = 0.0


@dataclass(frozen=True)
class SayOneMoment(Action):
    """Say that it takes a moment. `AnnouncementEnded` follows, also when it could not be said."""


@dataclass(frozen=True)
class SayAndHangUp(Action):
    """Hand the caller to the dialplan, which says this and hangs up. If that fails: just hang up."""

    prompt: str


@dataclass(frozen=True)
class SayPlace(Action):
    """Speak the place in the queue. `AnnouncementEnded` follows, also when it could not be spoken."""

    first: str | None = None  # a prompt to be said before the place


@dataclass(frozen=True)
class StartMusic(Action):
    """Music on hold for the caller."""


@dataclass(frozen=True)
class RingAgent(Action):
    """Ring the phone of the agent who took the call, once for each offer.

    `AgentAnswered` or `AgentGone` follows; the latter also when it can't be rung.
    """

    offer: int
    phone_name: str


@dataclass(frozen=True)
class HangUpAgent(Action):
    """End the agent's leg of this offer, ringing or answered, if it is there."""

    offer: int


@dataclass(frozen=True)
class Connect(Action):
    """Music and announcement off, both into one bridge. `BridgeFailed` follows if that can't be."""

    offer: int


@dataclass(frozen=True)
class Hold(Action):
    """Both out of the bridge: music for the caller, silence for the agent."""

    offer: int


@dataclass(frozen=True)
class Rejoin(Action):
    """Silence off, then as `Connect`: after a hold, or when nobody knows how they were."""

    offer: int


@dataclass(frozen=True)
class DropBridge(Action):
    """Take the bridge away, if there is one; the caller stays."""


@dataclass(frozen=True)
class HangUpCaller(Action):
    """End the caller's channel, wherever it is."""


@dataclass(frozen=True)
class SetNotReady(Action):
    """Tell the agent why the call did not come through, and offer no more for now."""

    agent_id: str
    reason: str


@dataclass(frozen=True)
class Erase(Action):
    """Erase what is known of the caller."""
