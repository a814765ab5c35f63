"""The office in a real browser: a manager invites a colleague, who gets in, gets a phone, and is thrown out again."""

import re
import time

import pytest
from playwright.async_api import expect

from callcenter.model.staff import Role
from callcenter.store import phones
from tests.e2e.dashboard.browser import fill_login
from tests.e2e.dashboard.conftest import OpenPage
from tests.e2e.dashboard.looks import well_made
from tests.e2e.dashboard.world import MARIA, World

pytestmark = pytest.mark.asyncio(loop_scope="module")

CHOSEN = "een zin die ik wel onthoud"


async def test_a_colleague_comes_and_goes(page_of: OpenPage, world: World, url: str) -> None:
    # given a manager who invites a colleague with the keyboard alone
    await world.user("mia", "Mia Manager", role=Role.MANAGER)
    mia = await page_of("mia")
    await mia.goto(f"{url}/team")
    await well_made(mia)
    await mia.get_by_role("link", name="Collega uitnodigen").focus()
    await mia.keyboard.press("Enter")
    await well_made(mia)
    await mia.get_by_label("Naam", exact=True).focus()
    await mia.keyboard.type("Bo Bakker")
    await mia.keyboard.press("Tab")
    await mia.keyboard.type("anna")  # taken
    await mia.keyboard.press("Enter")

    # when a field has a fault, then the cursor is in it, and nothing was lost
    login = mia.get_by_label("Gebruikersnaam")
    await expect(login).to_be_focused()
    await expect(mia.get_by_label("Naam", exact=True)).to_have_value("Bo Bakker")
    await expect(login).to_have_accessible_description(re.compile("al in gebruik"))
    await well_made(mia)
    await login.fill("bo")
    await mia.keyboard.press("Enter")
    link = await mia.get_by_label("Link", exact=True).input_value()
    await well_made(mia)

    # when the colleague opens the link, then they choose a password, and log in
    bo = await page_of(None)
    await bo.goto(link)
    await well_made(bo)
    await bo.get_by_label("Nieuw wachtwoord", exact=True).fill(CHOSEN)
    await bo.get_by_label("nog een keer").fill(CHOSEN)
    await bo.get_by_role("button", name="Kies een wachtwoord").click()
    await expect(bo.get_by_role("status")).to_contain_text("U kunt nu inloggen als bo")
    await well_made(bo)
    await fill_login(bo, f"{url}/login", "bo", CHOSEN)

    # when they make their phone, then its password is shown, once
    await bo.locator("#phone-state").click()
    await well_made(bo)
    await bo.get_by_role("button", name="Maak mijn telefoon").click()
    name = await bo.get_by_label("Gebruiker", exact=True).input_value()
    password = await bo.get_by_label("Wachtwoord", exact=True).input_value()
    assert f"auth_pass={password}" in await bo.get_by_label(re.compile("baresip")).input_value()
    await well_made(bo)
    await bo.goto(f"{url}/phone")
    await expect(bo.locator("#phone-away")).to_be_visible()
    assert password not in await bo.content()

    # when it connects, then their page and their manager's say so by themselves
    await mia.get_by_role("link", name="Naar het team").click()
    row = mia.locator("li", has_text="Bo Bakker")
    await expect(row).to_contain_text("Telefoon niet verbonden")
    async with world.store.begin() as tx:
        await phones.set_registered(tx, name, True)
    await expect(bo.locator("#phone-connected")).to_be_visible()
    await expect(row).to_contain_text("Telefoon verbonden")

    # when the manager removes them, while their queue is open
    await bo.goto(url)
    await expect(bo.locator("body")).to_have_attribute("data-live", "yes")
    await row.get_by_role("link").click()
    await well_made(mia)
    await mia.get_by_text("Verwijderen…").click()
    await mia.get_by_role("button", name="Ja, verwijder").click()
    began = time.monotonic()

    # then they are out, they and their phone, and the team is without them
    await expect(bo).to_have_url(f"{url}/login?over=1")
    assert time.monotonic() - began < 3  # 1 s where nothing else runs
    async with world.store.begin() as tx:
        assert await phones.phone_by_name(tx, name) is None
    await expect(mia.get_by_role("status").first).to_contain_text("Verwijderd")
    await expect(row).to_have_count(0)


async def test_who_is_thrown_out_sees_nothing_of_the_office_any_more(page_of: OpenPage, world: World, url: str) -> None:
    # given a manager who looks at the team, and another who blocks them
    mia, max_ = [await world.user(login, login.title(), role=Role.MANAGER) for login in ("mia", "max")]
    page, other = await page_of(mia.login), await page_of(max_.login)
    await page.goto(f"{url}/team")
    await other.goto(f"{url}/team/{mia.id}")
    await other.get_by_role("button", name="Blokkeren").click()

    # then the page is gone by itself
    await expect(page).to_have_url(f"{url}/login?over=1")


async def test_my_own_page_offers_nothing_that_would_lock_me_out(page_of: OpenPage, world: World, url: str) -> None:
    mia = await world.user("mia", "Mia", role=Role.MANAGER, language="en")
    page = await page_of("mia")
    await page.goto(f"{url}/team/{mia.id}")
    await expect(page.locator(".note")).to_contain_text("Only another manager")
    await expect(page.locator("main form")).to_have_count(0)
    await well_made(page)


async def test_the_audit_trail_is_looked_through_and_taken_along(page_of: OpenPage, world: World, url: str) -> None:
    # given a manager who reads it
    await world.user("mia", "Mia", role=Role.MANAGER)
    page = await page_of("mia")
    await page.goto(f"{url}/audit")
    await well_made(page)
    await expect(page.locator("tbody tr").first).to_contain_text("Ingelogd")

    # when they look for something else, then there is nothing
    await page.get_by_label("Handeling").select_option(label="Collega verwijderd")
    await page.get_by_role("button", name="Toon").click()
    await expect(page.get_by_text("Geen regels")).to_be_visible()
    await well_made(page)

    # when they download it, then it is a file
    await page.get_by_label("Handeling").select_option(label="Alles")
    async with page.expect_download() as download:
        await page.get_by_role("button", name="Download").click()
    assert (await download.value).suggested_filename.endswith(".csv")


async def test_settings_are_changed_by_one_manager_at_a_time(page_of: OpenPage, world: World, url: str) -> None:
    # given two managers who have the settings open
    await world.user("mia", "Mia", role=Role.MANAGER)
    await world.user("max", "Max", role=Role.MANAGER, language="en")
    mia, max_ = await page_of("mia"), await page_of("max")
    for page in (mia, max_):
        await page.goto(f"{url}/settings")
        await well_made(page)

    # when one slips, then the cursor is in the field
    await mia.get_by_label("Op deze tijden").check()
    await mia.get_by_label("Maandag, open om").fill("09:00")
    await mia.get_by_label("Maandag, dicht om").fill("08:00")
    await mia.get_by_role("button", name="Opslaan").click()
    await expect(mia.get_by_label("Maandag, dicht om")).to_be_focused()
    await well_made(mia)
    await mia.get_by_label("Maandag, dicht om").fill("17:00")
    await mia.get_by_role("button", name="Opslaan").click()
    await expect(mia.get_by_role("status").first).to_have_text("Opgeslagen.")

    # then the other is told, when they save too
    await max_.get_by_label("How long a code works").fill("30")
    await max_.get_by_role("button", name="Save").click()
    await expect(max_.get_by_role("alert").first).to_contain_text("a colleague has changed this meanwhile")
    await expect(max_.get_by_label("How long a code works")).to_have_value("30")
    await well_made(max_)


async def test_a_link_is_looked_at_before_it_is_kept(page_of: OpenPage, world: World, url: str) -> None:
    await world.user("mia", "Mia", role=Role.MANAGER)
    page = await page_of("mia")
    await page.goto(f"{url}/settings")
    await page.get_by_role("link", name="Verhuizing doorgeven").click()
    await well_made(page)
    await page.get_by_label("Tekst van link 3").fill("Dossier")
    await page.get_by_label("Adres van link 3").fill("https://elders.example/{bsn}")
    await page.get_by_role("button", name="Toon voorbeeld").click()
    await expect(page.get_by_label("Adres van link 3")).to_be_focused()
    await well_made(page)
    await page.get_by_label("Adres van link 3").fill("https://zaak.voorbeeldstad.example/{bsn}")
    await page.get_by_role("button", name="Toon voorbeeld").click()
    await expect(page.locator(".preview")).to_contain_text("https://zaak.voorbeeldstad.example/999990019")
    await page.get_by_role("button", name="Opslaan").click()
    await expect(page.get_by_role("status").first).to_have_text("Opgeslagen.")


async def test_an_operator_s_day(page_of: OpenPage, world: World, url: str) -> None:
    # given an operator, who sees nobody's data
    await world.user("olga", "Olga", role=Role.OPERATOR, phone=None)
    page = await page_of(None)
    await fill_login(page, f"{url}/login", "olga")
    await expect(page).to_have_url(f"{url}/municipalities")
    await well_made(page)

    # when they change a municipality
    await page.get_by_role("link", name="Gemeente Voorbeeldstad").click()
    await well_made(page)
    await page.get_by_label("Websites").fill("geen website")
    await page.get_by_role("button", name="Opslaan").click()
    await expect(page.get_by_label("Websites")).to_be_focused()
    await well_made(page)
    await page.get_by_label("Websites").fill("https://www.voorbeeldstad.example")
    await page.get_by_role("button", name="Opslaan").click()
    await expect(page.get_by_role("status").first).to_have_text("Opgeslagen.")

    # when they make a key, then it is shown once
    await page.get_by_role("link", name="API-sleutels").click()
    await page.get_by_label("Waarvoor").fill("Zaaksysteem")
    await page.get_by_label("Onze eigen verwijzing").check()
    await page.get_by_role("button", name="Maak de sleutel").click()
    token = await page.get_by_label("Sleutel", exact=True).input_value()
    await well_made(page)
    await page.get_by_role("link", name="Naar de sleutels").click()
    assert token not in await page.content()
    await well_made(page)
    await page.get_by_text("Intrekken…").click()
    await page.get_by_role("button", name="Ja, trek deze sleutel in").click()
    await expect(page.get_by_role("status").first).to_have_text("De sleutel werkt niet meer.")

    # and how it all is stands on a page that keeps itself true
    await page.get_by_role("link", name="Toestand").click()
    await well_made(page)
    row = page.get_by_role("row", name="Gemeente Voorbeeldstad")
    await expect(row.get_by_role("cell").nth(1)).to_have_text("0")
    await world.caller(MARIA)
    await expect(row.get_by_role("cell").nth(1)).to_have_text("1")
