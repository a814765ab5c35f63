"""Resolving: who is behind a code that was typed on a call to a municipality's number?"""

import asyncio
from datetime import UTC, datetime

from callcenter.api.elsewhere import Elsewhere
from callcenter.api.taking import Taking
from callcenter.irma.errors import IrmaError
from callcenter.logs import Log, log
from callcenter.model.code import CodeKeys
from callcenter.model.disclosure import Disclosure
from callcenter.store import disclosures, tenants
from callcenter.store.database import Store
from callcenter.store.keys import ApiKey

FIND_OUT_SECONDS = 1.0  # for asking the IRMA server; the conductor, with a caller on the line, waits 2 s for our answer


class CodeUnknown(Exception):
    """Nobody is behind this code: wrong, used, too old, or of another municipality."""


class NumberRefused(Exception):
    """This key is of one municipality, and the number is not that one's: whose it is, if anybody's, is not told."""


class NotYetProven(Exception):
    """Its disclosure is still under way: ask again in a moment."""


class Resolving:
    """Uses codes up, each for one call."""

    def __init__(self, store: Store, code_keys: CodeKeys, taking: Taking, elsewhere: Elsewhere) -> None:
        self._store = store
        self._elsewhere = elsewhere
        self._code_keys = code_keys
        self._taking = taking

    async def resolve(self, number: str, code: str, call_id: str, key: ApiKey) -> Disclosure:
        """Return the disclosure behind `code`, and use the code up for this call.

        Raises CodeUnknown, NotYetProven, NumberRefused.
        """
        now = datetime.now(UTC)
        call_id, until = self._elsewhere.known_as(key, call_id, now)
        async with self._store.begin() as tx:
            of = await tenants.municipality_by_number(tx, number)
            if key.municipality_id is not None and (of is None or of.id != key.municipality_id):
                raise NumberRefused
            if of is None:
                raise CodeUnknown
            code_hashes = self._code_keys.hashes(of.id, code)
            # In this order: the proof may come in between.
            nearly = await disclosures.code_is_nearly_proven(tx, code_hashes, of.id, now)
            found = await disclosures.use_code(tx, code_hashes, of.id, call_id, now, outside_until=until)
            if found is None and not nearly:
                raise CodeUnknown
        if found is None:
            found = await self._late(code_hashes, of.id, call_id, until)
        log(Log.CODE_RESOLVED, disclosure=found.id, municipality=of.slug, result="right")
        return found

    async def _late(
        self, code_hashes: tuple[bytes, ...], municipality_id: str, call_id: str, until: datetime | None
    ) -> Disclosure:
        """The citizen may be done and the callback lost: ask the IRMA server once, now."""
        try:
            async with asyncio.timeout(FIND_OUT_SECONDS):
                await self._taking.find_out_by_code(code_hashes, municipality_id)
        except (IrmaError, TimeoutError) as error:
            log(Log.IRMA_AWAY, error=type(error).__name__)
        now = datetime.now(UTC)
        async with self._store.begin() as tx:
            nearly = await disclosures.code_is_nearly_proven(tx, code_hashes, municipality_id, now)
            found = await disclosures.use_code(tx, code_hashes, municipality_id, call_id, now, outside_until=until)
        if found is None:
            raise NotYetProven if nearly else CodeUnknown
        return found
