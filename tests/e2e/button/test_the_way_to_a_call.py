"""A citizen at the button in a real browser, from the first key to the end of the call."""

import asyncio
import re

import pytest
from playwright.async_api import Route, expect

from callcenter.model.call import CallState
from demo.process import until
from demo.site.app import read_qr
from tests.e2e.button.browser import all_text, focused, picture_of_qr, state_is
from tests.e2e.button.conftest import OpenPage
from tests.e2e.button.town import CITIZEN, NUMBER, Town

pytestmark = pytest.mark.asyncio(loop_scope="module")

ANDROID = "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 Mobile Safari/537.36"


async def test_from_a_key_press_to_the_end_of_the_call(town: Town, open_page: OpenPage) -> None:
    # given a municipality's page with a strict policy, on another origin than the api
    page = await open_page(town.site)
    button = page.locator("veilig-bellen").first
    status = button.get_by_role("status")
    await expect(button).to_contain_text("024 329 00 00")

    # when the citizen comes by Tab and presses Enter, then there is a QR code with a name, and it is said
    await page.keyboard.press("Tab")
    assert await focused(page) == "Begin met Yivi"
    async with page.expect_response("**/v1/disclosures") as beginning:
        await page.keyboard.press("Enter")
    code = (await (await beginning.value).json())["code"]
    grouped = f"{code[:3]} {code[3:6]} {code[6:]}"
    await state_is(page, "qr")
    await expect(button.get_by_role("img", name="QR-code, te scannen met de Yivi-app")).to_be_visible()
    await expect(status).to_have_text("Scan de QR-code. Open de Yivi-app op uw telefoon en scan deze code.")
    assert await focused(page) == "Scan de QR-code"
    # and the code to type is nowhere on the page yet
    assert code not in await all_text(page)
    assert grouped not in await all_text(page)

    # when the app has disclosed, then number and code stand there in groups, for hand and thumb
    await page.click(f"[data-person='{CITIZEN}']")
    await state_is(page, "disclosed")
    await expect(button.get_by_role("link", name="Bel nu")).to_have_attribute("href", f"tel:{NUMBER},,{code}")
    await expect(button.get_by_text("024 329 00 00").last).to_be_visible()
    await expect(button.get_by_text(grouped, exact=True)).to_be_visible()
    await expect(
        button.get_by_text(re.compile(r"De code werkt één keer, nog 1[45] minuten \(tot \d\d:\d\d uur\)\."))
    ).to_be_visible()

    # when they call and somebody is before them, then they read their place, and that it moves up
    other = await town.somebody_waits()
    call = await town.call(code)
    await expect(status).to_have_text("U staat op plaats 2 in de wachtrij. Blijf aan de lijn.")
    await town.move(other, CallState.ENDED)
    await expect(status).to_have_text("U bent als eerste aan de beurt. Blijf aan de lijn.")
    assert grouped not in await all_text(page)

    # when an agent takes the call, and it ends, then each is told
    for state in (CallState.OFFERED, CallState.CONNECTED, CallState.ENDED):
        await town.move(call, state)
        await state_is(page, state.value)
    await expect(status).to_have_text("Het gesprek is afgelopen. Uw gegevens worden gewist.")
    await expect(button.get_by_role("button", name="Begin opnieuw")).to_be_visible()


async def test_the_picture_says_what_the_app_wants_to_know(town: Town, open_page: OpenPage) -> None:
    page = await open_page(town.pages)
    await page.get_by_role("button").click()
    await state_is(page, "qr")

    session = read_qr(await picture_of_qr(page))

    assert session is not None
    assert session["u"].startswith(town.irma.url)
    assert session["irmaqr"] == "disclosing"


async def test_on_a_phone_there_is_a_link_into_the_app_and_a_code_for_another_one(
    town: Town, open_page: OpenPage
) -> None:
    # given a phone
    page = await open_page(town.pages, user_agent=ANDROID, viewport={"width": 320, "height": 640})

    # when the citizen begins, then there is a link that opens the app
    await page.get_by_role("button").click()
    await state_is(page, "app")
    href = await page.get_by_role("link", name="Open Yivi").get_attribute("href") or ""
    assert href.startswith("intent://qr/json/")
    assert "%22irmaqr%22%3A%22disclosing%22" in href

    # when the app is on another phone, then there is a QR code, and a way back
    await page.get_by_role("button", name="Toon een QR-code").click()
    await state_is(page, "qr")
    # and nothing sticks out of the screen
    assert await page.evaluate("document.documentElement.scrollWidth") <= 320
    await page.get_by_role("button", name="Terug naar de app op dit apparaat").click()
    await state_is(page, "app")
    assert await focused(page) == "Open de Yivi-app"


async def test_pairing_shows_that_it_is_the_citizens_own_phone(town: Town, open_page: OpenPage) -> None:
    # given an IRMA server that asks for pairing
    page = await open_page(town.pages)

    async def with_pairing(route: Route) -> None:
        answer = await route.fetch()
        body = await answer.json() if route.request.method == "POST" else None
        if body:
            body["pairing"] = True
        await (route.fulfill(response=answer, json=body) if body else route.fulfill(response=answer))

    await page.route("**/v1/disclosures", with_pairing)
    await page.get_by_role("button").click()
    await state_is(page, "qr")
    session = read_qr(await picture_of_qr(page))
    assert session is not None

    # when the app has scanned, then it shows digits; wrong ones are refused with a word, and can be typed again
    shown: list[str] = []
    disclosing = asyncio.create_task(town.wallet.disclose(session, on_pairing=shown.append))
    await state_is(page, "pairing")
    await until(lambda: bool(shown), what="the app shows digits")
    wrong = "0000" if shown[0] != "0000" else "1111"
    await page.get_by_label("Cijfers uit de app").fill(wrong)
    await page.keyboard.press("Enter")
    await expect(page.locator("veilig-bellen form .wrong")).to_have_text(
        "Deze cijfers kloppen niet. Kijk nog eens in de app."
    )
    await expect(page.get_by_label("Cijfers uit de app")).to_be_focused()

    # when they are right, then the way goes on
    await page.keyboard.type(shown[0])
    await page.get_by_role("button", name="Verder").click()
    await state_is(page, "disclosed")
    await disclosing
