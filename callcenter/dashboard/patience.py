"""Makes who guesses passwords wait, in all dashboards of an installation together."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from ipaddress import IPv6Address, ip_address

from callcenter.model.patience import seconds_to_wait
from callcenter.store import log_in_tries
from callcenter.store.database import Store, Tx

Mark = Callable[[str], bytes]  # gives the keyed hash by which the store knows a text


@dataclass(frozen=True)
class Attempt:
    """Somebody tries to log in: by which name, from where, and by which browser (a token that we gave it; or empty)."""

    login: str
    address: str
    browser: str = ""


class Patience:
    """Counts wrong passwords by log-in name and network together, and by network alone.

    So a guesser elsewhere can't keep a colleague out. A browser in which this name was right of late is counted by
    itself: so a guesser in the same network can't either. Who tries many names waits by network alone, later and for
    less long; those who were right from there before do not wait for that. Whether there is somebody of that name
    makes no difference to what is done here.
    """

    def __init__(self, store: Store, mark: Mark, clock: Callable[[], datetime]) -> None:
        self._store = store
        self._mark = mark
        self._clock = clock

    async def begin(self, attempt: Attempt) -> float:
        """Count an attempt as wrong until it proves right, so that many at the same time count too; return 0.0.

        Return the seconds to wait when it is too early for it: then it is not counted, and not to be looked at.
        """
        now = self._clock()
        async with self._store.read() as tx:  # first without a trace: names that nobody has must not fill the table
            name, network = await self._counted(tx, attempt, now)
            known = await log_in_tries.tried(tx, (name, network))
        left = seconds_to_wait(known.get(name), known.get(network), now)
        if left > 0:
            return left
        async with self._store.begin() as tx:
            kept = await log_in_tries.lock(tx, (name, network), now)
            left = seconds_to_wait(kept[name], kept[network], now)
            if left == 0:
                kept = {mark: one.one_more(now) for mark, one in kept.items()}
            await log_in_tries.save(tx, kept)
        return left

    async def knows(self, attempt: Attempt) -> bool:
        """Whether this name was right of late, from there or in this browser."""
        now = self._clock()
        marks = (self._of_browser(attempt.login, attempt.browser), self._of_name(attempt))
        async with self._store.read() as tx:
            found = await log_in_tries.tried(tx, marks)
        return any(one.is_known(now) for one in found.values())

    async def right(self, attempt: Attempt, browser: str = "") -> None:
        """Forget what was wrong before with this name; of the network, only that this attempt was.

        `browser`: the token by which it is known from now on, if it is given one.
        """
        now = self._clock()
        async with self._store.begin() as tx:
            name, network = await self._counted(tx, attempt, now)
            names = {name} | ({self._of_browser(attempt.login, browser)} if browser else set())
            kept = await log_in_tries.lock(tx, (*names, network), now)
            right = {mark: kept[mark].was_right(now) for mark in names}
            await log_in_tries.save(tx, right | {network: kept[network].one_less()})

    async def _counted(self, tx: Tx, attempt: Attempt, now: datetime) -> tuple[bytes, bytes]:
        """Return the marks that an attempt is counted by: of its name, there or in its browser, and of its network."""
        network = self._mark(f"network\0{network_of(attempt.address)}")
        mine = self._of_browser(attempt.login, attempt.browser)
        known = (await log_in_tries.tried(tx, (mine,))).get(mine)
        if known is not None and known.is_known(now):
            return mine, network
        return self._of_name(attempt), network

    def _of_name(self, attempt: Attempt) -> bytes:
        return self._mark(f"name\0{attempt.login}\0{network_of(attempt.address)}")

    def _of_browser(self, login: str, browser: str) -> bytes:
        return self._mark(f"browser\0{login}\0{browser}")


def network_of(address: str) -> str:
    """Return what one guesser has of addresses: an IPv4 address, or the /64 of an IPv6 one (RFC 6177)."""
    try:
        ip = ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if not isinstance(ip, IPv6Address):
        return str(ip)
    return str(ip.ipv4_mapped or IPv6Address(int(ip) >> 64 << 64))
