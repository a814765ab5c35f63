"""Administration at a host of its own: the agents' dashboard does not answer it, whoever asks; roles hold at both."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

import httpx
import pytest
from fastapi.routing import APIRoute

from callcenter.dashboard.app import ROOMS, create_dashboard
from callcenter.dashboard.gate import Gate
from callcenter.model.staff import ADMINISTERS, Action, Role, may
from tests.e2e.dashboard.world import World
from tests.integration.dashboard.conftest import Browser

AGENTS, OFFICE = "https://medewerkers.voorbeeldstad.example", "https://beheer.voorbeeldstad.example"


class Hosts:
    """One store, and a dashboard at each of the two hosts."""

    def __init__(self, world: World, stack: AsyncExitStack) -> None:
        urls = {"dashboard_public_url": AGENTS, "office_url": OFFICE}
        self._apps = {
            url: create_dashboard(
                world.settings.model_copy(update=urls | {"is_office": url == OFFICE}), world.store, world.unsealer
            )
            for url in (AGENTS, OFFICE)
        }
        self._stack = stack

    async def browser(self, url: str, login: str) -> Browser:
        """Log in at one of them."""
        client = httpx.AsyncClient(
            transport=httpx.ASGITransport(self._apps[url]), base_url=url, headers={"Origin": url}
        )  # fmt: skip
        browser = Browser(await self._stack.enter_async_context(client))
        assert (await browser.log_in(login)).status_code == 303
        return browser


@pytest.fixture
async def hosts(world: World) -> AsyncIterator[Hosts]:
    await world.user("mia", "Mia", role=Role.MANAGER)
    await world.user("olga", "Olga", role=Role.OPERATOR, phone=None)
    async with AsyncExitStack() as stack:
        yield Hosts(world, stack)


def administration() -> list[tuple[str, str, Action]]:
    """Method, path and action of every route of administration."""
    return [
        (method, route.path, gate.action)
        for room in ROOMS
        for route in room.router.routes
        if isinstance(route, APIRoute)
        for gate in [one.call for one in route.dependant.dependencies if isinstance(one.call, Gate)]
        if gate.action in ADMINISTERS
        for method in sorted(route.methods or ())
    ]


async def test_the_agents_host_answers_no_route_of_administration(hosts: Hosts, world: World) -> None:
    places = {"user_id": world.users["anna"].id, "town": "voorbeeldstad", "slug": "verhuizing", "key_id": "k"}
    assert len(administration()) > 20
    for login in ("mia", "olga"):
        browser = await hosts.browser(AGENTS, login)
        for method, path, action in administration():
            answer = await browser.client.request(method, path.format(**places), data={"csrf": browser.csrf})
            expected = 404 if may(world.users[login], action, world.town.municipality.id) else 403
            assert answer.status_code == expected, (login, method, path)


@pytest.mark.parametrize(
    ("login", "paths"),
    [("mia", ("/team", "/settings", "/audit")), ("olga", ("/municipalities", "/keys", "/health"))],
)
async def test_the_other_host_answers_it_by_role(hosts: Hosts, login: str, paths: tuple[str, ...]) -> None:
    office, agents = await hosts.browser(OFFICE, login), await hosts.browser(AGENTS, login)
    anna = await hosts.browser(OFFICE, "anna")
    for path in paths:
        assert (await office.get(path)).status_code == 200
        assert (await agents.get(path)).status_code == 404
        assert (await anna.get(path)).status_code == 403


async def test_each_host_is_an_origin_of_its_own(hosts: Hosts) -> None:
    agents = await hosts.browser(AGENTS, "mia")
    answer = await agents.client.post("/ready", data={"csrf": agents.csrf}, headers={"Origin": OFFICE})
    assert answer.status_code == 403


async def test_no_page_offers_what_is_not_there(hosts: Hosts) -> None:
    phone = (await (await hosts.browser(AGENTS, "mia")).get("/phone")).text
    assert 'href="/phone"' in phone
    assert 'href="/team"' not in phone
    operator, manager = await hosts.browser(AGENTS, "olga"), await hosts.browser(AGENTS, "mia")
    assert (await operator.get("/")).headers["location"] == f"{OFFICE}/municipalities"
    assert (await manager.get("/office")).headers["location"] == f"{OFFICE}/today"
    # which a browser follows after the form of the log-in only if the page's policy names it
    login = await operator.client.get("/login")
    assert f"form-action 'self' {OFFICE};" in login.headers["content-security-policy"]


async def test_an_invitation_leads_to_the_agents_host(hosts: Hosts, world: World) -> None:
    mia = await hosts.browser(OFFICE, "mia")
    page = await mia.send(f"/team/{world.users['anna'].id}/reset", {})
    assert f"{AGENTS}/welcome/" in page.text
