"""Fills a world with callers, so that the dashboard can be looked at: `python -m tests.e2e.dashboard.seed FOLDER`.

Writes a screenshot of each state at three widths, light and dark, to that folder.
"""

import asyncio
import re
import sys
import tempfile
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Literal

from playwright.async_api import Browser, Page

from callcenter.dashboard.desk import utc_now
from callcenter.store import calls
from callcenter.store.sealing import Attributes
from demo.chromium import chromium
from tests.e2e.dashboard.browser import log_in
from tests.e2e.dashboard.world import MARIA, PERSONAL, World, dashboard_of, open_world

Step = Callable[[Page], Awaitable[None]]
SIZES = ((1366, 768), (1920, 1080), (390, 844))
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
NAMES = (
    ("W.L.", "de", "Bruijn"),
    ("Ş.", None, "Yildirim-van der Meer"),
    ("J.", None, "Jansen"),
    ("عبد الرحمن", None, "الخطيب"),
    ("A.B.", "van den", "Voorbeeld-Verschrikkelijkelangeachternaam tot den Ouden Uiterwaarden en Nieuwe Gronden"),
    ("R.F.Ç.", "'t", "Háássema-Ørsted"),
    ("<script>alert(1)</script>", None, '"><img src=x onerror=alert(1)>'),
    ("Z.", None, "Fictief"),
)


def person(number: int) -> Attributes | None:
    """An invented caller; each seventh is not verified, each fifth shared no date of birth."""
    if number % 7 == 6:
        return None
    given, prefix, family = NAMES[number % len(NAMES)]
    return {
        f"{PERSONAL}.bsn": "999990019",
        f"{PERSONAL}.initials": given,
        f"{PERSONAL}.prefix": prefix,
        f"{PERSONAL}.familyname": family,
        f"{PERSONAL}.dateofbirth": None if number % 5 == 4 else "01-02-1980",
    }


async def fill_queue(world: World, count: int) -> list[str]:
    """Let so many people wait; the first has waited longest."""
    return [
        await world.caller(person(number), waited=(count - number) * 11 + 3, purpose=number % 3)
        for number in range(count)
    ]


async def main(folder: Path) -> None:
    """Take all screenshots."""
    with tempfile.TemporaryDirectory() as place:
        async with open_world(Path(place)) as world, dashboard_of(world) as url, chromium() as browser:
            await world.user("anna", "Anna")
            await world.user("bram", "Bram Bakker")
            await world.user("piet", "Piet zonder telefoon", phone=None, ready=False)
            await world.user("els", "Els", phone=False, ready=False)
            await world.user("kim", "Kim", ready=False, reason="meeting")
            for number in range(6):
                await world.past_call("anna", 70 - number * 9, 3 + number, number % 3)
            await _shots(browser, url, folder, "login", None)
            await _shots(browser, url, folder, "empty", "anna")
            await _shots(browser, url, folder, "no-phone", "piet")
            first = await world.caller(MARIA, waited=14)
            await _shots(browser, url, folder, "one", "anna")
            await world.claim(first, "anna")
            await world.answer(first)
            waiting = await fill_queue(world, 4)
            await _shots(browser, url, folder, "in-call", "anna")
            await _shots(browser, url, folder, "revealed", "anna", _reveal)
            await _shots(browser, url, folder, "offline", "anna", _go_offline)
            await _shots(browser, url, folder, "keys", "anna", _ask_for_keys)
            async with world.store.begin() as tx:
                await calls.ask_hold(tx, first, world.users["anna"].id, utc_now(), hold=True)
            await _shots(browser, url, folder, "hold", "anna")
            await world.wrap_up(first, 95)
            await _shots(browser, url, folder, "wrap-up", "anna")
            await world.claim(waiting[1], "bram")
            await _shots(browser, url, folder, "ringing", "bram")
            await world.phone_fails(waiting[1], "no-answer")
            await _shots(browser, url, folder, "failed", "bram")
            await _shots(browser, url, folder, "not-ready", "kim")
            await fill_queue(world, 36)
            await _shots(browser, url, folder, "forty", "els")
            await world.user("eve", "Eve Elizabeth Featherstonehaugh-Cholmondeley", language="en")
            for number, name in ((3, "arabic"), (4, "long")):
                call_id = await world.caller(person(number), waited=200)
                await world.claim(call_id, "eve")
                await world.answer(call_id)
                await _shots(browser, url, folder, name, "eve")
                await world.hang_up(call_id)
            call_id = await world.caller(None, waited=20)
            await world.claim(call_id, "eve")
            await world.answer(call_id)
            await _shots(browser, url, folder, "unproven", "eve")


async def _reveal(page: Page) -> None:
    await page.locator("[data-reveal] button").click()
    await page.locator("[data-revealed]").wait_for()


async def _go_offline(page: Page) -> None:
    await page.route_web_socket(re.compile("/live$"), lambda _socket: None)
    await page.reload()
    await page.context.set_offline(True)
    await page.locator("#offline:not([hidden])").wait_for()


async def _ask_for_keys(page: Page) -> None:
    await page.keyboard.press("?")


async def _shots(
    browser: Browser, url: str, folder: Path, name: str, login: str | None, then: Step | None = None
) -> None:
    for scheme in SCHEMES:
        context = await browser.new_context(color_scheme=scheme, locale="nl-NL")
        page = await context.new_page()
        await (page.goto(url) if login is None else log_in(page, url, login))
        if then is not None:
            await then(page)
        for width, height in SIZES:
            await page.set_viewport_size({"width": width, "height": height})
            await page.screenshot(path=folder / f"{name}-{width}-{scheme}.png")
        await context.close()


if __name__ == "__main__":
    Path(sys.argv[1]).mkdir(parents=True, exist_ok=True)
    asyncio.run(main(Path(sys.argv[1])))
