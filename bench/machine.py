"""The machine that is measured on: what it is, and what a process uses of it."""

import os
import platform
import resource
from importlib.metadata import version
from pathlib import Path

_TICKS = os.sysconf("SC_CLK_TCK")
_PAGE = os.sysconf("SC_PAGE_SIZE")


def raise_file_limit() -> int:
    """Let this process and those that it starts open as many files as the system lets them; return how many."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    return hard


def described() -> str:
    """Cores, processor, memory, system and versions; no name of a host."""
    memory = os.sysconf("SC_PHYS_PAGES") * _PAGE // 2**30
    parts = [f"{len(os.sched_getaffinity(0))} cores ({_processor()})", f"{memory} GB", _system()]
    parts += [f"Python {platform.python_version()}"]
    parts += [f"{name} {version(name)}" for name in ("fastapi", "uvicorn", "sqlalchemy", "psycopg")]
    return ", ".join(parts)


def _processor() -> str:
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.machine()


def _system() -> str:
    return platform.freedesktop_os_release().get("PRETTY_NAME", platform.system())


def memory_of(pid: int) -> int:
    """Bytes of memory that a process holds (resident)."""
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * _PAGE


def cpu_of(pid: int) -> float:
    """Seconds of CPU that a process has used."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS


def files_of(pid: int) -> int:
    """How many files and sockets a process has open."""
    return len(list(Path(f"/proc/{pid}/fd").iterdir()))


def load_now() -> float:
    """How many processes wanted a core in the last minute, ours included."""
    return os.getloadavg()[0]
