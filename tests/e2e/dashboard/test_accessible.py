"""The agent's page in every state: axe finds nothing, light and dark; it fits a phone, and a laptop at zoom 200 %."""

from collections.abc import AsyncIterator
from typing import Literal

import pytest
from playwright.async_api import Page, expect

from callcenter.dashboard.desk import utc_now
from callcenter.store import calls
from tests.e2e.button.axe import faults_seen_by_axe
from tests.e2e.dashboard.conftest import OpenPage
from tests.e2e.dashboard.seed import fill_queue, person
from tests.e2e.dashboard.world import MARIA, World

pytestmark = pytest.mark.asyncio(loop_scope="module")

LEFTMOST = "Math.min(...[...document.querySelectorAll('main, .drop')].map(one => one.getBoundingClientRect().left))"
SIZES = ((1366, 768), (683, 384), (320, 640))  # a small laptop; the same at 200 %; a phone, or a laptop at 400 %


async def states(page: Page, world: World) -> AsyncIterator[str]:
    """Bring Anna's page into each of its states, one after the other."""
    await expect(page.locator("#queue-empty")).to_be_visible()
    yield "an empty queue"
    call_id = await world.caller(MARIA)
    await expect(page.locator(f"#row-{call_id}")).to_be_visible()
    yield "one caller"
    await world.claim(call_id, "anna")
    await expect(page.locator("#answer-it")).to_be_visible()
    yield "ringing"
    await world.answer(call_id)
    await expect(page.locator("#hold")).to_be_visible()
    await page.locator(f"#reveal-field-{call_id}-bsn").click()
    yield "in a call, with a BSN that is shown"
    async with world.store.begin() as tx:
        await calls.ask_hold(tx, call_id, world.users["anna"].id, utc_now(), hold=True)
    await expect(page.locator("#on-hold")).to_be_visible()
    yield "on hold"
    await world.wrap_up(call_id, 250)
    await expect(page.locator("#wrap-up")).to_be_visible()
    yield "wrap-up"
    await page.locator("#done").click()
    waiting = await fill_queue(world, 40)
    await world.claim(waiting[1], "bram")
    await expect(page.locator(f"#row-{waiting[1]} .by")).to_be_visible()
    yield "forty callers, one of whom is taken"
    await world.claim(waiting[4], "anna")
    await world.answer(waiting[4])
    await expect(page.locator("#part-call .big")).to_contain_text("Verschrikkelijkelange")
    yield "a very long name, and an attribute that is missing"
    await world.hang_up(waiting[4])
    unknown = await world.caller(person(6))
    await world.claim(unknown, "anna")
    await world.answer(unknown)
    await expect(page.locator("#part-call")).to_contain_text("Stel zelf vast")
    yield "a caller without a proof"
    await world.hang_up(unknown)
    await world.claim(waiting[0], "anna")
    await world.phone_fails(waiting[0], "no-answer")
    await expect(page.locator("#failed")).to_be_visible()
    yield "a phone that failed"
    await page.locator("#mine summary").click()
    yield "the preferences"
    await page.keyboard.press("Escape")
    await page.keyboard.press("?")
    await expect(page.locator("dialog#keys")).to_be_visible()
    yield "the keys"


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_every_state_is_accessible_and_fits(
    page_of: OpenPage, world: World, scheme: Literal["light", "dark"]
) -> None:
    page = await page_of("anna", color_scheme=scheme, reduced_motion="reduce")
    found = []
    async for state in states(page, world):
        for width, height in SIZES:
            await page.set_viewport_size({"width": width, "height": height})
            found += [f"{state}, {width} wide: {fault}" for fault in await faults_seen_by_axe(page, unsure=False)]
            left = await page.evaluate(LEFTMOST)
            found += [f"{state}, {width} wide: {left} to the left of the screen"] if left < 0 else []
            wide = await page.evaluate("document.documentElement.scrollWidth")
            found += [f"{state}: {wide} wide on a screen of {width}"] if wide > width else []
    assert found == [], "\n".join(found)


async def test_the_form_to_log_in_is_accessible(page_of: OpenPage) -> None:
    page = await page_of(None)
    assert await faults_seen_by_axe(page) == []
