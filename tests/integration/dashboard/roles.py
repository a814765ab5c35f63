"""Asks every route of a dashboard as every kind of visitor, and writes down what each got: the table of docs/roles.md.

Write it anew: `python -m tests.integration.dashboard.roles`.
"""

import asyncio
import re
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
from fastapi import FastAPI, WebSocketException
from fastapi.routing import APIRoute, APIWebSocketRoute
from starlette.requests import HTTPConnection

from callcenter.dashboard.app import ROOMS, create_dashboard
from callcenter.dashboard.desk import utc_now
from callcenter.dashboard.gate import Gate
from callcenter.dashboard.security import cookie_name
from callcenter.model.call import CallState
from callcenter.model.code import new_token, token_hash
from callcenter.model.staff import Role, User, may
from callcenter.model.style import Style
from callcenter.store import keys, logins, styles, team
from tests.e2e.dashboard.world import MARIA, World, open_world
from tests.unit.model.test_style import png

GUIDE = Path(__file__).parents[3] / "docs/roles.md"
BEGIN, END = "<!-- the table: begin -->\n", "\n<!-- the table: end -->"
# Who asks: of the municipality whose calls and staff are asked for, of another, of the installation, and nobody.
VISITORS = ("agent", "manager", "operator", "other manager", "stranger")
# Where nobody needs a log-in: to log in, and where a one-time link leads.
OPEN = {
    ("GET", "/login"),
    ("POST", "/login"),
    ("GET", "/welcome/{token}"),
    ("POST", "/welcome/{token}"),
    ("GET", "/phone/linphone/{token}"),
    ("GET", "/login/passkey"),
    ("POST", "/login/passkey"),
    ("GET", "/login/sso/back"),
    ("GET", "/login/sso/{slug}"),
    # Half-way is for who has shown a password and nothing else; it has a token of its own.
    ("GET", "/login/second"),
    ("POST", "/login/second"),
    ("GET", "/login/enrol"),
    ("POST", "/login/enrol"),
}
PASSKEYS = "/account/passkey"  # of which there are none at an address without a name, such as the world's
# What stands in a path for a name that is the same for all; a call and a colleague are made for each.
NAMED = {"name": "bsn", "number": "0", "token": "x", "slug": "verhuizing", "town": "voorbeeldstad"}

Route = tuple[str, str]  # method and path
Table = dict[Route, dict[str, str]]


@dataclass(frozen=True)
class Standing:
    """A route of the dashboard, and the gate that it stands behind."""

    method: str
    path: str
    gate: Gate | None


def standings() -> Iterator[Standing]:
    """Every route of every room."""
    for room in ROOMS:
        for route in room.router.routes:
            assert isinstance(route, APIRoute | APIWebSocketRoute)
            gates = [one.call for one in route.dependant.dependencies if isinstance(one.call, Gate)]
            assert len(gates) <= 1, route.path
            for method in sorted(route.methods or ()) if isinstance(route, APIRoute) else ["WS"]:
                yield Standing(method, route.path, gates[0] if gates else None)


def by_the_rule(at: Standing, visitor: str, user: User | None) -> str:
    """What the rule of `model.staff` gives this visitor on this route."""
    if at.gate is None:
        return "open"
    if user is None:
        return "log in"
    if at.gate.action is None:
        return "yes"
    if not may(user, at.gate.action, user.municipality_id):
        return "no"
    elsewhere = visitor == "other manager" and re.search(r"\{(call|user)_id\}", at.path)
    return "not there" if elsewhere else "yes"


async def walk(world: World, app: FastAPI) -> tuple[Table, Table]:
    """Ask every route as every visitor; return what they got, and what the rule says that they should."""
    got: Table = {}
    ruled: Table = {}
    async with world.store.begin() as tx:  # so that there is a logo to see
        for town in (world.town, world.neighbour):
            await styles.save(tx, town.municipality.id, Style(logo=png(4, 1)))
    for at in standings():
        route = (at.method, at.path)
        got[route], ruled[route] = {}, {}
        for visitor in VISITORS:
            user = await _user(world, visitor)
            ruled[route][visitor] = by_the_rule(at, visitor, user)
            got[route][visitor] = "open" if at.gate is None and route in OPEN else await _asked(world, app, at, user)
    return got, ruled


async def _user(world: World, visitor: str) -> User | None:
    role = {"agent": Role.AGENT, "operator": Role.OPERATOR}.get(visitor, Role.MANAGER)
    town = world.neighbour if visitor == "other manager" else world.town
    return (
        None if visitor == "stranger" else await world.user(f"{visitor}-{new_token()}", visitor, role=role, town=town)
    )


async def _asked(world: World, app: FastAPI, at: Standing, user: User | None) -> str:
    """Ask it, with a call and a colleague that the path may name; those from elsewhere change and see nothing."""
    colleague = await world.user(f"collega-{new_token()}", "Collega")
    call_id = await world.caller(MARIA)
    inside = user is not None and user.municipality_id == world.town.municipality.id
    if inside and user is not None and "{call_id}" in at.path and not at.path.endswith("/take"):
        assert await world.claim(call_id, user.login)
        await world.answer(call_id)
    key_id = new_token()[:8]
    async with world.store.begin() as tx:
        await keys.add_key(tx, key_id, "a key", (keys.RESOLVE,), None, utc_now(), id_=key_id)
    path = at.path.format(**NAMED, call_id=call_id, user_id=colleague.id, key_id=key_id)
    async with _logged_in(world, app, user) as (client, csrf):
        if at.method == "WS":
            return await _asked_for_a_socket(app, at, client)
        answer = await client.request(at.method, path, data={"csrf": csrf} if at.method == "POST" else None)
    if not inside:
        assert "Zonneveld" not in answer.text
        assert (await world.call(call_id)).state is CallState.WAITING
        async with world.store.begin() as tx:
            there = await team.member(tx, colleague.id)
        assert there is not None
        assert not there.disabled
    await world.hang_up(call_id)
    if answer.status_code == 404 and at.path == PASSKEYS:
        return "yes"
    return {401: "log in", 403: "no", 404: "not there"}.get(answer.status_code, "yes")


async def _asked_for_a_socket(app: FastAPI, at: Standing, client: httpx.AsyncClient) -> str:
    cookie = "; ".join(f"{one.name}={one.value}" for one in client.cookies.jar).encode()
    scope = {"type": "websocket", "path": at.path, "headers": [(b"cookie", cookie)], "app": app, "path_params": {}}
    assert at.gate is not None
    try:
        await at.gate(HTTPConnection(scope))
    except WebSocketException:
        return "no" if cookie else "log in"
    return "yes"


@asynccontextmanager
async def _logged_in(
    world: World, app: FastAPI, user: User | None
) -> AsyncIterator[tuple[httpx.AsyncClient, str]]:  # fmt: skip
    """A browser of this user, with the token of their forms."""
    origin, token, csrf = world.settings.dashboard_public_url, new_token(), new_token()
    headers = {"Origin": origin, "Accept": "application/json"}
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=origin, headers=headers) as client:
        if user is not None:
            async with world.store.begin() as tx:
                await logins.start_login(tx, token_hash(token), csrf, user.id, utc_now())
            client.cookies.set(cookie_name(app.state.desk), token)
        yield client, csrf


def as_text(table: Table) -> str:
    """The table as the guide shows it."""
    rules = {(at.method, at.path): at.gate for at in standings()}
    lines = [
        "| route | rule | agent | manager | operator | manager of another municipality | stranger |",
        "|---|---|---|---|---|---|---|",
    ]
    for (method, path), got in sorted(table.items(), key=lambda one: (one[0][1], one[0][0])):
        gate = rules[method, path]
        rule = "–" if gate is None else "a log-in" if gate.action is None else str(gate.action)
        lines.append(f"| `{method} {path}` | {rule} | {' | '.join(got[visitor] for visitor in VISITORS)} |")
    return "\n".join(lines)


async def _write() -> None:
    with tempfile.TemporaryDirectory() as folder:
        async with open_world(Path(folder)) as world:
            got, _ = await walk(world, create_dashboard(world.settings, world.shown, world.unsealer))
    before, after = GUIDE.read_text().split(BEGIN)[0], GUIDE.read_text().split(END)[1]
    GUIDE.write_text(before + BEGIN + as_text(got) + END + after)


if __name__ == "__main__":
    asyncio.run(_write())
