"""Takes the pictures of the button for the docs: `scripts/pictures`. Each is a contact sheet of states, as WebP."""

import asyncio
import base64
import sys
from html import escape
from pathlib import Path

from playwright.async_api import Browser, Page

from demo.chromium import chromium
from tests.e2e.button.gallery import ENDS, ON_THE_WAY, Shown, shown

QUALITY = 70  # of 100
NOON = "2026-11-23T12:00:00+01:00"
DARK_SITE = ":root { color-scheme: dark; background: #12181f; color: #f0f3f6 }"
DESKTOP, PHONE = {"width": 480, "height": 720}, {"width": 340, "height": 720}


async def main(folder: Path) -> None:
    """Write every picture into the folder."""
    way = {it.name: it for it in ON_THE_WAY}
    desktop = [way[name] for name in ("idle", "qr", "pairing", "disclosed", "waiting", "connected")]
    phone = [way[name] for name in ("idle", "app", "scanned", "disclosed", "offered", "qr-lost")]
    async with chromium() as browser:
        await _sheet(browser, folder / "desktop.webp", desktop, DESKTOP)
        await _sheet(browser, folder / "phone.webp", phone, PHONE)
        await _sheet(browser, folder / "dark.webp", desktop[:4], DESKTOP, style=DARK_SITE, color_scheme="dark")
        await _sheet(browser, folder / "ends.webp", list(ENDS), DESKTOP)
        await _sheet(browser, folder / "ends-english.webp", list(ENDS), DESKTOP, lang="en")
        await _sheet(browser, folder / "rest.webp", [way[name] for name in ("starting", "checking", "called")], DESKTOP)


async def _sheet(browser: Browser, path: Path, states: list[Shown], size: dict[str, int], **options: str) -> None:
    pictures = [await _picture(browser, it, size, options) for it in states]
    figures = "".join(
        f'<figure><img src="data:image/png;base64,{base64.b64encode(png).decode()}">{escape(it.name)}</figure>'
        for it, png in zip(states, pictures, strict=True)
    )
    page = await browser.new_page(viewport={"width": 1320, "height": 400})
    style = "margin: 16px; display: flex; flex-wrap: wrap; gap: 16px; font: 14px system-ui; background: #e6eaee"
    width = f"img {{ display: block; inline-size: {size['width'] - 170}px }} figure {{ margin: 0 }}"
    await page.set_content(f"<style>body {{ {style} }} {width}</style>{figures}")
    wire = await page.context.new_cdp_session(page)
    shot = {"format": "webp", "quality": QUALITY, "captureBeyondViewport": True}
    taken = await wire.send("Page.captureScreenshot", shot | {"clip": await _whole(page)})
    await asyncio.to_thread(path.write_bytes, base64.b64decode(taken["data"]))
    await page.close()


async def _whole(page: Page) -> dict[str, float]:
    size = await page.evaluate("[document.documentElement.scrollWidth, document.documentElement.scrollHeight]")
    return {"x": 0, "y": 0, "width": size[0], "height": size[1], "scale": 1}


async def _picture(browser: Browser, it: Shown, size: dict[str, int], options: dict[str, str]) -> bytes:
    async with shown(browser, it, at=NOON, viewport=size, **options) as page:
        await page.mouse.move(0, 0)  # what was clicked to come here is not to look as if it were pointed at
        return await page.locator("veilig-bellen").screenshot()


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1])))
