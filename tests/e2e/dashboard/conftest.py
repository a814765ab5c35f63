"""What the browser tests of the dashboard start: a Chromium for a file; a world, a dashboard and pages for a test."""

from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest_asyncio
from playwright.async_api import Browser, Page

import demo.chromium
from tests.e2e.dashboard.browser import log_in
from tests.e2e.dashboard.world import World, dashboard_of, open_world

OpenPage = Callable[..., Awaitable[Page]]


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def chromium() -> AsyncIterator[Browser]:
    """One browser for the tests of a file; each page has a context of its own."""
    async with demo.chromium.chromium() as browser:
        yield browser


@pytest_asyncio.fixture(loop_scope="module")
async def world(tmp_path: Path) -> AsyncIterator[World]:
    """Two municipalities; Anna and Bram work in the first."""
    async with open_world(tmp_path) as world:
        await world.user("anna", "Anna")
        await world.user("bram", "Bram Bakker")
        yield world


@pytest_asyncio.fixture(loop_scope="module")
async def url(world: World) -> AsyncIterator[str]:
    """The address of a dashboard that runs."""
    async with dashboard_of(world) as url:
        yield url


@pytest_asyncio.fixture(loop_scope="module")
async def page_of(chromium: Browser, url: str) -> AsyncIterator[OpenPage]:
    """Opens a live page for a user, in a browser context of its own. A script that fails makes the test fail."""
    contexts, faults = [], []

    async def open_page(login: str | None, **options: object) -> Page:
        context = await chromium.new_context(locale="nl-NL", **options)  # type: ignore[arg-type]
        contexts.append(context)
        page = await context.new_page()
        page.on("pageerror", lambda error: faults.append(str(error)))
        await (page.goto(url) if login is None else log_in(page, url, login))
        return page

    yield open_page
    for context in contexts:
        await context.close()
    assert faults == []
