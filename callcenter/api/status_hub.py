"""The status hub: tells every open feed of a process how its disclosure goes.

One reader of changes and one question at a time for all feeds together, however many they are: a change in a queue is
read once, and each who waits in it is told its place from memory. An idle feed costs a few objects, and no connection
to the database.
"""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import datetime

from callcenter.api.status import Status, shown
from callcenter.keeping import keep
from callcenter.logs import Log, fault, log
from callcenter.store.database import Store, Tx
from callcenter.store.events import MISSED, Change, Subscription
from callcenter.store.progress import Progress, line_of, place_of, progress, progress_of

GATHER_SECONDS = 0.03  # changes that come together are looked up together
RETRY_SECONDS = 1.0  # while the store is away
MOST_FEEDS = 8  # of one disclosure: a citizen has a page or two, and a token could open as many as there is memory for
ELSEWHERE_SECONDS = 0.5  # after which a page comes back when this process stops
CROWDED_SECONDS = 10.0  # after which a page comes back that had to make room: soon, but not at once, or all would


def _end(wait: "asyncio.Future[bool]") -> None:
    if not wait.done():
        wait.set_result(False)


class Watch:
    """One feed's eye on its disclosure.

    Attributes:
        status: how it goes; None when the disclosure has been forgotten.
        back_after: seconds after which the page is to come back, for the feed is to end; None: it goes on.
    """

    __slots__ = ("_changed", "back_after", "call_id", "disclosure_id", "municipality_id", "status", "waiting_since")

    def __init__(self, seen: Progress, status: Status) -> None:
        self.disclosure_id = seen.disclosure_id
        self.municipality_id = seen.municipality_id
        self.call_id = seen.call_id
        self.waiting_since: datetime | None = seen.waiting_since
        self.status: Status | None = status
        self.back_after: float | None = None
        self._changed: asyncio.Future[bool] | None = None

    def wake(self) -> None:
        """Let who waits look again."""
        if self._changed is not None and not self._changed.done():
            self._changed.set_result(True)

    def end(self, back_after: float) -> None:
        """Let the feed end, and its page come back after so many seconds."""
        self.back_after = back_after
        self.wake()

    async def wait(self, seconds: float) -> bool:
        """Wait to be woken, so long at most; tell whether that came."""
        loop = asyncio.get_running_loop()
        changed: asyncio.Future[bool] = loop.create_future()
        self._changed = changed
        timer = loop.call_later(seconds, _end, changed)
        try:
            return await changed
        finally:
            timer.cancel()
            self._changed = None


class StatusHub:
    """All feeds of one process."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._watches: dict[str, list[Watch]] = {}  # by disclosure
        self._by_call: dict[str, str] = {}  # the disclosure of a call
        self._waiting: defaultdict[str, set[str]] = defaultdict(set)  # disclosures, by municipality
        self._stale: set[str] = set()  # disclosures to be looked up
        self._moved: set[str] = set()  # municipalities whose queue is to be looked up
        self._news = asyncio.Event()
        self._noted = 0  # changes so far
        self._stopping = False

    async def look(self, status_hash: bytes) -> tuple[Progress, Status] | None:
        """How the disclosure with this status token goes now; None when it is unknown."""
        async with self._store.read() as tx:
            found = await progress(tx, status_hash)
            if found is None:
                return None
            place = await place_of(tx, found.municipality_id, found.waiting_since) if found.waiting_since else None
        return found, shown(found, place)

    @contextmanager
    def watch(self, seen: Progress, status: Status, noted: int) -> Iterator[Watch]:
        """Watch a disclosure from `seen` on, which was looked up when so many changes had been `noted`."""
        made = Watch(seen, status)
        self._watches.setdefault(seen.disclosure_id, []).append(made)
        self._enter(made)
        self._make_room(seen.disclosure_id)
        if self._stopping:
            made.end(ELSEWHERE_SECONDS)
        if noted != self._noted:  # one of these may have been its own
            self._stale.add(seen.disclosure_id)
            self._news.set()
        try:
            yield made
        finally:
            self._leave(made)

    def stop(self) -> None:
        """End every feed well, and each that is yet to come: this process stops."""
        self._stopping = True
        for watches in self._watches.values():
            for one in watches:
                one.end(ELSEWHERE_SECONDS)

    @property
    def noted(self) -> int:
        """How many changes have been noted."""
        return self._noted

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Tell feeds for as long as the block runs."""
        changes = self._store.subscribe()
        tasks = [
            asyncio.create_task(keep("api", lambda: self._read(changes), lambda: self.note(MISSED))),
            asyncio.create_task(self._run()),
        ]
        try:
            yield
        finally:
            changes.close()
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _read(self, changes: Subscription) -> None:
        async for change in changes:
            self.note(change)

    def note(self, change: Change) -> None:
        """Note whom a change may concern: its own disclosure; and those in a queue that may have moved up."""
        self._noted += 1
        match change.kind:
            case "disclosure":
                self._stale |= self._watches.keys() & {change.id}
            case "call":
                if change.id in self._by_call:
                    self._stale.add(self._by_call[change.id])
                if change.municipality_id is not None and change.municipality_id in self._waiting:
                    self._moved.add(change.municipality_id)
            case "missed":
                self._stale |= self._watches.keys()
        if self._stale or self._moved:
            self._news.set()

    async def _run(self) -> None:
        while True:
            await self._news.wait()
            await asyncio.sleep(GATHER_SECONDS)
            self._news.clear()
            stale, self._stale = self._stale, set()
            moved, self._moved = self._moved, set()
            try:
                async with self._store.read() as tx:
                    await self._refresh(tx, stale, moved)
            except Exception as error:  # noqa: BLE001 -- the store away, say: nobody else would tell the feeds
                log(Log.FAILED, process="api", **fault(error))
                await asyncio.sleep(RETRY_SECONDS)
                self.note(MISSED)

    async def _refresh(self, tx: Tx, stale: set[str], moved: set[str]) -> None:
        """Look up what may have changed, and tell those for whom it has."""
        before = {one for id_ in stale for one in self._watches.get(id_, ())}
        found = await progress_of(tx, stale)
        for id_ in stale:
            for one in self._watches.get(id_, ()):
                if one in before:  # else it has come meanwhile, and may know better
                    self._see(one, found.get(id_))
        # Whoever has come to wait is told its place with the others.
        moved |= {one.municipality_id for one in found.values() if one.waiting_since is not None}
        for municipality_id in moved & self._waiting.keys():
            line = await line_of(tx, municipality_id)
            for one in self._who_waits(municipality_id):
                if one.waiting_since is not None and one.status is not None:
                    _tell(one, Status(state="waiting", place=line.place(one.waiting_since)))

    def _see(self, watch: Watch, seen: Progress | None) -> None:
        if seen is None:
            _tell(watch, None)
            return
        self._exit(watch)
        watch.call_id, watch.waiting_since = seen.call_id, seen.waiting_since
        self._enter(watch)
        if seen.waiting_since is None:
            _tell(watch, shown(seen))

    def _who_waits(self, municipality_id: str) -> Iterable[Watch]:
        for id_ in self._waiting.get(municipality_id, ()):
            yield from self._watches.get(id_, ())

    def _enter(self, watch: Watch) -> None:
        if watch.call_id is not None:
            self._by_call[watch.call_id] = watch.disclosure_id
        if watch.waiting_since is not None:
            self._waiting[watch.municipality_id].add(watch.disclosure_id)

    def _exit(self, watch: Watch) -> None:
        if watch.call_id is not None:
            self._by_call.pop(watch.call_id, None)
        if watch.municipality_id in self._waiting:
            self._waiting[watch.municipality_id].discard(watch.disclosure_id)
            if not self._waiting[watch.municipality_id]:
                del self._waiting[watch.municipality_id]

    def _make_room(self, disclosure_id: str) -> None:
        """End the oldest feed of a disclosure that has too many."""
        going_on = [one for one in self._watches[disclosure_id] if one.back_after is None]
        if len(going_on) > MOST_FEEDS:
            going_on[0].end(CROWDED_SECONDS)

    def _leave(self, watch: Watch) -> None:
        others = self._watches[watch.disclosure_id]
        others.remove(watch)
        if not others:  # else another page of this citizen watches on
            del self._watches[watch.disclosure_id]
            self._exit(watch)


def _tell(watch: Watch, status: Status | None) -> None:
    if status != watch.status:
        watch.status = status
        watch.wake()
