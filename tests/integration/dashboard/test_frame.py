"""The frame of the office and of one's account: the way in and back, the menu, and the colours that were chosen."""

import re
from dataclasses import replace

import pytest

from callcenter.model.preferences import Preferences, Theme
from callcenter.model.staff import Role, User
from callcenter.store import users
from tests.e2e.dashboard.world import World
from tests.integration.dashboard.conftest import OpenBrowser

OFFICE = ("/team", "/team/new", "/settings", "/settings/purposes/verhuizing", "/audit", "/phone")
ACCOUNT = ("/account", "/account/app")


async def _user(world: World, user: User) -> User:
    async with world.store.begin() as tx:
        found = await users.user_by_id(tx, user.id)
    assert found is not None
    return found


async def test_a_manager_gets_into_the_office_from_the_queue_and_back(world: World, browser_of: OpenBrowser) -> None:
    await world.user("mia", "Mia Manager", role=Role.MANAGER)
    mia, anna = await browser_of("mia"), await browser_of("anna")
    assert 'href="/office"' in (await mia.get("/")).text
    assert 'href="/office"' not in (await anna.get("/")).text
    assert (await mia.get("/office")).headers["location"] == "/today"
    assert (await anna.get("/office")).headers["location"] == "/phone"
    assert '<a href="/"' in (await mia.get("/team")).text


async def test_an_operator_begins_at_the_municipalities(world: World, browser_of: OpenBrowser) -> None:
    await world.user("olga", "Olga", role=Role.OPERATOR, phone=None)
    olga = await browser_of("olga")
    for path in ("/", "/office"):
        assert (await olga.get(path)).headers["location"] == "/municipalities"
    page = (await olga.get("/municipalities")).text
    assert 'href="/style.css"' not in page  # of which an operator has none
    assert 'href="/phone"' not in page
    assert 'action="/logout"' in page


async def test_every_page_has_the_chosen_colours_the_municipality_s_style_and_its_name(
    world: World, browser_of: OpenBrowser
) -> None:
    mia = await world.user("mia", "Mia Manager", role=Role.MANAGER)
    async with world.store.begin() as tx:
        await users.set_preferences(tx, mia, Preferences(theme=Theme.DARK))
    browser = await browser_of("mia")
    for path in ("/", *OFFICE, *ACCOUNT):
        page = (await browser.get(path)).text
        assert '<html lang="nl" data-theme="dark">' in page, path
        assert '<link rel="stylesheet" href="/style.css">' in page, path
        assert "Gemeente Voorbeeldstad" in page, path
        assert 'class="brand"' in page, path


async def test_the_menu_under_my_name_is_the_same_in_the_office(world: World, browser_of: OpenBrowser) -> None:
    await world.user("mia", "Mia Manager", role=Role.MANAGER)
    browser = await browser_of("mia")
    for path in ("/", *OFFICE):
        page = (await browser.get(path)).text
        menu = re.search(r'<details class="menu" id="mine">.*?</details>', page, re.DOTALL)
        assert menu, path
        for part in ("Mia Manager", 'action="/preferences"', 'href="/account"', 'href="/phone"', 'action="/language"'):
            assert part in menu[0], (path, part)
        assert 'action="/logout"' in page


async def test_what_is_chosen_in_the_office_leads_back_to_it_and_leaves_the_rest(
    world: World, browser_of: OpenBrowser
) -> None:
    mia = await world.user("mia", "Mia Manager", role=Role.MANAGER)
    browser = await browser_of("mia")
    page = (await browser.get(f"/team/{mia.id}")).text
    form = re.search(r'<form method="post" action="/preferences".*?</form>', page, re.DOTALL)
    assert form
    sent = dict(re.findall(r'type="hidden" name="([a-z]+)" value="([^"]*)"', form[0]))
    answer = await browser.send("/preferences", sent | {"theme": "light", "sound": "yes"})
    assert answer.headers["location"] == "/team"
    assert (await _user(world, mia)).preferences == replace(mia.preferences, theme=Theme.LIGHT)
    answer = await browser.send("/language", {"language": "en", "back": "/team"})
    assert answer.headers["location"] == "/team"
    assert (await _user(world, mia)).language == "en"


@pytest.mark.parametrize("back", ["https://kwaad.example/", "//kwaad.example", "/logout", "", "/team/x\r\nX: y"])
async def test_a_form_leads_back_to_pages_of_ours_only(browser_of: OpenBrowser, back: str) -> None:
    browser = await browser_of("anna")
    answer = await browser.send("/language", {"language": "nl", "back": back})
    assert answer.headers["location"] == "/"
