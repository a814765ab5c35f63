"""Staff come from the networks of their municipality, or not at all; from outside nobody learns who there is."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import event, func, select

from callcenter.dashboard.desk import utc_now
from callcenter.model.code import token_hash
from callcenter.model.staff import Role
from callcenter.processes import running_dashboard
from callcenter.store import one_time_links
from callcenter.store.networks import networks_of, save_networks
from callcenter.store.one_time_links import Opens
from callcenter.store.tables import audit, municipality, staff_session
from demo.process import until
from tests.e2e.dashboard.world import PASSWORD, World, dashboard_of
from tests.integration.dashboard.conftest import Browser, OpenBrowser
from tests.integration.dashboard.test_attacks import client_from
from tests.integration.dashboard.test_feed import browser_at, page_at, town  # noqa: F401 - a fixture
from tests.integration.dashboard.test_leaving import _sees_a_caller
from tests.integration.dashboard.test_operator import FORM, TOWN, _value, olga  # noqa: F401 - a fixture
from tests.integration.dashboard.test_wrap_up import wrapping_up

INSIDE, OUTSIDE = "192.0.2.7", "198.51.100.7"
RIGHT, WRONG = {"login": "anna", "password": PASSWORD}, {"login": "anna", "password": "verkeerd"}
NOBODY = {"login": "niemand", "password": PASSWORD}


async def only_from(world: World, *networks: str) -> None:
    """Let staff of the first municipality come from these networks only."""
    async with world.store.begin() as tx:
        await save_networks(tx, replace(world.town.municipality, networks=networks))


async def log_ins(world: World) -> int:
    async with world.store.begin() as tx:
        return await tx.connection.scalar(select(func.count()).select_from(staff_session)) or 0


@pytest.fixture
async def inside(app: FastAPI, world: World) -> AsyncIterator[httpx.AsyncClient]:
    async with client_from(app, world, INSIDE) as client:
        yield client


@pytest.fixture
async def outside(app: FastAPI, world: World) -> AsyncIterator[httpx.AsyncClient]:
    async with client_from(app, world, OUTSIDE) as client:
        yield client


@contextmanager
def questions(world: World) -> Iterator[list[str]]:
    """Note every statement that the store is asked meanwhile."""
    asked: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
        asked.append(statement)

    event.listen(world.store.engine.sync_engine, "before_cursor_execute", note)
    try:
        yield asked
    finally:
        event.remove(world.store.engine.sync_engine, "before_cursor_execute", note)


@pytest.mark.parametrize("network", ["192.0.2.0/24", INSIDE])
async def test_staff_get_in_from_there_only(
    world: World, inside: httpx.AsyncClient, outside: httpx.AsyncClient, network: str
) -> None:
    await only_from(world, network, "2001:db8::/32")
    assert (await inside.post("/login", data=RIGHT)).status_code == 303
    assert (await outside.post("/login", data=RIGHT)).status_code == 401

    # and those of another municipality from anywhere
    assert (await outside.post("/login", data=RIGHT | {"login": "nel"})).status_code == 303


async def test_from_outside_right_wrong_and_nobody_are_alike(world: World, outside: httpx.AsyncClient) -> None:
    await only_from(world, "192.0.2.0/24")
    answers, asked = [], []
    for form in (RIGHT, WRONG, NOBODY):
        with questions(world) as statements:
            answer = await outside.post("/login", data=form)
        answers.append((answer.status_code, answer.text.replace(form["login"], "")))
        asked.append(statements)
    assert answers[0] == answers[1] == answers[2]
    assert asked[0] == asked[1] == asked[2]
    assert "vanaf hun eigen netwerk" in answers[0][1]


async def test_a_log_in_that_goes_on_outside_is_ended(
    world: World, inside: httpx.AsyncClient, outside: httpx.AsyncClient
) -> None:
    # given a log-in that began inside
    await only_from(world, "192.0.2.0/24")
    await inside.post("/login", data=RIGHT)
    assert (await inside.get("/")).status_code == 200

    # when it is used from outside, then it is over, also inside
    outside.cookies = inside.cookies
    assert (await outside.get("/")).headers["location"] == "/login"
    assert (await inside.get("/")).headers["location"] == "/login"
    assert await log_ins(world) == 0
    async with world.store.begin() as tx:
        noted = (await tx.connection.execute(select(audit).where(audit.c.action == "log-in-outside"))).one()
    assert noted.address == OUTSIDE


async def test_who_is_half_way_goes_no_further_outside(
    world: World, inside: httpx.AsyncClient, outside: httpx.AsyncClient
) -> None:
    async with world.store.begin() as tx:
        await tx.connection.execute(municipality.update().values(second_factor=True))
    await only_from(world, "192.0.2.0/24")
    assert (await inside.post("/login", data=RIGHT)).headers["location"] == "/login/enrol"
    outside.cookies = inside.cookies
    assert (await outside.get("/login/enrol")).headers["location"] == "/login"


async def test_a_link_to_a_password_looks_over_from_outside(
    world: World, inside: httpx.AsyncClient, outside: httpx.AsyncClient
) -> None:
    async with world.store.begin() as tx:
        until_then = utc_now().replace(year=2099)
        await one_time_links.give(tx, token_hash("link"), world.users["anna"].id, Opens.PASSWORD, until_then)
    await only_from(world, "192.0.2.0/24")
    there, unknown = await outside.get("/welcome/link"), await outside.get("/welcome/nothing")
    assert (there.status_code, there.text) == (unknown.status_code, unknown.text)
    assert (await inside.get("/welcome/link")).status_code == 200


async def test_an_open_page_is_closed_when_its_network_is_taken_off_the_list(town: World) -> None:  # noqa: F811
    # given Anna's page in a wrap-up
    async with dashboard_of(town) as url, browser_at(url, "anna") as anna, page_at(url, anna) as page:
        call_id = await wrapping_up(town, 120)
        await page.shows("call", "Zonneveld")

        # when her network is one of her municipality's no more
        await only_from(town, "192.0.2.0/24")

        # then her page is closed, her log-in is over, and so is her wrap-up
        await until(lambda: page.closed is not None, what="the page is closed", seconds=5)
        assert page.closed == 4401
        assert await log_ins(town) == 0
        assert not await _sees_a_caller(town, call_id)


@pytest.mark.parametrize(("proxies", "status"), [("127.0.0.1", 303), ("", 401)])
async def test_behind_a_proxy_it_is_what_a_trusted_one_says(
    world: World, tmp_path: Path, proxies: str, status: int
) -> None:
    # given a dashboard as it is really started, behind a proxy that it has been told of, or not
    await only_from(world, "192.0.2.0/24")
    key = tmp_path / "seal.private.pem"
    settings = world.settings.model_copy(update={"trusted_proxies": proxies, "seal_private_key_file": key})
    origin = settings.dashboard_public_url
    async with running_dashboard(settings, world.store), httpx.AsyncClient(
        base_url=origin, headers={"Origin": origin}
    ) as proxy:  # fmt: skip
        # then the last address in its header is whence a request comes, and no other that somebody wrote there
        said = {"X-Forwarded-For": f"{OUTSIDE}, {INSIDE}"}
        assert (await proxy.post("/login", data=RIGHT, headers=said)).status_code == status
        said = {"X-Forwarded-For": f"{INSIDE}, {OUTSIDE}"}
        assert (await proxy.post("/login", data=RIGHT, headers=said)).status_code == 401


# -- the operator's page


async def _send(olga: Browser, **changes: str) -> httpx.Response:  # noqa: F811
    version = _value((await olga.get(TOWN)).text, "version")
    return await olga.send(TOWN, FORM | {"version": version} | changes)


async def _kept(world: World) -> tuple[str, ...]:
    async with world.store.begin() as tx:
        return await networks_of(tx, world.town.municipality.id)


async def test_an_operator_sets_it_and_its_manager_sees_it(
    olga: Browser, world: World, browser_of: OpenBrowser  # noqa: F811
) -> None:  # fmt: skip
    assert (await _send(olga, networks="127.0.0.0/8, ::ffff:192.0.2.0/120")).status_code == 303
    assert await _kept(world) == ("127.0.0.0/8", "192.0.2.0/24")
    assert 'value="127.0.0.0/8 192.0.2.0/24"' in (await olga.get(TOWN)).text
    await world.user("mia", "Mia", role=Role.MANAGER)
    mia = await browser_of("mia")
    page = (await mia.get("/settings")).text
    assert "<li>192.0.2.0/24</li>" in page
    assert 'name="networks"' not in page
    assert "netwerken voor medewerkers" in (await mia.get("/audit?action=municipality-changed")).text


async def test_a_bad_network_is_named_beside_its_field(olga: Browser, world: World) -> None:  # noqa: F811
    answer = await _send(olga, networks="192.0.2.0/24 <kantoor>")
    assert answer.status_code == 422
    assert "&lt;kantoor&gt; is geen netwerk" in answer.text
    assert 'id="networks-fault"' in answer.text
    assert 'value="192.0.2.0/24 &lt;kantoor&gt;"' in answer.text
    assert await _kept(world) == ()


async def test_who_would_be_put_out_is_told_before_it_is_saved(
    olga: Browser, world: World, browser_of: OpenBrowser  # noqa: F811
) -> None:  # fmt: skip
    # given Anna, who is logged in from elsewhere
    await browser_of("anna")

    # when a list would put her out, then it is not saved, and says so
    answer = await _send(olga, networks="192.0.2.0/24")
    assert answer.status_code == 422
    assert "127.0.0.1" in answer.text
    assert await _kept(world) == ()

    # but when that is meant, it is
    assert (await _send(olga, networks="192.0.2.0/24", **{"networks-sure": "yes"})).status_code == 303
    assert await _kept(world) == ("192.0.2.0/24",)


async def test_two_log_ins_at_once_from_both_sides_are_one(
    world: World, inside: httpx.AsyncClient, outside: httpx.AsyncClient
) -> None:
    await only_from(world, "192.0.2.0/24")
    answers = await asyncio.gather(inside.post("/login", data=RIGHT), outside.post("/login", data=RIGHT))
    assert [answer.status_code for answer in answers] == [303, 401]
    assert await log_ins(world) == 1
