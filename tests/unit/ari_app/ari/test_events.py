"""Asterisk's events, as it writes them, and the values that they become."""

import json
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from callcenter.ari_app import ari
from callcenter.ari_app.ari.protocol import Ignored, Protocol, Reply

NUMBER = "+31612345678"
NAME = "J. de Vries"
CODE = "4071253968"

RAW_CHANNEL: dict[str, Any] = {
    "id": "1763928531.7",
    "name": "PJSIP/trunk-00000007",
    "state": "Up",
    "protocol_id": "a84b4c76e66710",
    "caller": {"name": NAME, "number": NUMBER},
    "connected": {"name": "", "number": ""},
    "accountcode": "",
    "dialplan": {
        "context": "ask-code",
        "exten": "s",
        "priority": 3,
        "app_name": "Stasis",
        "app_data": f"callcenter,code,{CODE}",
    },
    "creationtime": "2026-11-23T20:08:51.517+0000",
    "language": "nl",
}
CHANNEL = ari.Channel(
    id="1763928531.7",
    name="PJSIP/trunk-00000007",
    state="Up",
    number=NUMBER,
    created=datetime(2026, 11, 23, 20, 8, 51, 517_000, tzinfo=UTC),
    context="ask-code",
    app="callcenter",
)
RAW_BRIDGE = {"id": "vb-bridge-1", "technology": "simple_bridge", "bridge_type": "mixing", "channels": ["a", "b"]}
BRIDGE = ari.Bridge("vb-bridge-1", "mixing", ("a", "b"))
RAW_ENDPOINT = {"technology": "PJSIP", "resource": "phone-1f", "state": "online", "channel_ids": []}
ENDPOINT = ari.Endpoint("PJSIP", "phone-1f", "online", ())
CONTACT = {"uri": "sip:phone-1f@192.0.2.7", "contact_status": "NonQualified", "aor": "phone-1f"}

EVENTS: list[tuple[dict[str, Any], ari.Event]] = [
    (
        {"type": "StasisStart", "args": ["code", CODE], "channel": RAW_CHANNEL},
        ari.StasisStart(CHANNEL, ("code", CODE)),
    ),
    ({"type": "StasisEnd", "channel": RAW_CHANNEL}, ari.StasisEnd(CHANNEL)),
    ({"type": "ChannelStateChange", "channel": RAW_CHANNEL}, ari.ChannelStateChange(CHANNEL)),
    (
        {"type": "ChannelHangupRequest", "cause": 32, "soft": True, "channel": RAW_CHANNEL},
        ari.ChannelHangupRequest(CHANNEL, 32),
    ),
    ({"type": "ChannelHangupRequest", "channel": RAW_CHANNEL}, ari.ChannelHangupRequest(CHANNEL, 0)),
    (
        {"type": "ChannelDestroyed", "cause": 17, "cause_txt": "User busy", "channel": RAW_CHANNEL},
        ari.ChannelDestroyed(CHANNEL, 17),
    ),
    ({"type": "Dial", "dialstatus": "BUSY", "dialstring": "x", "peer": RAW_CHANNEL}, ari.Dial(CHANNEL, "BUSY")),
    (
        {"type": "PlaybackFinished", "playback": {"id": "vb-place-1-2", "media_uri": "sound:x", "state": "done"}},
        ari.PlaybackFinished("vb-place-1-2", "done"),
    ),
    ({"type": "BridgeDestroyed", "bridge": RAW_BRIDGE}, ari.BridgeDestroyed(BRIDGE)),
    ({"type": "EndpointStateChange", "endpoint": RAW_ENDPOINT}, ari.EndpointStateChange(ENDPOINT)),
    (
        {"type": "PeerStatusChange", "endpoint": RAW_ENDPOINT, "peer": {"peer_status": "Reachable"}},
        ari.PeerStatusChange(ENDPOINT, "Reachable"),
    ),
    (
        {"type": "ContactStatusChange", "endpoint": RAW_ENDPOINT, "contact_info": CONTACT},
        ari.ContactStatusChange(ENDPOINT, "NonQualified"),
    ),
    ({"type": "ApplicationReplaced", "application": "callcenter"}, ari.ApplicationReplaced("callcenter")),
    (
        {"type": "ApplicationMoveFailed", "destination": "other", "args": [CODE], "channel": RAW_CHANNEL},
        ari.ApplicationMoveFailed(CHANNEL, "other"),
    ),
    ({"type": "ChannelTalkingStarted", "channel": RAW_CHANNEL}, ari.Other("ChannelTalkingStarted")),
]
by_type = pytest.mark.parametrize(("raw", "event"), EVENTS, ids=lambda value: getattr(type(value), "__name__", None))


def read(raw: dict[str, Any]) -> object:
    """What the protocol makes of it, with what Asterisk adds to every event."""
    about = {"timestamp": "2026-11-23T20:08:51.520+0000", "application": "callcenter"}
    return Protocol().receive(json.dumps(about | raw))


@by_type
def test_an_event_becomes_a_value(raw: dict[str, Any], event: ari.Event) -> None:
    assert read(raw) == event


@by_type
def test_no_number_name_argument_or_code_is_in_the_repr_of_an_event(raw: dict[str, Any], event: ari.Event) -> None:
    shown = f"{read(raw)!r} {event!s}"
    assert not [secret for secret in (NUMBER, NAME, CODE) if secret in shown]


def test_a_channel_keeps_nothing_of_the_caller_but_the_number() -> None:
    kept = str(asdict(CHANNEL))
    assert NUMBER in kept
    assert NAME not in kept
    assert CODE not in kept


@pytest.mark.parametrize(
    ("app_name", "app_data"), [("AppDial2", "(Outgoing Line)"), ("Read", "VB_CODE,x,10"), ("", "")]
)
def test_a_channel_outside_stasis_has_no_application(app_name: str, app_data: str) -> None:
    dialplan = RAW_CHANNEL["dialplan"] | {"app_name": app_name, "app_data": app_data}
    event = read({"type": "StasisEnd", "channel": RAW_CHANNEL | {"dialplan": dialplan}})
    assert isinstance(event, ari.StasisEnd)
    assert event.channel.app == ""


@pytest.mark.parametrize(
    ("raw", "flaw"),
    [
        ({"type": "StasisStart", "args": []}, "channel is not an object"),
        ({"type": "StasisStart", "channel": RAW_CHANNEL}, "args is not a list of texts"),
        ({"type": "StasisStart", "channel": RAW_CHANNEL, "args": [1]}, "args is not a list of texts"),
        ({"type": "StasisEnd", "channel": RAW_CHANNEL | {"id": 7}}, "id is not a text"),
        ({"type": "StasisEnd", "channel": RAW_CHANNEL | {"caller": None}}, "caller is not an object"),
        ({"type": "StasisEnd", "channel": RAW_CHANNEL | {"creationtime": NUMBER}}, "creationtime is not a time"),
        ({"type": "ChannelDestroyed", "channel": RAW_CHANNEL, "cause": "17"}, "cause is not a number"),
    ],
    ids=lambda value: value if isinstance(value, str) else None,
)
def test_an_event_of_another_shape_is_told_but_breaks_nothing(raw: dict[str, Any], flaw: str) -> None:
    assert read(raw) == ari.Other(raw["type"], flaw)


anything = some.recursive(
    some.none() | some.booleans() | some.integers() | some.text(),
    lambda inner: some.lists(inner, max_size=3) | some.dictionaries(some.sampled_from(sorted(RAW_CHANNEL)), inner),
    max_leaves=8,
)


@settings(deadline=None)
@given(some.sampled_from([raw for raw, _ in EVENTS]), some.data())
def test_no_change_to_an_event_raises(raw: dict[str, Any], data: some.DataObject) -> None:
    # given an event of Asterisk, when any of its fields holds something else, or is not there
    changed = dict(raw)
    for name in raw.keys() - {"type"}:
        match data.draw(some.sampled_from(["keep", "drop", "change", "change within"])):
            case "drop":
                del changed[name]
            case "change":
                changed[name] = data.draw(anything)
            case "change within" if isinstance(raw[name], dict):
                changed[name] = raw[name] | {data.draw(some.sampled_from(sorted(raw[name]))): data.draw(anything)}
    # then it is read, or told as one that can't be
    assert not isinstance(read(changed), Ignored | Reply)
