"""The store itself: opens PostgreSQL or SQLite, and gives transactions that announce what they changed."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, Literal
from typing import cast as known_as
from urllib.parse import urlsplit

from sqlalchemy import ColumnElement, Text, cast, func
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolExhausted
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from callcenter.store.engines import BUSY_MILLISECONDS, postgres_engine, sqlite_engine
from callcenter.store.events import (
    CHANNEL,
    Change,
    Events,
    Kind,
    MemoryEvents,
    PostgresEvents,
    Subscription,
)
from callcenter.store.quick import Quick, quick
from callcenter.store.roles import WITHIN, Process, as_text

Dialect = Literal["postgresql", "sqlite"]

# What a store raises that is away, or has no room at the moment: worth another try.
STORE_AWAY = (OperationalError, InterfaceError, PoolExhausted, OSError)

# With the simple protocol, which takes several statements at once: each by itself takes a round trip.
_PLAIN = {"no_parameters": True}
CHECKPOINT_MILLISECONDS = 200  # how long we wait for another process that is reading


class NestedTransaction(RuntimeError):
    """A transaction was begun within another of the same task: hand the outer one's `tx` on instead."""


class ToldByNobody(RuntimeError):
    """A change was to be announced where nothing is changed: use `begin` instead of `read`."""


@dataclass
class Tx:
    """One transaction: its connection, and what is to be done when it has been committed.

    `erased`: something personal was erased, so SQLite's log has to go as well. `reading`: nothing is to be changed.
    """

    connection: AsyncConnection
    changes: list[Change] = field(default_factory=list)
    erased: bool = False
    reading: bool = False

    def announce(self, change: Change) -> None:
        """Tell of this change once it is committed."""
        if self.reading:
            raise ToldByNobody(ToldByNobody.__doc__)
        self.changes.append(change)


class Store:
    """Where everything is kept. Made by `open_store`."""

    def __init__(
        self,
        engine: AsyncEngine,
        events: Events,
        dialect: Dialect,
        quick: Quick | None = None,
        within: str | None = None,
    ) -> None:
        self._engine = engine
        self.quick = quick  # for statements that are each committed by themselves; PostgreSQL only
        self._reading = engine.execution_options(isolation_level="AUTOCOMMIT")
        self._events = events
        self.dialect = dialect
        self._within = within
        # SQLite has one writer at a time. Waiting in turn, in order, is quicker and fairer than its own busy loop.
        self._turn = asyncio.Lock()
        self._whose_turn: asyncio.Task[Any] | None = None
        self._log_holds_erased = True  # a process before us may have died with it

    @property
    def engine(self) -> AsyncEngine:
        """The engine, for migrations and for the doctor."""
        return self._engine

    def within(self, place: str) -> "Store":
        """This store as the dashboard may see it: of one municipality (its id), or a word of `store.roles`.

        It holds for PostgreSQL, where the process acts as the dashboard's role: whatever a question forgets to ask, its
        transaction sees nothing else. Elsewhere it is this store as it is.
        """
        if self.dialect == "sqlite":
            return self
        return Store(self._engine, self._events, self.dialect, self.quick, place)

    @asynccontextmanager
    async def begin(self) -> AsyncIterator[Tx]:
        """A transaction: committed when the block ends well, else undone. Raises NestedTransaction (SQLite)."""
        if self.dialect == "postgresql":
            # The driver says BEGIN by itself, in a round trip. Within a place we do, with the place in the same one.
            engine = self._engine if self._within is None else self._reading
            async with engine.begin() as connection:
                if self._within is not None:
                    begin = f"BEGIN; SET LOCAL {WITHIN} = {as_text(self._within)}"
                    await connection.exec_driver_sql(begin, execution_options=_PLAIN)
                tx = Tx(connection)
                yield tx
                await _commit(connection, tx.changes)
            return
        async with self._our_turn():
            async with self._engine.begin() as connection:
                tx = Tx(connection)
                yield tx
            self._events.publish(tx.changes)
            self._log_holds_erased |= tx.erased
            if tx.erased:
                await self._empty_log()

    @asynccontextmanager
    async def read(self) -> AsyncIterator[Tx]:
        """For questions: without BEGIN and COMMIT, which take a round trip each. Each sees what is committed by then.

        On SQLite, which has no round trips, and within a place, which takes a transaction, it is one as any other.
        """
        if self.dialect == "sqlite" or self._within is not None:
            async with self.begin() as tx:
                yield tx
            return
        async with self._reading.connect() as connection:
            yield Tx(connection, reading=True)

    def subscribe(self) -> Subscription:
        """Return a reader of all changes from now on."""
        return self._events.subscribe()

    async def truncate_wal(self) -> bool:
        """Empty SQLite's log if something erased may still be in it; tell whether that is so no more.

        A transaction that erases does this by itself. It can't while another process is reading: hence the
        sweeper, which tries again.
        """
        if self.dialect == "sqlite" and self._log_holds_erased:
            async with self._our_turn():
                await self._empty_log()
        return self.dialect == "postgresql" or not self._log_holds_erased

    @asynccontextmanager
    async def _our_turn(self) -> AsyncIterator[None]:
        task = asyncio.current_task()
        if self._whose_turn is task:
            raise NestedTransaction(NestedTransaction.__doc__)
        async with self._turn:
            self._whose_turn = task
            try:
                yield
            finally:
                self._whose_turn = None

    async def _empty_log(self) -> None:
        """Write the log back into the file and empty it. What was committed stays so, whatever happens here."""
        try:
            async with self._engine.connect() as connection:
                # The driver's own connection: SQLAlchemy's would begin a transaction, in which no checkpoint can be.
                raw = known_as("Any", (await connection.get_raw_connection()).driver_connection)
                await raw.execute(f"PRAGMA busy_timeout={CHECKPOINT_MILLISECONDS}")
                async with raw.execute("PRAGMA wal_checkpoint(TRUNCATE)") as cursor:
                    busy, *_ = await cursor.fetchone()
                await raw.execute(f"PRAGMA busy_timeout={BUSY_MILLISECONDS}")
        except (DBAPIError, OSError):
            busy = 1
        self._log_holds_erased = bool(busy)


@asynccontextmanager
async def open_store(url: str, process: Process | None = None) -> AsyncIterator[Store]:
    """Open `postgresql://…` or `sqlite:///file`, with its events, for as long as the block runs.

    `process`: whose rights it has there; without it: those of the URL's user, as for who migrates and administers.
    Raises StoreAway when PostgreSQL can't be reached, and MayNotAct.
    """
    async with AsyncExitStack() as stack:
        if urlsplit(url).scheme == "sqlite":
            engine = sqlite_engine(url)
            dialect: Dialect = "sqlite"
            events, straight = MemoryEvents(), None
        else:
            listener = PostgresEvents(url, process)
            await stack.enter_async_context(listener.listening())
            straight = await stack.enter_async_context(quick(url, process))
            engine, dialect, events = postgres_engine(url, process), "postgresql", listener
        stack.push_async_callback(engine.dispose)
        yield Store(engine, events, dialect, straight)


def telling(kind: Kind, id_: ColumnElement[str], municipality_id: ColumnElement[str]) -> ColumnElement[Any]:
    """Return what a statement of PostgreSQL returns beside the rest to tell of each row that it changed."""
    change = func.json_build_object("kind", kind, "id", id_, "municipality_id", municipality_id)
    return func.pg_notify(CHANNEL, cast(change, Text))


async def _commit(connection: AsyncConnection, changes: list[Change]) -> None:
    """Commit, and tell of the changes: in one message, for each takes a round trip."""
    if changes:
        told = [f"NOTIFY {CHANNEL}, {as_text(change.to_json())}" for change in dict.fromkeys(changes)]
        await connection.exec_driver_sql("; ".join([*told, "COMMIT"]), execution_options=_PLAIN)
