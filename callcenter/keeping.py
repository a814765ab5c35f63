"""Keeps going what must not end while a process runs, such as listening for changes: nobody would see it die."""

import asyncio
from collections.abc import Awaitable, Callable

from callcenter.logs import Log, fault, log

AGAIN_SECONDS = 1.0  # after a fault


async def keep(process: str, work: Callable[[], Awaitable[None]], missed: Callable[[], None]) -> None:
    """Do `work`, which has no end of its own, until cancelled; after a fault again.

    Args:
        process: whose log tells of the fault.
        work: sees what happens from its first line on, before it waits for anything.
        missed: makes good what may have happened while nobody listened; called just before each `work` but the first.
    """
    is_first = True
    while True:
        try:
            if not is_first:
                missed()
            is_first = False
            await work()
        except Exception as error:  # noqa: BLE001 -- whatever it is, it must go on
            log(Log.FAILED, process=process, **fault(error))
        await asyncio.sleep(AGAIN_SECONDS)
