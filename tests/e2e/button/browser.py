"""How the tests of the button look at a page."""

from playwright.async_api import Page, expect


async def state_is(page: Page, state: str) -> None:
    """Wait until the button shows this state."""
    await expect(page.locator(f"veilig-bellen [data-state='{state}']")).to_be_visible(timeout=30_000)


async def all_text(page: Page) -> str:
    """All that the page holds, shadow roots included, shown or not."""
    return str(
        await page.evaluate("""() => [...document.querySelectorAll('veilig-bellen')].map(
        (button) => button.outerHTML + button.shadowRoot.innerHTML).join()""")
    )


async def focused(page: Page) -> str:
    """The text of what has the focus, in the button or outside."""
    return str(
        await page.evaluate("""() => {
        const at = document.activeElement;
        return (at?.shadowRoot?.activeElement ?? at)?.textContent ?? '';
    }""")
    )


async def picture_of_qr(page: Page) -> bytes:
    """The picture on the canvas, a byte of brightness for each pixel."""
    pixels = await page.evaluate("""() => {
        const canvas = document.querySelector('veilig-bellen').shadowRoot.querySelector('canvas');
        const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
        return [...data].filter((_, at) => at % 4 === 0);
    }""")
    return bytes(pixels)
