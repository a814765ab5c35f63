"""The networks that staff may come from, in a real browser: a slip is named, who would be put out is told of."""

import re

import pytest
from playwright.async_api import expect

from callcenter.model.staff import Role
from tests.e2e.dashboard.browser import fill_login
from tests.e2e.dashboard.conftest import OpenPage
from tests.e2e.dashboard.looks import well_made
from tests.e2e.dashboard.world import World

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_an_operator_lists_networks(page_of: OpenPage, world: World, url: str) -> None:
    # given an operator, and Mia who is logged in
    await world.user("olga", "Olga", role=Role.OPERATOR, phone=None)
    await world.user("mia", "Mia", role=Role.MANAGER)
    mia, olga = await page_of("mia"), await page_of(None)
    await fill_login(olga, f"{url}/login", "olga")
    await olga.goto(f"{url}/municipalities/voorbeeldstad")
    field = olga.get_by_label("Netwerken van waaruit medewerkers mogen inloggen")

    # when one of them is none, then it is named, and the cursor is in the field
    await field.fill("192.0.2.0/24 kantoor")
    await field.press("Enter")
    await expect(field).to_be_focused()
    await expect(field).to_have_accessible_description(re.compile("^kantoor is geen netwerk"))
    await well_made(olga)

    # when Mia would be put out, then that is told before it is saved
    await field.fill("192.0.2.0/24 2001:db8::/32")
    await field.press("Enter")
    await expect(field).to_have_accessible_description(re.compile(r"Nog niet opgeslagen.*127\.0\.0\.1"))
    await well_made(olga)
    await field.fill("192.0.2.0/24 127.0.0.0/8")
    await field.press("Enter")
    await expect(olga.get_by_text("Opgeslagen.", exact=True)).to_be_visible()

    # and Mia sees the list, and can't change it
    await mia.goto(f"{url}/settings")
    await expect(mia.get_by_text("127.0.0.0/8")).to_be_visible()
    await well_made(mia)

    # when it is meant, then she is put out
    await field.fill("192.0.2.0/24")
    await field.press("Enter")
    await olga.get_by_label("Ja, log hen uit").check()
    await olga.get_by_role("button", name="Opslaan").click()
    await expect(olga.get_by_text("Opgeslagen.", exact=True)).to_be_visible()
    await mia.reload()
    await expect(mia).to_have_url(f"{url}/login")
