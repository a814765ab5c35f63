"""Starts a program of the demo or the tests as a child, and makes sure that nothing of it stays behind.

Each child leads a process group of its own, writes what it says to a log file, dies with its parent, and is stopped by
its own id: first asked (TERM), then made (KILL).
"""

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

POLL_SECONDS = 0.02
LOG_TAIL_LINES = 20

# The kernel ends it when we die, whatever we die of. That is asked for after the fork: who is another's child by then
# came too late to be told, and ends by itself.
_TIED_TO_US = ("setpriv", "--pdeathsig", "TERM", "sh", "-c", '[ "$PPID" = "$0" ] && exec "$@"')


class ChildEndedError(RuntimeError):
    """A program that should be running has ended; the message holds the end of its log."""


class NotInTimeError(TimeoutError):
    """What was waited for did not happen within its time."""


@dataclass(frozen=True)
class Child:
    """A program that was started here.

    Attributes:
        name: what the program is called in messages.
        log: the file with all that it wrote on stdout and stderr.
    """

    name: str
    log: Path
    process: asyncio.subprocess.Process

    @property
    def pid(self) -> int:
        """The process id, which is also the id of its process group."""
        return self.process.pid

    @property
    def exit_code(self) -> int | None:
        """None while it runs; negative when a signal ended it."""
        return self.process.returncode

    def tail(self) -> str:
        """The last lines of its log."""
        if not self.log.exists():
            return ""
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-LOG_TAIL_LINES:])

    def check_running(self) -> None:
        """Raises ChildEndedError when the program is no longer there."""
        if self.exit_code is not None:
            raise ChildEndedError(
                f"{self.name} ended with code {self.exit_code}. Its log, {self.log}, ends with:\n{self.tail()}"
            )

    async def wait(self, seconds: float) -> int:
        """Waits until the program ends by itself, and gives its exit code.

        Raises:
            NotInTimeError: it still ran after `seconds`.
        """
        try:
            return await asyncio.wait_for(self.process.wait(), seconds)
        except TimeoutError:
            raise NotInTimeError(f"{self.name} still runs after {seconds} s; its log is {self.log}") from None

    async def stop(self, grace: float = 5.0) -> None:
        """Asks the program to end, and ends it after `grace` seconds; then ends what is left of its group."""
        if self.exit_code is None:
            self._signal(signal.SIGTERM)
            with suppress(TimeoutError):
                await asyncio.wait_for(self.process.wait(), grace)
        self._signal(signal.SIGKILL)
        await self.process.wait()

    def _signal(self, number: signal.Signals) -> None:
        with suppress(ProcessLookupError):
            os.killpg(self.pid, number)


@asynccontextmanager
async def child(
    name: str,
    command: Sequence[str | Path],
    *,
    log: Path,
    env: Mapping[str, str] | None = None,
    cwd: Path | None = None,
    grace: float = 5.0,
) -> AsyncIterator[Child]:
    """Runs `command` for as long as the block lasts.

    Args:
        name: what to call it in messages.
        command: program and arguments.
        log: file that receives stdout and stderr; appended to.
        env: variables on top of the ones of this process.
        cwd: folder that it starts in; None: this one.
        grace: seconds between asking it to stop and ending it.
    """
    started = await start(name, command, log=log, env=env, cwd=cwd)
    try:
        yield started
    finally:
        await asyncio.shield(started.stop(grace))


async def start(
    name: str,
    command: Sequence[str | Path],
    *,
    log: Path,
    env: Mapping[str, str] | None = None,
    cwd: Path | None = None,
) -> Child:
    """Starts `command`; the caller must await `stop()` in the end. `child` does both."""
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("ab") as out:
        process = await asyncio.create_subprocess_exec(
            *_TIED_TO_US,
            str(os.getpid()),
            *map(str, command),
            stdin=asyncio.subprocess.DEVNULL,  # it must not touch a terminal
            stdout=out,
            stderr=out,
            env={**os.environ, **(env or {})},
            cwd=cwd,
            start_new_session=True,
        )
    return Child(name, log, process)


async def until(
    condition: Callable[[], bool | Awaitable[bool]],
    *,
    what: str,
    seconds: float = 10.0,
    child: Child | None = None,
) -> None:
    """Waits until `condition()` holds; it is asked again every 20 ms.

    Args:
        condition: may be a coroutine function.
        what: what is waited for, for the message.
        seconds: how long at most.
        child: the program that must stay alive meanwhile.

    Raises:
        NotInTimeError: it did not hold within `seconds`.
        ChildEndedError: `child` ended meanwhile.
    """
    clock = asyncio.get_running_loop().time
    end = clock() + seconds
    while True:
        answer = condition()
        if isinstance(answer, Awaitable):
            answer = await answer
        if answer:
            return
        if child is not None:
            child.check_running()
        if clock() > end:
            tail = f"; the log of {child.name} ends with:\n{child.tail()}" if child else ""
            raise NotInTimeError(f"Not within {seconds} s: {what}{tail}")
        await asyncio.sleep(POLL_SECONDS)


async def port_is_open(port: int, host: str = "127.0.0.1") -> bool:
    """True when somebody accepts TCP connections there."""
    try:
        _, writer = await asyncio.open_connection(host, port)
    except OSError:
        return False
    writer.close()
    with suppress(OSError):
        await writer.wait_closed()
    return True
