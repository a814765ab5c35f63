"""Passwords: checked with argon2id, at a pace that neither starves calls nor helps a guesser."""

import asyncio
import secrets
from collections.abc import Callable, Hashable
from ipaddress import IPv6Address, ip_address

from pwdlib import PasswordHash

from callcenter.dashboard.waiting_room import WaitingRoom

AT_ONCE = 2  # checks that may run together; each takes about 0.1 s of a core and 64 MiB
WAITING = 20  # checks that may wait for that: about a second
FREE_TRIES = 3  # wrong passwords before the delay begins, for one name from one address
LONGEST_DELAY = 60.0  # seconds
ADDRESS_FREE_TRIES = 30  # the same for all names from one address, which a whole office may have
LONGEST_ADDRESS_DELAY = 15.0  # seconds
FORGOTTEN_AFTER = 900.0  # seconds without an attempt
REMEMBERED = 10_000  # pairs of log-in name and address

Clock = Callable[[], float]  # gives seconds


class Passwords:
    """Checks passwords off the event loop."""

    def __init__(self) -> None:
        self._hash = PasswordHash.recommended()
        self.room = WaitingRoom(AT_ONCE, WAITING)
        self._nobodys = self._hash.hash(secrets.token_hex(16))

    async def right(self, password: str, password_hash: str | None, address: str) -> bool:
        """Tell whether this is the password; for None (no such user) it takes as long, and it is not.

        Raises TooManyLogIns when too many wait already.
        """
        async with self.room.place(network_of(address)):
            right = await asyncio.to_thread(self._hash.verify, password, password_hash or self._nobodys)
        return right and password_hash is not None

    @property
    def of_nobody(self) -> str:
        """The hash of a password that nobody knows: for who has none."""
        return self._nobodys

    async def hash(self, password: str, address: str) -> str:
        """Return what is kept of a new password. Raises TooManyLogIns."""
        async with self.room.place(network_of(address)):
            return await asyncio.to_thread(self._hash.hash, password)


class Patience:
    """Makes a guesser wait: longer after each wrong password, by log-in name and address together.

    So a guesser elsewhere can't keep a colleague out. Who tries many names waits by address alone, later and
    for less long; those who were right from there before do not wait for that. Kept in this process only: with
    several dashboards a guesser gets as many times the tries.
    """

    def __init__(self, clock: Clock) -> None:
        self._by_name = _Wrongs(clock, FREE_TRIES, LONGEST_DELAY)
        self._by_address = _Wrongs(clock, ADDRESS_FREE_TRIES, LONGEST_ADDRESS_DELAY)
        self._was_right: dict[tuple[str, str], None] = {}  # the latest last

    def seconds_left(self, login: str, address: str) -> float:
        """How many seconds until the next attempt is looked at; 0 when it may be now."""
        place = network_of(address)
        left = self._by_name.seconds_left((login, place))
        if (login, place) in self._was_right:
            return left
        return max(left, self._by_address.seconds_left(place))

    def wrong(self, login: str, address: str) -> None:
        """Remember an attempt as wrong until it proves right: many at the same time count too."""
        place = network_of(address)
        self._by_name.add((login, place))
        self._by_address.add(place)

    def not_looked_at(self, login: str, address: str) -> None:
        """Take back that an attempt was wrong: there was no room to look at it."""
        place = network_of(address)
        self._by_name.take_back((login, place))
        self._by_address.take_back(place)

    def right(self, login: str, address: str) -> None:
        """Forget what was wrong before with this name; of the address, only that this attempt was."""
        place = network_of(address)
        self._by_name.forget((login, place))
        self._by_address.take_back(place)
        self._was_right.pop((login, place), None)
        self._was_right[login, place] = None
        if len(self._was_right) > REMEMBERED:
            del self._was_right[next(iter(self._was_right))]


class _Wrongs:
    """How often something was wrong, by a key, and how long that makes the next attempt wait."""

    def __init__(self, clock: Clock, free: int, longest: float) -> None:
        self._clock = clock
        self._free = free
        self._longest = longest
        self._wrong: dict[Hashable, tuple[int, float]] = {}  # how often, and when last; the latest last

    def __len__(self) -> int:
        return len(self._wrong)

    def seconds_left(self, key: Hashable) -> float:
        count, last = self._wrong.get(key, (0, 0.0))
        now = self._clock()
        if count < self._free or now - last > FORGOTTEN_AFTER:
            return 0.0
        # Past sixty doublings any longest delay is long over, and a float is not.
        delay: float = min(2.0 ** min(count - self._free, 60), self._longest)
        return max(0.0, last + delay - now)

    def add(self, key: Hashable) -> None:
        count, last = self._wrong.pop(key, (0, 0.0))
        now = self._clock()
        self._wrong[key] = (1 if now - last > FORGOTTEN_AFTER else count + 1, now)
        if len(self._wrong) > REMEMBERED:
            del self._wrong[next(iter(self._wrong))]  # the one that was quiet longest

    def take_back(self, key: Hashable) -> None:
        count, last = self._wrong.get(key, (0, 0.0))
        if count > 1:
            self._wrong[key] = (count - 1, last)
        else:
            self.forget(key)

    def forget(self, key: Hashable) -> None:
        self._wrong.pop(key, None)


def network_of(address: str) -> str:
    """Return what one guesser has of addresses: an IPv4 address, or the /64 of an IPv6 one (RFC 6177)."""
    try:
        ip = ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if not isinstance(ip, IPv6Address):
        return str(ip)
    return str(ip.ipv4_mapped or IPv6Address(int(ip) >> 64 << 64))
