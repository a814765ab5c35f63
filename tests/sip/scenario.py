"""Turns a scenario of ours into one that SIPp runs.

The files in `scenarios/` say in a few words of their own what a caller or a phone does; the SIP messages behind each
word are written once, here. Words (times in seconds):

    <call/>                     INVITE, until it is answered      <expect status="603"/>     INVITE, refused with that
    <call-and-cancel after=""/> INVITE, CANCEL before the answer
    <wait seconds=""/>          does nothing
    <type digits="" on="" off="" held=""/>  keys as RFC 4733 events (ms; see dtmf.py)
    <type-by-info digits=""/>   keys as SIP INFO
    <hang-up/>                  BYE
    <be-hung-up within=""/>     waits for the other side's BYE; fails without it
    <stay seconds=""/>          waits, and hangs up if the other side hasn't

    <register/>                 a phone tells where it is, with @password@
    <be-called/>  <ring/>  <answer/>  <refuse status="486 Busy Here"/>  <be-cancelled within=""/>  <phone-hangs-up/>

`@name@` is replaced by a value of that name. All else is SIPp's own and stays as it is.
"""

import re
import xml.etree.ElementTree as ET
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from tests.sip.dtmf import Typing, capture
from tests.sip.messages import (
    ACK,
    ACK_REFUSAL,
    BYE,
    CANCEL,
    INFO,
    INVITE,
    OK,
    OK_TO_OPTIONS,
    OK_WITH_SDP,
    PHONE_BYE,
    REFUSAL,
    REGISTER,
    RINGING,
    TERMINATED,
)

FOLDER = Path(__file__).parent / "scenarios"
DEFAULTS = {
    "code": "1234567890",
    "wrong": "9999999999",
    "guess": "999999999",  # nine digits, after one that differs each time
    "pause": "2",
    "caller": "0612345678",
    "stay": "5",
    "patience": "60",
    "password": "",
    "status": "404",
}
"""Values of `@name@` that a scenario gets unless others are given."""

SIPP_WORDS = frozenset({"send", "recv", "pause", "nop", "label", "timewait", "Global", "Reference"})


class ScenarioError(ValueError):
    """A scenario can't be turned into SIPp's; the message says which, and why."""


@dataclass
class Rendered:
    """A scenario for SIPp: its XML, and the capture files that it plays, by name."""

    xml: str
    captures: dict[str, bytes] = field(default_factory=dict)


def names() -> dict[str, str]:
    """Name of each scenario, and what it does."""
    return {path.stem: str(ET.parse(path).getroot().get("name")) for path in sorted(FOLDER.glob("*.xml"))}  # noqa: S314


def render(name: str, values: Mapping[str, str] | None = None) -> Rendered:
    """Gives scenario `name` with the values filled in.

    Raises:
        ScenarioError: there is no such scenario, or it holds an unknown word, or a value that isn't given.
    """
    path = FOLDER / f"{name}.xml"
    if not path.exists():
        raise ScenarioError(f"no scenario {name!r}; there are: {', '.join(names())}")
    known = {**DEFAULTS, **(values or {})}
    done = Rendered("")
    try:
        elements = ET.fromstring(_filled(path.read_text(), known))  # noqa: S314 - our own file
        steps = [_step(element, done.captures, known) for element in elements]
    except KeyError as missing:
        raise ScenarioError(f"{path.name} needs a value for {missing}") from None
    if any(step == _BE_CALLED for step in steps):
        steps.append(_HAS_BEEN_CALLED)
    # SIPp's parser is not a whole XML parser: message texts must stand in it as CDATA, so it is put together by hand.
    done.xml = f'<?xml version="1.0"?>\n<scenario name="{name}">\n' + "\n".join(steps) + "\n</scenario>\n"
    return done


def _filled(text: str, values: Mapping[str, str]) -> str:
    return re.sub(r"@([a-z-]+)@", lambda found: values[found[1]], text)


def _step(element: ET.Element, captures: dict[str, bytes], values: Mapping[str, str]) -> str:
    if element.tag == "type":
        return _type(element, captures)
    if element.tag in _WORDS:
        return _filled(_WORDS[element.tag](element), values)
    if element.tag not in SIPP_WORDS:
        raise ScenarioError(f"<{element.tag}> is neither a word of ours nor one of SIPp's")
    return ET.tostring(element, encoding="unicode").strip()


def _type(element: ET.Element, captures: dict[str, bytes]) -> str:
    times = {name: int(element.get(name, default)) for name, default in (("on", 100), ("off", 60), ("held", 0))}
    typing = Typing(element.get("digits", ""), **times, earlier=len(captures))
    name = f"typing-{len(captures) + 1}.pcap"
    captures[name] = capture(typing)
    return f'<nop><action><exec play_pcap_audio="{name}"/></action></nop>\n{_pause(typing.duration + typing.held)}'


def _ms(element: ET.Element, attribute: str) -> int:
    return int(float(element.get(attribute, "0")) * 1000)


def _pause(ms: int) -> str:
    return f'<pause milliseconds="{ms}"/>'


def _send(message: str, *attributes: str) -> str:
    return f"<send {' '.join(attributes)}>\n<![CDATA[\n{message}\n]]>\n</send>"


_SURE = 'retrans="500"'
_PROVISIONAL = "\n".join(f'<recv response="{status}" optional="true"/>' for status in (100, 180, 183))
_HANG_UP = f'{_send(BYE, _SURE)}\n<recv response="200"/>'


def _call(_: ET.Element) -> str:
    return "\n".join([_send(INVITE, _SURE), _PROVISIONAL, '<recv response="200" rrs="true"/>', _send(ACK)])


def _expect(element: ET.Element) -> str:
    refused = f'<recv response="{element.get("status")}"/>'
    return "\n".join([_send(INVITE, _SURE), _PROVISIONAL, refused, _send(ACK_REFUSAL)])


def _call_and_cancel(element: ET.Element) -> str:
    return "\n".join(
        [
            _send(INVITE, _SURE),
            '<recv response="100"/>',
            _pause(_ms(element, "after")),
            _send(CANCEL, _SURE),
            '<recv response="180" optional="true"/>',
            '<recv response="200"/>',
            '<recv response="487"/>',
            _send(ACK_REFUSAL),
        ]
    )


def _type_by_info(element: ET.Element) -> str:
    """A message for each key, 200 ms apart."""
    return "\n".join(
        "\n".join([_send(INFO.replace("@key@", key), _SURE), '<recv response="200"/>', _pause(200)])
        for key in element.get("digits", "")
    )


def _be_hung_up(element: ET.Element) -> str:
    return f'<recv request="BYE" timeout="{_ms(element, "within")}"/>\n{_send(OK)}'


def _stay(element: ET.Element) -> str:
    return "\n".join(
        [
            f'<recv request="BYE" timeout="{_ms(element, "seconds")}" ontimeout="leave"/>',
            _send(OK, 'next="gone"'),
            '<label id="leave"/>',
            _HANG_UP,
            '<label id="gone"/>',
        ]
    )


# The PBX asks a phone whether it is there by OPTIONS, which is a call of its own to SIPp.
_BE_CALLED = """\
<recv request="OPTIONS" optional="true" next="asked"/>
<recv request="INVITE" rrs="true"><action>
<ereg regexp=".*" search_in="hdr" header="From:" assign_to="calling"/>
<ereg regexp=".*" search_in="hdr" header="To:" assign_to="called"/>
</action></recv>
<Reference variables="calling,called"/>"""
_HAS_BEEN_CALLED = f"""\
<nop next="over"><action><exec int_cmd="stop_now"/></action></nop>
<label id="asked"/>
{_send(OK_TO_OPTIONS)}
<label id="over"/>"""


def _register(_: ET.Element) -> str:
    first = REGISTER.replace("@credentials@", "")
    second = REGISTER.replace("@credentials@", "[authentication username=@user@ password=@password@]\n")
    return "\n".join(
        [_send(first, _SURE), '<recv response="401" auth="true"/>', _send(second, _SURE), '<recv response="200"/>']
    )


def _answer(_: ET.Element) -> str:
    return f'{_send(OK_WITH_SDP, _SURE)}\n<recv request="ACK"/>'


def _refuse(element: ET.Element) -> str:
    return f'{_send(REFUSAL.replace("@status@", element.get("status", "")), _SURE)}\n<recv request="ACK"/>'


def _be_cancelled(element: ET.Element) -> str:
    cancelled = f'<recv request="CANCEL" timeout="{_ms(element, "within")}"/>'
    return "\n".join([cancelled, _send(OK), _send(TERMINATED, _SURE), '<recv request="ACK"/>'])


_WORDS: dict[str, Callable[[ET.Element], str]] = {
    "call": _call,
    "expect": _expect,
    "call-and-cancel": _call_and_cancel,
    "wait": lambda element: _pause(_ms(element, "seconds")),
    "type-by-info": _type_by_info,
    "hang-up": lambda _: _HANG_UP,
    "be-hung-up": _be_hung_up,
    "stay": _stay,
    "register": _register,
    "be-called": lambda _: _BE_CALLED,
    "ring": lambda _: _send(RINGING),
    "phone-hangs-up": lambda _: f'{_send(PHONE_BYE, _SURE)}\n<recv response="200"/>',
    "answer": _answer,
    "refuse": _refuse,
    "be-cancelled": _be_cancelled,
}
