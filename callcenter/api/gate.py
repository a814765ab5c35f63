"""The gate of the internal side: which API key asks, and whether it opens what is asked for.

A key that works is remembered for `REMEMBER_SECONDS`, so that most questions need no look in the store. An event from
the store makes us forget it at once; where none arrives (SQLite, with the command in another process), the time does.
"""

import time
from datetime import UTC, datetime

from fastapi import Request

from callcenter.api.problems import Problem, bearer
from callcenter.logs import Log, log
from callcenter.model.code import token_hash
from callcenter.store import keys
from callcenter.store.database import Store

REMEMBER_SECONDS = 3.0  # a revoked key works no longer than this
_ROOM = 1000  # keys that are remembered; an installation has some tens


class Gate:
    """Knows who may ask what. `needs_certificate`: also that a client's certificate was shown (mutual TLS)."""

    def __init__(self, store: Store, *, needs_certificate: bool = False) -> None:
        self._store = store
        self._needs_certificate = needs_certificate
        self._known: dict[bytes, tuple[float, keys.ApiKey]] = {}

    async def key(self, request: Request, scope: str) -> keys.ApiKey:
        """Return the API key of this request, which opens `scope`. Raises Problem."""
        if self._needs_certificate and not getattr(request.state, "client_certificate", False):
            raise Problem(
                403, "certificate-missing", "Connect with a client certificate that our authority has signed."
            )
        token = bearer(request, Problem(401, "key-missing", "Send `Authorization: Bearer KEY`."))
        key = await self._find(token)
        if key is None:
            log(Log.API_KEY_REFUSED, scope=scope)
            raise Problem(401, "key-unknown", "This API key is unknown: check that it was copied whole.")
        if not key.works(datetime.now(UTC)):
            # Who has the whole key may know: it had been theirs.
            log(Log.API_KEY_REFUSED, key=key.id, scope=scope)
            kind = "key-revoked" if key.revoked_at else "key-expired"
            raise Problem(401, kind, "This API key works no more: ask the operator for a new one.")
        if scope not in key.scopes:
            log(Log.API_KEY_REFUSED, key=key.id, scope=scope)
            raise Problem(403, "scope-missing", f"This API key lacks the scope {scope!r}: ask for one that has it.")
        return key

    async def _find(self, token: str) -> keys.ApiKey | None:
        name, now = token_hash(token), time.monotonic()
        read_at, known = self._known.get(name, (float("-inf"), None))
        if now - read_at < REMEMBER_SECONDS:
            return known
        async with self._store.begin() as tx:
            key = await keys.use_key(tx, token, datetime.now(UTC))
        if key is not None:
            if len(self._known) >= _ROOM:
                self._known.clear()
            self._known[name] = (now, key)
        return key

    async def forget_changed_keys(self) -> None:
        """Listen for changes of keys, for as long as this runs."""
        changes = self._store.subscribe()
        try:
            async for change in changes:
                if change.kind in ("key", "missed"):
                    self.forget_keys()
        finally:
            changes.close()

    def forget_keys(self) -> None:
        """Look every key up again when it is next shown."""
        self._known.clear()
