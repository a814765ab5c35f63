"""The safety net: asks the IRMA server about sessions without a callback, seldom, and all of them after an outage.

It keeps nothing of its own: when each session is due stands in the store, so that several processes share the work.
"""

import asyncio
import time
from datetime import UTC, datetime

from callcenter.api.taking import Taking
from callcenter.irma.errors import IrmaAway, IrmaError, IrmaFailed
from callcenter.logs import Log, log
from callcenter.store import looks
from callcenter.store.database import STORE_AWAY, Store
from callcenter.store.disclosures import OpenSession

AT_ONCE = 8  # sessions that one process asks about at the same time
CLAIMED = 64  # sessions that are claimed in one transaction
# After asking about a few it rests so many times as long as that took: the busier the process, the more it gives way
# to starts, callbacks and codes, which go before. After an outage less.
REST, REST_AFTER_OUTAGE = 30, 3
ALL_SECONDS = 10.0  # between two times that all are made due: an outage may come and go


class SafetyNet:
    """Finds what was missed; for one process."""

    def __init__(self, store: Store, taking: Taking) -> None:
        self._store = store
        self._taking = taking
        self._all_at = float("-inf")  # when all were made due

    async def look(self) -> None:
        """Look at every session that is due. Stops at once when the IRMA server is away; the next time goes on."""
        try:
            number, rest = CLAIMED, REST
            if self._taking.missed:
                number, rest = 1, REST_AFTER_OUTAGE  # one question tells whether the outage is over
                if time.monotonic() - self._all_at >= ALL_SECONDS:
                    async with self._store.begin() as tx:
                        await looks.look_again(tx, datetime.now(UTC))
                    self._taking.missed, self._all_at = False, time.monotonic()
            while batch := await self._claim(number):
                number = CLAIMED
                if not await self._ask(batch, rest):
                    self._taking.missed = True
                    return
        except STORE_AWAY:
            self._taking.missed = True
            raise

    async def _ask(self, batch: list[OpenSession], rest: int) -> bool:
        """Ask about these, a few at a time; tell whether the IRMA server is there."""
        for start in range(0, len(batch), AT_ONCE):
            began = time.monotonic()
            if not all(await asyncio.gather(*map(self._find_out, batch[start : start + AT_ONCE]))):
                return False
            await asyncio.sleep(rest * (time.monotonic() - began))
        return True

    async def _claim(self, number: int) -> list[OpenSession]:
        async with self._store.begin() as tx:
            return await looks.claim_due(tx, datetime.now(UTC), number)

    async def _find_out(self, session: OpenSession) -> bool:
        """Ask about one; tell whether the IRMA server is there."""
        try:
            await self._taking.find_out(session)
        except IrmaError as error:
            log(Log.IRMA_AWAY, error=type(error).__name__)
            # What it failed over, or refused, is about this session alone.
            return isinstance(error, IrmaFailed) or not isinstance(error, IrmaAway)
        return True
