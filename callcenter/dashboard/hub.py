"""Keeps open pages true: one reader of changes a process, one read of the store a municipality, many pages.

A change marks the pages that it concerns. A moment later, so that what changes together is shown together, their
municipality is read once, and each page is handed those of its parts that have changed. No page holds a database
connection meanwhile. Each beat looks whether the log-ins of all pages are still good.
"""

import asyncio
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import partial

from callcenter.dashboard.desk import Desk
from callcenter.dashboard.floor import Floor, read_floor
from callcenter.dashboard.gate import SEEN_EVERY, Visitor, end_outside
from callcenter.dashboard.pages import Pages, Shared, Shown, Viewing
from callcenter.dashboard.reading import Message, message_of, milliseconds, read_own
from callcenter.dashboard.screen import Screen, rows_of, screen_of
from callcenter.dashboard.words import speaker
from callcenter.keeping import keep
from callcenter.logs import Log, fault, log
from callcenter.model.call import CallState, Outcome
from callcenter.model.networks import is_within
from callcenter.model.staff import Action, may
from callcenter.store import audit, calls, leaving, logins, own_logins
from callcenter.store.database import Tx
from callcenter.store.events import Change
from callcenter.store.logins import LogIn
from callcenter.store.queue import PastCall

COALESCE_SECONDS = 0.03
BEAT_SECONDS = 2.0  # a page that misses two of these says that it has no connection
MOST_PAGES = 10  # open pages of one log-in
SIGNED_OUT = 4401  # our close codes (RFC 6455, 7.4.2): the log-in has ended,
TOO_MANY_PAGES = 4429  # or it has opened more pages since


@dataclass(eq=False)
class Viewer:
    """One open page: whose it is, what it shows, and what is still to be sent to it."""

    visitor: Visitor
    shown: Shown | None = None
    call_id: str | None = None
    past: list[PastCall] = field(default_factory=list)
    past_as_of: tuple[str | None, datetime | None, date] | None = None
    in_use: bool = False
    wakes: asyncio.TimerHandle | None = None  # when the wrap-up that it shows is over
    unread: bool = False  # what it shows could not be read when it was to be shown anew
    _ended: int | None = None
    _pending: Message = field(default_factory=dict)
    _wake: asyncio.Event = field(default_factory=asyncio.Event)

    def show(self, message: Message) -> None:
        """Have this sent; when the page is slow, it gets the newest of each part."""
        parts = self._pending.get("parts", {}) | message.get("parts", {})
        self._pending |= message
        if parts:
            self._pending["parts"] = parts
        self._wake.set()

    def end(self, code: int) -> None:
        """Have this page closed with this code."""
        self._ended = code
        self._wake.set()

    @property
    def goes_on(self) -> bool:
        """Whether this page has not been told to close."""
        return self._ended is None

    async def next(self) -> Message | int:
        """Wait for something to send, or for the code to close the page with."""
        await self._wake.wait()
        self._wake.clear()
        pending, self._pending = self._pending, {}
        return pending if self._ended is None else self._ended


class Hub:
    """All open pages of this process."""

    def __init__(self, pages: Pages) -> None:
        self._pages = pages
        self._viewers: dict[Viewer, None] = {}  # the latest last
        self._stale: set[Viewer] = set()
        self._wake = asyncio.Event()

    def add(self, viewer: Viewer) -> None:
        """Keep this page true from now on; it gets all of it first. The log-in's oldest may have to give way."""
        self._viewers[viewer] = None
        login = viewer.visitor.token_hash
        for crowded_out in [one for one in self._viewers if one.visitor.token_hash == login][:-MOST_PAGES]:
            self.remove(crowded_out)
            crowded_out.end(TOO_MANY_PAGES)
        self.again(viewer)

    def again(self, viewer: Viewer) -> None:
        """Send this page all of it."""
        viewer.shown, viewer.past_as_of = None, None
        self._mark({viewer})

    def remove(self, viewer: Viewer) -> None:
        """This page has been closed."""
        self._viewers.pop(viewer, None)

    def has_call(self, user_id: str, call_id: str) -> None:
        """This user's pages show this call already (the click's answer did), so that its end will be news."""
        for viewer in self._viewers:
            if viewer.visitor.user.id == user_id:
                viewer.call_id = call_id

    async def run(self, desk: Desk) -> None:
        """Follow changes and keep the beat, until cancelled."""
        async with asyncio.TaskGroup() as tasks:
            for work in (self._follow, self._keep_true, self._beat):
                tasks.create_task(keep("dashboard", partial(work, desk), self._mark_all))

    async def _follow(self, desk: Desk) -> None:
        subscription = desk.store.subscribe()
        try:
            async for change in subscription:
                self._mark(self._concerned_by(change))
        finally:
            subscription.close()

    def _concerned_by(self, change: Change) -> set[Viewer]:
        if change.kind in ("disclosure", "key"):
            return set()  # before the call nobody here sees it, and then it is the call that changes
        place = change.municipality_id
        return {one for one in self._viewers if place in (None, one.visitor.user.municipality_id)}

    def _mark(self, viewers: set[Viewer]) -> None:
        if viewers:
            self._stale |= viewers
            self._wake.set()

    def _mark_all(self) -> None:
        self._mark(set(self._viewers))

    async def _keep_true(self, desk: Desk) -> None:
        while True:
            await self._wake.wait()
            await asyncio.sleep(COALESCE_SECONDS)
            self._wake.clear()
            stale, self._stale = self._stale & self._viewers.keys(), set()
            try:
                await self._refresh(desk, list(stale))
            except Exception as error:  # noqa: BLE001 - whatever it is, pages must not stay as they were for ever
                log(Log.FAILED, process="dashboard", **fault(error))
                self._stale |= stale
                await asyncio.sleep(BEAT_SECONDS)
                self._wake.set()

    async def _beat(self, desk: Desk) -> None:
        while True:
            await asyncio.sleep(BEAT_SECONDS)
            try:
                living = await self._check_logins(desk, list(self._viewers))
            except Exception as error:  # noqa: BLE001
                # Without the store no page is true: no beat, so that the pages say so.
                log(Log.FAILED, process="dashboard", **fault(error))
                continue
            for viewer in living:
                if viewer.unread:
                    continue
                viewer.show({"now": milliseconds(desk.clock())})

    async def _check_logins(self, desk: Desk, viewers: list[Viewer]) -> list[Viewer]:
        """End the pages whose log-in is over; return the others, with their user as they are now."""
        if not viewers:
            return []
        now = desk.clock()
        hashes = list({viewer.visitor.token_hash for viewer in viewers})
        async with desk.store.begin() as tx:
            found = await logins.living(tx, hashes, *desk.limits(now))
            used = {one.visitor.token_hash for one in viewers if one.in_use or one.call_id is not None}
            for hashed in used & found.keys():
                if now - found[hashed].seen_at > SEEN_EVERY:
                    await logins.seen(tx, hashed, now)
        for viewer in viewers:
            if viewer.goes_on and _is_over(viewer, found):
                await _see_off(desk.within(viewer.visitor.user.municipality_id), viewer, found, now)
        living = []
        for viewer in viewers:
            login = found.get(viewer.visitor.token_hash)
            viewer.in_use = False
            if login is None or _is_over(viewer, found):
                viewer.end(SIGNED_OUT)
                continue
            viewer.visitor = replace(viewer.visitor, user=login.user, csrf_token=login.csrf_token)
            living.append(viewer)
        return living

    async def _refresh(self, desk: Desk, viewers: list[Viewer]) -> None:
        by_place: dict[str, list[Viewer]] = {}
        for viewer in await self._check_logins(desk, viewers):
            by_place.setdefault(viewer.visitor.municipality_id, []).append(viewer)
        failures: list[Exception] = []
        for municipality_id, there in by_place.items():
            try:
                await self._refresh_in(desk.within(municipality_id), municipality_id, there)
            except Exception as error:  # noqa: BLE001 - one that can't be read keeps no other from being shown
                failures.append(error)
                for viewer in there:
                    viewer.unread = True
                asyncio.get_running_loop().call_later(BEAT_SECONDS, self._mark, set(there))
        if failures:
            log(Log.FAILED, process="dashboard", **fault(failures[0]))

    async def _refresh_in(self, desk: Desk, municipality_id: str, viewers: list[Viewer]) -> None:
        async with desk.store.begin() as tx:
            floor = await read_floor(desk, tx, municipality_id)
            news = [await _news(tx, viewer, floor) for viewer in viewers]
            for viewer in viewers:
                await _read_own(tx, viewer, floor)
        rows = {one: rows_of(floor, one) for one in {viewer.visitor.user.language for viewer in viewers}}
        shared: Shared = {}
        for viewer, said in zip(viewers, news, strict=True):
            user = viewer.visitor.user
            screen = screen_of(floor, user, rows[user.language], viewer.past)
            self._hand_out(desk, viewer, screen, said, shared)
            self._wake_when_over(viewer, screen, floor.at)
            viewer.unread = False

    def _hand_out(self, desk: Desk, viewer: Viewer, screen: Screen, said: str | None, shared: Shared) -> None:
        viewing = Viewing(viewer.visitor.user, viewer.visitor.csrf_token)
        before = viewer.shown
        parts = self._pages.parts(screen, viewing, before, shared)
        viewer.shown = Shown(screen, parts)
        viewer.call_id = None if screen.call is None else screen.call.call_id
        changed = {name: html for name, html in parts.items() if before is None or before.parts[name] != html}
        if changed or said:
            viewer.show(message_of(desk.clock(), screen, changed, said))

    def _wake_when_over(self, viewer: Viewer, screen: Screen, now: datetime) -> None:
        """Show this page anew when its wrap-up is over, also when nobody is there to erase and tell."""
        if viewer.wakes is not None:
            viewer.wakes.cancel()
        wrap_up = screen.call and screen.call.wrap_up
        if wrap_up:
            seconds = max(0.0, (wrap_up.until - milliseconds(now)) / 1000)
            viewer.wakes = asyncio.get_running_loop().call_later(seconds, self._mark, {viewer})


def _is_over(viewer: Viewer, living: dict[bytes, LogIn]) -> bool:
    """Whether the log-in of this page is over, or no longer one for it."""
    login, visitor = living.get(viewer.visitor.token_hash), viewer.visitor
    return (
        login is None
        or not may(login.user, Action.SEE_QUEUE, visitor.municipality_id)
        or not is_within(login.networks, visitor.address)
    )


async def _see_off(desk: Desk, viewer: Viewer, living: dict[bytes, LogIn], now: datetime) -> None:
    """See to what a log-in leaves behind that is over: itself, where only its network is, and its user's work."""
    visitor = viewer.visitor
    login = living.get(visitor.token_hash)
    async with desk.store.begin() as tx:
        if login is not None and not is_within(login.networks, visitor.address):
            with audit.coming_from(visitor.address):
                await end_outside(tx, login.user, visitor.token_hash, now)
        if not await own_logins.log_ins_of(tx, visitor.user.id, *desk.limits(now)):
            await leaving.leave(tx, visitor.user.id, now)


async def _read_own(tx: Tx, viewer: Viewer, floor: Floor) -> None:
    """Read what is this agent's alone; it changes only when a call of theirs begins or ends, or the day does."""
    mine = floor.taken.get(viewer.visitor.user.id)
    as_of = (None if mine is None else mine.call_id, None if mine is None else mine.ended_at, floor.at.date())
    if viewer.past_as_of != as_of:
        with audit.coming_from(viewer.visitor.address):
            viewer.past = await read_own(tx, floor, viewer.visitor.user)
        viewer.past_as_of = as_of


async def _news(tx: Tx, viewer: Viewer, floor: Floor) -> str | None:
    """Say what became of the call that this page showed, when it shows it no more."""
    user, before = viewer.visitor.user, viewer.call_id
    mine = floor.taken.get(user.id)
    if before is None or (mine is not None and mine.call_id == before):
        return None
    call = await calls.find(tx, before)
    say = speaker(user.language)
    if call is None or call.state is CallState.ENDED:
        if call is not None and call.outcome is Outcome.ABANDONED:
            return say("said-caller-left")
        return say("said-wrapped-up" if call is not None and call.wrap_up_until else "said-ended")
    # When the phone failed, why it did stands on the page already.
    return say("said-back") if user.ready else None
