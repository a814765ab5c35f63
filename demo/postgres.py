"""Runs a real PostgreSQL for the tests and the demo: in a folder of its own, gone when the block ends.

Durability is off (`fsync`), because nothing of it outlives the run. PostgreSQL refuses to run as root, so
then it runs as Debian's user `postgres`, or else as `nobody`.
"""

import asyncio
import os
import pwd
import secrets
import shutil
import signal
import tempfile
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

import psycopg
from psycopg import sql

from demo.certificates import Authority
from demo.places import SetupMissing
from demo.ports import LOOPBACK, free_port
from demo.process import Child, NotInTimeError, child, until

USER = "vb"
HOST = "localhost"  # what the certificate of the TLS variant names
START_SECONDS = 30.0
_QUICK = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_connections=200")


@dataclass(frozen=True)
class TlsPostgres:
    """A PostgreSQL that is heard on loopback, with TLS and a password.

    Attributes:
        ca_file: certificate of the authority that signed the server's.
    """

    port: int
    password: str
    ca_file: Path

    def url(self, sslmode: str = "verify-full", ca_file: Path | None = None, host: str = HOST) -> str:
        """The URL of its database, trusting `ca_file` (its own CA unless another is named)."""
        query = urlencode({"sslmode": sslmode, "sslrootcert": str(ca_file or self.ca_file)})
        return f"postgresql://{USER}:{self.password}@{host}:{self.port}/postgres?{query}"


@asynccontextmanager
async def postgres(folder: Path) -> AsyncIterator[str]:
    """Run a PostgreSQL on a Unix socket; gives the URL of its database. `folder` receives its log.

    Raises:
        SetupMissing: PostgreSQL is not installed.
    """
    with _home() as home:
        await _make_cluster(home, "trust", secrets.token_urlsafe())
        options = [f"unix_socket_directories={home}", "listen_addresses="]
        url = f"postgresql://{USER}@/postgres?{urlencode({'host': str(home)})}"
        async with _running(folder, home, options, url):
            yield url


@asynccontextmanager
async def postgres_with_tls(folder: Path) -> AsyncIterator[TlsPostgres]:
    """Run a PostgreSQL on loopback that takes TLS connections with a password only."""
    with _home() as home:
        server = TlsPostgres(free_port(), secrets.token_urlsafe(), home / "ca.pem")
        await _make_cluster(home, "scram-sha-256", server.password)
        Authority.make(server.ca_file).certify(HOST, home / "server.pem", home / "server.key")
        for name in ("server.pem", "server.key"):
            _give_away(home / name)
        (home / "data/pg_hba.conf").write_text("hostssl all all samehost scram-sha-256\n")
        options = [
            "unix_socket_directories=",
            f"listen_addresses={LOOPBACK}",
            f"port={server.port}",
            "ssl=on",
            f"ssl_cert_file={home}/server.pem",
            f"ssl_key_file={home}/server.key",
        ]
        async with _running(folder, home, options, server.url()):
            yield server


async def new_database(url: str) -> str:
    """Make an empty database beside the one of `url`; return its URL."""
    name = f"vb_{secrets.token_hex(6)}"
    statement = sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name))
    async with await psycopg.AsyncConnection.connect(url, autocommit=True) as connection:
        await connection.execute(statement)
    return url.replace("/postgres?", f"/{name}?")


def _program(name: str) -> Path:
    found = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), key=lambda p: float(p.parts[4]))
    if not found:
        raise SetupMissing("PostgreSQL is not there: run `make setup`, or `apt-get install postgresql`")
    return found[-1]


def _other_user() -> pwd.struct_passwd | None:
    """Who runs PostgreSQL when we are root; None: we do ourselves."""
    if os.geteuid() != 0:
        return None
    with suppress(KeyError):
        return pwd.getpwnam("postgres")
    return pwd.getpwnam("nobody")


def _as_user(command: Sequence[str | Path]) -> list[str | Path]:
    user = _other_user()
    if user is None:
        return list(command)
    # The signal at our death is set again: the kernel forgets it when a process changes its user.
    who = ["setpriv", f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}", "--clear-groups"]
    return [*who, "--pdeathsig", "INT", *command]


def _give_away(path: Path) -> None:
    user = _other_user()
    if user is not None:
        os.chown(path, user.pw_uid, user.pw_gid)


@contextmanager
def _home() -> Iterator[Path]:
    """A folder that PostgreSQL's user may enter, short enough for the name of a Unix socket."""
    home = Path(tempfile.mkdtemp(prefix="vb-pg-"))
    _give_away(home)
    try:
        yield home
    finally:
        shutil.rmtree(home, ignore_errors=True)


async def _make_cluster(home: Path, auth: str, password: str) -> None:
    password_file = home / "password"
    password_file.touch(mode=0o600)
    password_file.write_text(password)
    _give_away(password_file)
    command = _as_user(
        [
            _program("initdb"),
            f"--pgdata={home}/data",
            f"--username={USER}",
            f"--pwfile={password_file}",
            f"--auth={auth}",
            "--encoding=UTF8",
            "--no-locale",
            "--no-sync",
        ]
    )
    process = await asyncio.create_subprocess_exec(
        *command, cwd=home, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT
    )
    said, _ = await process.communicate()
    password_file.unlink()
    if process.returncode != 0:
        raise RuntimeError(f"initdb ended with code {process.returncode}:\n{said.decode()}")


@asynccontextmanager
async def _running(folder: Path, home: Path, options: list[str], url: str) -> AsyncIterator[Child]:
    settings = [part for option in (*_QUICK, *options) for part in ("-c", option)]
    command = _as_user([_program("postgres"), "-D", home / "data", *settings])
    async with child("PostgreSQL", command, log=folder / "postgres.log", cwd=home) as server:
        try:
            await until(lambda: _answers(url), what="PostgreSQL answers", seconds=START_SECONDS, child=server)
            yield server
        finally:
            # TERM, which `child` sends, would wait for the clients to leave.
            with suppress(ProcessLookupError, NotInTimeError):
                os.kill(server.pid, signal.SIGINT)
                await server.wait(5)


async def _answers(url: str) -> bool:
    try:
        async with await psycopg.AsyncConnection.connect(url):
            return True
    except psycopg.OperationalError:
        return False
