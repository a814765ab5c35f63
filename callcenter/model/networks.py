"""Networks, as lists say from where somebody may come: IPv4 and IPv6, in the notation of RFC 4632 and RFC 4291."""

from collections.abc import Iterable
from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

MOST = 100  # networks in a list
_MAPPED_BITS = 96  # before the IPv4 address in an IPv4-mapped IPv6 address (RFC 4291, 2.5.5.2)


class NetworkError(ValueError):
    """This is no network; the message says what to write. `given`: what was written."""

    def __init__(self, given: str, why: str) -> None:
        super().__init__(f"network {given!r}: {why}")
        self.given = given


def read_networks(texts: Iterable[str]) -> tuple[str, ...]:
    """Return networks as they are kept: each once, in order, an address as a network of one. Raises NetworkError."""
    return tuple(dict.fromkeys(str(_network(text)) for text in texts))


def is_within(networks: tuple[str, ...], address: str | None) -> bool:
    """Tell whether an address is in one of these networks. No networks: any is. None, or what is no address: is not.

    An IPv4-mapped IPv6 address, as a socket for both shows them, is its IPv4 address.
    """
    if not networks:
        return True
    try:
        ip = ip_address((address or "").partition("%")[0])
    except ValueError:
        return False
    if isinstance(ip, IPv6Address) and ip.ipv4_mapped is not None:
        ip = ip.ipv4_mapped
    return any(_holds(_network(one), ip) for one in networks)


def _holds(network: IPv4Network | IPv6Network, ip: IPv4Address | IPv6Address) -> bool:
    return ip.version == network.version and ip in network


@lru_cache(maxsize=4096)
def _network(text: str) -> IPv4Network | IPv6Network:
    if "%" in text:
        raise NetworkError(text, "leave out the zone behind the %")
    try:
        network = ip_network(text, strict=False)
    except ValueError:
        raise NetworkError(text, "write it as 192.0.2.0/24, 2001:db8::/32, or one address") from None
    if ip_address(text.partition("/")[0]) != network.network_address:
        raise NetworkError(text, f"this is an address within a network; did you mean {network}?")
    if isinstance(network, IPv6Network) and network.network_address.ipv4_mapped is not None:
        if network.prefixlen < _MAPPED_BITS:
            raise NetworkError(text, "write the IPv4 network itself")
        return IPv4Network((int(network.network_address.ipv4_mapped), network.prefixlen - _MAPPED_BITS))
    return network
