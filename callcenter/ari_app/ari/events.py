"""What Asterisk tells us: its events as small frozen values, and how they are read from JSON.

Names and fields are those of Asterisk's rest-api/api-docs/events.json; only what we use is kept. The arguments of an
application are left out of repr(), for a repr ends up in a log, and they may be a code.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from callcenter.ari_app.ari.errors import AriUnreadable
from callcenter.ari_app.ari.things import (
    Bridge,
    Channel,
    Endpoint,
    read_bridge,
    read_channel,
    read_endpoint,
    read_object,
    read_text,
    read_texts,
)


@dataclass(frozen=True, slots=True)
class StasisStart:
    """A channel entered our application; `args` are what the dialplan or the originate gave along (may hold a code)."""

    channel: Channel
    args: tuple[str, ...] = field(repr=False)


@dataclass(frozen=True, slots=True)
class StasisEnd:
    """A channel left our application: it hung up, went on in the dialplan, or was moved."""

    channel: Channel


@dataclass(frozen=True, slots=True)
class ChannelStateChange:
    """A channel rings, is up, … : see `channel.state`."""

    channel: Channel


@dataclass(frozen=True, slots=True)
class ChannelHangupRequest:
    """Someone asked for a hang-up. `cause` is the Q.850 cause, 0 when none was given; the channel still exists."""

    channel: Channel
    cause: int


@dataclass(frozen=True, slots=True)
class ChannelDestroyed:
    """A channel is gone. `cause` is the Q.850 cause: 16 normal, 17 busy, 19 no answer, 21 rejected."""

    channel: Channel
    cause: int


@dataclass(frozen=True, slots=True)
class Dial:
    """How ringing `channel` goes: `status` is empty at the start, then `RINGING` or `PROGRESS`.

    It ends in `ANSWER`, `BUSY`, `NOANSWER`, `CANCEL`, `CONGESTION` or `CHANUNAVAIL`.
    """

    channel: Channel
    status: str


@dataclass(frozen=True, slots=True)
class PlaybackFinished:
    """A playback ended; `state` is `done` (also after a stop) or `failed` (no such file)."""

    playback_id: str
    state: str


@dataclass(frozen=True, slots=True)
class BridgeDestroyed:
    """A bridge is gone. Comes only after `subscribe("bridge:ID")`."""

    bridge: Bridge


@dataclass(frozen=True, slots=True)
class EndpointStateChange:
    """An endpoint went online or offline. Comes after `subscribe("endpoint:PJSIP")`."""

    endpoint: Endpoint


@dataclass(frozen=True, slots=True)
class PeerStatusChange:
    """A phone's standing changed: `Registered`, `Unregistered`, `Reachable`, `Unreachable`, … ."""

    endpoint: Endpoint
    status: str


@dataclass(frozen=True, slots=True)
class ContactStatusChange:
    """One address of a phone changed: `NonQualified` and `Reachable` when there, `Unreachable`, `Removed` when not."""

    endpoint: Endpoint
    status: str


@dataclass(frozen=True, slots=True)
class ApplicationReplaced:
    """Another connection took over this application; from here on this one gets no more events."""

    application: str


@dataclass(frozen=True, slots=True)
class ApplicationMoveFailed:
    """A channel could not be moved to the application `destination`, because nobody has it. The channel left ours."""

    channel: Channel
    destination: str


@dataclass(frozen=True, slots=True)
class Other:
    """An event that we don't use; or one whose shape is not as documented, then `flaw` says what was wrong."""

    type: str
    flaw: str = ""


Event = (
    StasisStart
    | StasisEnd
    | ChannelStateChange
    | ChannelHangupRequest
    | ChannelDestroyed
    | Dial
    | PlaybackFinished
    | BridgeDestroyed
    | EndpointStateChange
    | PeerStatusChange
    | ContactStatusChange
    | ApplicationReplaced
    | ApplicationMoveFailed
    | Other
)


def read_event(kind: str, raw: dict[str, Any]) -> Event:
    """Give the event of type `kind`. Never raises: what can't be read becomes `Other` with a flaw."""
    reader = _READERS.get(kind)
    if reader is None:
        return Other(kind)
    try:
        return reader(raw)
    except AriUnreadable as flaw:
        return Other(kind, str(flaw))


def _playback_finished(raw: dict[str, Any]) -> PlaybackFinished:
    playback = read_object(raw.get("playback"), "playback")
    return PlaybackFinished(read_text(playback, "id"), read_text(playback, "state"))


def _peer_status(raw: dict[str, Any]) -> PeerStatusChange:
    return PeerStatusChange(
        read_endpoint(raw.get("endpoint")), read_text(read_object(raw.get("peer"), "peer"), "peer_status")
    )


def _contact_status(raw: dict[str, Any]) -> ContactStatusChange:
    contact = read_object(raw.get("contact_info"), "contact_info")
    return ContactStatusChange(read_endpoint(raw.get("endpoint")), read_text(contact, "contact_status"))


def _cause(raw: dict[str, Any]) -> int:
    # `cause` is documented as optional in ChannelHangupRequest.
    value = raw.get("cause", 0)
    if not isinstance(value, int):
        raise AriUnreadable("cause is not a number")
    return value


_READERS: dict[str, Callable[[dict[str, Any]], Event]] = {
    "StasisStart": lambda raw: StasisStart(read_channel(raw.get("channel")), read_texts(raw, "args")),
    "StasisEnd": lambda raw: StasisEnd(read_channel(raw.get("channel"))),
    "ChannelStateChange": lambda raw: ChannelStateChange(read_channel(raw.get("channel"))),
    "ChannelHangupRequest": lambda raw: ChannelHangupRequest(read_channel(raw.get("channel")), _cause(raw)),
    "ChannelDestroyed": lambda raw: ChannelDestroyed(read_channel(raw.get("channel")), _cause(raw)),
    "Dial": lambda raw: Dial(read_channel(raw.get("peer")), read_text(raw, "dialstatus")),
    "PlaybackFinished": _playback_finished,
    "BridgeDestroyed": lambda raw: BridgeDestroyed(read_bridge(raw.get("bridge"))),
    "EndpointStateChange": lambda raw: EndpointStateChange(read_endpoint(raw.get("endpoint"))),
    "PeerStatusChange": _peer_status,
    "ContactStatusChange": _contact_status,
    "ApplicationReplaced": lambda raw: ApplicationReplaced(read_text(raw, "application")),
    "ApplicationMoveFailed": lambda raw: ApplicationMoveFailed(
        read_channel(raw.get("channel")), read_text(raw, "destination")
    ),
}
