"""What the api does on its own, every few seconds: finds out what was missed, erases what is overdue."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime

from callcenter.api.safety_net import SafetyNet
from callcenter.logs import Log, fault, log
from callcenter.store.database import Store
from callcenter.store.sweeper import ending_wrap_ups, sweep

FIND_OUT_SECONDS = 2.0
SWEEP_SECONDS = 5.0


@asynccontextmanager
async def housekeeping(safety_net: SafetyNet, store: Store) -> AsyncIterator[None]:
    """Keep house for as long as the block runs."""

    async def swept() -> None:
        await sweep(store, datetime.now(UTC))

    tasks = [
        asyncio.create_task(_every(FIND_OUT_SECONDS, safety_net.look)),
        asyncio.create_task(_every(SWEEP_SECONDS, swept)),
    ]
    try:
        async with ending_wrap_ups(store, "api"):
            yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _every(seconds: float, work: Callable[[], Awaitable[None]]) -> None:
    while True:
        try:
            await work()
        except Exception as error:  # noqa: BLE001 -- the database away, say: the next round is soon
            log(Log.FAILED, process="api", **fault(error))
        await asyncio.sleep(seconds)
