"""In a call and after it: the caller on hold, and the wrap-up that ends by itself or by a click."""

import re

import pytest
from playwright.async_api import Page, expect

from callcenter.model.call import CallState
from tests.e2e.dashboard.browser import take
from tests.e2e.dashboard.conftest import OpenPage
from tests.e2e.dashboard.world import MARIA, World

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def talking(page: Page, world: World) -> str:
    """Take a caller and answer; returns the call's id."""
    call_id = await world.caller(MARIA)
    await take(page, call_id)
    await world.answer(call_id)
    await expect(page.locator("#call-title")).to_contain_text("In gesprek")
    return call_id


async def shows_nothing_of(page: Page) -> None:
    """Nothing of the caller is in the page's source."""
    source = await page.content()
    assert not any(value in source for value in MARIA.values() if value)


async def test_a_caller_is_put_on_hold_and_fetched_back(page_of: OpenPage, world: World) -> None:
    # given a conversation
    page = await page_of("anna")
    call_id = await talking(page, world)

    # when the agent has the caller wait, then the page says so, and for how long
    await page.locator("#hold").click()
    await expect(page.locator("#on-hold")).to_contain_text("hoort muziek")
    await expect(page.locator("#on-hold time")).to_have_text(re.compile(r"0:0[1-9]"))
    await expect(page.locator("#hold")).to_have_text("Terug naar de beller")
    assert (await world.call(call_id)).held_since is not None

    # when she comes back, then it is as before
    await page.locator("#hold").click()
    await expect(page.locator("#on-hold")).to_have_count(0)
    await expect(page.locator("#hold")).to_have_text("Zet in de wacht")
    assert (await world.call(call_id)).held_since is None


async def test_a_wrap_up_is_shown_and_ends_by_itself(page_of: OpenPage, world: World) -> None:
    # given a conversation, and somebody else who waits
    page, other = await page_of("anna"), await page_of("bram")
    call_id = await talking(page, world)
    waiting = await world.caller(None)

    # when the caller hangs up, then the agent still sees whom she spoke with, and for how long
    await world.wrap_up(call_id, 4)
    await expect(page.locator("#call-title")).to_contain_text("Afronden")
    await expect(page.locator("#part-call .big")).to_have_text("M.J. Zonneveld")
    await expect(page.locator("#left")).to_have_text(re.compile(r"0:0[1-4]"))
    await expect(page.locator("#part-today h2")).to_contain_text("Vandaag: 1 gesprek")
    await expect(page.locator("#state summary")).to_have_text("Afronden")
    assert "Zonneveld" not in await other.content()

    # and takes nobody meanwhile
    await expect(page.locator(f"#take-{waiting}")).to_be_disabled()
    await expect(page.locator("#about-taking")).to_contain_text("rondt een gesprek af")

    # when it is over, though nobody has erased, then nothing of the caller is on the page, and she is ready again
    await expect(page.locator(f"#take-{waiting}")).to_be_enabled(timeout=6000)
    await expect(page.locator("#no-call")).to_be_visible()
    await expect(page.locator("#said")).to_contain_text("gewist")
    await expect(page.locator("#state summary")).to_have_text("Beschikbaar")
    await shows_nothing_of(page)
    assert await world.wrap_ups_end() == 1


async def test_a_wrap_up_is_extended_once_and_ended_by_a_click(page_of: OpenPage, world: World) -> None:
    # given a wrap-up of a minute
    page = await page_of("anna")
    call_id = await talking(page, world)
    await world.wrap_up(call_id, 60)

    # when it is extended, then there are two, and not more
    await page.locator("#extend").click()
    await expect(page.locator("#left")).to_have_text(re.compile(r"1:[45]\d"))
    await expect(page.locator("#extend")).to_have_count(0)

    # when the agent is done, then the caller is gone from page and store
    await page.locator("#done").click()
    await expect(page.locator("#no-call")).to_be_visible()
    await expect(page.locator("#said")).to_contain_text("gewist")
    await shows_nothing_of(page)
    ended = await world.call(call_id)
    assert (ended.state, ended.disclosure_id) == (CallState.ENDED, None)


async def test_hold_and_wrap_up_by_keyboard(page_of: OpenPage, world: World) -> None:
    # given a conversation, and no mouse
    page = await page_of("anna")
    call_id = await talking(page, world)

    # when H is pressed, then the caller waits; again, and she is back
    await page.keyboard.press("h")
    await expect(page.locator("#on-hold")).to_be_visible()
    await page.keyboard.press("h")
    await expect(page.locator("#on-hold")).to_have_count(0)

    # when the call is over and K is pressed, then the wrap-up is too, and the cursor is where the call was
    await world.wrap_up(call_id, 60)
    await page.locator("#done").focus()
    await page.keyboard.press("k")
    await expect(page.locator("#no-call")).to_be_visible()
    await expect(page.locator("#call-title")).to_be_focused()


async def test_a_page_without_a_connection_lets_go_of_the_caller_in_time(page_of: OpenPage, world: World) -> None:
    # given a wrap-up on a page that hears nothing any more
    page = await page_of("anna")
    call_id = await talking(page, world)
    await world.wrap_up(call_id, 5)
    await expect(page.locator("#left")).to_be_visible()
    await page.context.set_offline(True)

    # when its end comes, then the page does not wait to be told
    await expect(page.locator("#part-call .now")).to_have_count(0, timeout=7000)
    await shows_nothing_of(page)


async def test_a_wrap_up_without_a_script(page_of: OpenPage, world: World, url: str) -> None:
    # given a browser that runs no script, and a wrap-up
    page = await page_of(None, java_script_enabled=False)
    call_id = await world.caller(MARIA)
    await page.fill("#login", "anna")
    await page.fill("#password", "een-lang-genoeg-wachtwoord")
    await page.click("form button")
    await take(page, call_id)
    await world.answer(call_id)
    await page.goto(url)
    await page.locator("#hold").click()
    await expect(page.locator("#on-hold")).to_be_visible()
    await world.wrap_up(call_id, 60)
    await page.goto(url)

    # when it is extended and ended, then that is said
    await page.locator("#extend").click()
    await expect(page.locator("#said")).to_contain_text("meer tijd")
    await page.locator("#done").click()
    await expect(page.locator("#said")).to_contain_text("gewist")
    await shows_nothing_of(page)
