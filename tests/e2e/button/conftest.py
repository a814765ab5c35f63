"""What the tests of the button start: for a file a town and a Chromium; for a test pages of its own."""

from collections.abc import AsyncIterator, Awaitable, Callable

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect

import demo.chromium
from tests.e2e.button.town import Town, open_town

OpenPage = Callable[..., Awaitable[Page]]


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def chromium() -> AsyncIterator[Browser]:
    """One browser for the tests of a file."""
    async with demo.chromium.chromium() as browser:
        yield browser


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def town(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Town]:
    """Two municipalities and their websites."""
    async with open_town(tmp_path_factory.mktemp("town")) as town:
        yield town


@pytest_asyncio.fixture(loop_scope="module")
async def open_page(chromium: Browser) -> AsyncIterator[OpenPage]:
    """Opens a page in a context of its own, and waits for its button. A script that fails makes the test fail."""
    contexts, faults = [], []

    async def open_(url: str, wait_for: str | None = "veilig-bellen", **options: object) -> Page:
        context = await chromium.new_context(**{"locale": "nl-NL", **options})  # type: ignore[arg-type]
        contexts.append(context)
        page = await context.new_page()
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("console", lambda line: faults.append(line.text) if "Content Security" in line.text else None)
        await page.goto(url)
        if wait_for is not None:
            await expect(page.locator(wait_for).first).to_be_visible()
        return page

    yield open_
    for context in contexts:
        await context.close()
    assert faults == []
