"""The load generator, a process of its own: `python -m bench.load` reads plans from stdin and answers each."""

import asyncio
import gc
import itertools
import json
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict

from bench.plans import MARK, Load, Plan, Requests, request
from bench.wire import Broken, Feed, Line

OPENING_AT_ONCE = 32  # feeds that are being opened; more would only wait in the kernel's queue
LATE_SECONDS = 5.0  # an answer or event that takes longer counts as lost


class Tally:
    """Counts answers and how long each took."""

    def __init__(self) -> None:
        self._took: list[float] = []
        self._statuses: Counter[str] = Counter()
        self._began, self._cpu = time.perf_counter(), time.process_time()

    def note(self, status: int, seconds: float) -> None:
        """Count one."""
        self._statuses[str(status)] += 1
        self._took.append(seconds)

    def result(self) -> Load:
        """Sum up."""
        seconds = time.perf_counter() - self._began
        took = sorted(self._took) or [0.0]
        p50, p99, worst = (1000 * took[min(len(took) - 1, int(len(took) * part))] for part in (0.5, 0.99, 1.0))
        busy = (time.process_time() - self._cpu) / seconds
        return Load(len(self._took), seconds, dict(self._statuses), p50, p99, worst, busy)


class Generator:
    """Holds the feeds that are open, and does one plan after another."""

    def __init__(self) -> None:
        self._feeds: list[Feed] = []
        self._kept: list[str] = []
        self._serial = itertools.count(time.time_ns() // 1000 % 10**9)

    async def do(self, plan: Plan) -> list[Load]:
        """Do what is planned; a result for each load."""
        match plan.kind:
            case "closed":
                return [await self._closed(plan, plan.loads[0])]
            case "paced":
                return await asyncio.gather(*(self._paced(plan, load) for load in plan.loads))
            case "feeds":
                return [await self._open_feeds(plan)]
            case "changes":
                return [await self._changes(plan, plan.loads[0])]
            case "close":
                for feed in self._feeds:
                    feed.close()
                self._feeds.clear()
                return []

    def _requests(self, load: Requests) -> Iterator[bytes]:
        if load.whole is not None:
            return (request.encode() for request in load.whole)
        values = load.values if load.values is not None else (f"{n:010d}" for n in self._serial)
        return (load.template.replace(MARK, value).encode() for value in values)

    async def _closed(self, plan: Plan, load: Requests) -> Load:
        requests = self._requests(load)
        if plan.most is not None:
            requests = itertools.islice(requests, plan.most)
        lines = [await Line.open(load.port) for _ in range(plan.at_once)]
        tally = Tally()
        end = time.perf_counter() + plan.seconds if plan.seconds else float("inf")

        async def one(line: Line) -> None:
            while time.perf_counter() < end and (raw := next(requests, None)) is not None:
                began = time.perf_counter()
                reply = await line.ask(raw)
                tally.note(reply.status, time.perf_counter() - began)
                if plan.keep and reply.status == 200:
                    self._kept.append(json.loads(reply.body)[plan.keep])

        await asyncio.gather(*(one(line) for line in lines))
        result = tally.result()
        for line in lines:
            line.close()
        return result

    async def _paced(self, plan: Plan, load: Requests) -> Load:
        idle: list[Line] = []
        tally = Tally()

        async def one(raw: bytes, due: float) -> None:
            line = idle.pop() if idle else await Line.open(load.port)
            status = 0
            try:
                async with asyncio.timeout(LATE_SECONDS):
                    status = (await line.ask(raw)).status
                idle.append(line)
            except (TimeoutError, Broken, OSError):
                line.close()
            tally.note(status, time.perf_counter() - due)

        async with asyncio.TaskGroup() as group:
            for raw, due in _beat(self._requests(load), plan):
                await asyncio.sleep(due - time.perf_counter())
                group.create_task(one(raw, due))
        result = tally.result()
        for line in idle:
            line.close()
        return result

    async def _open_feeds(self, plan: Plan) -> Load:
        tokens, self._kept = plan.tokens or self._kept, []
        port, tally, left = plan.loads[0].port, Tally(), iter(tokens)

        async def some() -> None:
            for token in left:
                began = time.perf_counter()
                raw = request("GET", "/v1/status/events", Authorization=f"Bearer {token}").encode()
                self._feeds.append(await Feed.open(port, raw))
                tally.note(200, time.perf_counter() - began)

        await asyncio.gather(*(some() for _ in range(OPENING_AT_ONCE)))
        return tally.result()

    async def _changes(self, plan: Plan, load: Requests) -> Load:
        """Make a change at a time, and see how long it takes until its feed tells."""
        tally, line = Tally(), await Line.open(load.port)
        # Feeds were opened in the order of their tokens only roughly: any feed that tells is the one that changed.
        told: asyncio.Queue[float] = asyncio.Queue()
        for feed in self._feeds:
            feed.on_event = lambda: told.put_nowait(time.perf_counter())
        for raw, due in _beat(self._requests(load), plan):
            await asyncio.sleep(due - time.perf_counter())
            began = time.perf_counter()
            reply = await line.ask(raw)
            try:
                async with asyncio.timeout(LATE_SECONDS):
                    at = await told.get()
            except TimeoutError:
                tally.note(0, LATE_SECONDS)
            else:
                tally.note(reply.status, at - began)
        line.close()
        return tally.result()


def _beat(requests: Iterator[bytes], plan: Plan) -> Iterator[tuple[bytes, float]]:
    """Each request with the moment at which it is due."""
    began, count = time.perf_counter(), int(plan.rate * plan.seconds)
    for number, raw in enumerate(itertools.islice(requests, count)):
        yield raw, began + number / plan.rate


async def serve() -> None:
    """Do the plans that come on stdin until it closes."""
    generator, loop = Generator(), asyncio.get_running_loop()
    gc.disable()
    while line := await loop.run_in_executor(None, sys.stdin.readline):
        results = await generator.do(Plan.from_json(json.loads(line)))
        sys.stdout.write(json.dumps([asdict(result) for result in results]) + "\n")
        sys.stdout.flush()
        gc.collect()


if __name__ == "__main__":
    asyncio.run(serve())
