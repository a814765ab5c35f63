"""Thousands at once: sessions that are open and idle, and status feeds."""

import asyncio
from dataclasses import dataclass

from bench import seed
from bench.ground import Ground, answered
from bench.installation import Installation
from bench.machine import cpu_of, files_of, memory_of
from bench.plans import Load, Plan
from bench.rows.speed import SESSIONS, beside
from bench.table import Row, p99, ratio, spread

IDLE_QUERIES = 10.0  # transactions a second of a database that is idle: what one process does now and then
CHANGES_A_SECOND = 20.0


@dataclass(frozen=True)
class Idle:
    """What an api does while nobody asks anything."""

    queries: float  # transactions a second
    cpu: float  # share of a core

    def __str__(self) -> str:
        return f"{self.queries:.1f} transactions/s, {self.cpu:.0%} of a core"


async def _idle(ground: Ground, at: Installation) -> Idle:
    seconds = ground.size.idle_seconds
    await asyncio.sleep(ground.size.settle_seconds)
    cpu, queries = cpu_of(at.process.pid), await seed.queries(at.database)
    await asyncio.sleep(seconds)
    queries = await seed.queries(at.database) - queries - 1  # our own question is one
    return Idle(queries / seconds, (cpu_of(at.process.pid) - cpu) / seconds)


async def sessions(ground: Ground) -> list[Row]:
    """Starting sessions while many are open and idle, each with its status feed, beside an api that has none."""
    count = ground.size.idle
    async with ground.installation() as full, ground.installation() as empty:
        begin = Plan("closed", [full.starting()], at_once=ground.size.at_once, most=count, keep="statusToken")
        answered(await ground.load.one(begin), "a session was not started")
        await ground.load.one(Plan("feeds", [full.starting()]))
        await seed.keep_open(full.database)
        idle, before = await _idle(ground, full), await _idle(ground, empty)
        ground.tell(f"    {count} open and idle: {idle}; none: {before}")
        mine, its = await beside(ground, ground.sessions, full, empty)
        await ground.load.do(Plan("close"))
    part = ratio(mine, its)
    return [
        Row(
            f"{SESSIONS} with {count:,} sessions open and idle, each with its status feed",
            f"{spread(mine)}, p99 {p99(mine):.0f} ms: {part:.2f} of the ceiling; idle: {idle}",
            f"{spread(its)}: itself with none; idle: {before}",
            f"≥ 0.9 of it, p99 ≤ 100 ms, database idle (≤ {IDLE_QUERIES:.0f} transactions/s)",
            part >= 0.9 and p99(mine) <= 100 and idle.queries <= IDLE_QUERIES,
        )
    ]


async def feeds(ground: Ground) -> list[Row]:
    """Many open status feeds: what each costs, and how soon a change is told."""
    count = ground.size.feeds
    async with ground.installation() as at:
        codes = await seed.living(at.database, at.code_key, count)
        tokens = [seed.status_token(code) for code in codes]
        await ground.load.one(Plan("feeds", [at.starting()], tokens=tokens[: count // 20]))
        pid, first = at.process.pid, count // 20  # what the first ones cost is the program's, not theirs
        memory, files = memory_of(pid), files_of(pid)
        opened = await ground.load.one(Plan("feeds", [at.starting()], tokens=tokens[first:]))
        each = (memory_of(pid) - memory) / (count - first) / 1000
        files = files_of(pid) - files
        idle = await _idle(ground, at)
        ground.tell(f"    {count} feeds opened, {opened}; each {each:.1f} kB; {files} files more; idle: {idle}")
        changes = await _changes(ground, at, codes)
        await ground.load.do(Plan("close"))
    return [
        Row(
            f"{count:,} open status feeds, one process",
            f"{each:.0f} kB each; a resolve told to its citizen: p50 {changes.p50:.0f} ms, p99 {changes.p99:.0f} ms,"
            f" from the question on, at {CHANGES_A_SECOND:.0f}/s; idle: {idle}",
            "–",
            "≤ 40 kB each, a change delivered at p99 ≤ 250 ms",
            each <= 40 and changes.p99 <= 250,
        )
    ]


async def _changes(ground: Ground, at: Installation, codes: list[str]) -> Load:
    plan = Plan("changes", [at.resolving(codes)], rate=CHANGES_A_SECOND, seconds=ground.size.paced_seconds)
    return answered(await ground.load.one(plan), "a change was not told")
