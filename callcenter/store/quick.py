"""One statement at a time, straight through psycopg: for what is asked at each call, many times a second.

SQLAlchemy writes the statement, once. Sending it that way too would show in how many answers a second one process gives
(`make bench`), so these go over a pool of psycopg's own, each committed by itself. SQLite has no round trips to save.
"""

import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

import psycopg
from psycopg.rows import namedtuple_row
from psycopg_pool import AsyncConnectionPool
from sqlalchemy.dialects import postgresql
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.sql.dml import UpdateBase

from callcenter.store import engines
from callcenter.store.engines import LIVELY, without_values
from callcenter.store.roles import Process

MOST = 10  # connections
WAIT_SECONDS = 5.0  # for one of them


class Prepared:
    """A statement that returns rows, as text for psycopg.

    Its values must be such as psycopg takes, for no column's type is asked; what it sets to NULL itself is `null()`.
    """

    def __init__(self, statement: UpdateBase) -> None:
        compiled = statement.compile(dialect=postgresql.psycopg.dialect())  # type: ignore[no-untyped-call]
        self.text = compiled.string.encode()
        self._fixed = {name: value for name, value in compiled.params.items() if value is not None}

    def values(self, given: Mapping[str, object]) -> dict[str, object]:
        """Return all that the text asks for: what is given, and what the statement says itself."""
        return {**self._fixed, **given}


class _Connection(psycopg.AsyncConnection[Any]):
    used_at = float("-inf")


class Quick:
    """A pool for single statements. Made by `quick`."""

    def __init__(self, pool: AsyncConnectionPool[_Connection]) -> None:
        self._pool = pool

    async def rows(self, statement: Prepared, given: Mapping[str, object]) -> list[Any]:
        """Carry out a statement, commit it, and return its rows by name. Raises DBAPIError, as SQLAlchemy does."""
        try:
            async with self._pool.connection() as connection:
                cursor = await connection.execute(statement.text, statement.values(given))
                found = await cursor.fetchall()
                connection.used_at = time.monotonic()
                return found
        except psycopg.OperationalError as error:
            raise OperationalError(None, None, psycopg.OperationalError(without_values(error))) from None
        except psycopg.Error as error:
            raise DBAPIError(None, None, psycopg.DatabaseError(without_values(error))) from None


@asynccontextmanager
async def quick(dsn: str, process: Process | None = None) -> AsyncIterator[Quick]:
    """Have such a pool for as long as the block runs. It connects when it is first asked something."""

    async def prepared(connection: _Connection) -> None:
        await engines.act_as(connection, process)

    pool = AsyncConnectionPool(
        dsn,
        connection_class=_Connection,
        kwargs={
            "autocommit": True,
            "row_factory": namedtuple_row,
            "application_name": "veilig-bellen quick",
            **LIVELY,
        },
        min_size=0,
        max_size=MOST,
        timeout=WAIT_SECONDS,
        configure=prepared,
        check=_try_what_is_not_fresh,
        open=False,
    )
    async with pool:
        yield Quick(pool)


async def _try_what_is_not_fresh(connection: _Connection) -> None:
    if time.monotonic() - connection.used_at >= engines.FRESH_SECONDS:
        await AsyncConnectionPool.check_connection(connection)
