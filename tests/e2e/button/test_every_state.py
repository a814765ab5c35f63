"""Each state of the button: axe finds nothing, and it can be read narrow, enlarged, dark, and in a high contrast."""

from typing import Any

import pytest
from playwright.async_api import Browser, Page

from tests.e2e.button.axe import faults_seen_by_axe
from tests.e2e.button.gallery import ENDS, ON_THE_WAY, Shown, shown

pytestmark = pytest.mark.asyncio(loop_scope="module")

EVERY = [pytest.param(it, id=it.name) for it in (*ON_THE_WAY, *ENDS)]
DARK_SITE = ":root { color-scheme: light dark; background: Canvas; color: CanvasText }"


async def sticks_out(page: Page) -> bool:
    """Whether one has to scroll sideways (WCAG 1.4.10)."""
    return bool(await page.evaluate("document.documentElement.scrollWidth > innerWidth"))


@pytest.mark.parametrize("it", EVERY)
async def test_axe_finds_nothing_and_it_fits_on_the_smallest_screen(chromium: Browser, it: Shown) -> None:
    """320 px is also a window of 640 px at 200 %, and one of 1280 px at 400 % (WCAG 1.4.10)."""
    # given a site that knows light and dark
    async with shown(chromium, it, style=DARK_SITE, color_scheme="light") as page:
        assert await faults_seen_by_axe(page) == []
        await page.emulate_media(color_scheme="dark")
        assert await faults_seen_by_axe(page, rules=["color-contrast"]) == []

        # when it gets narrow, then the text alone goes to 200 % (WCAG 1.4.4), from right to left
        await page.set_viewport_size({"width": 320, "height": 640})
        assert not await sticks_out(page)
        await page.add_style_tag(content="html { direction: rtl } body { font-size: 32px !important }")
        assert not await sticks_out(page)

        # then there is a next step at each end: begin again, or the number to call
        if it in ENDS:
            assert await page.get_by_role("button").count() or it.state == "misplaced"
            assert it.reason == "answered" or await page.get_by_text("024 329 00 00").is_visible()


@pytest.mark.parametrize("it", [it for it in EVERY if it.id in ("idle", "qr", "pairing", "disclosed", "qr-lost")])
async def test_in_forced_colours_it_is_all_there(chromium: Browser, it: Shown) -> None:
    async with shown(chromium, it, forced_colors="active") as page:
        for button in await page.locator("veilig-bellen .main").all():
            edge = "e => getComputedStyle(e).borderColor !== getComputedStyle(e.parentElement).backgroundColor"
            assert await button.evaluate(edge)
        for canvas in await page.locator("veilig-bellen canvas").all():
            pixels = "e => [...e.getContext('2d').getImageData(0, 0, 1, 1).data].join()"
            assert await canvas.evaluate(pixels) == "255,255,255,255"


async def test_nothing_moves(chromium: Browser) -> None:
    """So that nothing has to stop for who asked for less of it."""
    async with shown(chromium, ON_THE_WAY[2]) as page:
        moving: list[Any] = await page.evaluate("document.getAnimations({ subtree: true }).map(String)")
        style = "e => { const s = getComputedStyle(e); return s.animationName + s.transitionDuration }"
        assert moving == []
        assert await page.locator("veilig-bellen .quiet").first.evaluate(style) == "none0s"


async def paper(page: Page) -> str:
    """The colour behind the text."""
    return str(await page.locator("veilig-bellen .card").evaluate("e => getComputedStyle(e).backgroundColor"))


async def test_dark_follows_the_site_and_not_the_visitor_alone(chromium: Browser) -> None:
    light, dark = "rgb(255, 255, 255)", "rgb(27, 35, 44)"
    for style, scheme, wanted in (
        ("", "dark", light),  # a site that knows no dark stays whole
        (DARK_SITE, "dark", dark),
        (DARK_SITE, "light", light),
        ("veilig-bellen { color-scheme: dark }", "light", dark),
        (":root { --utrecht-document-background-color: rgb(1, 2, 3) }", "light", "rgb(1, 2, 3)"),
    ):
        async with shown(chromium, ON_THE_WAY[0], style=style, color_scheme=scheme) as page:
            assert await paper(page) == wanted, (style, scheme)


async def test_the_tokens_of_a_site_are_taken(chromium: Browser) -> None:
    tokens = """:root {
        --utrecht-button-primary-action-background-color: rgb(0, 80, 0);
        --utrecht-button-primary-action-color: rgb(255, 255, 200);
        --utrecht-document-font-family: monospace;
        --utrecht-button-border-radius: 0;
    }"""
    async with shown(chromium, ON_THE_WAY[0], style=tokens) as page:
        style = (
            "e => { const s = getComputedStyle(e); return [s.backgroundColor, s.color, s.borderRadius, s.fontFamily] }"
        )
        assert await page.locator("veilig-bellen .main").evaluate(style) == [
            "rgb(0, 80, 0)", "rgb(255, 255, 200)", "0px", "monospace",
        ]  # fmt: skip


async def test_on_a_phone_calling_comes_before_dialling_by_hand(chromium: Browser) -> None:
    # given who can call now, on a phone
    disclosed = next(it for it in ON_THE_WAY if it.state == "disclosed")
    async with shown(chromium, disclosed, viewport={"width": 390, "height": 720}) as page:
        call, digits = page.locator("veilig-bellen .main"), page.locator("veilig-bellen dl")
        tops = "e => e.getBoundingClientRect().top"

        # then what calls by itself stands first, as wide as the card; on a wider screen it comes after the digits
        assert await call.evaluate(tops) < await digits.evaluate(tops)
        assert await call.evaluate("e => e.offsetWidth") > 250
        await page.set_viewport_size({"width": 1280, "height": 720})
        assert await call.evaluate(tops) > await digits.evaluate(tops)
