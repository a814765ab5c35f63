"""Keys pressed on a telephone, as SIPp can play them: a capture file of RTP packets with RFC 4733 events. Pure.

SIPp takes from the capture only the packets' contents and the time between them, so addresses and ports are left zero.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass

EVENTS = {key: number for number, key in enumerate("0123456789*#ABCD")}  # RFC 4733 section 3.2
FRAME_MS = 20
SAMPLES_PER_MS = 8
ALAW, EVENT = 8, 101
"""Payload types, as the scenarios' SDP names them."""

ALAW_SILENCE = b"\xd5" * FRAME_MS * SAMPLES_PER_MS
END = 0x80
VOLUME = 10
_PACKETS_APART, _SAMPLES_APART = 5000, 1_000_000  # between two captures of one call
END_REPEATS = 3  # RFC 4733 section 2.5.1.4: the last packet is sent three times


@dataclass(frozen=True)
class Typing:
    """How a code is typed. Times in ms, whole frames of 20.

    Attributes:
        on: how long each key is pressed.
        off: how long between two keys; under 60 a receiver that counts packets goes wrong.
        held: in each second, the packets of the first so many ms are held up and then come all at once (jitter).
        earlier: how many codes were typed in this call before: RTP's numbers and times go on from there (RFC 3550
            section 5.1), else a receiver takes these keys for old ones.
    """

    digits: str
    on: int = 100
    off: int = 60
    held: int = 0
    earlier: int = 0

    @property
    def duration(self) -> int:
        """Milliseconds from the first packet to the last."""
        return len(self.digits) * (self.on + self.off) + FRAME_MS


@dataclass(frozen=True)
class _Packet:
    at: int  # ms since the first
    rtp: bytes


def capture(typing: Typing) -> bytes:
    """The capture file (pcap, Ethernet) of a code being typed, with silence between the keys as a phone sends it."""
    records = [struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 1)]
    for packet in _packets(typing):
        at = _held_until(packet.at, typing.held)
        frame = _frame(packet.rtp)
        records.append(struct.pack("<IIII", 1 + at // 1000, at % 1000 * 1000, len(frame), len(frame)) + frame)
    return b"".join(records)


def _packets(typing: Typing) -> Iterator[_Packet]:
    sequence = typing.earlier * _PACKETS_APART
    begin = typing.earlier * _SAMPLES_APART
    now = 0

    def packet(payload_type: int, since: int, payload: bytes, *, first: bool = False) -> _Packet:
        nonlocal sequence
        sequence += 1
        marked = (0x80 if first else 0) | payload_type
        return _Packet(now, struct.pack("!BBHII", 0x80, marked, sequence, begin + since, 0x5EED) + payload)

    # One frame of sound first: Asterisk learns from it where this caller's sound comes from (strictrtp).
    yield packet(ALAW, 0, ALAW_SILENCE, first=True)
    now += FRAME_MS
    for digit in typing.digits:
        start = now * SAMPLES_PER_MS  # an event keeps the timestamp of its start
        for length in range(FRAME_MS, typing.on, FRAME_MS):
            yield packet(EVENT, start, _event(digit, length), first=length == FRAME_MS)
            now += FRAME_MS
        for _ in range(END_REPEATS):
            yield packet(EVENT, start, _event(digit, typing.on, END))
        now += FRAME_MS
        for _ in range(typing.off // FRAME_MS):
            yield packet(ALAW, now * SAMPLES_PER_MS, ALAW_SILENCE)
            now += FRAME_MS


def _event(digit: str, length: int, end: int = 0) -> bytes:
    return struct.pack("!BBH", EVENTS[digit], end | VOLUME, length * SAMPLES_PER_MS)


def _held_until(at: int, held: int) -> int:
    """When a packet of time `at` really goes out."""
    return at - at % 1000 + held if at % 1000 < held else at


def _frame(rtp: bytes) -> bytes:
    """Ethernet, IPv4 and UDP headers around it, as libpcap expects them."""
    udp = struct.pack("!HHHH", 0, 0, 8 + len(rtp), 0) + rtp
    ip = struct.pack("!BBHHHBBHII", 0x45, 0, 20 + len(udp), 0, 0, 64, 17, 0, 0, 0) + udp
    return bytes(12) + b"\x08\x00" + ip
