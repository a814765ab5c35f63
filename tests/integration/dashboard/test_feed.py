"""The live feed on SQLite and on PostgreSQL, with the real socket of a real server."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
import websockets
from sqlalchemy.pool import QueuePool

from callcenter.dashboard import hub
from callcenter.dashboard.desk import Desk, utc_now
from callcenter.dashboard.floor import Floor, read_floor
from callcenter.dashboard.hub import MOST_PAGES
from callcenter.store.database import Tx, open_store
from callcenter.store.events import Change
from callcenter.store.tables import staff_session
from demo.ports import LOOPBACK, free_port
from demo.postgres import postgres
from demo.process import until
from tests.e2e.dashboard.world import MARIA, World, dashboard_of, open_world
from tests.integration.dashboard.conftest import Browser


@pytest.fixture(params=["sqlite", "postgresql"])
async def town(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[World]:
    """A world with Anna and Bram, on each kind of store."""
    async with AsyncExitStack() as stack:
        url = None
        if request.param == "postgresql":
            url = await stack.enter_async_context(postgres(tmp_path))
        world = await stack.enter_async_context(open_world(tmp_path, url))
        await world.user("anna", "Anna")
        await world.user("bram", "Bram")
        yield world


class Page:
    """The socket of an open page, and what it has been told."""

    def __init__(self, socket: websockets.ClientConnection) -> None:
        self.socket = socket
        self.parts: dict[str, str] = {}
        self.heard = 0  # messages with something to show
        self.beats = 0  # messages with the time
        self.closed: int | None = None

    async def listen(self) -> None:
        """Take in what comes until the socket is closed."""
        try:
            async for text in self.socket:
                message: dict[str, Any] = json.loads(text)
                self.heard += "parts" in message
                self.beats += "now" in message
                self.parts |= message.get("parts", {})
        except websockets.ConnectionClosed:
            pass
        self.closed = self.socket.close_code

    async def shows(self, part: str, text: str) -> None:
        """Wait until this part of the page holds this text."""
        await until(lambda: text in self.parts.get(part, ""), what=f"{part} shows {text!r}")


@asynccontextmanager
async def browser_at(url: str, login: str) -> AsyncIterator[Browser]:
    """Log in at a dashboard that runs."""
    async with httpx.AsyncClient(base_url=url, headers={"Origin": url}) as client:
        browser = Browser(client)
        assert (await browser.log_in(login)).status_code == 303
        yield browser


@asynccontextmanager
async def page_at(url: str, browser: Browser) -> AsyncIterator[Page]:
    """Open the socket of a page."""
    cookie = "; ".join(f"{one.name}={one.value}" for one in browser.client.cookies.jar)
    async with websockets.connect(
        url.replace("http", "ws") + "/live", origin=websockets.Origin(url),
        additional_headers={"Cookie": cookie}, proxy=None,
    ) as socket:  # fmt: skip
        page = Page(socket)
        task = asyncio.create_task(page.listen())
        await page.shows("queue", "queue-title")
        yield page
        task.cancel()


async def test_a_change_reaches_the_page_and_a_burst_is_told_together(town: World) -> None:
    async with dashboard_of(town) as url, browser_at(url, "anna") as anna, page_at(url, anna) as page:
        # when somebody calls, then the page hears of it
        first = await town.caller(MARIA)
        await page.shows("queue", f"row-{first}")

        # when twenty call in a moment, then it hears of all, in far fewer messages
        before = page.heard
        calls = await asyncio.gather(*(town.caller(MARIA) for _ in range(20)))
        for call_id in calls:
            await page.shows("queue", f"row-{call_id}")
        assert page.heard - before < 20


async def test_a_fault_in_listening_to_changes_leaves_no_page_behind(
    town: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    # given a hub that fails at the first change
    concerned = hub.Hub._concerned_by
    failed: list[Change] = []

    def breaks_once(self: hub.Hub, change: Change) -> set[hub.Viewer]:
        if not failed:
            failed.append(change)
            raise RuntimeError("a fault")
        return concerned(self, change)

    async with dashboard_of(town) as url, browser_at(url, "anna") as anna, page_at(url, anna) as page:
        monkeypatch.setattr(hub.Hub, "_concerned_by", breaks_once)

        # then the page hears of it all the same, and of the next one
        missed = await town.caller(MARIA)
        await page.shows("queue", f"row-{missed}")
        assert failed
        await page.shows("queue", f"row-{await town.caller(MARIA)}")


async def test_open_pages_hold_no_connection(town: World) -> None:
    async with dashboard_of(town) as url, browser_at(url, "anna") as anna, AsyncExitStack() as stack:
        # given many open pages, all up to date
        pages = [await stack.enter_async_context(page_at(url, anna)) for _ in range(MOST_PAGES)]
        call_id = await town.caller(MARIA)
        for page in pages:
            await page.shows("queue", call_id)

        # then none of them holds a connection
        pool = town.store.engine.pool
        assert isinstance(pool, QueuePool)
        await until(lambda: pool.checkedout() == 0, what="no connection is held")


async def test_a_log_in_that_ends_closes_its_pages(town: World) -> None:
    async with dashboard_of(town) as url, browser_at(url, "anna") as anna, page_at(url, anna) as page:
        # when the log-in is taken away in the store, without a word, then its page is closed with our own code
        async with town.store.begin() as tx:
            await tx.connection.execute(staff_session.delete())
        await until(lambda: page.closed is not None, what="the page is closed", seconds=5)
        assert page.closed == 4401


async def test_a_page_that_is_used_keeps_the_log_in_alive_and_one_that_lies_open_does_not(town: World) -> None:
    later = timedelta()

    def clock() -> datetime:
        return utc_now() + later

    async with dashboard_of(town, clock) as url, browser_at(url, "anna") as anna, page_at(url, anna) as page:
        # given a page that is used three quarters of an hour after the log-in
        later = timedelta(minutes=45)
        await page.socket.send("used")
        await until(lambda: _seen_since(town, later - timedelta(minutes=1)), what="the use is noted")

        # then it is there after an hour and a half, and after that, unused, no more
        later = timedelta(minutes=90)
        call_id = await town.caller(MARIA)
        await page.shows("queue", f"row-{call_id}")
        later = timedelta(minutes=120)
        await until(lambda: page.closed == 4401, what="the unused page is closed", seconds=5)


async def test_a_municipality_that_can_not_be_read_stops_no_other(town: World, monkeypatch: pytest.MonkeyPatch) -> None:
    await town.user("nel", "Nel", town=town.neighbour)
    unreadable = {town.town.municipality.id}

    async def read(desk: Desk, tx: Tx, municipality_id: str) -> Floor:
        if municipality_id in unreadable:
            raise ValueError("a row that makes no sense")
        return await read_floor(desk, tx, municipality_id)

    async with AsyncExitStack() as stack:
        # given a page in each of two municipalities
        url = await stack.enter_async_context(dashboard_of(town))
        pages = {}
        for login in ("anna", "nel"):
            browser = await stack.enter_async_context(browser_at(url, login))
            pages[login] = await stack.enter_async_context(page_at(url, browser))
        anna, nel = pages["anna"], pages["nel"]

        # when the first can't be read any more, and things change in both
        monkeypatch.setattr(hub, "read_floor", read)
        mine = await town.caller(MARIA)
        for _ in range(3):
            elsewhere = await town.caller(MARIA, town=town.neighbour)

            # then the other's page is kept true
            await nel.shows("queue", f"row-{elsewhere}")

        # and the first's hears nothing, so that it says that it is not up to date
        before = (anna.beats, nel.beats)
        await until(lambda: nel.beats >= before[1] + 2, what="two beats", seconds=20)
        assert anna.beats <= before[0] + 1

        # and when it can be read again, then its page is true by itself
        unreadable.clear()
        await anna.shows("queue", f"row-{mine}")


async def test_two_dashboards_and_one_caller(tmp_path: Path) -> None:
    # given two dashboard processes' worth on one PostgreSQL, each with an agent's page
    async with postgres(tmp_path) as database, open_world(tmp_path, database) as here:
        port = free_port()
        await here.user("anna", "Anna")
        await here.user("bram", "Bram")
        async with open_store(database, "dashboard") as shown, AsyncExitStack() as stack:
            elsewhere = here.settings.model_copy(
                update={"dashboard_port": port, "dashboard_public_url": f"http://{LOOPBACK}:{port}"}
            )
            there = replace(here, shown=shown, settings=elsewhere)
            browsers, pages = [], []
            for world, login in ((here, "anna"), (there, "bram")):
                url = await stack.enter_async_context(dashboard_of(world))
                browsers.append(await stack.enter_async_context(browser_at(url, login)))
                pages.append(await stack.enter_async_context(page_at(url, browsers[-1])))

            for _ in range(10):
                # when a caller comes and both click at once
                call_id = await here.caller(MARIA)
                for page in pages:
                    await page.shows("queue", f"take-{call_id}")
                answers = await asyncio.gather(*(browser.post(f"/calls/{call_id}/take") for browser in browsers))

                # then one has the caller, and the other is told by name
                outcomes = [answer.json()["outcome"] for answer in answers]
                assert sorted(outcomes) == ["taken", "yours"]
                winner = ("Anna", "Bram")[outcomes.index("yours")]
                assert answers[outcomes.index("taken")].json()["said"] == f"{winner} was u net voor."
                for page in pages:
                    await page.shows("queue", f"gaat over bij {winner}")
                await here.hang_up(call_id)


async def _seen_since(world: World, later: timedelta) -> bool:
    async with world.store.begin() as tx:
        seen = await tx.connection.scalar(staff_session.select().with_only_columns(staff_session.c.seen_at))
    return seen is not None and seen > utc_now() + later
