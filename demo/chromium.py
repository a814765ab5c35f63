"""A real Chromium without a window, from the machine's own package, driven by Playwright."""

import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from playwright.async_api import Browser, async_playwright

from demo.places import SetupMissing

# No sandbox: as root there is none. The rest keeps it from calling home, and from waiting for that.
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@asynccontextmanager
async def chromium() -> AsyncIterator[Browser]:
    """Run it for as long as the block lasts. Raises SetupMissing."""
    path = shutil.which("chromium")
    if path is None:
        raise SetupMissing("chromium is not there: run `make setup` first")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=path, args=list(FLAGS))
        try:
            yield browser
        finally:
            await browser.close()
