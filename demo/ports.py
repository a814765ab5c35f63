"""Free ports that two runs side by side never share.

A port that was free a moment ago can be taken by the time a server binds it. So each port that is given out
is locked, for as long as this process lives, by one byte of a file (a POSIX record lock: the byte's place is the
port's number). Whoever takes ports from here, in whatever process of this user, skips what is locked or bound.
All lie below 32768, where Linux starts handing out ports for outgoing connections.
"""

import fcntl
import os
import random
import socket
import tempfile
from functools import cache
from pathlib import Path

LOOPBACK = "127.0.0.1"
SINGLE_PORTS = range(10100, 20000)  # browsers refuse 10080 (Fetch, "bad port")
WINDOWS = range(20000, 32700)

_taken: set[int] = set()


class NoFreePortError(RuntimeError):
    """Nothing is left in the range: end other runs first."""


def free_port() -> int:
    """A port number, free for both TCP and UDP on every loopback address; kept until this process ends.

    Raises:
        NoFreePortError: all of the range is taken.
    """
    return _first_free(random.sample(SINGLE_PORTS, k=500), size=1)


def free_window(size: int = 200) -> range:
    """`size` consecutive UDP ports that begin at an even number, for RTP; kept until this process ends.

    A call takes two ports for each leg (RTP and RTCP).

    Raises:
        NoFreePortError: no such window is left.
    """
    starts = list(range(WINDOWS.start, WINDOWS.stop - size, 2))
    first = _first_free(random.sample(starts, k=min(500, len(starts))), size)
    return range(first, first + size)


def _first_free(starts: list[int], size: int) -> int:
    for first in starts:
        ports = range(first, first + size)
        if _taken.isdisjoint(ports) and _lock(first, size):
            if all(_unbound(port) for port in ports):
                _taken.update(ports)
                return first
            _unlock(first, size)
    raise NoFreePortError(f"No {size} free port(s) from {starts[0]} on: end other runs of the demo or the tests.")


@cache
def _lock_file() -> int:
    """The lock file of this user, opened once: closing any copy would drop all locks of this process."""
    path = Path(tempfile.gettempdir()) / f"veilig-bellen-ports-{os.getuid()}"
    return os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)


def _lock(first: int, size: int) -> bool:
    try:
        fcntl.lockf(_lock_file(), fcntl.LOCK_EX | fcntl.LOCK_NB, size, first)
    except OSError:
        return False
    return True


def _unlock(first: int, size: int) -> None:
    fcntl.lockf(_lock_file(), fcntl.LOCK_UN, size, first)


def _unbound(port: int) -> bool:
    for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM):
        with socket.socket(socket.AF_INET, kind) as probe:
            if kind == socket.SOCK_STREAM:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("0.0.0.0", port))
            except OSError:
                return False
    return True
