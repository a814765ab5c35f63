"""Takes the picture of the agent's page for the README: `scripts/pictures`. Invented callers, in a real Chromium."""

import asyncio
import sys
import tempfile
from pathlib import Path

from playwright.async_api import ViewportSize

from demo.chromium import chromium
from tests.e2e.dashboard.browser import log_in
from tests.e2e.dashboard.seed import fill_queue
from tests.e2e.dashboard.world import MARIA, World, dashboard_of, open_world

LAPTOP: ViewportSize = {"width": 1366, "height": 768}


async def main(picture: Path) -> None:
    """Write the picture: Anna in a call while others wait."""
    with tempfile.TemporaryDirectory() as place:
        async with open_world(Path(place)) as world, dashboard_of(world) as url, chromium() as browser:
            call_id = await _a_morning(world)
            page = await browser.new_page(viewport=LAPTOP, color_scheme="light", locale="nl-NL")
            await log_in(page, url, "anna")
            await page.locator(f"#call-{call_id}").wait_for()
            await page.screenshot(path=picture)


async def _a_morning(world: World) -> str:
    """Calls that are over, one that goes on, and four who wait; returns the id of Anna's call."""
    await world.user("anna", "Anna de Groot")
    await world.user("bram", "Bram Bakker")
    for number in range(6):
        await world.past_call("anna", 70 - number * 9, 3 + number, number % 3)
    call_id = await world.caller(MARIA, waited=38)
    await world.claim(call_id, "anna")
    await world.answer(call_id)
    waiting = await fill_queue(world, 4)
    await world.claim(waiting[1], "bram")
    await world.caller(None, waited=2)
    return call_id


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1])))
