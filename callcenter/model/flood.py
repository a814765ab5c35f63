"""How often something may happen: a limit for each of many, kept as one number each, in bounded memory.

A limit is a bucket that holds `a_minute` and refills at that rate (the generic cell rate algorithm, GCRA, of ITU-T
I.371): what is kept is the moment at which the bucket would be full again. A full bucket needs no memory at all.
No I/O, and no clock of its own: `now` is seconds of any clock that never goes back.
"""

import re
from collections import OrderedDict
from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

_MINUTE = 60.0
_IPV6_PREFIX = 64  # one household or office has at least as many addresses
_WITH_PORT = re.compile(r"\[([^\]]*)\](?::[0-9]+)?|([0-9.]+):[0-9]+")


@dataclass
class Limit:
    """So many a minute for each name, all of them at once if need be; 0: no limit.

    With more than `room` names at a time the one that was longest silent is forgotten.
    """

    a_minute: int
    room: int = 50_000  # some 10 MB
    _full_at: OrderedDict[str, float] = field(default_factory=OrderedDict, repr=False)

    def wait(self, name: str, now: float) -> float:
        """Return 0 when one more is within the limit, else the seconds until it will be."""
        if self.a_minute == 0:
            return 0.0
        full_at = max(self._full_at.get(name, now), now)
        return max(0.0, full_at - now + _MINUTE / self.a_minute - _MINUTE)

    def count(self, name: str, now: float) -> None:
        """One more has happened."""
        if self.a_minute == 0:
            return
        self._full_at[name] = max(self._full_at.get(name, now), now) + _MINUTE / self.a_minute
        self._full_at.move_to_end(name)
        while self._full_at and (len(self._full_at) > self.room or next(iter(self._full_at.values())) <= now):
            self._full_at.popitem(last=False)

    def __len__(self) -> int:
        return len(self._full_at)


def client_of(host: str) -> str:
    """Return whom an address stands for: itself, or its /64 (IPv6). What can't be read is one client, all together."""
    found = _WITH_PORT.fullmatch(host)  # some proxies add the port
    try:
        address: IPv4Address | IPv6Address = ip_address(((found[1] or found[2]) if found else host).partition("%")[0])
    except ValueError:
        return "?"
    if isinstance(address, IPv4Address):
        return str(address)
    if address.ipv4_mapped is not None:
        return str(address.ipv4_mapped)
    return str(ip_network((address, _IPV6_PREFIX), strict=False))
