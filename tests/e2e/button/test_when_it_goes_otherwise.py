"""Each other way that it can go at the button has its own words and next step; the number to call is always there."""

from datetime import timedelta

import pytest
from playwright.async_api import Route, expect

from demo.site.app import read_qr
from demo.wallet import WalletRefused
from tests.e2e.button.browser import picture_of_qr, state_is
from tests.e2e.button.conftest import OpenPage
from tests.e2e.button.town import NUMBER, Town

pytestmark = pytest.mark.asyncio(loop_scope="module")

WITHOUT_APP = f"veilig-bellen > a[href='tel:{NUMBER}']"


async def test_without_the_script_the_number_is_there(town: Town, open_page: OpenPage) -> None:
    page = await open_page(town.pages, java_script_enabled=False)

    await expect(page.locator(WITHOUT_APP)).to_be_visible()


async def test_who_declines_in_the_app_can_begin_again(town: Town, open_page: OpenPage) -> None:
    page = await open_page(town.pages)
    await page.get_by_role("button").click()
    await state_is(page, "qr")
    session = read_qr(await picture_of_qr(page))
    assert session is not None

    with pytest.raises(WalletRefused):
        await town.wallet.disclose(session, refuse=True)

    await state_is(page, "cancelled")
    await expect(page.get_by_text("Er zijn geen gegevens gedeeld.").first).to_be_visible()
    await expect(page.locator(WITHOUT_APP)).to_be_visible()
    await page.get_by_role("button", name="Begin opnieuw").click()
    await state_is(page, "qr")


async def test_who_stops_here_stops_the_app_too(town: Town, open_page: OpenPage) -> None:
    page = await open_page(town.pages)
    await page.get_by_role("button").click()
    await state_is(page, "qr")
    session = read_qr(await picture_of_qr(page))
    assert session is not None

    async with page.expect_response(session["u"]) as stopping:
        await page.get_by_role("button", name="Stoppen").click()

    assert (await stopping.value).ok
    await state_is(page, "cancelled")


async def test_a_code_that_nobody_used_goes_away(town: Town, open_page: OpenPage) -> None:
    page = await open_page(town.pages)
    await page.get_by_role("button").click()
    await state_is(page, "qr")
    session = read_qr(await picture_of_qr(page))
    assert session is not None
    await town.wallet.disclose(session)
    await state_is(page, "disclosed")

    await town.sweep(after=timedelta(minutes=16))

    await state_is(page, "expired")

    await expect(page.locator("veilig-bellen dd")).to_have_count(0)
    await expect(page.get_by_role("button", name="Begin opnieuw")).to_be_visible()


async def test_a_site_that_is_not_listed_gets_nothing(town: Town, open_page: OpenPage) -> None:
    page = await open_page(town.unlisted)
    lines: list[str] = []
    page.on("console", lambda line: lines.append(line.text))

    await page.get_by_role("button").click()

    await state_is(page, "misplaced")
    await expect(page.locator(WITHOUT_APP)).to_be_visible()
    assert any("veilig-bellen: " in line and "site" in line for line in lines)


async def test_a_button_for_a_purpose_that_is_not_there_says_so(town: Town, open_page: OpenPage) -> None:
    page = await open_page(f"{town.pages}/?purpose=tikfout")
    lines: list[str] = []
    page.on("console", lambda line: lines.append(line.text))

    await page.get_by_role("button").click()

    await state_is(page, "misplaced")
    await expect(page.locator(WITHOUT_APP)).to_be_visible()
    assert any("Check `municipality` and `purpose`" in line for line in lines)


async def test_with_the_irma_server_away_there_is_a_next_step(town: Town, open_page: OpenPage) -> None:
    page = await open_page(town.pages)

    async def away(route: Route) -> None:
        problem = {"type": "irma-away", "status": 503, "detail": "…"}
        headers = {"Access-Control-Allow-Origin": town.pages}
        await route.fulfill(status=503, json=problem, headers=headers)

    await page.route("**/v1/disclosures", away)
    await page.get_by_role("button").click()

    await state_is(page, "away")
    await expect(page.get_by_text("Probeer het later opnieuw, of bel zonder app.").first).to_be_visible()
    await page.unroute("**/v1/disclosures")
    await page.get_by_role("button", name="Probeer opnieuw").click()
    await state_is(page, "qr")


async def test_a_connection_that_is_lost_comes_back(town: Town, open_page: OpenPage) -> None:
    # given a page that can't reach the status feed, nor the IRMA server
    page = await open_page(town.pages)
    for path in ("**/v1/status", "**/v1/status/events", "**/frontend/status"):
        await page.route(path, lambda route: route.abort())
    await page.get_by_role("button").click()
    await state_is(page, "qr")
    await expect(page.get_by_text("De verbinding is even weg. We proberen het opnieuw.").first).to_be_visible()
    session = read_qr(await picture_of_qr(page))
    assert session is not None

    # when the citizen discloses meanwhile, and the connection is there again
    await town.wallet.disclose(session)
    await page.unroute_all()

    # then the code is there
    await state_is(page, "disclosed")
    await expect(page.locator("veilig-bellen .lost")).to_have_count(0)


async def test_where_no_feed_comes_through_it_asks(town: Town, open_page: OpenPage) -> None:
    # given a proxy that lets no feed through
    page = await open_page(town.pages)
    await page.route("**/v1/status/events", lambda route: route.abort())
    await page.get_by_role("button").click()
    await state_is(page, "qr")

    # when the citizen discloses
    session = read_qr(await picture_of_qr(page))
    assert session is not None
    await town.wallet.disclose(session)

    # then the code is there all the same, and nothing is said of a lost connection
    await state_is(page, "disclosed")
    await expect(page.locator("veilig-bellen .lost")).to_have_count(0)


async def test_it_speaks_the_language_of_the_page(town: Town, open_page: OpenPage) -> None:
    page = await open_page(f"{town.pages}/?lang=en-GB")

    await page.get_by_role("button", name="Start with Yivi").click()

    await expect(page.get_by_role("img", name="QR code, to be scanned with the Yivi app")).to_be_visible()
