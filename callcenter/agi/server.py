"""The FastAGI server: `AGI(agi://127.0.0.1:4573/resolve)` and, as the call goes on, `/connected` and `/ended`.

FastAGI has no log-in and no TLS, so it listens on this machine unless told otherwise. Commands are panoramisk's; its
`Application` is not used, which reads for ever from a caller that closes early.
"""

import asyncio
import re
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Any

from panoramisk.fast_agi import Request  # type: ignore[import-untyped]

from callcenter.agi.asking import CallCentreApi, Found, Result, SlowDown, Typed
from callcenter.logs import Log, fault, log
from callcenter.model.code import CODE_LENGTH, is_code
from callcenter.model.phone_number import calling_number

LARGEST_GREETING = 16 * 1024  # bytes of what Asterisk says first
GREETING_SECONDS = 5.0
ASK_AGAIN_SECONDS = 1.0  # for a citizen who is nearly done
LONGEST_WAIT_SECONDS = 60.0  # that a slowed caller waits for their turn

_TRUNK = re.compile(r"[^/]*/([A-Za-z0-9_.-]{1,64})-[0-9a-f]{8}")  # PJSIP/provider-0000001f


class HungUp(Exception):
    """The caller is gone, or Asterisk is."""


class CanNotPlay(HungUp):
    """Asterisk could not do it: the sound is missing, or the caller is gone."""


@dataclass(frozen=True)
class AgiSettings:
    """What the server needs to know. `prompt`: a sound of the Asterisk; `digit_seconds`: to wait for each digit."""

    number: str
    prompt: str = "beep"
    digit_seconds: int = 10
    late_proof_seconds: float = 5


class Channel:
    """A caller's channel at the Asterisk that asks."""

    def __init__(self, request: Request) -> None:
        self._request = request

    def said(self, name: str) -> str:
        """What Asterisk said of the channel when it began, such as `uniqueid`, or argument `arg_1`."""
        return str(self._request.headers.get(f"agi_{name}", ""))

    async def command(self, words: str) -> str:
        """Send a command; return its result. Raises HungUp."""
        try:
            answer: dict[str, Any] = await self._request.send_command(words)
        except (OSError, ValueError):  # panoramisk can't read an answer that is none
            raise HungUp from None
        if answer.get("error") == "AGIAppError":  # result=-1, which a missing sound gives, and a hang-up too
            raise CanNotPlay
        if "error" in answer:
            raise HungUp
        return str(answer["result"][0])

    async def variable(self, name: str) -> str:
        """The value of a channel variable. Raises HungUp."""
        answer = await self._request.send_command(f"GET VARIABLE {name}")
        return str(answer.get("result", ("", ""))[1])

    async def set(self, **variables: str) -> None:
        """Set channel variables. Raises HungUp."""
        for name, value in variables.items():
            await self.command(f'SET VARIABLE {name} "{value}"')


class AgiServer:
    """Answers Asterisk's questions by asking our api."""

    def __init__(self, api: CallCentreApi, settings: AgiSettings) -> None:
        self._api = api
        self._settings = settings
        self._scripts: dict[str, Callable[[Channel], Awaitable[None]]] = {
            "resolve": self._resolve,
            "connected": lambda channel: self._tell(channel, "connected"),
            "ended": lambda channel: self._tell(channel, "ended"),
        }

    async def handle(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Serve one connection of Asterisk's: one AGI() in its dialplan."""
        try:
            async with asyncio.timeout(GREETING_SECONDS):
                greeting = (await reader.readuntil(b"\n\n")).decode(errors="replace")
            # At \n alone: `splitlines` would also end a line at U+2028 and others, which a caller's name may hold.
            headers = dict(line.split(": ", 1) for line in greeting.split("\n") if ": " in line)
            script = self._scripts.get(headers.get("agi_network_script", ""))
            if script is None:
                log(Log.AGI_REFUSED, reason="unknown-script")
                return
            await script(Channel(Request(None, headers, reader, writer)))
        except (TimeoutError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            log(Log.AGI_REFUSED, reason="no-greeting")
        except (HungUp, OSError, ValueError):
            log(Log.AGI_ASKED, result="hung-up")
        except Exception as error:  # noqa: BLE001 -- one call's fault must not end the server
            log(Log.FAILED, process="agi", **fault(error))
        finally:
            writer.close()

    async def _resolve(self, channel: Channel) -> None:
        try:
            found = await self._found(channel, channel.said("arg_1") or await self._read(channel))
        except CanNotPlay:
            log(Log.AGI_REFUSED, reason="prompt-not-played")
            found = Found(Result.AWAY)
        try:
            # Inherited by the agent's channel, so that it can tell when the two are connected.
            if found.reference:
                await channel.set(__VB_REFERENCE=found.reference)
            if found.irma_session:
                await channel.set(VB_IRMA_SESSION=found.irma_session)
            await channel.set(VB_RESULT=found.result)
        except HungUp:
            if found.reference:  # the h extension may not know of it
                await self._api.tell(found.reference, "ended")
            raise
        log(Log.AGI_ASKED, result=found.result)

    async def _read(self, channel: Channel) -> str:
        milliseconds = self._settings.digit_seconds * 1000
        return await channel.command(f"GET DATA {self._settings.prompt} {milliseconds} {CODE_LENGTH}")

    async def _found(self, channel: Channel, code: str) -> Found:
        """Ask, and ask again while that makes sense and the caller is there. Raises HungUp."""
        if not is_code(code):
            return Found(Result.WRONG if code else Result.NONE)
        typed = self._typed(channel, code)
        began = time.monotonic()
        while True:
            try:
                found = await self._api.resolve(typed)
                wait = ASK_AGAIN_SECONDS
                longest = self._settings.late_proof_seconds if found.result is Result.NOT_YET else 0
            except SlowDown as slow:
                found, wait, longest = Found(Result.TOO_MANY), slow.seconds, LONGEST_WAIT_SECONDS
            if time.monotonic() - began + wait > longest:
                return found
            await asyncio.sleep(wait)
            await channel.command("NOOP")  # who has hung up must not use the code up

    def _typed(self, channel: Channel, code: str) -> Typed:
        return Typed(
            number=self._settings.number,
            code=code,
            call=channel.said("uniqueid"),
            caller=calling_number(channel.said("callerid")),
            trunk=trunk_name(channel.said("channel")),
        )

    async def _tell(self, channel: Channel, state: str) -> None:
        """Tell how the call goes on; a caller without a right code has none, and nothing is to be told."""
        reference = await channel.variable("VB_REFERENCE")
        if reference and not await self._api.tell(reference, state):
            log(Log.AGI_REFUSED, reason=f"{state}-not-taken")


def trunk_name(channel: str) -> str | None:
    """Return the name of a channel's endpoint in the words of our api (small letters, digits and hyphens), if any."""
    found = _TRUNK.fullmatch(channel)
    if found is None:
        return None
    name = re.sub("[^a-z0-9-]", "-", found[1].lower())
    return (name if name[0].isalpha() else f"t{name}")[:40]


@asynccontextmanager
async def agi_server(server: AgiServer, host: str, port: int) -> AsyncIterator[None]:
    """Listen for as long as the block runs. Raises OSError."""
    listening = await asyncio.start_server(server.handle, host, port, limit=LARGEST_GREETING)
    try:
        yield
    finally:
        listening.close()
        with suppress(OSError):
            await listening.wait_closed()
