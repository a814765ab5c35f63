"""The page under an agent's hand: what changes does not move what is about to be clicked."""

import pytest
from playwright.async_api import FloatRect, Page, expect

from callcenter.dashboard.desk import utc_now
from callcenter.model.call import CallState
from callcenter.store import calls, phones
from tests.e2e.dashboard.browser import take
from tests.e2e.dashboard.conftest import OpenPage
from tests.e2e.dashboard.world import MARIA, World

pytestmark = pytest.mark.asyncio(loop_scope="module")

CLICKS_WHEN_THE_NOTE_GOES = """
new MutationObserver(() => {
  const button = document.querySelector("#part-queue .take:enabled");
  button?.dispatchEvent(new MouseEvent("click", { detail: 1, bubbles: true, cancelable: true }));
}).observe(document.getElementById("part-notes"), { childList: true });
"""


async def boxes(page: Page, *selectors: str) -> list[FloatRect]:
    """Where these stand."""
    return [await box(page, selector) for selector in selectors]


async def box(page: Page, selector: str) -> FloatRect:
    """Where this stands."""
    found = await page.locator(selector).bounding_box()
    assert found is not None
    return found


def overlap(one: FloatRect, other: FloatRect) -> bool:
    """Tell whether one click could hit both."""
    apart = one["x"] + one["width"] <= other["x"] or other["x"] + other["width"] <= one["x"]
    return not apart and one["y"] < other["y"] + other["height"] and other["y"] < one["y"] + one["height"]


async def test_nothing_moves_while_a_call_goes_its_way(page_of: OpenPage, world: World) -> None:
    # given a queue, and a caller whom Anna takes
    page = await page_of("anna", viewport={"width": 1366, "height": 768})
    call_id, waiting = await world.caller(MARIA, waited=20), await world.caller(None, waited=10)
    bsn, row = f"#of-field-{call_id}-bsn", f"#row-{waiting}"
    await expect(page.locator(row)).to_be_visible()
    first = await box(page, f"#row-{call_id}")
    await take(page, call_id)
    assert await box(page, f"#row-{call_id}") == first
    rings = await boxes(page, bsn)
    await world.answer(call_id)
    await expect(page.locator("#hang-up")).to_be_visible()
    stands = await boxes(page, bsn, row, f"#reveal-field-{call_id}-bsn", "#hold", "#hang-up")
    assert rings == stands[:1]

    # when the caller is on hold, then all stands where it stood
    async with world.store.begin() as tx:
        await calls.ask_hold(tx, call_id, world.users["anna"].id, utc_now(), hold=True)
    await expect(page.locator("#on-hold")).to_be_visible()
    assert await boxes(page, bsn, row, f"#reveal-field-{call_id}-bsn", "#hold", "#hang-up") == stands

    # when the call is over, then so do its fields, and a click meant for the call does not end the wrap-up
    await world.wrap_up(call_id, 60)
    await expect(page.locator("#done")).to_be_visible()
    assert await boxes(page, bsn, row) == stands[:2]
    done = await box(page, "#done")
    assert not any(overlap(done, stood) for stood in stands[3:])


async def test_a_click_just_as_a_note_goes_takes_nobody(page_of: OpenPage, world: World) -> None:
    # given a page that says that the phone is away, above the queue
    await world.user("els", "Els", phone=False)
    page = await page_of("els")
    call_id = await world.caller(MARIA)
    await expect(page.locator(f"#take-{call_id}")).to_be_disabled()
    await expect(page.locator("#phone-note")).to_be_visible()

    # when it is back, so that the note goes and the rows move up, in the moment of a click
    await page.evaluate(CLICKS_WHEN_THE_NOTE_GOES)
    await phone_is(world, "els", registered=True)

    # then the click takes nobody, and it is said
    await expect(page.locator("#said")).to_contain_text("schoof net op")
    assert (await world.call(call_id)).state is CallState.WAITING


async def test_a_button_that_is_new_does_not_have_the_focus_of_another(page_of: OpenPage, world: World) -> None:
    # given the cursor on what stops the ringing
    page = await page_of("anna")
    call_id = await world.caller(MARIA)
    await take(page, call_id)
    await page.keyboard.press("e")
    await expect(page.locator("#put-back")).to_be_focused()

    # when the phone is answered, then Enter would not end the conversation
    await world.answer(call_id)
    await expect(page.locator("#call-title")).to_be_focused()


async def test_the_list_keeps_the_focus_when_a_call_is_over(page_of: OpenPage, world: World) -> None:
    # given somebody in a call, who scrolls through the queue by keyboard
    page = await page_of("anna")
    call_id, waiting = await world.caller(MARIA, waited=20), await world.caller(None)
    await take(page, call_id)
    await page.locator("#part-queue ol").focus()

    # when the call is over, then the cursor is where it was
    await world.hang_up(call_id)
    await expect(page.locator(f"#take-{waiting}")).to_be_enabled()
    await expect(page.locator("#part-queue ol")).to_be_focused()


async def test_a_button_that_can_not_be_pressed_any_more_gives_the_focus_to_the_title(
    page_of: OpenPage, world: World
) -> None:
    # given the cursor on a caller's button
    page = await page_of("anna")
    call_id = await world.caller(MARIA)
    await page.locator(f"#take-{call_id}").focus()

    # when the phone goes away, then it is not lost
    await phone_is(world, "anna", registered=False)
    await expect(page.locator(f"#take-{call_id}")).to_be_disabled()
    await expect(page.locator("#queue-title")).to_be_focused()


async def phone_is(world: World, login: str, *, registered: bool) -> None:
    """The phone of this user comes or goes."""
    async with world.store.begin() as tx:
        phone = await phones.phone_of(tx, world.users[login].id)
        assert phone is not None
        await phones.set_registered(tx, phone.name, registered)
