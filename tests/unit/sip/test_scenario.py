"""The scenarios that SIPp plays: each can be turned into SIPp's own words, and a slip is told."""

import struct
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from tests.sip import scenario
from tests.sip.dtmf import Typing, capture
from tests.sip.scenario import ScenarioError, names, render

RECORD = struct.Struct("<IIII")
HEADERS = 14 + 20 + 8
EVENT = 101


def packets(captured: bytes) -> list[tuple[int, int, int, int, bytes]]:
    """Time in ms, payload type, sequence, timestamp and payload of each packet of a capture."""
    found, place = [], 24
    while place < len(captured):
        seconds, micros, length, _ = RECORD.unpack_from(captured, place)
        rtp = captured[place + RECORD.size + HEADERS : place + RECORD.size + length]
        _, kind, sequence, timestamp, _ = struct.unpack("!BBHII", rtp[:12])
        found.append((seconds * 1000 + micros // 1000, kind & 0x7F, sequence, timestamp, rtp[12:]))
        place += RECORD.size + length
    return found


@pytest.mark.parametrize("name", names())
def test_every_scenario_is_whole(name: str) -> None:
    done = render(name, {"user": "phone-1"})

    ET.fromstring(done.xml)  # noqa: S314 - our own text
    assert "@" not in done.xml.replace("@[local_ip]", "").replace("@[remote_ip]", "")
    assert all(f'play_pcap_audio="{captured}"' in done.xml for captured in done.captures)


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("<scenario name='x'><tipe digits='1'/></scenario>", "<tipe> is neither"),
        ("<scenario name='x'><type digits='@cod@'/></scenario>", "needs a value for 'cod'"),
    ],
)
def test_a_slip_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str, error: str) -> None:
    (tmp_path / "slip.xml").write_text(text)
    monkeypatch.setattr(scenario, "FOLDER", tmp_path)

    with pytest.raises(ScenarioError, match=error):
        render("slip")


def test_an_unknown_scenario_is_answered_with_those_that_are() -> None:
    with pytest.raises(ScenarioError, match="right-code"):
        render("write-code")


def test_each_key_is_one_event_with_one_time_that_ends_three_times() -> None:
    events = [packet for packet in packets(capture(Typing("12", on=60, off=40))) if packet[1] == EVENT]

    assert [payload[0] for *_, payload in events] == [1] * 5 + [2] * 5
    assert len({timestamp for _, _, _, timestamp, payload in events if payload[0] == 1}) == 1
    assert [bool(payload[1] & 0x80) for *_, payload in events[:5]] == [False, False, True, True, True]


def test_packets_that_are_held_up_come_all_at_once_and_in_order() -> None:
    steady, held = packets(capture(Typing("1234567890"))), packets(capture(Typing("1234567890", held=600)))

    assert [packet[1:] for packet in held] == [packet[1:] for packet in steady]
    assert sum(1 for at, *_ in held if at == held[0][0]) > 30


def test_a_second_code_goes_on_where_the_first_ended() -> None:
    first, second = packets(capture(Typing("1234567890"))), packets(capture(Typing("1", earlier=1)))

    assert second[0][2] > first[-1][2]
    assert second[0][3] > first[-1][3]
