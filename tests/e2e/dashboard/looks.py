"""How a page of the office is looked at in the tests: at each width, in light and dark, by axe."""

from typing import Literal

from playwright.async_api import Page

from tests.e2e.button.axe import faults_seen_by_axe

WIDTHS = (320, 390, 768, 1366, 1920)
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")


async def well_made(page: Page, *, unsure: bool = True) -> None:
    """Whatever its width and colours: nothing sticks out, and axe finds nothing.

    `unsure`: nor asks a person to look, as it does at what lies under an open menu.
    """
    for scheme in SCHEMES:
        await page.emulate_media(color_scheme=scheme)
        for width in WIDTHS:
            await page.set_viewport_size({"width": width, "height": 800})
            assert await page.evaluate("document.documentElement.scrollWidth") <= width, (page.url, width)
            if width in (WIDTHS[0], WIDTHS[-1]):
                # As high as all of it: what stays at the bottom of a window then covers nothing.
                height = await page.evaluate("document.documentElement.scrollHeight")
                await page.set_viewport_size({"width": width, "height": max(800, height)})
                faults = await faults_seen_by_axe(page, unsure=unsure)
                assert faults == [], (page.url, width, scheme, faults)
    await page.set_viewport_size({"width": 1280, "height": 800})
