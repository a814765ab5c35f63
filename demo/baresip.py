"""One baresip: a real SIP telephone without a screen, steered over its control socket (modules of version 1.0).

It sends a steady tone instead of a voice, and writes all that it hears to a file, so that tests can tell by tone
whether two people hear each other (`demo/tones.py`).
"""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from demo.ports import free_port, free_window
from demo.process import Child, child, port_is_open, until

MODULES = Path("/usr/lib/baresip/modules")
SAMPLE_RATE = 8000
WAV_HEADER_BYTES = 44
KEY_GAP_SECONDS = 0.08
"""Between two keys: a dialler that sends a code from a `tel:` link presses about that fast."""

_START_SECONDS = 10
_ANSWER_SECONDS = 5


class PhoneRefusedError(RuntimeError):
    """A baresip did not do what it was told; the message holds its answer."""


@dataclass(frozen=True)
class PhoneEvent:
    """Something that a phone told.

    Attributes:
        type: `CALL_INCOMING`, `CALL_RINGING`, `CALL_ESTABLISHED`, `CALL_CLOSED`, `REGISTER_OK`, …
        text: with CALL_CLOSED, why; with the others, what baresip says there.
        at: time of arrival, in seconds of the event loop's clock.
    """

    type: str
    text: str
    at: float


@dataclass
class Baresip:
    """A running baresip.

    Attributes:
        events: all that it told since it started, in order.
    """

    child: Child
    recordings: Path
    events: list[PhoneEvent] = field(default_factory=list)
    _writer: asyncio.StreamWriter | None = None
    _answers: dict[str, "asyncio.Future[dict[str, Any]]"] = field(default_factory=dict)

    async def tell(self, command: str, parameters: str = "") -> str:
        """Gives a command of baresip's menu, such as `hangup`, and returns what it printed.

        Raises:
            PhoneRefusedError: it said no, or nothing within 5 s.
        """
        if self._writer is None:
            raise PhoneRefusedError(f"{self.child.name} has no control socket")
        token = f"{len(self.events)}-{command}-{asyncio.get_running_loop().time()}"
        message = json.dumps({"command": command, "params": parameters, "token": token}).encode()
        answer = self._answers[token] = asyncio.get_running_loop().create_future()
        self._writer.write(b"%d:%s," % (len(message), message))
        try:
            reply = await asyncio.wait_for(answer, _ANSWER_SECONDS)
        except TimeoutError:
            raise PhoneRefusedError(f"{self.child.name} did not answer to {command}: {self.child.tail()}") from None
        finally:
            del self._answers[token]
        if not reply.get("ok"):
            raise PhoneRefusedError(f"{self.child.name} can't {command} {parameters}: {reply.get('data')}")
        return str(reply.get("data", ""))

    async def dial(self, uri: str) -> None:
        """Starts a call; `happened("CALL_ESTABLISHED")` tells when it is answered."""
        await self.tell("dial", uri)

    async def answer(self) -> None:
        """Picks up."""
        await self.tell("accept")

    async def hang_up(self) -> None:
        """Ends the call, or declines it while it rings."""
        await self.tell("hangup")

    async def press(self, keys: str, gap: float = KEY_GAP_SECONDS) -> None:
        """Presses keys one by one (RFC 4733), `gap` seconds between two."""
        for key in keys:
            await self.tell("sndcode", key)
            await asyncio.sleep(gap)

    async def happened(self, event: str, *, seconds: float = 10, times: int = 1) -> PhoneEvent:
        """Waits until the phone has told `event` for the `times`-th time, also when that was before.

        Raises:
            NotInTimeError: it did not within `seconds`.
        """

        def so_far() -> list[PhoneEvent]:
            return [told for told in self.events if told.type == event]

        what = f"{self.child.name} tells {event} (it told {[told.type for told in self.events]})"
        await until(lambda: len(so_far()) >= times, what=what, seconds=seconds, child=self.child)
        return so_far()[times - 1]

    def heard(self, seconds: float | None = None) -> bytes:
        """What the phone has heard in its last call: signed 16-bit samples, 8 kHz, one channel.

        Args:
            seconds: only the last so many; None: all of the call so far.
        """
        files = sorted(self.recordings.glob("dump-*-dec.wav"))
        if not files:
            return b""
        # The header's length is only right once the call is over, so the samples are read as they are.
        sound = files[-1].read_bytes()[WAV_HEADER_BYTES:]
        sound = sound[: len(sound) // 2 * 2]
        return sound if seconds is None else sound[-int(seconds * SAMPLE_RATE) * 2 :]

    async def _listen(self, reader: asyncio.StreamReader) -> None:
        """Takes events and answers off the control socket: JSON in netstrings."""
        while True:
            length = await reader.readuntil(b":")
            message = json.loads(await reader.readexactly(int(length[:-1])))
            await reader.readexactly(1)
            if message.get("event"):
                now = asyncio.get_running_loop().time()
                self.events.append(PhoneEvent(str(message["type"]), str(message.get("param", "")), now))
            elif (waiting := self._answers.get(str(message.get("token")))) and not waiting.done():
                waiting.set_result(message)

    async def connect(self, port: int) -> "asyncio.Task[None]":
        """Opens the control socket, and listens to it in a task."""
        reader, self._writer = await asyncio.open_connection("127.0.0.1", port)
        return asyncio.create_task(self._listen(reader))

    def disconnect(self) -> None:
        """Closes the control socket."""
        if self._writer is not None:
            self._writer.close()


@asynccontextmanager
async def baresip(name: str, folder: Path, *, address: str, account: str, tone: int) -> AsyncIterator[Baresip]:
    """Runs a baresip for as long as the block lasts.

    Args:
        name: what to call it in messages.
        folder: of its own; receives configuration, log and recordings.
        address: loopback address that it calls from.
        account: line of baresip's `accounts` file.
        tone: frequency in Hz of the tone that it sends.

    Raises:
        ChildEndedError, NotInTimeError: it did not start; the message holds the end of its log.
    """
    control = free_port()
    (folder / "heard").mkdir(parents=True)
    write_files(folder, _config(address, control, tone, folder / "heard"), account)
    log = folder / "baresip.log"
    async with child(name, ["baresip", "-f", folder], log=log, cwd=folder) as process:
        await until(lambda: port_is_open(control), what=f"{name} is up", seconds=_START_SECONDS, child=process)
        phone = Baresip(process, folder / "heard")
        listening = await phone.connect(control)
        try:
            yield phone
        finally:
            listening.cancel()
            phone.disconnect()
            with contextlib.suppress(asyncio.CancelledError, asyncio.IncompleteReadError, ConnectionError):
                await listening


def write_files(folder: Path, config: str, account: str) -> None:
    """Writes what baresip reads, for the owner only: the account has a password in it."""
    for name, text in {"config": config, "accounts": f"{account}\n", "contacts": ""}.items():
        file = folder / name
        file.touch(mode=0o600)
        file.write_text(text)


def _config(address: str, control: int, tone: int, recordings: Path) -> str:
    """The text of `config`. Baresip's tone generator speaks 48 kHz stereo only; baresip makes 8 kHz of it."""
    rtp = free_window(20)
    lines = {
        "poll_method": "epoll",
        "statmode_default": "off",
        "sip_listen": f"{address}:{free_port()}",
        "net_interface": address,
        "rtp_ports": f"{rtp.start}-{rtp.stop - 1}",
        "call_max_calls": "4",
        # With a buffer, version 1.0 drops all sound after Asterisk begins a new RTP stream, as bridging does.
        "jitter_buffer_delay": "0-0",
        "audio_source": f"ausine,{tone}",
        "ausrc_srate": "48000",
        "ausrc_channels": "2",
        "ausrc_format": "s16",
        "module_path": str(MODULES),
        "ctrl_tcp_listen": f"127.0.0.1:{control}",
        "snd_path": str(recordings),
    }
    modules = [("module", name) for name in ("g711", "ausine", "sndfile")]
    modules += [("module_app", name) for name in ("account", "menu", "ctrl_tcp")]
    return "".join(
        [*(f"{key}\t{value}\n" for key, value in lines.items()), *(f"{kind}\t{name}.so\n" for kind, name in modules)]
    )
