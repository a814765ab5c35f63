"""What one PBX must know of its installation: ports, trunks, passwords; checked when made.

Asterisk's configuration format has no quoting, so a value that could end its line or start another is refused.
"""

import ipaddress
import re
from dataclasses import dataclass, field

PHONE_PREFIX = "phone-"

_TRUNK_NAME = re.compile(r"[a-z][a-z0-9-]{0,39}")
_HOST = re.compile(r"[A-Za-z0-9]([A-Za-z0-9.-]{0,252}[A-Za-z0-9])?(:[0-9]{1,5})?")
_SAFE = re.compile(r"[!#-:<-Z^-~]+")  # printable ASCII without space " ; [ \ ]
_USER = re.compile(r"[A-Za-z0-9._+-]{1,64}")
_NUMBER = re.compile(r"(\+?[0-9]{1,20})?")
_PORTS = range(1, 65536)
_SHORTEST_PASSWORD = 16
_WIDEST_NETWORK = {4: 8, 6: 32}  # shortest prefix by version of IP
_IPV4_MAPPED = ipaddress.IPv6Network("::ffff:0:0/96")  # RFC 4291, 2.5.5.2
_OWN_SECTIONS = frozenset({"global", "system", "any-trunk"})  # names that pjsip.conf has already


_Address = ipaddress.IPv4Address | ipaddress.IPv6Address


class PbxSettingsError(ValueError):
    """A setting of the PBX can't be used; the message says which, and what is wanted."""


@dataclass(frozen=True)
class TrunkByAddress:
    """A trunk that is known by the addresses that its calls come from.

    Attributes:
        name: lower-case letters, digits and hyphens.
        match: IP addresses or networks of the provider, such as `192.0.2.10` or `192.0.2.0/28`.
    """

    name: str
    match: tuple[str, ...]

    def __post_init__(self) -> None:
        _check_trunk_name(self.name)
        if not self.match:
            raise PbxSettingsError(f"trunk {self.name}: name at least one address that its calls come from")
        _set(self, "match", tuple(_network(f"trunk {self.name}: match", network) for network in self.match))


@dataclass(frozen=True)
class TrunkByRegistration:
    """A trunk where we register with a user and password, and that then sends its calls here.

    Attributes:
        server: host name or IP address of the provider, with a port if it isn't 5060.
        number: the number that calls arrive on, when the provider gives none itself; empty: the user.
        match: addresses that its calls come from, when the provider leaves out the line parameter (RFC 5626-like)
            that we register with.
    """

    name: str
    server: str
    user: str
    password: str = field(repr=False)
    number: str = ""
    match: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        _check_trunk_name(self.name)
        if not _HOST.fullmatch(self.server):
            raise PbxSettingsError(f"trunk {self.name}: server must be a host name or address, with :port if needed")
        if not _USER.fullmatch(self.user):
            raise PbxSettingsError(f"trunk {self.name}: user must be letters, digits and . _ + -")
        _check_safe(f"trunk {self.name}: password", self.password)
        if not _NUMBER.fullmatch(self.number):
            raise PbxSettingsError(f"trunk {self.name}: number must be digits, with + in front if international")
        _set(self, "match", tuple(_network(f"trunk {self.name}: match", network) for network in self.match))


Trunk = TrunkByAddress | TrunkByRegistration


@dataclass(frozen=True)
class Tls:
    """Certificate of the PBX, as files that Asterisk can read; ports that then speak TLS (0: not)."""

    certificate_file: str
    key_file: str
    sip_port: int = 5061
    https_port: int = 0

    def __post_init__(self) -> None:
        for name in ("certificate_file", "key_file"):
            value = getattr(self, name)
            _check_safe(name, value)
            if not value.startswith("/"):
                raise PbxSettingsError(f"{name} must be a whole path, not {value!r}")
        for name in ("sip_port", "https_port"):
            if getattr(self, name):
                _check_port(f"tls {name}", getattr(self, name))


@dataclass(frozen=True)
class PbxSettings:
    """What one PBX needs to know of its installation.

    Attributes:
        ari_password: of the conductor; at least 16 characters, printable, without space, quote, ; [ ] or backslash.
        sip_host, sip_port: where SIP over UDP and TCP is heard, in clear as the sound is: off loopback only on a
            closed network or a VPN.
        http_host, http_port: where ARI is heard, in clear: keep it on loopback.
        rtp_first, rtp_last: UDP ports for sound; a call takes two for each leg.
        external_address: address that the outside knows this PBX by, behind NAT; empty: none.
        local_networks: networks that reach it without that address.
        rtp_timeout: seconds without sound after which a trunk's call is taken for dead; 0: never.
        digit_seconds: how long to wait for the first digit, and for each next one.
        retry_seconds, away_seconds: with the conductor away, how often to try again, and when to say sorry.
    """

    ari_password: str = field(repr=False)
    trunks: tuple[Trunk, ...] = ()
    sip_host: str = "127.0.0.1"
    sip_port: int = 5060
    http_host: str = "127.0.0.1"
    http_port: int = 8088
    rtp_first: int = 20000
    rtp_last: int = 28999
    external_address: str = ""
    local_networks: tuple[str, ...] = ()
    tls: Tls | None = None
    rtp_timeout: int = 60
    digit_seconds: int = 10
    retry_seconds: int = 2
    away_seconds: int = 60

    def __post_init__(self) -> None:
        _check_safe("ari_password", self.ari_password)
        if len(self.ari_password) < _SHORTEST_PASSWORD:
            raise PbxSettingsError(f"ari_password must have at least {_SHORTEST_PASSWORD} characters")
        for name in ("sip_host", "http_host", "external_address"):
            value = getattr(self, name)
            if value or name != "external_address":
                _set(self, name, str(_address(name, value)))
        _set(self, "local_networks", tuple(_network("local_networks", network) for network in self.local_networks))
        for name in ("sip_port", "http_port", "rtp_first", "rtp_last"):
            _check_port(name, getattr(self, name))
        if self.rtp_last - self.rtp_first < 3:
            raise PbxSettingsError("rtp_last must be at least 3 above rtp_first: a call takes four ports")
        for name in ("rtp_timeout", "digit_seconds", "retry_seconds", "away_seconds"):
            _check_whole_number(name, getattr(self, name))
        names = [trunk.name for trunk in self.trunks]
        if len(set(names)) != len(names):
            raise PbxSettingsError("each trunk needs a name of its own")


def _check_trunk_name(name: str) -> None:
    if not _TRUNK_NAME.fullmatch(name) or name.startswith((PHONE_PREFIX, "transport-")) or name in _OWN_SECTIONS:
        raise PbxSettingsError(
            f"a trunk can't be named {name!r}: use lower-case letters, digits and hyphens, a letter first;"
            f" not {', '.join(sorted(_OWN_SECTIONS))}, {PHONE_PREFIX}… or transport-…"
        )


def _check_safe(name: str, value: str) -> None:
    if not _SAFE.fullmatch(value):
        raise PbxSettingsError(f'{name} must be printable ASCII, without space, " ; [ ] or \\')


def _set(one: object, name: str, value: object) -> None:
    """Keep a value as it was understood, for what is written is this, and not what was given."""
    object.__setattr__(one, name, value)


def _address(name: str, value: str) -> _Address:
    """Read an IP address without a scope (`%eth0`): that may be any text (RFC 4007, 11)."""
    try:
        return ipaddress.ip_address(_without_scope(value))
    except ValueError:
        raise PbxSettingsError(f"{name} must be an IP address without %, not {value!r}") from None


def _network(name: str, value: str) -> str:
    """Read an address or a network; not one so wide that it lets in strangers."""
    try:
        network = ipaddress.ip_network(_without_scope(value), strict=False)
    except ValueError:
        raise PbxSettingsError(f"{name} must be an IP address or network such as 192.0.2.0/28, not {value!r}") from None
    widest = _WIDEST_NETWORK[network.version]
    if network.prefixlen < widest:
        raise PbxSettingsError(f"{name} {value} is too wide: at least /{widest}")
    if isinstance(network, ipaddress.IPv6Network) and network.overlaps(_IPV4_MAPPED):
        raise PbxSettingsError(f"{name} {value} stands for addresses of IPv4: write them so, such as 192.0.2.0/28")
    return str(network) if "/" in value else str(network.network_address)


def _without_scope(value: object) -> str:
    """Return the value when it is text without `%`. Raises ValueError."""
    if not isinstance(value, str) or "%" in value:  # from JSON it may be a number, which stands for an address too
        raise ValueError
    return value


def _check_port(name: str, value: int) -> None:
    _check_whole_number(name, value)
    if value not in _PORTS:
        raise PbxSettingsError(f"{name} must be a port from 1 to 65535, not {value}")


def _check_whole_number(name: str, value: int) -> None:
    if type(value) is not int or value < 0:
        raise PbxSettingsError(f"{name} must be a whole number of 0 or more, not {value!r}")
