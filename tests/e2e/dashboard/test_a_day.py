"""An agent's day in a real browser: log in, see who calls, take the call, see it end."""

import asyncio
import re
from functools import partial

import pytest
from playwright.async_api import Route, expect

from callcenter.model.call import NO_ANSWER_REASONS, CallState
from demo.process import until
from tests.e2e.dashboard.browser import fill_login, log_in, take
from tests.e2e.dashboard.conftest import OpenPage
from tests.e2e.dashboard.world import MARIA, World

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_logging_in_and_out(page_of: OpenPage, url: str) -> None:
    # given someone who is not logged in
    page = await page_of(None)
    await expect(page).to_have_url(f"{url}/login")

    # when the password is wrong, then the form says so, keeps the name, and the cursor is in the password
    await fill_login(page, url, "anna", "verkeerd")
    await expect(page.get_by_role("alert")).to_contain_text("horen niet bij elkaar")
    await expect(page.locator("#login")).to_have_value("anna")
    await expect(page.locator("#password")).to_be_focused()

    # when it is right, then the page is there
    await log_in(page, url, "anna")
    await expect(page.locator("header")).to_contain_text("Gemeente Voorbeeldstad")

    # when Anna logs out in one tab, then the other shows nothing of callers any more
    second = await page.context.new_page()
    await second.goto(url)
    await page.get_by_role("button", name="Uitloggen").click()
    await expect(second).to_have_url(f"{url}/login?over=1")
    logged_out = re.compile(rf"{url}/login(\?over=1)?$")  # by its own answer, or by the word that the log-in is over
    await expect(page).to_have_url(logged_out)
    await page.go_back()
    await expect(page).to_have_url(logged_out)


async def test_a_caller_appears_and_is_helped_without_a_reload(page_of: OpenPage, world: World) -> None:
    # given a page with an empty queue
    page = await page_of("anna")
    await expect(page.locator("#queue-empty")).to_be_visible()

    # when somebody calls, then they are there, and it is said to who can't see it
    call_id = await world.caller(MARIA, waited=190)
    row = page.locator(f"#row-{call_id}")
    await expect(row).to_contain_text("M.J. Zonneveld")
    await expect(row).to_contain_text("Verhuizing doorgeven")
    await expect(row).to_contain_text("identiteit bewezen")
    await expect(row.locator("time")).to_have_text(re.compile(r"3:[1-4]\d"))
    await expect(row.locator("time")).to_have_class("t long")
    await expect(page.locator("#news")).to_have_text("Nieuwe beller: Verhuizing doorgeven")
    await expect(page).to_have_title("(1) Veilig bellen")
    # and the wait counts on by itself
    await expect(row.locator("time")).not_to_have_text(await row.locator("time").inner_text())

    # when Anna takes the call, then her phone rings
    await take(page, call_id)
    assert (await world.call(call_id)).state is CallState.OFFERED

    # when she answers, then the clock of the call runs
    await world.answer(call_id)
    await expect(page.locator("#call-title")).to_contain_text("In gesprek")
    await expect(page.locator("#lasted")).to_have_text(re.compile(r"0:0[1-9]"))

    # when she hangs up, then the conductor is asked to end the call
    await page.locator("#hang-up").click()
    await expect(page.locator("#said")).to_have_text("Het gesprek wordt beëindigd.")
    assert (await world.call(call_id)).hangup_asked

    # and when it has ended, then nothing of the caller is on the page
    await world.hang_up(call_id)
    await expect(page.locator("#no-call")).to_be_visible()
    await expect(page.locator("#part-today h2")).to_contain_text("Vandaag: 1 gesprek")
    await expect(page.locator("#said")).to_contain_text("gewist")
    source = await page.content()
    assert not any(value in source for value in MARIA.values() if value)


async def test_two_agents_click_at_once_and_one_wins(page_of: OpenPage, world: World) -> None:
    # given two agents who see the same caller
    anna, bram = await page_of("anna"), await page_of("bram")
    call_id = await world.caller(MARIA)
    buttons = [page.locator(f"#take-{call_id}") for page in (anna, bram)]
    for button in buttons:
        await expect(button).to_be_enabled()

    # when both click: neither request goes on before both have been sent
    both = asyncio.Barrier(2)

    async def hold(route: Route) -> None:
        async with both:
            await route.continue_()

    for page in (anna, bram):
        await page.route("**/take", hold)
    await asyncio.gather(*(button.click() for button in buttons))

    # then one has the caller, and the other reads who
    await until(partial(_is_taken, world, call_id), what="one of them has the call")
    call = await world.call(call_id)
    winner, loser = (anna, bram) if call.agent_id == world.users["anna"].id else (bram, anna)
    name = "Anna" if winner is anna else "Bram Bakker"
    await expect(winner.locator("#call-title")).to_contain_text("Uw telefoon gaat over")
    await expect(loser.locator("#said")).to_have_text(f"{name} was u net voor.")
    await expect(loser.locator("#no-call")).to_be_visible()
    await expect(loser.locator(f"#row-{call_id}")).to_contain_text(f"gaat over bij {name}")


async def test_a_second_tab_and_a_refresh_lose_nothing(page_of: OpenPage, world: World, url: str) -> None:
    # given a call that is going on
    page = await page_of("anna")
    call_id = await world.caller(MARIA)
    await take(page, call_id)
    await world.answer(call_id)
    await expect(page.locator("#hang-up")).to_have_text("Ophangen")

    # when the page is refreshed, or opened in a second tab, then the call is there
    await page.reload()
    await expect(page.locator("#part-call")).to_contain_text("M.J. Zonneveld")
    second = await page.context.new_page()
    await second.goto(url)
    await expect(second.locator("#part-call")).to_contain_text("M.J. Zonneveld")

    # and it can be ended from there
    await second.locator("#hang-up").click()
    await expect(second.locator("#said")).to_contain_text("beëindigd")
    assert (await world.call(call_id)).hangup_asked


FAILURES = {
    "busy": "was in gesprek",
    "declined": "geweigerd",
    "no-answer": "niet opgenomen",
    "not-registered": "niet verbonden",
    "phone-lost": "viel weg",
    "failed": "kon niet gebeld worden",
}


async def test_a_phone_that_fails_is_explained(page_of: OpenPage, world: World) -> None:
    assert FAILURES.keys() == set(NO_ANSWER_REASONS)
    page = await page_of("anna")
    call_id = await world.caller(MARIA, waited=60)
    for reason, sentence in FAILURES.items():
        # given an agent whose phone rings; taken by key, since a click just after the rows moved counts as a mistake
        await expect(page.locator(f"#take-{call_id}")).to_be_enabled()
        await page.keyboard.press("a")
        await expect(page.locator(f"#call-{call_id}")).to_be_visible()

        # when that leads to nothing
        await world.phone_fails(call_id, reason)

        # then the agent reads why and is not ready, and the caller is back
        await expect(page.locator("#failed")).to_contain_text(sentence)
        await expect(page.locator("#state-off")).to_be_visible()
        await expect(page.locator(f"#take-{call_id}")).to_be_disabled()

        # and when she is ready again, then she can take the call
        await page.locator("#ready").click()
        await expect(page.locator("#failed")).to_have_count(0)
        await expect(page.locator(f"#take-{call_id}")).to_be_enabled()


async def test_an_answer_that_comes_late_does_not_bring_back_what_is_over(page_of: OpenPage, world: World) -> None:
    # given a click whose answer is held up until the caller has hung up
    page = await page_of("anna")
    call_id = await world.caller(MARIA)
    over = asyncio.Event()

    async def hold(route: Route) -> None:
        answer = await route.fetch()
        await over.wait()
        await route.fulfill(response=answer)

    await page.route("**/take", hold)
    await page.locator(f"#take-{call_id}").click()
    await until(partial(_is_taken, world, call_id), what="the call is hers")
    await world.hang_up(call_id)

    # when it comes
    async with page.expect_response("**/take"):
        over.set()

    # then the page does not go on showing a call that is over
    await expect(page.locator("#said")).to_have_text("De beller heeft opgehangen.")
    await expect(page.locator("#no-call")).to_be_visible()


async def test_a_caller_who_hangs_up_while_it_rings_is_told(page_of: OpenPage, world: World) -> None:
    # given a phone that rings
    page = await page_of("anna")
    call_id = await world.caller(MARIA)
    await take(page, call_id)
    await expect(page.locator("#put-back")).to_have_text("Toch niet aannemen")

    # when the caller hangs up, then the page says so
    await world.hang_up(call_id)
    await expect(page.locator("#said")).to_have_text("De beller heeft opgehangen.")
    await expect(page.locator("#no-call")).to_be_visible()


async def _is_taken(world: World, call_id: str) -> bool:
    return (await world.call(call_id)).agent_id is not None
