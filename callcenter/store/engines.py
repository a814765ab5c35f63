"""The engines beneath the store: how PostgreSQL and SQLite are connected to, and what their errors may show."""

import os
import time
from typing import Any

import psycopg
from sqlalchemy import event
from sqlalchemy.engine import ExceptionContext, make_url
from sqlalchemy.exc import DBAPIError, InvalidatePoolError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from callcenter.settings import SettingsError
from callcenter.store.roles import MayNotAct, Process, as_name, role_of

# Of these classes of SQLSTATE (connection, log-in, missing database, rollback, wrong statement, no room, not now,
# stopped, system) the message is kept. All others may quote a value that somebody disclosed.
_SHOWN = ("08", "28", "3D", "40", "42", "53", "55", "57", "58")

BUSY_MILLISECONDS = 5000  # how long SQLite waits for another process

FRESH_SECONDS = (
    1.0  # a connection that was used so lately is not tried before it is used again: that takes a round trip
)

# A database that went away without a word is noticed after some 10 s, not after hours. (TCP only; see libpq.)
LIVELY: dict[str, Any] = {
    "connect_timeout": 5,
    "keepalives_idle": 5,
    "keepalives_interval": 2,
    "keepalives_count": 3,
    "tcp_user_timeout": 10_000,  # milliseconds
}


class StoreAway(SettingsError):
    """The database can't be reached or refuses us; the message names the setting, and what was answered."""


async def connect_postgres(
    dsn: str, use: str, process: Process | None = None, *, autocommit: bool = False
) -> psycopg.AsyncConnection:
    """Connect as libpq reads the URL, so that several hosts, certificates and the like mean what its manual says.

    Args:
        dsn: the URL.
        use: is shown to operators in `pg_stat_activity`.
        process: whose role is acted as; without it: whatever the user of the URL may.
        autocommit: whether each statement is committed by itself.

    Raises psycopg.OperationalError, MayNotAct.
    """
    name = f"veilig-bellen {use}"
    connection = await psycopg.AsyncConnection.connect(dsn, autocommit=True, application_name=name, **LIVELY)
    try:
        await act_as(connection, process)
        await connection.set_autocommit(autocommit)
    except BaseException:
        await connection.close()
        raise
    return connection


async def act_as(connection: psycopg.AsyncConnection[Any], process: Process | None) -> None:
    """Have this connection do all that follows as the role of this process. Raises MayNotAct."""
    if process is None:
        return
    role, user = role_of(connection.info.dbname, process), connection.info.user
    try:
        await connection.execute(f"SET ROLE {as_name(role)}".encode())
    except psycopg.errors.InvalidParameterValue:
        raise MayNotAct(f"the database has no role {role}; run `callcenter admin migrate`") from None
    except psycopg.errors.InsufficientPrivilege:
        told = f"GRANT {as_name(role)} TO {as_name(user)}"
        raise MayNotAct(f"VB_DATABASE_URL: {user} may not act as {role}; have it granted: {told}") from None


def postgres_engine(dsn: str, process: Process | None = None) -> AsyncEngine:
    """Return an engine whose connections are made by `connect_postgres`."""
    engine = create_async_engine(
        "postgresql+psycopg://",
        async_creator=lambda: connect_postgres(dsn, "store", process),
        hide_parameters=True,
        pool_size=10,
        pool_use_lifo=True,  # so that few connections are fresh, rather than all a bit stale
    )
    event.listen(engine.sync_engine, "handle_error", _leave_out_values)
    _try_what_is_not_fresh(engine)
    return engine


def _try_what_is_not_fresh(engine: AsyncEngine) -> None:
    """SQLAlchemy's `pool_pre_ping`, but not at each use."""

    def returned(_connection: object, record: Any) -> None:
        record.info["used_at"] = time.monotonic()

    def taken(connection: Any, record: Any, _proxy: object) -> None:
        if time.monotonic() - record.info.get("used_at", 0.0) < FRESH_SECONDS:
            return
        try:
            engine.dialect.do_ping(connection)
        except psycopg.Error as error:
            raise InvalidatePoolError from error  # the pool connects anew, and so for those that were open as long

    event.listen(engine.sync_engine, "checkin", returned)
    event.listen(engine.sync_engine, "checkout", taken)


def sqlite_engine(url: str) -> AsyncEngine:
    """Return an engine for `sqlite:///file`; the file is made if need be, for our own user only.

    Raises StoreAway when it can't be.
    """
    path = make_url(url).database or ""
    try:
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))  # its log and index get the same mode
    except OSError as error:
        raise StoreAway(f"VB_DATABASE_URL: {path} can't be opened ({error.strerror})") from None
    engine = create_async_engine("sqlite+aiosqlite" + url.removeprefix("sqlite"), hide_parameters=True)
    event.listen(engine.sync_engine, "connect", _tune_sqlite)
    event.listen(engine.sync_engine, "begin", _begin_immediate)
    return engine


def _tune_sqlite(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # we say BEGIN ourselves, see below
    cursor = connection.cursor()
    for pragma in (
        f"busy_timeout={BUSY_MILLISECONDS}",  # first, because the next may find the file locked
        "journal_mode=WAL",
        "synchronous=NORMAL",
        "foreign_keys=ON",
        "secure_delete=ON",  # what is erased is overwritten, not only unlinked
        "temp_store=MEMORY",  # no copies of rows in temporary files
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_immediate(connection: Any) -> None:
    # A read that later writes would fail with SQLITE_BUSY: take the write lock at once.
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def _leave_out_values(context: ExceptionContext) -> None:
    error = context.original_exception
    if not isinstance(error, psycopg.Error) or error.sqlstate is None:
        return
    message = without_values(error)
    error.args = (message,)
    if context.sqlalchemy_exception is not None:
        context.sqlalchemy_exception.args = (f"({type(error).__name__}) {message}",)


def may_not(error: DBAPIError) -> bool:
    """Tell whether this is because our role has no right to it."""
    return isinstance(error.orig, psycopg.errors.InsufficientPrivilege)


def without_values(error: psycopg.Error) -> str:
    """Return what an error says, with names only.

    PostgreSQL's quote what was sent ("Key (login)=(anna) already exists").
    """
    if error.sqlstate is None:  # none of PostgreSQL's own: it has seen no values
        return str(error)
    what = error.diag.message_primary if error.sqlstate.startswith(_SHOWN) else None
    names = (error.diag.table_name, error.diag.column_name, error.diag.constraint_name)
    return what or " ".join(["SQLSTATE", error.sqlstate, *filter(None, names)])
