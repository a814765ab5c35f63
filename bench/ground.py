"""What every row stands on: sizes, the real servers, a place for files, the load generator, and how to take turns."""

import itertools
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager, nullcontext
from dataclasses import dataclass, replace
from pathlib import Path

from bench import installation, seed
from bench.generator import Generator, generator
from bench.installation import Installation
from bench.machine import cpu_of
from bench.plans import Load, Plan, Requests
from demo.irma import RunningIrma, irma_server
from demo.postgres import postgres

Measure = Callable[[], Awaitable[Load]]


@dataclass(frozen=True)
class Size:
    """How much is measured."""

    rounds: int = 7
    seconds: float = 2.0  # of each half of a round
    warm_up: float = 1.5  # seconds, before the first round
    at_once: int = 8
    living: int = 20_000  # codes
    idle: int = 5_000  # sessions
    feeds: int = 5_000
    past: tuple[int, int] = (1_000, 1_000_000)  # rows
    paced_seconds: float = 20.0
    idle_seconds: float = 10.0  # that an api is watched while nobody asks
    settle_seconds: float = 12.0  # before that: an idle backend counts what it has done after 10 s (pgstat.c)
    pace: float = 50.0  # a second
    agents: int = 150


FULL = Size()
QUICK = Size(
    rounds=2,
    seconds=1.5,
    warm_up=0.5,
    living=4_000,
    idle=500,
    feeds=500,
    past=(1_000, 50_000),
    paced_seconds=4.0,
    idle_seconds=4.0,
    agents=30,
)
TINY = Size(
    rounds=1,
    seconds=0.3,
    warm_up=0.1,
    living=500,
    idle=20,
    feeds=20,
    past=(10, 1_000),
    paced_seconds=0.5,
    idle_seconds=0.2,
    settle_seconds=0.0,
    pace=20.0,
    agents=3,
)


@dataclass(frozen=True)
class Ground:
    """The parts that all rows share."""

    folder: Path
    size: Size
    irma: RunningIrma
    postgres_url: str
    load: Generator
    tell: Callable[[str], None]
    _numbers: "itertools.count[int]"

    def installation(self) -> AbstractAsyncContextManager[Installation]:
        """An api of its own on a database of its own."""
        folder = self.folder / f"api-{next(self._numbers)}"
        folder.mkdir()
        return installation.installation(folder, self.postgres_url, self.irma)

    def ceiling(self, of: Installation) -> AbstractAsyncContextManager[Installation]:
        """The bare endpoints, on the database of an installation."""
        return installation.ceiling(self.folder, of, self.irma)

    async def flat_out(
        self, at: Installation, requests: Requests, seconds: float | None = None, other: Installation | None = None
    ) -> Load:
        """Ask as fast as is answered, `at_once` at a time. Meanwhile `other` stands still.

        Not for longer: what it had asked the IRMA server would be past its deadline, and its breaker would open.
        """
        seconds = self.size.seconds if seconds is None else seconds
        cpu = cpu_of(at.process.pid)
        with nullcontext() if other is None else other.paused():
            load = await self.load.one(Plan("closed", [requests], at_once=self.size.at_once, seconds=seconds))
        return replace(load, cpu=1000 * (cpu_of(at.process.pid) - cpu) / max(1, load.answered))

    async def in_turns(self, a: Measure, b: Measure) -> tuple[list[Load], list[Load]]:
        """Measure a, b, a, b …: what else the machine does then falls on both."""
        ours, theirs = [], []
        for number in range(1, self.size.rounds + 1):
            ours.append(await a())
            theirs.append(await b())
            self.tell(f"    round {number}: {ours[-1]} beside {theirs[-1]}")
        return ours, theirs

    async def sessions(self, at: Installation, seconds: float | None = None, other: Installation | None = None) -> Load:
        """Start disclosures, and clear them away afterwards."""
        load = await self.flat_out(at, at.starting(), seconds, other)
        await seed.as_before(at.database)
        return answered(load, "a session was not started")

    async def resolves(
        self, at: Installation, codes: list[str], seconds: float | None = None, other: Installation | None = None
    ) -> Load:
        """Resolve living codes, and let them live again afterwards."""
        load = await self.flat_out(at, at.resolving(codes), seconds, other)
        await seed.as_before(at.database)
        return answered(load, "a code was not resolved")


class WrongAnswers(RuntimeError):
    """What was measured did not do its work: the figure would mean nothing."""


def answered(load: Load, fault: str) -> Load:
    """Return the load if all of it was answered with 200. Raises WrongAnswers."""
    if not load.all_are(200):
        raise WrongAnswers(f"{fault}: answers by status {load.statuses}")
    return load


@asynccontextmanager
async def ground(folder: Path, size: Size, tell: Callable[[str], None]) -> AsyncIterator[Ground]:
    """Start what all rows share, for as long as the block lasts."""
    async with AsyncExitStack() as stack:
        irma = await stack.enter_async_context(irma_server(folder / "irma"))
        url = await stack.enter_async_context(postgres(folder))
        load = await stack.enter_async_context(generator())
        yield Ground(folder, size, irma, url, load, tell, itertools.count(1))
