"""The sweeper: erases what should have been erased, when the process that should do so has died."""

from datetime import datetime, timedelta

from callcenter.logs import Log, log
from callcenter.store import calls, disclosures, guesses
from callcenter.store.database import Store

KEEP_EMPTY_ROWS = timedelta(hours=1)  # so that a citizen's page can still show how it ended


async def sweep(store: Store, now: datetime) -> int:
    """Erase what is overdue; return how many disclosures that were."""
    async with store.begin() as tx:
        gone = await disclosures.expire(tx, now)
        overdue = await calls.not_erased(tx)
        for call_id in overdue:
            gone += await calls.erase(tx, call_id)
        gone += await disclosures.erase_without_call(tx, now)
        await disclosures.forget(tx, now - KEEP_EMPTY_ROWS)
        await guesses.forget(tx, now)
    if gone or overdue:
        log(Log.ERASED, disclosures=gone, calls=len(overdue))
    await store.truncate_wal()  # where it could not be done when it was erased
    return gone
