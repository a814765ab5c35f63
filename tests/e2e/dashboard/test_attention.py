"""What draws an agent's attention to a new caller, and that each can be turned off, for this user at every desk."""

import pytest
from playwright.async_api import Page, expect

from demo.process import until
from tests.e2e.dashboard.browser import log_in, take
from tests.e2e.dashboard.conftest import OpenPage
from tests.e2e.dashboard.world import MARIA, World

pytestmark = pytest.mark.asyncio(loop_scope="module")

# Notes the tones that are really started, and notifications in the place of the desktop.
LISTENING = """
window.tones = 0;
window.notices = [];
const start = OscillatorNode.prototype.start;
OscillatorNode.prototype.start = function (...when) {
  window.tones += 1;
  return start.apply(this, when);
};
window.Notification = class {
  static permission = "default";
  static requestPermission = async () => (this.permission = window.allows ? "granted" : "denied");
  constructor(title, options) { window.notices.push([title, options.body]); }
  close() {}
};
document.hasFocus = () => window.looksAt !== "elsewhere";
"""


async def listening(page_of: OpenPage, url: str) -> Page:
    """Anna's page, whose tones and notifications are noted."""
    page = await page_of(None)
    await page.add_init_script(LISTENING)
    await log_in(page, url, "anna")
    await page.locator("#queue-title").click()  # browsers allow no sound before
    return page


async def test_a_new_caller_is_heard_by_who_can_take_them(page_of: OpenPage, world: World, url: str) -> None:
    # given an agent who is free
    page = await listening(page_of, url)

    # when somebody calls, then two tones are heard, once
    call_id = await world.caller(MARIA)

    async def heard() -> bool:
        return bool(await page.evaluate("tones === 2"))

    await until(heard, what="two tones are heard")

    # when she is in a call, or not ready, then the next one makes no noise
    await take(page, call_id)
    second = await world.caller(None)
    await expect(page.locator(f"#row-{second}")).to_be_visible()
    await world.hang_up(call_id)
    await page.keyboard.press("b")
    await expect(page.locator("#state-off")).to_be_visible()
    third = await world.caller(None)
    await expect(page.locator(f"#row-{third}")).to_be_visible()
    assert await page.evaluate("tones") == 2


async def test_a_sound_that_is_turned_off_stays_off_in_another_browser(
    page_of: OpenPage, world: World, url: str
) -> None:
    # given an agent who wants no sound
    page = await listening(page_of, url)
    await page.locator("#mine summary").click()
    async with page.expect_response("**/preferences"):
        await page.locator("#sound").uncheck()

    # when somebody calls, then nothing is heard, here and elsewhere
    other = await listening(page_of, url)
    await expect(other.locator("#sound")).not_to_be_checked()
    call_id = await world.caller(MARIA)
    for one in (page, other):
        await expect(one.locator(f"#row-{call_id}")).to_be_visible()
        assert await one.evaluate("tones") == 0


async def test_a_notification_comes_when_she_looks_elsewhere_and_names_nobody(
    page_of: OpenPage, world: World, url: str
) -> None:
    # given an agent who wants notifications
    page = await listening(page_of, url)
    await page.locator("#mine summary").click()
    await page.evaluate("allows = true")
    async with page.expect_response("**/preferences"):
        await page.locator("#notices").check()

    # when somebody calls while she looks at the page, then there is none
    first = await world.caller(MARIA)
    await expect(page.locator(f"#row-{first}")).to_be_visible()
    assert await page.evaluate("notices") == []

    # when she looks elsewhere, then there is one, with why they call and not who it is
    await page.evaluate("looksAt = 'elsewhere'")
    second = await world.caller(MARIA)
    await expect(page.locator(f"#row-{second}")).to_be_visible()
    assert await page.evaluate("notices") == [["(2) Veilig bellen", "Nieuwe beller: Verhuizing doorgeven"]]


async def test_a_browser_that_allows_no_notifications_is_explained(page_of: OpenPage, world: World, url: str) -> None:
    # given a browser in which they are refused
    page = await listening(page_of, url)
    await page.locator("#mine summary").click()

    # when she asks for them, then it is said, and the switch is off
    async with page.expect_response("**/preferences"):
        await page.locator("#notices").click()
    await expect(page.locator("#said")).to_contain_text("staat geen meldingen toe")
    await expect(page.locator("#notices")).not_to_be_checked()


async def test_the_colours_are_each_ones_own(page_of: OpenPage, url: str) -> None:
    # given two tabs on a computer that is light
    page = await page_of("anna", color_scheme="light")
    second = await page.context.new_page()
    await second.goto(url)
    await expect(second.locator("body")).to_have_attribute("data-live", "yes")
    light = await page.evaluate("getComputedStyle(document.documentElement).backgroundColor")

    # when she chooses dark, then both are dark, and stay so
    await page.locator("#mine summary").click()
    await page.locator("#theme-dark").check()
    for tab in (page, second):
        await expect(tab.locator("html")).to_have_attribute("data-theme", "dark")
        assert await tab.evaluate("getComputedStyle(document.documentElement).backgroundColor") != light
    await page.reload()
    await expect(page.locator("html")).to_have_attribute("data-theme", "dark")


async def test_they_can_be_chosen_without_a_script(page_of: OpenPage, url: str) -> None:
    # given a browser that runs no script
    page = await page_of(None, java_script_enabled=False)
    await page.fill("#login", "anna")
    await page.fill("#password", "een-lang-genoeg-wachtwoord")
    await page.click("form button")

    # when colours are chosen and kept, then the page has them
    await page.locator("#mine summary").click()
    await page.locator("#theme-dark").check()
    await page.locator("#save-preferences").click()
    await expect(page.locator("html")).to_have_attribute("data-theme", "dark")
