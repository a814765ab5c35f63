"""An agent's phone: a baresip that registers with the PBX and, unless told otherwise, picks up by itself."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from demo.baresip import Baresip, baresip
from demo.ports import LOOPBACK
from demo.process import until

AGENT_TONE = 600
"""Hz; what an agent's phone sends instead of a voice."""

REGISTER_SECONDS = 60


@asynccontextmanager
async def softphone(
    folder: Path,
    *,
    user: str,
    password: str,
    pbx_port: int,
    answers: bool = True,
    tone: int = AGENT_TONE,
    patience: float = 10,
) -> AsyncIterator[Baresip]:
    """Runs a phone for as long as the block lasts; gives it once it is registered.

    Args:
        folder: of its own; receives configuration, log and recordings.
        user: of the SIP account; the account has the same name.
        password: of the SIP account.
        pbx_port: where the PBX hears SIP, on 127.0.0.1.
        answers: picks up by itself; else it rings until `answer()` or `hang_up()`.
        tone: Hz.
        patience: seconds within which it must be registered.

    Raises:
        NotInTimeError: the PBX did not accept the registration.
    """
    mode = "auto" if answers else "manual"
    account = (
        f"<sip:{user}@{LOOPBACK}:{pbx_port}>;auth_user={user};auth_pass={password}"
        f";regint={REGISTER_SECONDS};answermode={mode};audio_codecs=PCMA/8000/1,PCMU/8000/1"
    )
    async with baresip(f"Phone {user}", folder, address=LOOPBACK, account=account, tone=tone) as phone:
        await until(lambda: registered(phone), what=f"phone {user} is registered", seconds=patience, child=phone.child)
        yield phone


async def registered(phone: Baresip) -> bool:
    """Whether the PBX knows where the phone is."""
    # Asked, as the answer to its REGISTER can be there before we listen to its events.
    return "OK " in await phone.tell("reginfo")
