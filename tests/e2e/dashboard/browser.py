"""How the tests of the dashboard drive a real Chromium."""

from playwright.async_api import Page, expect

from tests.e2e.dashboard.world import PASSWORD

# A whole machine's tests may run beside these; what has its own limit of time names it.
expect.set_options(timeout=20_000)


async def fill_login(page: Page, url: str, login: str, password: str = PASSWORD) -> None:
    """Open the form, fill it in, send it."""
    await page.goto(url)
    await page.fill("#login", login)
    await page.fill("#password", password)
    await page.click("form button")


async def take(page: Page, call_id: str) -> None:
    """Click on Take, and wait until the phone rings."""
    await page.locator(f"#take-{call_id}").click()
    await expect(page.locator(f"#call-{call_id}")).to_be_visible()
    await expect(page.locator("#call-title")).to_contain_text("gaat over")


async def log_in(page: Page, url: str, login: str) -> None:
    """Log in, and wait until the page is live."""
    await fill_login(page, url, login)
    await expect(page.locator("#part-head header")).to_be_visible()
    await expect(page.locator("body")).to_have_attribute("data-live", "yes")
