"""A citizen's phone: calls in over the trunk, types the code like a dialler does, and hears what the PBX plays.

The trunk knows its calls by their address (127.0.0.2), so the caller calls from there. Calls that must be exact to the
packet are SIPp's: `demo/sipp.py`.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote

from demo.asterisk import TRUNK_ADDRESS
from demo.baresip import Baresip, baresip
from demo.ports import LOOPBACK

CALLER_TONE = 1100
"""Hz; what a caller sends instead of a voice."""

INVENTED_NUMBER = "0612345678"
DIALLER_PAUSE_SECONDS = 2.0
"""How long a phone waits at a comma of a `tel:` link."""


@dataclass(frozen=True)
class Dialled:
    """What a phone makes of a `tel:` link: the number, the pauses after the answer, and the keys after those."""

    number: str
    pause: float
    keys: str


def dialled(tel: str) -> Dialled:
    """Reads a link such as `tel:+31201234567,,1234567890` as a phone does.

    Raises:
        ValueError: it isn't a `tel:` link with a number.
    """
    scheme, _, rest = unquote(tel).partition(":")
    number, *after = rest.replace(";", ",").replace("p", ",").split(",")
    number = "".join(sign for sign in number if sign.isdigit() or sign == "+")
    if scheme != "tel" or not number:
        raise ValueError(f"not a tel: link with a number: {tel!r}")
    keys = "".join(sign for sign in "".join(after) if sign in "0123456789*#")
    return Dialled(number, len(after) * DIALLER_PAUSE_SECONDS, keys)


@asynccontextmanager
async def caller(
    folder: Path, *, number: str = INVENTED_NUMBER, address: str = TRUNK_ADDRESS, tone: int = CALLER_TONE
) -> AsyncIterator[Baresip]:
    """Runs a citizen's phone for as long as the block lasts.

    Args:
        folder: of its own; receives configuration, log and recordings.
        number: that it calls from.
        address: of the trunk.
        tone: Hz.
    """
    account = f"<sip:{number}@{address}>;regint=0;answermode=manual;audio_codecs=PCMA/8000/1,PCMU/8000/1"
    async with baresip(f"Caller {number}", folder, address=address, account=account, tone=tone) as phone:
        yield phone


def at_pbx(number: str, pbx_port: int) -> str:
    """The SIP address of a number at a PBX on loopback."""
    return f"sip:{number}@{LOOPBACK}:{pbx_port}"
