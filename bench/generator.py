"""The measuring side of the load generator: starts its process and hands it plans."""

import asyncio
import json
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from bench.plans import Load, Plan
from demo.places import ROOT

_LONGEST_LINE = 2**26  # bytes; a plan holds every code of a run
STOP_SECONDS = 20.0


class GeneratorFailed(RuntimeError):
    """The load generator ended; what it said stands above."""


class Generator:
    """A process that makes load, so that what is measured does not pay for it."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process

    async def do(self, plan: Plan) -> list[Load]:
        """Let it do a plan; a result for each load of it. Raises GeneratorFailed."""
        told, said = self._process.stdin, self._process.stdout
        if told is None or said is None:
            raise GeneratorFailed(GeneratorFailed.__doc__)
        told.write(json.dumps(plan.to_json()).encode() + b"\n")
        await told.drain()
        line = await said.readline()
        if not line:
            raise GeneratorFailed(GeneratorFailed.__doc__)
        return [Load(**result) for result in json.loads(line)]

    async def one(self, plan: Plan) -> Load:
        """The same for a plan with one load."""
        return (await self.do(plan))[0]


@asynccontextmanager
async def generator() -> AsyncIterator[Generator]:
    """Run a load generator for as long as the block lasts."""
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(
        *("setpriv", "--pdeathsig", "KILL", sys.executable, "-m", "bench.load"),
        stdin=pipe,
        stdout=pipe,
        limit=_LONGEST_LINE,
        cwd=ROOT,
    )
    try:
        yield Generator(process)
    finally:
        if process.stdin is not None:
            process.stdin.close()
        try:
            await asyncio.wait_for(process.wait(), STOP_SECONDS)
        except TimeoutError:
            process.kill()
            await process.wait()
