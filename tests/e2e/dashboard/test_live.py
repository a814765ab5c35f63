"""A page stays true: through lost connections, a sleeping laptop, a session that ends, and a list that moves."""

import re

import pytest
from playwright.async_api import expect

from callcenter.dashboard.hub import MOST_PAGES
from callcenter.store import phones
from demo.ports import LOOPBACK, free_port
from tests.e2e.dashboard.browser import log_in, take
from tests.e2e.dashboard.conftest import OpenPage
from tests.e2e.dashboard.world import MARIA, World, dashboard_of

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_a_dashboard_that_restarts(page_of: OpenPage, world: World) -> None:
    # given a page on a dashboard of its own
    page = await page_of(None)
    world.settings = world.settings.model_copy(update=_another_port(world))
    async with dashboard_of(world) as url:
        await log_in(page, url, "anna")

    # when the dashboard is away, then the page says so within 5 s
    await expect(page.locator("#offline")).to_be_visible(timeout=6500)  # 5 s where nothing else runs

    # and when it is back, with somebody who called meanwhile, then all is right again without a click
    call_id = await world.caller(MARIA)
    async with dashboard_of(world):
        await expect(page.locator(f"#row-{call_id}")).to_be_visible(timeout=10_000)
        await expect(page.locator("#offline")).to_be_hidden(timeout=10_000)
        second = await world.caller(MARIA)
        await expect(page.locator(f"#row-{second}")).to_be_visible()


async def test_a_network_that_goes_silent(page_of: OpenPage, world: World) -> None:
    # given a live page whose network swallows everything, without closing anything
    page = await page_of("anna")
    await page.route_web_socket(re.compile("/live$"), lambda _socket: None)
    await page.reload()

    # when the laptop wakes meanwhile, then the page is right within a second
    first = await world.caller(MARIA)
    await page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    await expect(page.locator(f"#row-{first}")).to_be_visible(timeout=2500)  # 1 s where nothing else runs

    # then it says within 5 s that it hears nothing
    await expect(page.locator("#offline")).to_be_visible(timeout=6500)  # 5 s where nothing else runs

    # and still shows who calls, by asking
    second = await world.caller(MARIA)
    await expect(page.locator(f"#row-{second}")).to_be_visible(timeout=8000)


async def test_a_laptop_that_wakes_with_the_page_in_sight(page_of: OpenPage, world: World) -> None:
    # given a page whose network swallows everything, as that of a laptop does that is asleep
    page = await page_of("anna")
    await page.route_web_socket(re.compile("/live$"), lambda _socket: None)
    await page.reload()
    call_id = await world.caller(MARIA)

    # when the clock on the wall has gone on an hour, and nothing else says that it slept
    await page.evaluate("() => { const now = Date.now; Date.now = () => now() + 3600_000; }")

    # then the page is right within a second
    await expect(page.locator(f"#row-{call_id}")).to_be_visible(timeout=2500)  # 1 s where nothing else runs


async def test_a_session_that_is_ended_elsewhere_ends_the_page(page_of: OpenPage, world: World) -> None:
    # given a live page with a caller on it
    page = await page_of("anna")
    await world.caller(MARIA)
    await expect(page.locator("#part-queue li")).to_have_count(1)

    # when all log-ins are ended in the store, without a word to anybody
    async with world.store.begin() as tx:
        await tx.connection.exec_driver_sql("DELETE FROM staff_session")

    # then the page is gone within seconds, and the caller with it
    await expect(page.locator("#login")).to_be_visible(timeout=6500)  # 5 s where nothing else runs
    assert "Zonneveld" not in await page.content()


async def test_focus_stays_where_it_is_when_the_list_changes(page_of: OpenPage, world: World) -> None:
    # given three callers, and the cursor on the second one's button
    page = await page_of("anna")
    first, second, third = [await world.caller(MARIA, waited=30 - n) for n in range(3)]
    button = page.locator(f"#take-{second}")
    await expect(page.locator(f"#take-{third}")).to_be_visible()
    await button.focus()

    # when others come and go around it, then it stays there
    await world.hang_up(first)
    await expect(page.locator(f"#row-{first}")).to_have_count(0)
    fourth = await world.caller(MARIA)
    await expect(page.locator(f"#row-{fourth}")).to_be_visible()
    await expect(button).to_be_focused()

    # when that caller is gone, then no other caller's button has it
    await world.hang_up(second)
    await expect(page.locator("#queue-title")).to_be_focused()


async def test_the_language_is_each_ones_own(page_of: OpenPage, world: World) -> None:
    # given two tabs in Dutch
    page = await page_of("anna")
    second = await page.context.new_page()
    await second.goto(page.url)
    await expect(second.locator("body")).to_have_attribute("data-live", "yes")
    call_id = await world.caller(MARIA)

    # when Anna chooses English in one, then both are in English, and it is kept
    await page.locator("#mine summary").click()
    await page.get_by_role("button", name="English").click()
    await expect(page.locator(f"#row-{call_id}")).to_contain_text("Report a move")
    await world.caller(None)
    await expect(second.locator("#queue-title")).to_contain_text("2 waiting")
    await page.reload()
    await expect(page.locator("html")).to_have_attribute("lang", "en")


async def test_a_phone_that_is_lost_and_found_shows_at_once(page_of: OpenPage, world: World) -> None:
    # given a page that shows a connected phone
    page = await page_of("anna")
    await expect(page.locator(".phone")).to_have_text("Telefoon verbonden")
    user = world.users["anna"]

    # when it goes, then the page says what to do; when it is back, then that is gone
    for registered, text in ((False, "Telefoon niet verbonden"), (True, "Telefoon verbonden")):
        async with world.store.begin() as tx:
            phone = await phones.phone_of(tx, user.id)
            assert phone is not None
            await phones.set_registered(tx, phone.name, registered)
        await expect(page.locator(".phone")).to_have_text(text)
        await expect(page.locator("#phone-note")).to_have_count(0 if registered else 1)


async def test_a_phone_that_is_away_takes_nobody_and_it_is_said_why(page_of: OpenPage, world: World) -> None:
    # given somebody who waits, and an agent who is not ready and whose phone is away
    await world.user("els", "Els", phone=False, ready=False)
    page = await page_of("els")
    call_id = await world.caller(MARIA)

    # then the page speaks of the phone, also to who makes themselves ready
    await expect(page.locator("#about-taking")).to_contain_text("Start uw telefoonprogramma")
    await expect(page.locator("#phone-note a")).to_have_attribute("href", "/phone")
    await page.locator("#ready").click()
    await expect(page.locator(".state.on")).to_be_visible()
    await expect(page.locator("#about-taking")).to_contain_text("Start uw telefoonprogramma")
    await expect(page.locator(f"#take-{call_id}")).to_be_disabled()


async def test_the_day_by_keyboard_alone(page_of: OpenPage, world: World) -> None:
    # given a queue, and no mouse
    page = await page_of("anna")
    call_id = await world.caller(MARIA, waited=9)
    await world.caller(MARIA)
    await expect(page.locator("#part-queue li")).to_have_count(2)

    # when B is pressed, then she is not ready; again, and she is
    await page.keyboard.press("b")
    await expect(page.locator("#state-off")).to_contain_text("pauze")
    await page.keyboard.press("b")
    await expect(page.locator(".state.on")).to_be_visible()

    # when A is pressed, then the phone rings for the one who waited longest
    await expect(page.locator("#part-keys")).to_have_text(re.compile(r"A\s+aannemen\s+B\s+pauze"))
    await page.keyboard.press("a")
    await expect(page.locator(f"#call-{call_id}")).to_be_visible()
    await expect(page.locator("#part-keys")).to_contain_text("Toch niet aannemen")
    await world.answer(call_id)
    await expect(page.locator("#part-keys")).to_contain_text("naar Ophangen")

    # when G and Tab are pressed, then the BSN can be shown; L goes to the links, and E to the button that ends the call
    await page.keyboard.press("g")
    await expect(page.locator("#call-title")).to_be_focused()
    await page.keyboard.press("Tab")
    await page.keyboard.press("Enter")
    await expect(page.locator(f"#field-{call_id}-bsn")).to_have_text("999990019")
    await page.keyboard.press("l")
    await expect(page.locator("#part-call button.link").first).to_be_focused()
    await page.keyboard.press("e")
    await expect(page.locator("#hang-up")).to_be_focused()
    assert not (await world.call(call_id)).hangup_asked
    await page.keyboard.press("Enter")
    await expect(page.locator("#said")).to_contain_text("beëindigd")

    # when the call is over, and its wrap-up by K, then the next one can be taken
    await world.wrap_up(call_id, 60)
    await expect(page.locator("#part-keys")).to_contain_text("klaar")
    await page.keyboard.press("k")
    await expect(page.locator("#part-keys")).to_contain_text("aannemen")

    # when the keys are turned off, then they do nothing
    await page.keyboard.press("?")
    await page.locator("#keys-on").uncheck()
    await expect(page.locator("#part-keys")).to_have_text("")
    await page.keyboard.press("Escape")
    await page.keyboard.press("b")
    await page.keyboard.press("?")
    await expect(page.locator("dialog#keys")).to_be_visible()
    await expect(page.locator("#state")).to_be_visible()  # what only who is ready has


async def test_without_a_script_it_still_works(page_of: OpenPage, world: World, url: str) -> None:
    # given a browser that runs no script
    page = await page_of(None, java_script_enabled=False)
    call_id = await world.caller(MARIA)
    await page.fill("#login", "anna")
    await page.fill("#password", "een-lang-genoeg-wachtwoord")
    await page.click("form button")

    # when the agent takes the call, reveals the BSN, and hangs up
    await take(page, call_id)
    await expect(page.locator("#said")).to_contain_text("Uw telefoon gaat over")
    await world.answer(call_id)
    await page.goto(url)
    await page.locator(f"#reveal-field-{call_id}-bsn").click()
    await expect(page.locator(f"#field-{call_id}-bsn")).to_have_text("999990019")
    await page.locator("#hang-up").click()

    # then it is done
    await expect(page.locator("#said")).to_contain_text("beëindigd")
    assert (await world.call(call_id)).hangup_asked


async def test_what_was_said_of_a_call_goes_when_it_is_no_longer_so(page_of: OpenPage, world: World, url: str) -> None:
    # given an agent who took a call before the page's script ran, so that the page came anew with what came of it
    page = await page_of("anna")
    call_id = await world.caller(MARIA)
    await world.claim(call_id, "anna")
    taken = f"{url}/?said=yours&call={call_id}"
    await page.goto(taken)
    await expect(page.locator("#said")).to_contain_text("Uw telefoon gaat over")
    await expect(page.locator("body")).to_have_attribute("data-live", "yes")

    # when the phone is answered, then it is no longer said that it rings
    await world.answer(call_id)
    await expect(page.locator("#call-title")).to_contain_text("In gesprek")
    assert await page.locator("#said").inner_text() == ""

    # and neither on a page that is loaded anew at that address, with a script or without
    await page.goto(taken)
    await expect(page.locator("#call-title")).to_contain_text("In gesprek")
    assert await page.locator("#said").inner_text() == ""


async def test_a_page_that_is_crowded_out_says_so_and_goes_on_when_it_is_refreshed(page_of: OpenPage) -> None:
    # given a live page
    page = await page_of("anna")

    # when its log-in opens as many more as it may have
    await page.evaluate(
        "most => { window.more = Array.from({length: most}, () => new WebSocket(new URL('/live', location).href"
        ".replace('http', 'ws'))); }",
        MOST_PAGES,
    )

    # then it says that it has stopped, and stays so
    await expect(page.locator("#offline")).to_contain_text("te veel plekken")
    await expect(page.locator("body")).to_have_attribute("data-live", "no")

    # and when it is refreshed, then it goes on
    await page.reload()
    await expect(page.locator("body")).to_have_attribute("data-live", "yes")
    await expect(page.locator("#offline")).to_be_hidden()


async def test_one_screen_without_scrolling(page_of: OpenPage, world: World) -> None:
    # given a long queue, a call with many attributes, and a day of calls, on a small laptop
    for number in range(6):
        await world.past_call("anna", 60 - number * 5, 3)
    page = await page_of("anna", viewport={"width": 1366, "height": 768})
    call_ids = [await world.caller(MARIA, waited=100 - number) for number in range(40)]
    await take(page, call_ids[0])
    await world.answer(call_ids[0])

    # then the page does not scroll, and the hang-up button is in sight
    await expect(page.locator("#hang-up")).to_have_text("Ophangen")
    await expect(page.locator("#hang-up")).to_be_in_viewport(ratio=1)
    assert await page.evaluate("document.documentElement.scrollHeight") <= 768


def _another_port(world: World) -> dict[str, object]:
    port = free_port()
    return {"dashboard_port": port, "dashboard_public_url": f"http://{LOOPBACK}:{port}"}
