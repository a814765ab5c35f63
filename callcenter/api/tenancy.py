"""What the api knows of municipalities and their purposes, for some seconds without asking the store again."""

import time
from collections.abc import Callable
from dataclasses import dataclass

from callcenter.model.tenant import Municipality, Purpose
from callcenter.store import calls, tenants
from callcenter.store.database import Store

REMEMBER_SECONDS = 5.0  # how soon an edited purpose is known
QUEUE_SECONDS = 1.0  # how soon it is known that the queue is full, or no more


@dataclass(frozen=True)
class Place:
    """A purpose with its municipality, and how many callers that has waiting."""

    municipality: Municipality
    purpose: Purpose
    waiting: int

    @property
    def has_room(self) -> bool:
        """Whether a caller would be let into the queue."""
        return self.waiting < self.municipality.max_waiting


class Tenancy:
    """Finds purposes by the slugs that a button gives. Only those that there are take memory."""

    def __init__(self, store: Store, clock: Callable[[], float] = time.monotonic) -> None:
        self._store = store
        self._clock = clock
        self._known: dict[tuple[str, str], tuple[float, Municipality, Purpose]] = {}
        self._waiting: dict[str, tuple[float, int]] = {}

    async def find(self, municipality: str, purpose: str) -> Place | None:
        """The purpose of that name, or None. Raises SQLAlchemyError, TenantError."""
        now = self._clock()
        read_at, of, found = self._known.get((municipality, purpose), (float("-inf"), None, None))
        if of is None or found is None or now - read_at > REMEMBER_SECONDS:
            async with self._store.begin() as tx:
                of = await tenants.municipality_by_slug(tx, municipality)
                found = await tenants.find_purpose(tx, of.id, purpose) if of else None
            if of is None or found is None:
                self._known.pop((municipality, purpose), None)
                return None
            self._known[municipality, purpose] = (now, of, found)
        return Place(of, found, await self._waiting_at(of.id, now))

    async def _waiting_at(self, municipality_id: str, now: float) -> int:
        read_at, waiting = self._waiting.get(municipality_id, (float("-inf"), 0))
        if now - read_at > QUEUE_SECONDS:
            # Noted first: of many who come at once, one reads.
            self._waiting[municipality_id] = (now, waiting)
            async with self._store.begin() as tx:
                waiting = await calls.count_waiting(tx, municipality_id)
            self._waiting[municipality_id] = (now, waiting)
        return waiting
