"""Events: that something changed, by kind and id, never what it holds.

On PostgreSQL they travel by LISTEN/NOTIFY, within the transaction that made the change. In one process
(SQLite) they are handed on in memory after the commit. Readers look the change up in the store.
"""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import asdict, dataclass
from typing import Literal, Protocol

import psycopg

from callcenter.logs import Log, fault, log
from callcenter.store.engines import StoreAway, connect_postgres
from callcenter.store.roles import MayNotAct, Process

CHANNEL = "veilig_bellen"
RETRY_SECONDS = 0.5  # between two tries to listen again
ALIVE_SECONDS = 5.0  # between two looks whether a silent connection is alive
ANSWER_SECONDS = 5.0  # that it has to answer such a look

Kind = Literal["call", "disclosure", "staff", "phone", "key", "missed"]


@dataclass(frozen=True)
class Change:
    """Something of this kind changed. `missed`: events were lost, so read everything again."""

    kind: Kind
    id: str
    municipality_id: str | None = None

    def to_json(self) -> str:
        """Return what is sent with NOTIFY."""
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, text: str) -> "Change":
        """Read what came with NOTIFY."""
        return cls(**json.loads(text))


MISSED = Change("missed", "")


class Events(Protocol):
    """How changes reach those who wait for them."""

    def publish(self, changes: list[Change]) -> None:
        """Hand committed changes to the readers of this process."""

    def subscribe(self) -> "Subscription":
        """Return a reader that sees every change from now on."""


class Subscription:
    """One reader's changes, in order. `async for change in subscription`; close it when done."""

    def __init__(self, readers: "set[Subscription]", room: int = 1000) -> None:
        self._readers = readers
        self._queue: asyncio.Queue[Change] = asyncio.Queue(room)
        readers.add(self)

    def put(self, change: Change) -> None:
        """Add a change; a reader that has fallen behind is told to read everything again."""
        if self._queue.full():
            while not self._queue.empty():
                self._queue.get_nowait()
            change = MISSED
        self._queue.put_nowait(change)

    async def next(self) -> Change:
        """Wait for the next change."""
        return await self._queue.get()

    def __aiter__(self) -> AsyncIterator[Change]:
        return self._all()

    async def _all(self) -> AsyncIterator[Change]:
        while True:
            yield await self.next()

    def close(self) -> None:
        """See no more changes."""
        self._readers.discard(self)


class MemoryEvents:
    """Events within one process."""

    def __init__(self) -> None:
        self._readers: set[Subscription] = set()

    def publish(self, changes: list[Change]) -> None:
        """Hand changes to all readers."""
        for change in changes:
            for reader in list(self._readers):
                reader.put(change)

    def subscribe(self) -> Subscription:
        """Return a new reader."""
        return Subscription(self._readers)


class PostgresEvents(MemoryEvents):
    """Events by LISTEN/NOTIFY: one connection a process listens, and hands on to its readers.

    After a lost connection every reader gets `MISSED`, because what was notified meanwhile is gone.
    """

    def __init__(self, dsn: str, process: Process | None = None) -> None:
        super().__init__()
        self._dsn = dsn
        self._process = process

    @asynccontextmanager
    async def listening(self) -> AsyncIterator[None]:
        """Listen for as long as the block runs. Raises StoreAway, MayNotAct when that can't even begin."""
        try:
            connection = await self._connect()
        except psycopg.OperationalError as error:
            raise StoreAway(f"VB_DATABASE_URL: {error}") from None
        except psycopg.Error:  # its message may quote a piece of the password
            raise StoreAway(
                "VB_DATABASE_URL can't be read as a PostgreSQL URL; percent-encode what is special in its password"
            ) from None
        task = asyncio.create_task(self._listen(connection))
        try:
            yield
        finally:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task

    async def _connect(self) -> psycopg.AsyncConnection:
        connection = await connect_postgres(self._dsn, "events", self._process, autocommit=True)
        await connection.execute(f"LISTEN {CHANNEL}")
        return connection

    async def _listen(self, connection: psycopg.AsyncConnection) -> None:
        while True:
            try:
                async with connection:
                    await self._hand_on(connection)
            except Exception as error:  # noqa: BLE001 -- whatever it is, nobody else would listen on
                log(Log.FAILED, process="events", **fault(error))
            connection = await self._connect_again()
            self.publish([MISSED])

    async def _connect_again(self) -> psycopg.AsyncConnection:
        while True:
            await asyncio.sleep(RETRY_SECONDS)
            with suppress(psycopg.Error, OSError, MayNotAct):
                return await self._connect()

    async def _hand_on(self, connection: psycopg.AsyncConnection) -> None:
        """Hand on what is notified, for as long as the connection lives."""
        while True:
            async for notify in connection.notifies(timeout=ALIVE_SECONDS):
                with suppress(ValueError, TypeError):  # somebody else's, on our channel
                    self.publish([Change.from_json(notify.payload)])
            # A connection that died without a word would keep us waiting for ever: ask it something.
            async with asyncio.timeout(ANSWER_SECONDS):
                await connection.execute("SELECT 1")
