"""The team's pages: inviting by a link, keeping out, removing; and what a hostile form can't do."""

import asyncio
import re
from collections.abc import AsyncIterator
from datetime import timedelta
from html.parser import HTMLParser
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI
from markupsafe import escape

from callcenter.dashboard.app import create_dashboard
from callcenter.dashboard.desk import utc_now
from callcenter.dashboard.office.team import LINK_LASTS
from callcenter.model.staff import Role
from callcenter.store import audit, calls, phones, team
from callcenter.store.team import Member
from demo.postgres import postgres
from tests.e2e.dashboard.world import MARIA, PASSWORD, World, open_world
from tests.integration.dashboard.conftest import Browser, OpenBrowser

DAY = timedelta(days=1)
CHOSEN = "een zin die ik wel onthoud"
HOSTILE = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "'; DROP TABLE staff; --",
    '=HYPERLINK("https://kwaad.example")',
    "{{ 7 * 7 }} {name}",
    "😀" * 50,
    "عبد الرحمن الخطيب",
    "\u202eanna",
    "N" * 200,
]


@pytest.fixture
async def mia(world: World, browser_of: OpenBrowser) -> Browser:
    """The browser of a manager."""
    await world.user("mia", "Mia Manager", role=Role.MANAGER)
    return await browser_of("mia")


async def _invite(browser: Browser, login: str = "bo@voorbeeldstad.example", **fields: str) -> str:
    """Fill in the form, and return the path of the link."""
    page = await browser.get("/team/new")
    found = re.search(r'name="key" value="([^"]+)"', page.text)
    assert found
    given = {"name": "Bo Bakker", "login": login, "role": "agent", "language": "nl", "key": found[1]}
    return _path(await browser.send("/team", given | fields))


def _path(answer: httpx.Response) -> str:
    found = re.search(r'value="http://[^"/]+(/welcome/[^"]+)"', answer.text)
    assert found, answer.text
    return found[1]


async def _member(world: World, login: str) -> Member | None:
    async with world.store.begin() as tx:
        members = await team.team(tx, world.town.municipality.id)
    return next((one for one in members if one.user.login == login), None)


async def _trail(world: World) -> list[tuple[str, str | None, str | None]]:
    now = utc_now()
    async with world.store.begin() as tx:
        lines = await audit.lines(tx, world.town.municipality.id, now - DAY, now + DAY)
    return [(line.action, line.about_name, line.address) for line in reversed(lines)]


async def test_a_colleague_is_invited_and_chooses_a_password_by_the_link(
    mia: Browser, world: World, browser_of: OpenBrowser
) -> None:
    # given a link for a new colleague, who has no password yet
    path = await _invite(mia)
    bo = await _member(world, "bo@voorbeeldstad.example")
    assert bo is not None
    assert not bo.has_password
    assert "Uitgenodigd" in (await mia.get("/team")).text

    # when they choose one that is too easy, or type it differently, then the form says so beside its field
    browser = await browser_of()
    assert "bo@voorbeeldstad.example" in (await browser.get(path)).text
    for given, said in (
        ({"password": "kort", "again": "kort"}, "te kort"),
        ({"password": CHOSEN, "again": "anders"}, "niet gelijk"),
    ):
        answer = await browser.client.post(path, data=given)
        assert answer.status_code == 422
        assert said in answer.text
        assert 'aria-invalid="true"' in answer.text
        assert CHOSEN not in answer.text

    # when it is good, then they can log in, and nobody knew it
    answer = await browser.client.post(path, data={"password": CHOSEN, "again": CHOSEN})
    assert "U kunt nu inloggen" in answer.text
    assert (await browser.log_in("bo@voorbeeldstad.example", CHOSEN)).status_code == 303

    # and the trail tells it, from where
    trail = await _trail(world)
    assert ("staff-invited", "Bo Bakker", "127.0.0.1") in trail
    assert ("password-chosen", None, "127.0.0.1") in trail


async def test_a_link_that_works_no_more_looks_like_one_that_never_did(
    mia: Browser, world: World, browser_of: OpenBrowser
) -> None:
    browser = await browser_of()
    used, replaced = await _invite(mia), await _invite(mia, "cas@voorbeeldstad.example")
    await browser.client.post(used, data={"password": CHOSEN, "again": CHOSEN})
    cas = await _member(world, "cas@voorbeeldstad.example")
    assert cas is not None
    newest = _path(await mia.post(f"/team/{cas.user.id}/reset"))
    late = create_dashboard(world.settings, world.shown, world.unsealer, lambda: utc_now() + LINK_LASTS)
    browser_later = await _browser_on(late, world, browser_of)

    answers = [await browser.get(path) for path in (used, replaced, "/welcome/nooit", "/welcome/%00")]
    answers += [
        await browser.client.post(path, data={"password": CHOSEN, "again": CHOSEN}) for path in (used, replaced)
    ]
    answers.append(await browser_later.get(newest))
    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.text for answer in answers}) == 1
    assert "werkt niet meer" in answers[0].text
    assert (await browser.get(newest)).status_code == 200


async def _browser_on(app: FastAPI, world: World, browser_of: OpenBrowser) -> Browser:
    browser = await browser_of()
    origin = world.settings.dashboard_public_url
    browser.client = httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=origin, headers={"Origin": origin})
    return browser


async def test_the_team_shows_who_is_in_a_call_and_why_somebody_pauses(
    mia: Browser, world: World, browser_of: OpenBrowser
) -> None:
    # given colleagues who are logged in
    for login in ("bram", "cas"):
        await world.user(login, login.title())
    browsers = {login: await browser_of(login) for login in ("anna", "bram", "cas")}

    async def row(login: str) -> str:
        page = (await mia.get("/team/rows")).text
        found = re.search(rf'<li id="member-{world.users[login].id}">.*?</li>', page, re.DOTALL)
        assert found
        return found[0]

    # when one is rung, talks, has the caller on hold, and wraps up, then their manager sees it, and no caller
    call_id = await world.caller(MARIA)
    await world.claim(call_id, "anna")
    assert "Telefoon gaat over" in await row("anna")
    await world.answer(call_id)
    assert re.search(r"In gesprek</span> <span class=\"t soft\">0:0\d<", await row("anna"))
    assert "In gesprek 0:0" in (await mia.get(f"/team/{world.users['anna'].id}")).text
    async with world.store.begin() as tx:
        await calls.ask_hold(tx, call_id, world.users["anna"].id, utc_now(), hold=True)
    assert "Beller in de wacht" in await row("anna")
    await world.wrap_up(call_id, 60)
    assert "Rondt af" in await row("anna")
    assert "Zonneveld" not in (await mia.get("/team")).text

    # and why another is not ready, and how many of each there are
    await browsers["bram"].post("/ready", reason="meeting")
    assert "overleg" in await row("bram")
    assert re.findall(r'<b class="t">(\d+)</b> ([^<]+)</li>', (await mia.get("/team")).text) == [
        ("2", "beschikbaar"),
        ("1", "rondt af"),
        ("1", "niet beschikbaar"),
    ]


async def test_the_same_form_twice_makes_one_colleague(mia: Browser, world: World, browser_of: OpenBrowser) -> None:
    # given a form that is sent twice at once
    form = {"name": "Bo", "login": "bo", "role": "agent", "language": "nl", "key": "k"}
    answers = await asyncio.gather(*(mia.send("/team", form) for _ in range(3)))

    # then there is one colleague, and one of the links works: the last that was made
    paths = {_path(answer) for answer in answers}
    browser = await browser_of()
    assert sorted([(await browser.get(path)).status_code for path in paths]) == [200, 404, 404]
    assert [action for action, *_ in await _trail(world)].count("staff-invited") == 1


async def test_a_hostile_name_is_only_a_name(mia: Browser, world: World) -> None:
    for number, name in enumerate(HOSTILE):
        await _invite(mia, f"bo{number}", name=name)
        bo = await _member(world, f"bo{number}")
        assert bo is not None
        assert bo.user.name == name
        for path in ("/team", "/team/rows", f"/team/{bo.user.id}"):
            page = (await mia.get(path)).text
            assert str(escape(name)) in page
            assert "<script>alert" not in page
            assert "<img" not in page


async def test_a_field_says_as_browsers_read_it_that_it_is_needed_and_wrong(mia: Browser) -> None:
    # given a form that comes back with a fault in a field that has a hint
    answer = await mia.send("/team", {"name": "Bo", "login": "an na", "role": "agent", "language": "nl", "key": "k"})

    # then a parser of HTML finds each attribute by itself
    fields: dict[str, dict[str, str | None]] = {}

    class Inputs(HTMLParser):
        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            if tag == "input":
                given = dict(attrs)
                fields[given.get("id") or ""] = given

    Inputs().feed(answer.text)
    assert {"required", "aria-invalid", "aria-describedby", "autofocus"} <= fields["login"].keys()
    assert fields["login"]["aria-describedby"] == "login-fault login-hint"
    assert "required" in fields["name"]
    assert "aria-invalid" not in fields["name"]


@pytest.mark.parametrize(
    ("fields", "faulty"),
    [
        ({"name": ""}, "name"),
        ({"name": "N" * 201}, "name"),
        ({"name": " \t\n"}, "name"),
        ({"login": ""}, "login"),
        ({"login": "Bo Bakker"}, "login"),
        ({"login": "anna"}, "login"),  # taken
        ({"login": "nel"}, "login"),  # elsewhere
        ({"login": "b" * 101}, "login"),
        ({"login": "аnna"}, "login"),  # with a Cyrillic a  # noqa: RUF001
        ({"role": "operator"}, "role"),
        ({"role": ""}, "role"),
        ({"language": "fr"}, "language"),
    ],
)
async def test_a_form_with_a_fault_comes_back_filled_in(
    mia: Browser, world: World, fields: dict[str, str], faulty: str
) -> None:
    form = {"name": "Bo Bakker", "login": "bo", "role": "agent", "language": "nl", "key": "k"} | fields
    answer = await mia.send("/team", form)
    assert answer.status_code == 422
    assert f'id="{faulty}-fault"' in answer.text
    assert answer.text.count("autofocus") == 1
    assert (faulty == "name") != ('value="Bo Bakker"' in answer.text)
    assert await _member(world, "bo") is None


@pytest.mark.parametrize("what", ["disable", "remove", "sign-out", "reset"])
async def test_whose_access_ends_is_out_at_once(mia: Browser, world: World, browser_of: OpenBrowser, what: str) -> None:
    # given a colleague who is logged in
    anna = await browser_of("anna")
    user = world.users["anna"]

    # when the manager ends it
    answer = await mia.post(f"/team/{user.id}/{what}")
    assert answer.status_code in (200, 303)

    # then the next thing that they ask is refused
    assert (await anna.get("/state")).status_code == 303
    status = (await anna.log_in("anna")).status_code
    assert status == (303 if what == "sign-out" else 401)
    async with world.store.begin() as tx:
        phone = await phones.phone_of(tx, user.id)
    assert (phone is None) == (what in ("disable", "remove"))
    words = {"disable": "disabled", "remove": "removed", "sign-out": "signed-out", "reset": "reset"}
    assert (f"staff-{words[what]}", "Anna", "127.0.0.1") in await _trail(world)


async def test_who_is_blocked_can_be_let_in_again(mia: Browser, world: World, browser_of: OpenBrowser) -> None:
    anna = world.users["anna"]
    await mia.post(f"/team/{anna.id}/disable")
    assert "Weer toelaten" in (await mia.get(f"/team/{anna.id}?said=disabled")).text
    await mia.post(f"/team/{anna.id}/enable")
    await mia.post(f"/team/{anna.id}/enable")
    assert (await (await browser_of()).log_in("anna", PASSWORD)).status_code == 303
    assert [action for action, *_ in await _trail(world)].count("staff-enabled") == 1


@pytest.mark.parametrize("what", ["disable", "remove", "sign-out", "reset"])
async def test_the_last_manager_stays(mia: Browser, world: World, what: str) -> None:
    answer = await mia.post(f"/team/{world.users['mia'].id}/{what}")
    assert answer.status_code == 409
    assert "zo blijft er altijd een over" in answer.text
    assert (await mia.get("/team")).status_code == 200


@pytest.fixture(params=["sqlite", "postgresql"])
async def either_world(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[World]:
    if request.param == "sqlite":
        async with open_world(tmp_path) as world:
            yield world
        return
    async with postgres(tmp_path) as database, open_world(tmp_path, database) as world:
        yield world


async def test_of_two_managers_who_remove_each_other_one_stays(either_world: World) -> None:
    # given two managers
    world = either_world
    users = [await world.user(login, login.title(), role=Role.MANAGER) for login in ("mia", "max")]
    app, origin = create_dashboard(world.settings, world.shown, world.unsealer), world.settings.dashboard_public_url
    browsers = []
    for user in users:
        client = httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=origin, headers={"Origin": origin})
        browsers.append(Browser(client))
        await browsers[-1].log_in(user.login)

    # when each removes the other at the same moment
    await asyncio.gather(
        *(one.post(f"/team/{other.id}/remove") for one, other in zip(browsers, reversed(users), strict=True))
    )

    # then one is left
    async with world.store.begin() as tx:
        assert len(await team.team(tx, world.town.municipality.id)) == 1
    for browser in browsers:
        await browser.client.aclose()
