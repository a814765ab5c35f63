"""Gives one Asterisk a root folder of its own, so that its files are where a real installation has them.

The programs come from the root file system that set-up made (`build/asterisk-rootfs`); everything that Asterisk
reads or writes beside them lies in the instance's own folder. Two ways, whichever this machine allows:

- bubblewrap, without any privilege: the programs are mounted read-only over the instance's folder;
- chroot, as root, where bubblewrap can't work (inside a chroot of a CI job): the programs are hard-linked into it.
"""

import os
import shutil
import socket
import stat
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

# What Asterisk and its modules load: links into these cost 0.1 s, into all of /usr a second.
PROGRAMS = ("lib", "lib64", "sbin", "share/asterisk", "share/zoneinfo")
FOLDERS = (
    "dev",
    "etc/asterisk",
    "proc",
    "run/asterisk",
    "tmp",
    "usr",
    "var/cache/asterisk",
    "var/lib/asterisk/moh",
    "var/lib/asterisk/sounds",
    "var/log/asterisk",
    "var/spool/asterisk",
)


class NoWayToRunAsteriskError(RuntimeError):
    """Neither bubblewrap nor chroot works here."""


@dataclass(frozen=True)
class AsteriskRoot:
    """The root folder of one Asterisk.

    Attributes:
        path: its root, as seen from outside.
        command: what to put before a program to run it in there.
    """

    path: Path
    command: tuple[str | Path, ...]

    def inside(self, program: str, *arguments: str) -> Sequence[str | Path]:
        """The command that runs a program in this root."""
        return [*self.command, program, *arguments]


def make_root(path: Path, rootfs: Path) -> AsteriskRoot:
    """Makes the root folder at `path`, which must not exist, with the programs of `rootfs` in it.

    Raises:
        NoWayToRunAsteriskError: neither bubblewrap nor chroot works.
        FileExistsError: `path` exists.
    """
    path.mkdir(parents=True)
    for folder in FOLDERS:
        (path / folder).mkdir(parents=True, exist_ok=True)
    for name in ("bin", "lib", "lib64", "sbin"):
        (path / name).symlink_to(f"usr/{name}")
    (path / "var/run").symlink_to("/run")
    _write_etc(path / "etc")
    if bubblewrap_works():
        return AsteriskRoot(path, _bubblewrap(path, rootfs))
    if os.geteuid() != 0:
        raise NoWayToRunAsteriskError(
            "Asterisk can't be started: bubblewrap is missing or not allowed here."
            " Install the package bubblewrap, allow user namespaces, or run as root."
        )
    for programs in PROGRAMS:
        _link_tree(rootfs / "usr" / programs, path / "usr" / programs)
    _make_devices(path / "dev")
    return AsteriskRoot(path, ("chroot", path))


@cache
def bubblewrap_works() -> bool:
    """Whether bubblewrap is there and may do here what it must."""
    if not shutil.which("bwrap"):
        return False
    probe = ["bwrap", "--ro-bind", "/", "/", "--dev", "/dev", "--proc", "/proc", "true"]
    return subprocess.run(probe, capture_output=True, check=False).returncode == 0


def _bubblewrap(path: Path, rootfs: Path) -> tuple[str | Path, ...]:
    return (
        *("bwrap", "--die-with-parent"),
        *("--bind", path, "/"),
        *("--ro-bind", (rootfs / "usr").resolve(), "/usr"),
        *("--dev", "/dev", "--proc", "/proc", "--tmpfs", "/tmp"),  # noqa: S108 - inside its own root
    )


def _write_etc(etc: Path) -> None:
    """Names that resolve at once: Asterisk stalls for seconds on a slow look-up of its own host name."""
    texts = {
        "hosts": f"127.0.0.1 localhost {socket.gethostname()}\n",
        "nsswitch.conf": "passwd: files\ngroup: files\nhosts: files\n",
        "passwd": f"root:x:0:0::/:/bin/sh\nasterisk:x:{os.getuid() or 1}:{os.getgid() or 1}::/:/bin/sh\n",
        "group": f"root:x:0:\nasterisk:x:{os.getgid() or 1}:\n",
    }
    for name, text in texts.items():
        (etc / name).write_text(text)


def _link_tree(source: Path, target: Path) -> None:
    """Links each file of `source` at the same place in `target`; copies where links can't be, on another disk."""
    shutil.copytree(source, target, symlinks=True, copy_function=_link_or_copy)


def _link_or_copy(source: str, target: str) -> str:
    """Makes `target` the same file as `source`, or a copy of it on another disk."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)
    return target


def _make_devices(dev: Path) -> None:
    for name, major, minor in (("null", 1, 3), ("zero", 1, 5), ("random", 1, 8), ("urandom", 1, 9)):
        os.mknod(dev / name, stat.S_IFCHR | 0o666, os.makedev(major, minor))
        (dev / name).chmod(0o666)
