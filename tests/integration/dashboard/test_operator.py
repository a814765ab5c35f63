"""The operator's pages: municipalities, keys, health; and nothing of a citizen on any of them."""

import asyncio
import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from callcenter.dashboard.desk import utc_now
from callcenter.model.staff import Role
from callcenter.model.tenant import Link, Municipality
from callcenter.store import audit, keys, leases, logins, own_logins, tenants
from callcenter.store.database import Tx
from callcenter.store.keys import KeptKey
from demo.postgres import postgres
from tests.e2e.dashboard.world import LINK_HOST, MARIA, World, dashboard_of, open_world
from tests.integration.dashboard.conftest import Browser, OpenBrowser
from tests.integration.dashboard.test_feed import browser_at
from tests.integration.store.test_wrap_ups import until_waits_for_a_lock

TOWN = "/municipalities/voorbeeldstad"
FORM = {
    "name": "Gemeente Voorbeeldstad", "number": "+31243290000", "origins": "https://www.voorbeeldstad.example",
    "hosts": LINK_HOST, "allowed": "pbdf.gemeente.*", "audit-days": "90",
}  # fmt: skip


@pytest.fixture
async def olga(world: World, browser_of: OpenBrowser) -> Browser:
    """The browser of an operator."""
    await world.user("olga", "Olga", role=Role.OPERATOR, phone=None)
    return await _with_token(await browser_of("olga"))


async def _with_token(browser: Browser) -> Browser:
    """Give the browser of an operator the token of their pages."""
    browser.csrf = _value((await browser.get("/municipalities")).text, "csrf")
    return browser


async def _town(world: World, slug: str = "voorbeeldstad") -> Municipality | None:
    async with world.store.begin() as tx:
        return await tenants.municipality_by_slug(tx, slug)


async def _keys(world: World) -> list[KeptKey]:
    async with world.store.begin() as tx:
        return await keys.all_keys(tx)


def _value(page: str, name: str) -> str:
    found = re.search(rf'(?:name|id)="{name}" value="([^"]+)"', page)
    assert found, page
    return found[1]


async def test_an_operator_sees_no_citizen_on_any_page(olga: Browser, world: World) -> None:
    await world.caller(MARIA)
    for path in ("/municipalities", TOWN, "/municipalities/new", "/keys", "/health", "/health/rows"):
        page = await olga.get(path)
        assert page.status_code == 200
        assert not [value for value in MARIA.values() if value and value in page.text]


async def test_a_municipality_is_changed_and_its_manager_can_read_it(
    olga: Browser, world: World, browser_of: OpenBrowser
) -> None:
    version = {"version": _value((await olga.get(TOWN)).text, "version")}
    assert (await olga.send(TOWN, FORM | version)).status_code == 303
    of = await _town(world)
    assert of is not None
    assert (of.origins, of.allowed_attributes) == (("https://www.voorbeeldstad.example",), ("pbdf.gemeente.*",))
    assert (await olga.send(TOWN, FORM | version)).status_code == 303  # the same again

    # then it stands in the municipality's trail, by whom
    await world.user("mia", "Mia", role=Role.MANAGER)
    page = (await (await browser_of("mia")).get("/audit?action=municipality-changed")).text
    assert "websites met de knop" in page
    assert "bewaartijd van het logboek" in page
    assert page.count("<bdi>Olga</bdi>") == 1

    # and who changes what they have not seen is told
    answer = await olga.send(TOWN, FORM | {"name": "Anders"} | version)
    assert answer.status_code == 409
    again = {"version": _value(answer.text, "version")}
    assert (await olga.send(TOWN, FORM | {"name": "Anders"} | again)).status_code == 303


async def test_what_another_operator_is_just_saving_is_not_overwritten(tmp_path: Path) -> None:
    # given a form that is open, and another operator's change of its municipality, which is not committed yet
    async with postgres(tmp_path) as database, open_world(tmp_path, database) as world, dashboard_of(world) as url:
        await world.user("olga", "Olga", role=Role.OPERATOR, phone=None)
        async with browser_at(url, "olga") as browser:
            olga = await _with_token(browser)
            version = {"version": _value((await olga.get(TOWN)).text, "version")}
            async with world.store.begin() as tx:
                of = world.town.municipality
                await tenants.lock_municipality(tx, of.id)
                await tenants.save_by_operator(tx, replace(of, name="Anders"), 365)

                # when the form is sent, and the other's change committed
                sent = asyncio.create_task(olga.send(TOWN, FORM | version))
                await until_waits_for_a_lock(world.store)

            # then who sent it is told, and the other's change is still there
            assert (await sent).status_code == 409
            now = await _town(world)
    assert now is not None
    assert now.name == "Anders"


@pytest.mark.parametrize(
    ("changes", "faulty"),
    [
        ({"name": ""}, "name"),
        ({"number": "024-3290000"}, "number"),
        ({"number": "+31243290001"}, "number"),  # the neighbour's
        ({"origins": "https://www.voorbeeldstad.example/pad"}, "origins"),
        ({"origins": "http://elders.example"}, "origins"),
        ({"hosts": "https://zaken.example/"}, "hosts"),
        ({"hosts": ""}, "hosts"),  # a purpose links there
        ({"allowed": "x*"}, "allowed"),
        ({"allowed": "pbdf.gemeente.address.*"}, "allowed"),  # a purpose asks more
        ({"allowed": ""}, "allowed"),
        ({"audit-days": "29"}, "audit-days"),
        ({"audit-days": "3651"}, "audit-days"),
    ],
)
async def test_what_can_not_be_is_told_beside_its_field(
    olga: Browser, world: World, changes: dict[str, str], faulty: str
) -> None:
    before = await _town(world)
    version = {"version": _value((await olga.get(TOWN)).text, "version")}
    answer = await olga.send(TOWN, FORM | changes | version)
    assert answer.status_code == 422
    assert f'id="{faulty}-fault"' in answer.text
    assert await _town(world) == before


async def test_a_system_that_a_link_of_every_call_leads_to_stays_allowed(olga: Browser, world: World) -> None:
    # given a municipality with a link of its own to a system that no purpose has a link to
    hosts = ("kennis.example", LINK_HOST)
    of = replace(world.town.municipality, link_hosts=hosts, links=(Link("Kennisbank", "https://Kennis.example/"),))
    async with world.store.begin() as tx:
        await tenants.save_by_operator(tx, of, 365)
        await tenants.save_links(tx, of)

    # when an operator takes the system from the list, then the page says why that can't be
    version = {"version": _value((await olga.get(TOWN)).text, "version")}
    answer = await olga.send(TOWN, FORM | version)
    assert answer.status_code == 422
    assert re.search(r'id="hosts-fault">Deze gemeente heeft een link naar', answer.text)
    assert await _town(world) == of


async def test_a_new_municipality_is_made_once(olga: Browser, world: World) -> None:
    form = FORM | {"slug": "nieuwstad", "name": "<script>alert(1)</script>", "number": "+31243290002"}
    assert (await olga.send("/municipalities", form)).status_code == 303
    of = await _town(world, "nieuwstad")
    assert of is not None
    assert "<script>alert" not in (await olga.get("/municipalities")).text
    async with world.store.begin() as tx:
        lines = await audit.lines(tx, of.id, utc_now() - timedelta(hours=1), utc_now() + timedelta(hours=1))
    assert [(line.action, line.staff_name) for line in lines] == [("municipality-made", "Olga")]
    for taken, free in (("slug", {"number": "+31243290003"}), ("number", {"slug": "anderstad"}), ("slug", {})):
        answer = await olga.send("/municipalities", form | free)
        assert answer.status_code == 422
        assert re.findall(r'id="(\w+)-fault"', answer.text) == [taken]
    for slug in ("", "Nieuw Stad", "../x", "n" * 41):
        assert (await olga.send("/municipalities", form | {"slug": slug})).status_code == 422


async def test_a_key_is_made_shown_once_rotated_and_revoked(olga: Browser, world: World) -> None:
    # given a form that is sent twice
    once = _value((await olga.get("/keys")).text, "key")
    form = {"name": "Zaaksysteem", "place": "voorbeeldstad", "scope": "resolve:irma", "key": once}
    first = _value((await olga.send("/keys", form)).text, "token")
    token = _value((await olga.send("/keys", form)).text, "token")

    # then there is one key, which opens with what was shown last
    (kept,) = await _keys(world)
    assert kept.key.scopes == ("resolve", "resolve:irma")
    async with world.store.begin() as tx:
        assert await keys.find_key(tx, first) is None
        assert await keys.use_key(tx, token, utc_now()) == kept.key
    assert token not in (await olga.get("/keys")).text
    assert (await olga.send("/keys", form)).status_code == 422  # it is in use by now

    # when it is rotated, twice by the same click, then there are two, and the old one works on for a day
    path = f"/keys/{kept.key.id}/rotate"
    pages = [(await olga.send(path, {"key": "rotates"})).text for _ in range(2)]
    old, new = await _keys(world)
    assert old.key.expires_at is not None
    assert old.key.expires_at - utc_now() <= timedelta(days=1)
    async with world.store.begin() as tx:
        assert await keys.find_key(tx, _value(pages[1], "token")) == new.key

    # when it is revoked, then it works no more
    assert (await olga.send(f"/keys/{new.key.id}/revoke", {})).status_code == 303
    assert "Werkt niet meer" in (await olga.get("/keys?said=revoked")).text
    assert (await olga.send(f"/keys/{new.key.id}/rotate", {})).status_code == 404

    # and all of it is in the trail of the municipality, without a token
    async with world.store.begin() as tx:
        place = world.town.municipality.id
        lines = await audit.lines(tx, place, utc_now() - timedelta(hours=1), utc_now() + timedelta(hours=1))
    noted = [(line.action, line.detail) for line in reversed(lines)]
    made, other = (f"{one.key.id} Zaaksysteem" for one in (old, new))
    assert noted == [("key-made", made), ("key-made", other), ("key-revoked", other)]


@pytest.mark.parametrize(
    ("changes", "faulty"),
    [
        ({"name": ""}, "name"),
        ({"name": "N" * 101}, "name"),
        ({"place": "nergens"}, "place"),
        ({"place": "*", "scope": "resolve:irma"}, "scope"),
        ({"scope": "alles"}, "scope"),
    ],
)
async def test_a_key_that_can_not_be_is_not_made(
    olga: Browser, world: World, changes: dict[str, str], faulty: str
) -> None:
    answer = await olga.send("/keys", {"name": "A", "place": "voorbeeldstad", "scope": "resolve", "key": "k"} | changes)
    assert answer.status_code == 422
    assert f'id="{faulty}-fault"' in answer.text
    assert await _keys(world) == []


async def test_health_says_who_conducts_and_how_busy_it_is(
    olga: Browser, world: World, browser_of: OpenBrowser
) -> None:
    # given a PBX that is conducted, one that is not, somebody who waits and somebody who talks
    now = utc_now()
    await leases.take_lease(world.store, "pbx1", "a", now, 60)
    await leases.take_lease(world.store, "pbx2", "a", now - timedelta(hours=1), 5)
    await world.caller(MARIA)
    talks = await world.caller(MARIA)
    await world.claim(talks, "anna")
    await world.answer(talks)

    # then the page says so
    page = re.sub(r"\s+", " ", (await olga.get("/health")).text)
    assert re.search(r"pbx1</b> <span[^>]*>Wordt bestuurd", page)
    assert re.search(r"pbx2</b> <span[^>]*>Niemand bestuurt deze sinds", page)
    assert _figures(page) == (1, 1, 0, 1)  # Anna's phone is connected, and she is not logged in
    assert "postgresql" in page

    # and who is ready counts while they are logged in
    await browser_of("anna")
    assert _figures((await olga.get("/health/rows")).text) == (1, 1, 1, 1)
    async with world.store.begin() as tx:
        await logins.seen(tx, await _log_in_of(tx, world, "anna"), now - timedelta(days=1))
    assert _figures((await olga.get("/health/rows")).text) == (1, 1, 0, 1)


def _figures(page: str) -> tuple[int, ...]:
    """Who wait, who talk, who are ready and whose phones are connected in the first municipality."""
    row = page.split("Gemeente Voorbeeldstad", 1)[1].split("</tr>", 1)[0]
    return tuple(int(number) for number in re.findall(r'<td class="t">(\d+)</td>', row))


async def _log_in_of(tx: Tx, world: World, login: str) -> bytes:
    limit = utc_now() - timedelta(days=1)
    (only,) = await own_logins.log_ins_of(tx, world.users[login].id, limit, limit)
    return only.token_hash
