"""Passkeys in a real Chromium, with an authenticator that its own tools make (WebAuthn, 11)."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import urlsplit

import pytest
import pytest_asyncio
from playwright.async_api import Browser, BrowserContext, Page, expect

from tests.e2e.button.axe import faults_seen_by_axe
from tests.e2e.dashboard.browser import fill_login
from tests.e2e.dashboard.world import World, dashboard_of

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(loop_scope="module")
async def place(world: World) -> AsyncIterator[str]:
    """A dashboard at a name, as passkeys want it; its municipality wants a second factor."""
    port = urlsplit(world.settings.dashboard_public_url).port
    world.settings = world.settings.model_copy(update={"dashboard_public_url": f"http://localhost:{port}"})
    async with world.store.begin() as tx:
        await tx.connection.exec_driver_sql("UPDATE municipality SET second_factor = true")
    async with dashboard_of(world) as url:
        yield url


class Authenticator:
    """An authenticator in a page: like a phone's or a computer's own, unless it can't verify its user."""

    def __init__(self, page: Page) -> None:
        self.page = page

    async def plug_in(self, *, verifies: bool = True) -> None:
        """Make it."""
        self._tools = await self.page.context.new_cdp_session(self.page)
        await self._tools.send("WebAuthn.enable")
        options = {
            "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": verifies,
            "isUserVerified": verifies, "automaticPresenceSimulation": True,
        }  # fmt: skip
        made = await self._tools.send("WebAuthn.addVirtualAuthenticator", {"options": options})
        self._id = made["authenticatorId"]

    async def verifies(self, *, its_user: bool) -> None:
        """Let it recognise its user, or not."""
        await self._tools.send("WebAuthn.setUserVerified", {"authenticatorId": self._id, "isUserVerified": its_user})


@asynccontextmanager
async def visitor(chromium: Browser) -> AsyncIterator[Page]:
    """Somebody's browser; what its console says of our policy makes the test fail."""
    faults: list[str] = []
    context: BrowserContext = await chromium.new_context(locale="nl-NL")
    page = await context.new_page()
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("console", lambda line: faults.append(line.text) if "Content Security" in line.text else None)
    yield page
    await context.close()
    assert faults == []


async def _enrol(page: Page, place: str) -> Authenticator:
    """Log in for the first time, and make a passkey because one must have a second factor."""
    await fill_login(page, place, "anna")
    key = Authenticator(page)
    await key.plug_in()
    await expect(page.locator("h1")).to_have_text("Maak uw account veilig")
    await page.get_by_role("button", name="Maak een passkey").click()
    await expect(page.locator(".codes li")).to_have_count(10)
    return key


async def test_a_passkey_is_made_on_the_way_in_and_used_from_then_on(chromium: Browser, place: str) -> None:
    async with visitor(chromium) as page:
        # given somebody who makes a passkey at the first log-in, and sees nothing wrong with the pages
        await _enrol(page, place)
        assert await faults_seen_by_axe(page) == []
        await page.get_by_role("link", name="Ik heb ze bewaard").click()
        await expect(page.locator("#part-head header")).to_be_visible()

        # when they log in again, then the passkey is the second step
        await page.context.clear_cookies()
        await fill_login(page, place, "anna")
        await expect(page.locator("h1")).to_have_text("Nog één stap")
        assert await faults_seen_by_axe(page) == []
        await page.get_by_role("button", name="Gebruik uw passkey").click()
        await expect(page.locator("#part-head header")).to_be_visible()


async def test_a_passkey_alone_logs_in_when_it_knows_its_user(chromium: Browser, place: str) -> None:
    async with visitor(chromium) as page:
        # given somebody with a passkey that can verify its user
        key = await _enrol(page, place)
        await page.context.clear_cookies()

        # when it does not know who holds it, then it does not log in, and the page says what to do
        await key.verifies(its_user=False)
        await page.goto(f"{place}/login")
        await page.get_by_role("button", name="Inloggen met een passkey").click()
        await expect(page.get_by_role("alert")).to_contain_text("niet gelukt")
        assert await faults_seen_by_axe(page) == []

        # when it does, then they are in, by keyboard too
        await key.verifies(its_user=True)
        button = page.get_by_role("button", name="Inloggen met een passkey")
        await button.focus()
        await page.keyboard.press("Enter")
        await expect(page.locator("#part-head header")).to_be_visible()


async def test_a_passkey_that_can_not_verify_is_a_second_step_and_no_log_in_by_itself(
    chromium: Browser, place: str
) -> None:
    async with visitor(chromium) as page:
        await fill_login(page, place, "anna")
        await Authenticator(page).plug_in(verifies=False)
        await page.get_by_role("button", name="Maak een passkey").click()
        await expect(page.locator(".codes li")).to_have_count(10)
        await page.context.clear_cookies()
        await fill_login(page, place, "anna")
        await page.get_by_role("button", name="Gebruik uw passkey").click()
        await expect(page.locator("#part-head header")).to_be_visible()


async def test_what_was_signed_serves_once_and_for_its_user(chromium: Browser, place: str) -> None:
    async with visitor(chromium) as page:
        # given somebody at the second step, and what their browser sends
        await _enrol(page, place)
        await page.context.clear_cookies()
        await fill_login(page, place, "anna")
        sent: list[str] = []
        page.on("request", lambda request: sent.append(request.post_data or "") if request.method == "POST" else None)
        await page.get_by_role("button", name="Gebruik uw passkey").click()
        await expect(page.locator("#part-head header")).to_be_visible()
        signed = next(one for one in sent if one.startswith("credential="))

    for login in ("anna", "bram"):
        async with visitor(chromium) as thief:
            # when it is sent again, by who knows the password, or by a colleague
            await fill_login(thief, place, login)
            answer = await thief.request.post(
                f"{place}/login/second", data=signed, max_redirects=0,
                headers={"Content-Type": "application/x-www-form-urlencoded", "Origin": place},
            )  # fmt: skip

            # then nobody gets in
            assert answer.status == 401
            assert (await thief.request.get(f"{place}/state", headers={"Accept": "application/json"})).status == 401


async def test_i_add_a_passkey_by_name_and_remove_it(chromium: Browser, place: str) -> None:
    async with visitor(chromium) as page:
        # given somebody with a passkey
        await _enrol(page, place)
        await page.goto(f"{place}/account")
        await expect(page.get_by_text("Passkey Chrome op Linux")).to_be_visible()
        await expect(page.get_by_role("button", name="Verwijder Passkey")).to_have_count(0)  # the last one stays

        # when the same authenticator is added again, then it is told that this did not work
        await page.get_by_role("link", name="Voeg een passkey toe").click()
        await page.fill("#name", "</script><b>sleutel</b> مفتاح")
        assert await faults_seen_by_axe(page) == []
        await page.get_by_role("button", name="Maak een passkey").click()
        await expect(page.get_by_role("alert")).to_contain_text("niet gelukt")

        # when another is added, then it stands there by the name that it was given, and either can go
        tools = await page.context.new_cdp_session(page)
        await tools.send("WebAuthn.disable")
        await Authenticator(page).plug_in()
        await page.get_by_role("button", name="Maak een passkey").click()
        await expect(page.get_by_text("De passkey is toegevoegd")).to_be_visible()
        await expect(page.get_by_text("</script><b>sleutel</b> مفتاح")).to_be_visible()
        assert await faults_seen_by_axe(page) == []
        await page.get_by_role("button", name="Verwijder Passkey Chrome op Linux").click()
        await expect(page.get_by_text("De passkey is verwijderd")).to_be_visible()
        await expect(page.get_by_text("Passkey Chrome op Linux")).to_have_count(0)


async def test_a_browser_without_scripts_is_told(chromium: Browser, place: str) -> None:
    context = await chromium.new_context(locale="nl-NL", java_script_enabled=False)
    page = await context.new_page()
    await fill_login(page, place, "anna")
    await expect(page.get_by_text("Passkeys werken niet in deze browser")).to_be_visible()
    await expect(page.get_by_role("button", name="Maak een passkey")).to_be_disabled()
    await expect(page.locator(".qr svg")).to_be_visible()
    await context.close()
