"""Sessions and resolves a second: beside the bare endpoints, and beside themselves with a long past."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager

from bench import seed
from bench.ground import Ground
from bench.installation import Installation
from bench.plans import Load
from bench.table import Row, p99, rate, ratio, spread

PILOT = 313  # resolves a second of the Go pilot with 20,000 living codes
SESSIONS = "`POST /v1/disclosures`"
RESOLVES = "`POST /v1/codes/resolve`"

# Where, for how many seconds, and who stands still meanwhile.
Work = Callable[[Installation, float | None, Installation | None], Awaitable[Load]]


async def beside(ground: Ground, work: Work, a: Installation, b: Installation) -> tuple[list[Load], list[Load]]:
    """Measure the same work at two places in turns; the one that is not asked stands still."""
    for one in (a, b):
        await work(one, ground.size.warm_up, None)
    return await ground.in_turns(lambda: work(a, None, b), lambda: work(b, None, a))


async def sessions(ground: Ground) -> list[Row]:
    """`POST /v1/disclosures` beside an endpoint that calls the IRMA server and does one INSERT."""
    async with ground.installation() as ours, ground.ceiling(ours) as bare:
        mine, its = await beside(ground, ground.sessions, ours, bare)
    part = ratio(mine, its)
    return [
        Row(
            f"{SESSIONS}, {ground.size.at_once} at a time, one process",
            f"{spread(mine)}, p99 {p99(mine):.0f} ms: {part:.2f} of the ceiling",
            f"{spread(its)}: a bare FastAPI endpoint that asks the IRMA server and does one INSERT",
            "≥ 0.5 of it",
            part >= 0.5,
        )
    ]


async def resolves(ground: Ground) -> list[Row]:
    """`POST /v1/codes/resolve` beside an endpoint with the one UPDATE."""
    async with ground.installation() as ours, ground.ceiling(ours) as bare:
        codes = await seed.living(ours.database, ours.code_key, ground.size.living)
        mine, its = await beside(
            ground, lambda at, seconds, other: ground.resolves(at, codes, seconds, other), ours, bare
        )
    part = ratio(mine, its)
    return [
        Row(
            f"{RESOLVES}, {ground.size.at_once} at a time, one process, {ground.size.living:,} living codes",
            f"{spread(mine)}, p99 {p99(mine):.0f} ms: {part:.2f} of the ceiling",
            f"{spread(its)}: a bare FastAPI endpoint with the one UPDATE",
            f"≥ 0.5 of it, and ahead of the pilot’s {PILOT}/s",
            part >= 0.5 and rate(mine) > PILOT,
        )
    ]


async def past(ground: Ground) -> list[Row]:
    """Both with few and with many rows of the past: disclosures and calls that have ended."""
    few, many = ground.size.past
    living = ground.size.living
    rows = []
    async with _with_a_past(ground, many) as long, _with_a_past(ground, few) as short:
        # The same codes in both; their hashes differ by the installation's key.
        codes = await seed.living(long.database, long.code_key, living)
        await seed.living(short.database, short.code_key, living)
        for name, work in (
            (SESSIONS, ground.sessions),
            (RESOLVES, lambda at, seconds, other: ground.resolves(at, codes, seconds, other)),
        ):
            with_many, with_few = await beside(ground, work, long, short)
            part = ratio(with_many, with_few)
            rows.append(
                Row(
                    f"{name} with {many:,} calls and {many:,} disclosures of the past",
                    f"{spread(with_many)}, p99 {p99(with_many):.0f} ms: {part:.2f} of the ceiling",
                    f"{spread(with_few)}: itself with {few:,}",
                    "≥ 0.9 of it",
                    part >= 0.9,
                )
            )
    return rows


@asynccontextmanager
async def _with_a_past(ground: Ground, count: int) -> AsyncIterator[Installation]:
    async with AsyncExitStack() as stack:
        at = await stack.enter_async_context(ground.installation())
        await seed.past(at.database, count)
        yield at
