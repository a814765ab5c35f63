"""Makes who guesses passwords wait, in all dashboards of an installation together."""

from collections.abc import Callable
from datetime import datetime
from ipaddress import IPv6Address, ip_address

from callcenter.model.patience import seconds_to_wait
from callcenter.store import log_in_tries
from callcenter.store.database import Store

Mark = Callable[[str], bytes]  # gives the keyed hash by which the store knows a text


class Patience:
    """Counts wrong passwords by log-in name and network together, and by network alone.

    So a guesser elsewhere can't keep a colleague out. Who tries many names waits by network alone, later and for
    less long; those who were right from there before do not wait for that. Whether there is somebody of that name
    makes no difference to what is done here.
    """

    def __init__(self, store: Store, mark: Mark, clock: Callable[[], datetime]) -> None:
        self._store = store
        self._mark = mark
        self._clock = clock

    async def begin(self, login: str, address: str) -> float:
        """Count an attempt as wrong until it proves right, so that many at the same time count too; return 0.0.

        Return the seconds to wait when it is too early for it: then it is not counted, and not to be looked at.
        """
        name, network = self._marks(login, address)
        now = self._clock()
        async with self._store.read() as tx:  # first without a trace: names that nobody has must not fill the table
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

    async def knows(self, login: str, address: str) -> bool:
        """Whether this name was right from there of late."""
        name, _ = self._marks(login, address)
        async with self._store.read() as tx:
            found = (await log_in_tries.tried(tx, (name,))).get(name)
        return found is not None and found.is_known(self._clock())

    async def right(self, login: str, address: str) -> None:
        """Forget what was wrong before with this name; of the network, only that this attempt was."""
        name, network = self._marks(login, address)
        now = self._clock()
        async with self._store.begin() as tx:
            kept = await log_in_tries.lock(tx, (name, network), now)
            await log_in_tries.save(tx, {name: kept[name].was_right(now), network: kept[network].one_less()})

    def _marks(self, login: str, address: str) -> tuple[bytes, bytes]:
        place = network_of(address)
        return self._mark(f"name\0{login}\0{place}"), self._mark(f"network\0{place}")


def network_of(address: str) -> str:
    """Return what one guesser has of addresses: an IPv4 address, or the /64 of an IPv6 one (RFC 6177)."""
    try:
        ip = ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if not isinstance(ip, IPv6Address):
        return str(ip)
    return str(ip.ipv4_mapped or IPv6Address(int(ip) >> 64 << 64))
