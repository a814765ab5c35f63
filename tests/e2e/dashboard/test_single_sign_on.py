"""Single sign-on in a real Chromium, at a real OpenID provider on another site."""

from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect

from callcenter.model.staff import Role
from callcenter.store import users
from callcenter.store.database import Tx
from callcenter.store.entry_tables import sso_identity
from tests.e2e.button.axe import faults_seen_by_axe
from tests.e2e.dashboard.openid import openid_provider, sign_on_by
from tests.e2e.dashboard.world import World, dashboard_of

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(loop_scope="module")
async def place(world: World, tmp_path: Path) -> AsyncIterator[str]:
    """A dashboard whose first town logs in by a provider of another site (`localhost` is not `127.0.0.1`)."""
    port = urlsplit(world.settings.dashboard_public_url).port
    world.settings = world.settings.model_copy(update={"dashboard_public_url": f"http://localhost:{port}"})
    async with dashboard_of(world) as url, openid_provider(tmp_path, url) as issuer:
        await sign_on_by(world, issuer)
        yield url


@pytest_asyncio.fixture(loop_scope="module")
async def page(chromium: Browser) -> AsyncIterator[Page]:
    """Somebody's browser."""
    context = await chromium.new_context(locale="nl-NL")
    yield await context.new_page()
    await context.close()


async def _sign_on(page: Page, place: str, who: str) -> None:
    await page.goto(f"{place}/login")
    await page.get_by_role("link", name="Inloggen via Gemeente Voorbeeldstad").click()
    await page.fill("[name=login]", who)
    await page.fill("[name=password]", "whatever")
    await page.click("button[type=submit]")
    await page.get_by_role("button", name="Continue").click()


async def _role_of(tx: Tx, subject: str) -> tuple[str, Role]:
    staff_id = await tx.connection.scalar(
        sso_identity.select().with_only_columns(sso_identity.c.staff_id).where(sso_identity.c.subject == subject)
    )
    user = await users.user_by_id(tx, str(staff_id))
    assert user is not None
    return user.name, user.role


async def test_an_agent_and_a_manager_come_in_by_their_municipality(page: Page, place: str, world: World) -> None:
    await page.goto(f"{place}/login")
    assert await faults_seen_by_axe(page) == []
    for who, role in (("anna", Role.AGENT), ("mia", Role.MANAGER)):
        # when somebody comes from their provider, for the first time or again, then they are in at once
        for _ in range(2):
            await page.context.clear_cookies()
            await _sign_on(page, place, who)
            await expect(page.locator("#part-head header")).to_contain_text(f"{who} van Voorbeeld")
        async with world.store.begin() as tx:
            assert await _role_of(tx, who) == (f"{who} van Voorbeeld", role)

    # and neither state nor code is left in the address
    assert page.url == f"{place}/"


async def test_who_has_no_role_there_is_told(page: Page, place: str) -> None:
    await _sign_on(page, place, "gast")
    await expect(page.get_by_role("alert")).to_contain_text("geen rol")
    assert await faults_seen_by_axe(page) == []
    answer = await page.request.get(f"{place}/state", headers={"Accept": "application/json"})
    assert answer.status == 401


async def test_who_stops_at_the_provider_can_go_on_here(page: Page, place: str) -> None:
    await page.goto(f"{place}/login")
    await page.get_by_role("link", name="Inloggen via").click()
    await page.get_by_role("link", name="Cancel").click()
    await expect(page.get_by_role("alert")).to_contain_text("Probeer het opnieuw")
    await expect(page.locator("#login")).to_be_visible()
