"""Floods: how many disclosures one address, one municipality and all together may start in a minute."""

import time
from collections.abc import Callable
from math import ceil

from callcenter.api.problems import Problem
from callcenter.logs import Log, log
from callcenter.model.flood import Limit, client_of
from callcenter.settings import Settings

TELL_SECONDS = 60.0  # between two lines of the log about one limit


class Flood:
    """Limits how many disclosures are started. For one process: of N processes each allows as many."""

    def __init__(self, settings: Settings, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        # Who believes no proxy sees every citizen at the proxy's address, or is on one machine with all of them.
        self._address = Limit(settings.starts_per_address if settings.trusted_proxies else 0)
        self._municipality = Limit(settings.starts_per_municipality)
        self._in_all = Limit(settings.starts_in_all)
        self._refused: dict[str, int] = {}  # since the log was last told, by limit and municipality
        self._told_at: dict[str, float] = {}

    def take_client(self, host: str) -> None:
        """One more from this address, which is kept in memory only, and shown nowhere. Raises Problem."""
        client = client_of(host)
        self._take([("address", self._address, client), ("installation", self._in_all, "")], None)

    def take_municipality(self, slug: str) -> None:
        """One more for this municipality. Raises Problem."""
        self._take([("municipality", self._municipality, slug)], slug)

    def _take(self, limits: list[tuple[str, Limit, str]], municipality: str | None) -> None:
        now = self._clock()
        for because, limit, name in limits:
            if wait := limit.wait(name, now):
                self._tell(because, municipality, now)
                detail = "Too many are starting at the moment: try again after the seconds in Retry-After."
                raise Problem(429, "too-many", detail, {"Retry-After": str(ceil(wait))})
        for _, limit, name in limits:
            limit.count(name, now)

    def _tell(self, because: str, municipality: str | None, now: float) -> None:
        """A line in the log now and then, with how many: a flood should not become one of the log."""
        about = f"{because} {municipality}"
        self._refused[about] = self._refused.get(about, 0) + 1
        if now - self._told_at.get(about, float("-inf")) >= TELL_SECONDS:
            self._told_at[about] = now
            log(Log.STARTS_LIMITED, because=because, municipality=municipality, refused=self._refused.pop(about))
