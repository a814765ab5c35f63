"""Runs SIPp with a scenario of ours (`scenario.py`), as a caller on the trunk or as an agent's phone.

Keys as RFC 4733 events need a raw socket, and so root; SIP INFO doesn't.
"""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from demo.asterisk import TRUNK_ADDRESS
from demo.ports import LOOPBACK, free_port, free_window
from demo.process import Child, child, until
from tests.sip.scenario import render

CALLED_NUMBER = "0201234567"
PORTS_PER_CALL = 4
RECEIVE_SECONDS = 20
PLAYED = (0, 97)
"""Exit codes of SIPp: all calls were as they should be; the scenario itself said that it was over."""

LONGEST_SECONDS = 180


class ScenarioFailedError(AssertionError):
    """What the scenario describes did not happen; the message holds what SIPp said."""


@dataclass(frozen=True)
class Target:
    """Where to call: a PBX, and the number there (of a phone that registers: its account)."""

    port: int
    number: str = CALLED_NUMBER
    host: str = LOOPBACK


@dataclass(frozen=True)
class Sipp:
    """A SIPp that runs a scenario.

    Attributes:
        errors: file where it tells of messages that it did not expect.
    """

    child: Child
    errors: Path

    async def done(self, seconds: float = LONGEST_SECONDS) -> None:
        """Waits until the scenario has been played.

        Raises:
            ScenarioFailedError: something else happened.
            NotInTimeError: it still runs after `seconds`.
        """
        # A phone doesn't end by itself when its call fails: it could be called again.
        await until(
            lambda: self.child.exit_code is not None or self._has_failed(),
            what=f"{self.child.name} is over",
            seconds=seconds,
        )
        if self.child.exit_code not in PLAYED:
            raise ScenarioFailedError(f"{self.child.name} failed:\n{self._told() or self.child.tail()}")

    def _has_failed(self) -> bool:
        return "aborting call" in self._told().lower()

    def _told(self) -> str:
        return self.errors.read_text(errors="replace") if self.errors.exists() else ""


@asynccontextmanager
async def sipp(
    folder: Path,
    scenario: str,
    to: Target,
    *,
    values: Mapping[str, str] | None = None,
    address: str = TRUNK_ADDRESS,
    port: int | None = None,
    calls: int | None = 1,
    rate: int = 10,
) -> AsyncIterator[Sipp]:
    """Plays a scenario while the block lasts; `done()` waits for its end.

    Args:
        folder: of its own; receives the scenario as SIPp reads it, captures and logs.
        scenario: name of a file in `scenarios/`, without `.xml`.
        to: the PBX.
        values: for the `@name@`s in the scenario.
        address: that SIPp calls from, or is called on.
        port: of its own SIP; None: a free one.
        calls: how many; None: until the scenario says that it is over.
        rate: how many a second.
    """
    _write(folder, scenario, values or {})
    errors = folder / "errors.log"
    command = [
        *("sipp", f"{to.host}:{to.port}", "-sf", f"{scenario}.xml", "-s", to.number),
        *("-i", address, "-p", str(port or free_port())),
        *("-mi", address, "-mp", str(free_window(PORTS_PER_CALL * ((calls or 1) + 1)).start)),
        *(("-m", str(calls), "-r", str(rate), "-l", str(calls)) if calls else ()),
        *("-nostdin", "-trace_err", "-error_file", str(errors)),
        *("-recv_timeout", str(RECEIVE_SECONDS * 1000), "-timeout", f"{LONGEST_SECONDS}s", "-timeout_error"),
    ]
    async with child(f"SIPp {scenario}", command, log=folder / "sipp.log", cwd=folder, grace=1) as process:
        yield Sipp(process, errors)


def _write(folder: Path, scenario: str, values: Mapping[str, str]) -> None:
    done = render(scenario, values)
    folder.mkdir(parents=True)
    (folder / f"{scenario}.xml").write_text(done.xml)
    for name, content in done.captures.items():
        (folder / name).write_bytes(content)


async def play(folder: Path, scenario: str, to: Target, *, address: str = TRUNK_ADDRESS, **options: str) -> None:
    """Plays a caller's scenario from begin to end.

    Args:
        folder: of its own.
        scenario: name of a file in `scenarios/`, without `.xml`.
        to: the PBX.
        address: that SIPp calls from.
        options: values for the `@name@`s in the scenario.

    Raises:
        ScenarioFailedError: something else happened.
    """
    async with sipp(folder, scenario, to, values=options, address=address) as running:
        await running.done()


@asynccontextmanager
async def scripted_phone(
    folder: Path, scenario: str, *, user: str, password: str, pbx_port: int, **options: str
) -> AsyncIterator[Sipp]:
    """A phone of an agent that does what a `phone-…` scenario says; registers first, with user and password.

    Args:
        folder: of its own.
        scenario: such as `phone-busy`.
        user: of the SIP account.
        password: of the SIP account.
        pbx_port: where the PBX hears SIP, on 127.0.0.1.
        options: values for the `@name@`s in the scenario.
    """
    port, to = free_port(), Target(pbx_port, user)
    registering = {"user": user, "password": password}
    async with sipp(folder / "register", "phone-registers", to, values=registering, address=LOOPBACK, port=port) as run:
        await run.done()
    async with sipp(folder / "phone", scenario, to, values=options, address=LOOPBACK, port=port, calls=None) as phone:
        yield phone
