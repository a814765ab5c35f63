"""A citizen who comes back to the page, an answer that got lost, and the clock of a code."""

import asyncio

import pytest
from playwright.async_api import Page, Route, expect

from callcenter.model.call import CallState
from demo.process import until
from demo.site.app import read_qr
from tests.e2e.button.browser import all_text, picture_of_qr, state_is
from tests.e2e.button.conftest import OpenPage
from tests.e2e.button.town import Town

pytestmark = pytest.mark.asyncio(loop_scope="module")

LISTEN = """() => {
  const status = document.querySelector('veilig-bellen').shadowRoot.querySelector('[role=status]');
  window.said = [];
  const note = () => said.push(status.textContent);
  new MutationObserver(note).observe(status, { childList: true, characterData: true, subtree: true });
}"""


async def kept(page: Page) -> str:
    """All that this tab keeps."""
    return str(await page.evaluate("JSON.stringify({ ...sessionStorage, ...localStorage }) + document.cookie"))


async def disclosed(town: Town, page: Page) -> str:
    """Go as far as the code; return it."""
    async with page.expect_response("**/v1/disclosures") as beginning:
        await page.get_by_role("button").click()
    await state_is(page, "qr")
    code: str = (await (await beginning.value).json())["code"]
    session = read_qr(await picture_of_qr(page))
    assert session is not None
    await town.wallet.disclose(session)
    await state_is(page, "disclosed")
    return code


async def test_after_a_reload_all_is_there_again_until_the_call_has_ended(town: Town, open_page: OpenPage) -> None:
    # given a citizen whose phone loaded the page again after the dialler
    page = await open_page(town.pages)
    code = await disclosed(town, page)
    await page.reload()

    # then number and code are there, at once
    await state_is(page, "disclosed")
    await expect(page.get_by_text(f"{code[:3]} {code[3:6]} {code[6:]}", exact=True)).to_be_visible()

    # when they have called and the page is loaded again, then it tells how it goes, and the code is nowhere
    call = await town.call(code)
    await state_is(page, "waiting")
    assert code not in await kept(page)
    await page.reload()
    await state_is(page, "waiting")
    assert code not in await all_text(page)

    # when the call has ended, then nothing is kept
    await town.move(call, CallState.ENDED)
    await state_is(page, "ended")
    assert await kept(page) == "{}"
    await page.reload()
    await state_is(page, "idle")


async def test_a_reload_at_the_qr_code_goes_on_with_the_same_session(town: Town, open_page: OpenPage) -> None:
    page = await open_page(town.pages)
    await page.get_by_role("button").click()
    await state_is(page, "qr")
    before = read_qr(await picture_of_qr(page))

    await page.reload()

    await state_is(page, "qr")
    assert read_qr(await picture_of_qr(page)) == before
    await page.get_by_role("button", name="Stoppen").click()
    assert await kept(page) == "{}"


async def test_an_answer_that_got_lost_is_got_again_and_begins_nothing_new(town: Town, open_page: OpenPage) -> None:
    # given a page that loses the first answer of the api
    page = await open_page(town.pages)
    keys, sessions = [], []

    async def lossy(route: Route) -> None:
        if route.request.method != "POST":
            await route.continue_()
            return
        keys.append(route.request.headers["idempotency-key"])
        answer = await route.fetch()
        sessions.append((await answer.json())["sessionPtr"]["u"])
        await (route.abort() if len(keys) == 1 else route.fulfill(response=answer))

    await page.route("**/v1/disclosures", lossy)

    # when a citizen begins
    await page.get_by_role("button").click()

    # then there is a QR code, of the session that had begun
    await state_is(page, "qr")
    assert len(keys) == 2
    assert len(set(keys)) == len(set(sessions)) == 1


async def test_when_the_feed_is_silent_the_api_is_asked_to_look(town: Town, open_page: OpenPage) -> None:
    # given a page whose feed says nothing new, as when a callback got lost
    page = await open_page(town.pages)
    silent = asyncio.Event()

    async def feed(route: Route) -> None:
        if silent.is_set():
            await route.continue_()
        else:
            body = 'id: 1\ndata: {"state":"requested"}\n\n'
            headers = {"Access-Control-Allow-Origin": town.pages}
            await route.fulfill(body=body, content_type="text/event-stream", headers=headers)

    await page.route("**/v1/status/events", feed)
    await page.get_by_role("button").click()
    await state_is(page, "qr")
    session = read_qr(await picture_of_qr(page))
    assert session is not None

    # when the app is done
    async with page.expect_request(lambda request: request.url.endswith("/v1/status/look")) as looking:
        await town.wallet.disclose(session)

    # then the api is asked to look, and goes on when the feed does
    assert (await looking.value).headers["authorization"].startswith("Bearer ")
    silent.set()
    await state_is(page, "disclosed")


async def test_a_page_that_had_to_make_room_comes_back_later(town: Town, open_page: OpenPage) -> None:
    # given a feed that ends and says when to come back, as when one token has too many of them
    page = await open_page("about:blank", wait_for=None)
    await page.clock.install()
    await page.goto(town.pages)
    asked = 0

    async def feed(route: Route) -> None:
        nonlocal asked
        asked += 1
        body = 'id: requested\ndata: {"state":"requested"}\n\nretry: 10000\n\n'
        headers = {"Access-Control-Allow-Origin": town.pages}
        await route.fulfill(body=body, content_type="text/event-stream", headers=headers)

    await page.route("**/v1/status/events", feed)
    async with page.expect_event("requestfinished", lambda request: request.url.endswith("/v1/status/events")):
        await page.get_by_role("button").click()
    await state_is(page, "qr")

    # when two seconds pass, then it has not come back; when twenty do, then it has
    await page.clock.run_for(2_000)
    assert asked == 1
    await page.clock.run_for(20_000)
    await until(lambda: asked > 1, what="the feed is asked for again")


async def test_the_time_that_is_left_is_shown_and_said_once(town: Town, open_page: OpenPage) -> None:
    # given a code, on a device whose clock is two hours wrong
    page = await open_page("about:blank", wait_for=None)
    await page.clock.install(time="2026-01-01T03:00:00Z")
    await page.goto(town.pages)
    await disclosed(town, page)
    note, status = page.locator("veilig-bellen .validity"), page.get_by_role("status")
    await expect(note).to_contain_text("nog 14 minuten")

    # when minutes pass, then they are counted, and nobody is told aloud
    await page.clock.run_for(5 * 60_000)
    await expect(note).to_contain_text("nog 9 minuten")
    assert "nog" not in await status.inner_text()

    # when the last minute begins, then that is said
    await page.evaluate(LISTEN)  # what is said next, such as that the connection is back, may follow at once
    await page.clock.fast_forward(9 * 60_000)  # at once, as in a tab that slept
    await expect(note).to_contain_text("seconden")
    await page.wait_for_function("said.some((text) => text.includes('seconden'))")

    # when the time is over, then the code goes, whatever the feed says
    await page.clock.run_for(2 * 60_000)
    await state_is(page, "expired")
    await expect(page.locator("veilig-bellen dd")).to_have_count(0)
