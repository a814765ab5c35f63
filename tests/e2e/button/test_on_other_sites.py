"""The button on websites that allow next to nothing, and on our own link page."""

import pytest
from playwright.async_api import expect

from demo.site.app import read_qr
from tests.e2e.button.axe import faults_seen_by_axe
from tests.e2e.button.browser import picture_of_qr, state_is
from tests.e2e.button.conftest import OpenPage
from tests.e2e.button.town import NUMBER, TOWN, Town

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_a_site_with_the_strictest_policy_shows_it_whole(town: Town, open_page: OpenPage) -> None:
    # given a page with SRI, `style-src 'none'`, trusted types, COEP `require-corp` and COOP
    page = await open_page(f"{town.pages}/strict")
    assert await page.evaluate("crossOriginIsolated")

    # when a citizen goes through it, then nothing is in its way
    await page.get_by_role("button", name="Begin met Yivi").click()
    await state_is(page, "qr")
    colour = await page.locator("veilig-bellen .card").evaluate("e => getComputedStyle(e).borderStyle")
    assert colour == "solid"  # it has its style
    session = read_qr(await picture_of_qr(page))
    assert session is not None
    await town.wallet.disclose(session)
    await state_is(page, "disclosed")


async def test_other_bytes_than_the_site_agreed_to_do_not_run(town: Town, open_page: OpenPage) -> None:
    page = await open_page(f"{town.pages}/strict?integrity=sha384-AAAA")

    await expect(page.get_by_role("link", name="024 329 00 00")).to_be_visible()
    assert await page.evaluate("customElements.get('veilig-bellen') === undefined")


async def test_the_link_page_goes_all_the_way(town: Town, open_page: OpenPage) -> None:
    # given a link in a letter
    page = await open_page(f"{town.settings.api_public_url}/m/{TOWN}/verhuizing")
    assert await faults_seen_by_axe(page) == []

    # when a citizen begins there, and discloses
    await page.get_by_role("button", name="Begin met Yivi").click()
    await state_is(page, "qr")
    session = read_qr(await picture_of_qr(page))
    assert session is not None
    await town.wallet.disclose(session)

    # then they can call
    await state_is(page, "disclosed")
    assert await faults_seen_by_axe(page) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_the_status_page_is_for_everybody(town: Town, open_page: OpenPage, scheme: str) -> None:
    given = {"java_script_enabled": True, "color_scheme": scheme, "viewport": {"width": 320, "height": 600}}
    page = await open_page(f"{town.settings.api_public_url}/status", wait_for="h1", **given)

    await expect(page.get_by_role("heading", name="Het werkt")).to_be_visible()
    assert await faults_seen_by_axe(page) == []
    assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")


async def test_the_link_page_has_the_number_without_javascript_too(town: Town, open_page: OpenPage) -> None:
    for given in ({}, {"viewport": {"width": 320, "height": 600}, "color_scheme": "dark"}):
        page = await open_page(
            f"{town.settings.api_public_url}/m/{TOWN}/verhuizing?lang=en", java_script_enabled=False, **given
        )
        await expect(page.locator(f"a[href='tel:{NUMBER}']")).to_be_visible()
        await expect(page.get_by_role("heading", name="Moving")).to_be_visible()


async def test_the_sheet_for_letters_fits_on_one_page(town: Town, open_page: OpenPage) -> None:
    page = await open_page(f"{town.settings.api_public_url}/m/{TOWN}/verhuizing/qr", wait_for="img")
    assert await faults_seen_by_axe(page) == []

    sheet = await page.pdf(prefer_css_page_size=True)

    assert sheet.count(b"/Type /Page\n") == 1
