"""Whether a link of ours would send data in clear over a network: asked of every URL and address in the settings."""

from ipaddress import ip_address
from urllib.parse import SplitResult, urlsplit

import psycopg
from psycopg import pq
from psycopg.conninfo import conninfo_to_dict

_IN_CLEAR = {"https": "http", "wss": "ws"}


def is_loopback(host: str) -> bool:
    """Tell whether traffic to this host stays on this machine. A name that only looks so does not count."""
    if host.lower() == "localhost":
        return True
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def web_fault(url: str, wanted: str) -> str | None:
    """Return what is wrong with this URL, without its path or a password; `wanted` is "https" or "wss"."""
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        return f"is no URL; wanted {wanted}://host"
    clear = _IN_CLEAR[wanted]
    if parts.scheme not in (wanted, clear) or not parts.hostname:
        return f"given {_shown(parts)}; wanted {wanted}://host, or {clear}:// on this machine"
    if parts.username is not None or parts.password is not None:
        return f"has a user name or password in it; wanted {wanted}://host without"
    if parts.scheme == clear and not is_loopback(parts.hostname):
        return f"given {_shown(parts)}, which would send data in clear over a network; wanted {wanted}://"
    return None


def host_fault(host: str, proxy_setting: str) -> str | None:
    """Return what is wrong with listening on this address without a proxy; `proxy_setting` says that there is one."""
    if is_loopback(host):
        return None
    return (
        f"given {host!r}, where we would send data in clear over a network; wanted an address of this machine such as"
        f" 127.0.0.1, or {proxy_setting}=true when a proxy with TLS stands before our ports and only it can reach them"
    )


def ari_bind_fault(bind: str) -> str | None:
    """Return what is wrong with this `address:port` of ARI, which has no TLS yet."""
    if is_loopback(bind.rpartition(":")[0]):
        return None
    return (
        f"given {bind!r}; wanted address:port on this machine, such as 127.0.0.1:8088: ARI has no TLS yet and would"
        " be in clear over a network; run the conductor beside its Asterisk"
    )


def agi_bind_fault(bind: str, allowing: str) -> str | None:
    """Return what is wrong with this `address:port` of FastAGI, which has neither TLS nor log-in."""
    if is_loopback(bind.rpartition(":")[0]):
        return None
    return (
        f"given {bind!r}; wanted address:port on this machine, such as 127.0.0.1:4573: FastAGI has no TLS and no"
        f" log-in, and would send codes in clear over a network; or {allowing}=true when only that Asterisk reaches it"
    )


def database_fault(url: str) -> str | None:
    """Return what is wrong with this URL of a database, without its password.

    PostgreSQL's URLs are read by libpq itself, with the defaults that it takes from the environment: several hosts,
    `host=` and `hostaddr=` in the query, PGHOST and the like mean here what they will mean when we connect.
    """
    scheme, _, rest = url.partition(":")
    if scheme == "sqlite":
        path = rest.removeprefix("///")
        return (
            None
            if rest.startswith("///") and path not in ("", ":memory:")
            else "wanted sqlite:///file, or sqlite:////whole/path/of/file"
        )
    if scheme != "postgresql":
        return f"given scheme {scheme[:20]!r}; wanted postgresql:// or sqlite:///"
    try:
        given = conninfo_to_dict(url)
    except psycopg.Error:  # its message may quote a piece of the password
        return "can't be read as a PostgreSQL URL; percent-encode what is special in its password"
    if "service" in given:
        return "names a service, of which we can't see where it leads; write its values out"
    known = _defaults() | {name: str(value) for name, value in given.items()}
    away = [where for where in _where(known) if not _stays_here(where)]
    if away and known.get("sslmode") != "verify-full":
        return (
            f"PostgreSQL at {', '.join(away)} with sslmode={known.get('sslmode') or 'prefer'} could send data in clear,"
            " or to a stranger, over a network; add ?sslmode=verify-full&sslrootcert=FILE"
        )
    return None


def _shown(parts: SplitResult) -> str:
    return f"{parts.scheme}://{parts.hostname or ''}"


def _defaults() -> dict[str, str]:
    """What libpq takes for what the URL leaves out: from PG… in the environment, or built in."""
    options = pq.Conninfo.get_defaults()
    return {option.keyword.decode(): option.val.decode() for option in options if option.val}


def _where(known: dict[str, str]) -> list[str]:
    """To which addresses libpq will go: `hostaddr` goes before `host`; none at all is a Unix socket."""
    return (known.get("hostaddr") or known.get("host") or "").split(",")


def _stays_here(where: str) -> bool:
    return not where or where.startswith(("/", "@")) or is_loopback(where)
