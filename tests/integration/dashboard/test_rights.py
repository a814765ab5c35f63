"""Every route by every role: a route that is added without a line here makes this fail."""

import httpx
import pytest
from fastapi import FastAPI
from fastapi.routing import APIRoute, APIWebSocketRoute

from callcenter.dashboard.app import ROOMS
from callcenter.dashboard.gate import Gate
from callcenter.model.call import CallState
from callcenter.model.staff import Role
from tests.e2e.dashboard.world import MARIA, World
from tests.integration.dashboard.conftest import JSON, Browser, OpenBrowser

VISITORS = ("agent", "manager", "operator", "neighbour", "stranger")

# What each gets: agent and manager of the call's municipality, operator, agent of another municipality, nobody.
# 401 is what a script gets that is not logged in; a browser is led to the log-in page.
ROUTES = {
    ("GET", "/login"): (200, 200, 200, 200, 200),
    ("POST", "/login"): (401, 401, 401, 401, 401),  # with a wrong password
    ("GET", "/login/passkey"): (404, 404, 404, 404, 404),  # at an address without a name there are none
    ("POST", "/login/passkey"): (401, 401, 401, 401, 401),  # with none
    ("GET", "/login/sso/back"): (400, 400, 400, 400, 400),  # with no state of this browser's
    ("GET", "/login/sso/{slug}"): (404, 404, 404, 404, 404),  # no municipality of that name has it
    # Half-way is for who has shown a password and nothing else: a log-in does not help here.
    ("GET", "/login/second"): (401, 401, 401, 401, 401),
    ("POST", "/login/second"): (401, 401, 401, 401, 401),
    ("GET", "/login/enrol"): (401, 401, 401, 401, 401),
    ("POST", "/login/enrol"): (401, 401, 401, 401, 401),
    ("POST", "/logout"): (303, 303, 303, 303, 401),
    ("GET", "/"): (200, 200, 200, 200, 401),
    ("GET", "/state"): (200, 200, 403, 200, 401),
    ("GET", "/style.css"): (200, 200, 403, 200, 401),
    ("GET", "/logo.png"): (404, 404, 403, 404, 401),  # none has one
    ("POST", "/ready"): (200, 200, 403, 200, 401),
    ("POST", "/preferences"): (204, 204, 204, 204, 401),
    ("POST", "/language"): (303, 303, 303, 303, 401),
    # One's own account, whoever one is.
    ("GET", "/account"): (200, 200, 200, 200, 401),
    ("POST", "/account/language"): (303, 303, 303, 303, 401),
    ("POST", "/account/password"): (400, 400, 400, 400, 401),
    ("GET", "/account/prove"): (200, 200, 200, 200, 401),
    ("POST", "/account/prove"): (400, 400, 400, 400, 401),
    ("GET", "/account/app"): (200, 200, 200, 200, 401),
    ("POST", "/account/app"): (400, 400, 400, 400, 401),
    ("POST", "/account/app/remove"): (303, 303, 303, 303, 401),
    ("GET", "/account/passkey"): (404, 404, 404, 404, 401),
    ("POST", "/account/passkey"): (404, 404, 404, 404, 401),
    ("POST", "/account/passkey/remove"): (303, 303, 303, 303, 401),
    ("POST", "/account/recovery-codes"): (409, 409, 409, 409, 401),
    ("POST", "/account/logins/end"): (303, 303, 303, 303, 401),
    ("POST", "/account/logins/end-others"): (303, 303, 303, 303, 401),
    ("POST", "/account/logins/end-all"): (303, 303, 303, 303, 401),
    ("POST", "/calls/{call_id}/take"): (200, 200, 403, 404, 401),
    ("POST", "/calls/{call_id}/hangup"): (200, 200, 403, 404, 401),
    ("POST", "/calls/{call_id}/hold"): (200, 200, 403, 404, 401),
    ("POST", "/calls/{call_id}/wrap-up/extend"): (200, 200, 403, 404, 401),
    ("POST", "/calls/{call_id}/wrap-up/done"): (200, 200, 403, 404, 401),
    # Only for the one who has the call; here that is a colleague.
    ("POST", "/calls/{call_id}/reveal/{name}"): (404, 404, 403, 404, 401),
    ("POST", "/calls/{call_id}/links/{number}"): (404, 404, 403, 404, 401),
}
SOCKETS = {"/live"}
PUBLIC = {
    *((method, path) for method in ("GET", "POST") for path in ("/login", "/login/passkey")),
    ("GET", "/login/sso/back"),
    ("GET", "/login/sso/{slug}"),
    *((method, path) for method in ("GET", "POST") for path in ("/login/second", "/login/enrol")),
}


def _routes() -> list[APIRoute | APIWebSocketRoute]:
    routes = [route for room in ROOMS for route in room.router.routes]
    return [route for route in routes if isinstance(route, APIRoute | APIWebSocketRoute)]


def _names() -> set[tuple[str, str]]:
    routes = [route for route in _routes() if isinstance(route, APIRoute)]
    return {(method, route.path) for route in routes for method in route.methods or ()}


def test_every_route_has_a_line_and_no_line_is_left_over(app: FastAPI) -> None:
    assert _names() == set(ROUTES)
    assert {route.path for route in _routes() if isinstance(route, APIWebSocketRoute)} == SOCKETS
    assert [type(route).__name__ for route in app.routes].count("Mount") == 1  # the static files


@pytest.mark.parametrize("route", _routes(), ids=lambda route: route.path)
def test_every_route_stands_behind_the_gate(route: APIRoute | APIWebSocketRoute) -> None:
    # given a route that is not public, then its gate is asked; where a call is named, it is asked for an action
    gates = [one.call for one in route.dependant.dependencies if isinstance(one.call, Gate)]
    methods = route.methods or set() if isinstance(route, APIRoute) else {"WEBSOCKET"}
    if not {(method, route.path) for method in methods} <= PUBLIC:
        assert len(gates) == 1
        assert "{call_id}" not in route.path or gates[0].action is not None


@pytest.mark.parametrize("visitor", VISITORS)
async def test_every_route_gives_a_visitor_what_they_may(browser_of: OpenBrowser, world: World, visitor: str) -> None:
    # given a visitor of this kind, and a colleague who has a call
    await world.user("bram", "Bram")
    login = await _visitor(world, visitor)
    taken = await world.caller(MARIA)
    assert await world.claim(taken, "bram")
    got = {}
    for method, path in ROUTES:
        browser = await browser_of(login)
        waiting = await world.caller(MARIA)
        call_id = taken if "reveal" in path or "links" in path else waiting

        # when they ask
        answer = await _ask(browser, method, path.format(call_id=call_id, name="bsn", number=0, slug="nergens"))
        got[method, path] = answer.status_code

        # then those from elsewhere see nothing of the caller, and change nothing
        if visitor not in ("agent", "manager"):
            assert "Zonneveld" not in answer.text
            assert (await world.call(waiting)).state is CallState.WAITING
        await world.hang_up(waiting)

    # and each route answers as its line says
    assert got == {route: answers[VISITORS.index(visitor)] for route, answers in ROUTES.items()}


async def _ask(browser: Browser, method: str, path: str) -> httpx.Response:
    if method == "GET":
        return await browser.client.get(path, headers=JSON)
    if path == "/login":
        return await browser.post(path, login="niemand", password="verkeerd")
    return await browser.post(path)


async def test_what_is_not_there_looks_as_what_is_anothers(browser_of: OpenBrowser, world: World) -> None:
    # given a call elsewhere
    call_id = await world.caller(MARIA)
    browser = await browser_of("nel")

    # when someone asks for it, and for one that never was
    answers = [await browser.post(f"/calls/{one}/take") for one in (call_id, "0" * 32)]

    # then there is no telling which is which
    assert [one.status_code for one in answers] == [404, 404]
    assert answers[0].content == answers[1].content
    assert _headers(answers[0]) == _headers(answers[1])


async def test_an_operator_sees_no_citizen(browser_of: OpenBrowser, world: World) -> None:
    # given a queue
    await world.user("opa", "Olga", role=Role.OPERATOR, phone=None)
    await world.caller(MARIA)

    # when an operator opens the page
    page = await (await browser_of("opa")).client.get("/")

    # then it says that there is nothing of citizens on it
    assert "geen gegevens van inwoners" in page.text
    assert "Zonneveld" not in page.text


async def _visitor(world: World, kind: str) -> str | None:
    match kind:
        case "agent":
            return "anna"
        case "manager":
            return (await world.user("mia", "Mia", role=Role.MANAGER)).login
        case "operator":
            return (await world.user("opa", "Olga", role=Role.OPERATOR, phone=None)).login
        case "neighbour":
            return "nel"
        case _:
            return None


def _headers(answer: httpx.Response) -> list[tuple[str, str]]:
    return sorted(answer.headers.items())
