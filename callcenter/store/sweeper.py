"""The sweeper: erases what is overdue when the process that should do so has died, and callers after a wrap-up."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime, timedelta

from callcenter.logs import Log, fault, log
from callcenter.store import audit, calls, disclosures, guesses, log_in_tries, one_time_links, wrap_ups
from callcenter.store.database import Store

KEEP_EMPTY_ROWS = timedelta(hours=1)  # so that a citizen's page can still show how it ended
WRAP_UP_SECONDS = 0.5  # between two looks for wrap-ups that are over


async def sweep(store: Store, now: datetime) -> int:
    """Erase what is overdue; return how many disclosures that were."""
    async with store.begin() as tx:
        gone = await disclosures.expire(tx, now)
        overdue, behind = await calls.erase_overdue(tx, now)
        gone += behind
        gone += await disclosures.erase_without_call(tx, now)
        await disclosures.forget(tx, now - KEEP_EMPTY_ROWS)
        await guesses.forget(tx, now)
        await one_time_links.forget(tx, now)
        await log_in_tries.forget(tx, now)
    if gone or overdue:
        log(Log.ERASED, disclosures=gone, calls=overdue)
    await store.truncate_wal()  # where it could not be done when it was erased
    async with store.begin() as tx:  # apart: the guard on the trail may refuse, and that must undo no erasing
        await audit.forget(tx, now)
    return gone


@asynccontextmanager
async def ending_wrap_ups(store: Store, process: str) -> AsyncIterator[None]:
    """Erase callers whose wrap-up is over, within a second, for as long as the block runs.

    Several processes do so, that one may be away; each asks the store twice a second, by an index of few rows.
    """
    task = asyncio.create_task(_end_wrap_ups(store, process))
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def _end_wrap_ups(store: Store, process: str) -> None:
    while True:
        try:
            if over := await wrap_ups.erase_due(store, datetime.now(UTC)):
                log(Log.ERASED, calls=over)
        except Exception as error:  # noqa: BLE001 -- the database away, say: the next look is soon
            log(Log.FAILED, process=process, **fault(error))
        await asyncio.sleep(WRAP_UP_SECONDS)
