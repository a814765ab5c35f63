"""Takes the pictures of the office for the docs: `scripts/pictures`. Everybody on them is invented."""

import asyncio
import base64
import sys
import tempfile
from datetime import date, time
from pathlib import Path
from typing import Final, Literal
from urllib.parse import urljoin

from playwright.async_api import Browser, Page, ViewportSize

from callcenter.dashboard.desk import utc_now
from callcenter.model.code import new_token, token_hash
from callcenter.model.staff import Role
from callcenter.model.tenant import Hours
from callcenter.store import audit, logins, tenants, users
from demo.chromium import chromium
from tests.e2e.dashboard.browser import log_in
from tests.e2e.dashboard.world import MARIA, World, dashboard_of, open_world

QUALITY = 70  # of 100
SIZE: Final[ViewportSize] = {"width": 1366, "height": 768}
NAMES: Final = (
    "Anna de Vries", "Bram Bakker", "Cas Jansen", "Daan Visser", "Els Smit", "Fatima el Amrani", "Gijs Mulder",
    "Hanna de Groot", "Ibrahim Yilmaz", "Joke Bos", "Kees Vos", "Lotte Peters", "Mo Hendriks", "Nina van Leeuwen",
    "Omar Dekker", "Petra Brouwer", "Quinten de Wit", "Rosa Dijkstra", "Sven Smits", "Tess de Graaf",
)  # fmt: skip
PAUSED: Final = {3: "pause", 9: "meeting", 16: "no-answer"}
LOGGED_OUT: Final = (5, 11, 17)


async def main(folder: Path) -> None:
    """Write every picture into the folder."""
    await asyncio.to_thread(folder.mkdir, exist_ok=True)
    with tempfile.TemporaryDirectory() as place:
        async with open_world(Path(place)) as world, dashboard_of(world) as url, chromium() as browser:
            await world.user("mia", "Mia Manager", role=Role.MANAGER)
            await _at_work(world)
            await _settings(world)
            await _trail(world)
            await _picture(browser, f"{url}/team", folder / "team.webp", "light")
            await _picture(browser, f"{url}/settings", folder / "settings.webp", "light")
            await _picture(browser, f"{url}/audit", folder / "trail.webp", "dark")


async def _at_work(world: World) -> None:
    """Let a team be at work: some ready, some in a call, some not."""
    for number, name in enumerate(NAMES):
        user = await world.user(f"u{number}", name, phone=number != 12)
        async with world.store.begin() as tx:
            if number not in LOGGED_OUT:
                await logins.start_login(tx, token_hash(new_token()), new_token(), user.id, utc_now())
            if number in PAUSED:
                await users.set_ready(tx, user.id, ready=False, reason=PAUSED[number])
    for number in (0, 2, 6, 7, 14):
        call_id = await world.caller(MARIA)
        await world.claim(call_id, f"u{number}")
        if number != 2:  # whose phone still rings
            await world.answer(call_id)
        if number == 7:
            await world.wrap_up(call_id, 90)


async def _settings(world: World) -> None:
    """Let the municipality be open in office hours."""
    days = {day: (time(8, 30), time(17)) for day in range(5)}
    of = world.town.municipality
    of.hours.days.update(Hours(days).days)
    of.hours.closed.update({date(utc_now().year + 1, 4, 27): "Koningsdag"})
    async with world.store.begin() as tx:
        await tenants.save_settings(tx, of)


async def _trail(world: World) -> None:
    """Let some things be noted that people did."""
    now, mia, anna = utc_now(), world.users["mia"], world.users["u0"]
    with audit.coming_from("192.0.2.7"):
        async with world.store.begin() as tx:
            await audit.note(tx, now, "settings-changed", mia, detail="opening-hours, closed-days")
            await audit.note(tx, now, "take", anna, "a1b2c3d4e5f6")
            await audit.note(tx, now, "view", anna, "a1b2c3d4e5f6")
            await audit.note(tx, now, "reveal", anna, "a1b2c3d4e5f6", "bsn")
            await audit.note(tx, now, "staff-invited", mia, about=world.users["u19"])
            await audit.note(tx, now, "phone-renewed", anna)


async def _picture(browser: Browser, address: str, to: Path, scheme: Literal["light", "dark"]) -> None:
    page = await browser.new_page(viewport=SIZE, color_scheme=scheme, locale="nl-NL")
    await log_in(page, urljoin(address, "/"), "mia")
    await page.goto(address)
    await asyncio.to_thread(to.write_bytes, await _webp(page))
    await page.close()


async def _webp(page: Page) -> bytes:
    wire = await page.context.new_cdp_session(page)
    taken = await wire.send("Page.captureScreenshot", {"format": "webp", "quality": QUALITY})
    return base64.b64decode(taken["data"])


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1])))
