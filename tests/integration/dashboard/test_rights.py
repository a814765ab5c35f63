"""Every route by every role: a route that is added without a rule, or without a line in the guide, makes this fail."""

import httpx
from fastapi import FastAPI

from callcenter.dashboard.app import ROOMS
from callcenter.model.staff import Role
from tests.e2e.dashboard.world import MARIA, World
from tests.integration.dashboard.conftest import OpenBrowser
from tests.integration.dashboard.roles import BEGIN, END, GUIDE, OPEN, as_text, standings, walk


def test_there_is_no_way_in_but_the_rooms(app: FastAPI) -> None:
    kinds = [type(route).__name__ for route in app.routes if getattr(route, "include_in_schema", True)]
    assert kinds == ["_IncludedRouter"] * len(ROOMS) + ["Mount"]  # the static files


def test_every_route_stands_behind_the_gate_or_is_known_to_be_open() -> None:
    assert {(at.method, at.path) for at in standings() if at.gate is None} == OPEN


def test_a_route_that_names_somebody_or_a_call_asks_for_an_action() -> None:
    named = [at for at in standings() if "{call_id}" in at.path or "{user_id}" in at.path]
    assert len(named) > 5
    assert [at.path for at in named if at.gate is None or at.gate.action is None] == []


async def test_every_route_gives_each_visitor_what_the_rule_says(app: FastAPI, world: World) -> None:
    # when every route is asked as an agent, a manager, an operator, a manager from elsewhere, and nobody
    got, ruled = await walk(world, app)

    # then each gets what the rule says, and the guide says so too
    assert got == ruled
    found = GUIDE.read_text().split(BEGIN)[1].split(END)[0]
    print(as_text(got))
    assert found == as_text(got)


async def test_what_is_not_there_looks_as_what_is_anothers(browser_of: OpenBrowser, world: World) -> None:
    # given a call and a colleague elsewhere
    call_id = await world.caller(MARIA)
    await world.user("nora", "Nora", role=Role.MANAGER, town=world.neighbour)
    browser = await browser_of("nora")

    # when someone asks for them, and for what never was
    for path, there in (("/calls/{}/take", call_id), ("/team/{}/remove", world.users["anna"].id)):
        answers = [await browser.post(path.format(one)) for one in (there, "0" * 32)]

        # then there is no telling which is which
        assert [one.status_code for one in answers] == [404, 404]
        assert answers[0].content == answers[1].content
        assert _headers(answers[0]) == _headers(answers[1])


async def test_an_operator_sees_no_citizen(browser_of: OpenBrowser, world: World) -> None:
    # given a queue
    await world.user("opa", "Olga", role=Role.OPERATOR, phone=None)
    await world.caller(MARIA)

    # when an operator opens their pages, the first of which is not the queue, then nothing of citizens is on them
    operator = (await browser_of("opa")).client
    assert (await operator.get("/")).headers["location"] == "/municipalities"
    for path in ("/municipalities", "/keys", "/health"):
        page = await operator.get(path)
        assert (page.status_code, "Zonneveld" in page.text) == (200, False)


def _headers(answer: httpx.Response) -> list[tuple[str, str]]:
    return sorted(answer.headers.items())
