"""The dashboard's edge: cookies, forged requests, headers, and what a WebSocket must bring."""

import asyncio
import time
from datetime import timedelta
from statistics import median

import httpx
import pytest
import websockets
from fastapi import FastAPI

from callcenter.dashboard.app import create_dashboard
from callcenter.dashboard.desk import utc_now
from callcenter.store.tables import staff_session
from tests.e2e.dashboard.world import MARIA, PASSWORD, World, dashboard_of
from tests.integration.dashboard.conftest import JSON, Browser, OpenBrowser


def _dashboard_at(world: World, later: timedelta) -> FastAPI:
    """A dashboard whose clock is put forward."""
    return create_dashboard(world.settings, world.shown, world.unsealer, lambda: utc_now() + later)


async def _cookie(browser: Browser) -> str:
    return "; ".join(f"{cookie.name}={cookie.value}" for cookie in browser.client.cookies.jar)


async def test_a_form_without_its_token_is_refused(browser_of: OpenBrowser, world: World) -> None:
    # given someone who is logged in
    browser = await browser_of("anna")
    call_id = await world.caller(MARIA)

    # when a form comes without the token, or with another's
    for token in ("", "x" * 43):
        browser.csrf = token
        answer = await browser.post(f"/calls/{call_id}/take")

        # then nothing is done
        assert answer.status_code == 403
        assert (await world.call(call_id)).agent_id is None


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://elders.example"},
        {"Origin": "null"},
        {"Origin": "null", "Sec-Fetch-Site": "cross-site"},
        {"Origin": "null", "Sec-Fetch-Site": "same-site"},
        {},
    ],
)
async def test_a_form_from_elsewhere_is_refused(browser_of: OpenBrowser, world: World, headers: dict[str, str]) -> None:
    # given someone who is logged in, and a site that knows even the token
    browser = await browser_of("anna")
    call_id = await world.caller(MARIA)
    del browser.client.headers["Origin"]

    # when that site sends a form
    answer = await browser.client.post(f"/calls/{call_id}/take", data={"csrf": browser.csrf}, headers=headers)

    # then nothing is done
    assert answer.status_code == 403
    assert (await world.call(call_id)).agent_id is None


async def test_a_form_of_ours_has_no_origin_but_its_fetch_site(browser_of: OpenBrowser, world: World) -> None:
    # given our own page, whose no-referrer makes browsers say Origin: null (Fetch, 4.6)
    browser = await browser_of("anna")
    call_id = await world.caller(MARIA)
    browser.client.headers.update({"Origin": "null", "Sec-Fetch-Site": "same-origin"})

    # then it is ours
    assert (await browser.post(f"/calls/{call_id}/take")).status_code == 200


@pytest.mark.parametrize(("origin", "with_cookie"), [("http://127.0.0.1:1", True), (None, True), ("own", False)])
async def test_a_socket_without_cookie_or_from_elsewhere_is_refused(
    browser_of: OpenBrowser, world: World, origin: str | None, with_cookie: bool
) -> None:
    # given a dashboard and someone who is logged in
    browser = await browser_of("anna")
    cookie = {"Cookie": await _cookie(browser)} if with_cookie else {}
    async with dashboard_of(world) as url:
        live = url.replace("http", "ws") + "/live"

        # when a socket comes without the cookie or from another site, then it is not opened
        with pytest.raises(websockets.InvalidStatus) as refused:
            async with websockets.connect(
                live, origin=websockets.Origin(url if origin == "own" else origin) if origin else None,
                additional_headers=cookie, proxy=None,
            ):  # fmt: skip
                pass
        assert refused.value.response.status_code == 403

        # and with both it is
        async with websockets.connect(
            live, origin=websockets.Origin(url), additional_headers={"Cookie": await _cookie(browser)}, proxy=None
        ) as socket:
            assert "queue-title" in str(await asyncio.wait_for(socket.recv(), 5))


async def test_every_answer_has_the_headers(browser_of: OpenBrowser) -> None:
    # given answers of all kinds
    browser = await browser_of("anna")
    answers = [
        await browser.client.get("/"),
        await browser.client.get("/login"),
        await browser.client.get("/nergens"),
        await browser.client.get("/state", headers=JSON),
        await browser.post("/ready", ready="yes"),
        await browser.client.post("/logout"),
    ]

    # then none may be kept, framed, sniffed, or tell where one came from
    for answer in answers:
        policy = answer.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "frame-ancestors 'none'" in policy
        assert "unsafe" not in policy
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["referrer-policy"] == "no-referrer"
        assert answer.headers["x-content-type-options"] == "nosniff"


async def test_the_cookie(browser_of: OpenBrowser, world: World) -> None:
    # given a dashboard on loopback without TLS, then the cookie is for it alone, and no script reads it
    plain = await (await browser_of()).log_in("anna")
    cookie = plain.headers["set-cookie"]
    assert cookie.startswith(f"veilig-bellen-{world.settings.dashboard_port}=")
    assert {"HttpOnly", "Path=/", "SameSite=strict"} <= set(cookie.split("; "))
    assert "Secure" not in cookie

    # given one with TLS, then it can't be set by another site or sent in clear
    origin = "https://bellen.voorbeeldstad.example"
    settings = world.settings.model_copy(update={"dashboard_public_url": origin})
    app = create_dashboard(settings, world.shown, world.unsealer)
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url=origin, headers={"Origin": origin}) as client:
        answer = await client.post("/login", data={"login": "anna", "password": PASSWORD})
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith("__Host-veilig-bellen=")
    assert {"HttpOnly", "Path=/", "SameSite=strict", "Secure"} <= set(cookie.split("; "))
    assert "Domain" not in cookie
    assert "max-age=31536000" in answer.headers["strict-transport-security"]


async def test_the_session_id_is_new_at_each_log_in(browser_of: OpenBrowser, world: World) -> None:
    # given someone who is logged in
    browser = await browser_of("anna")
    before = await _cookie(browser)

    # when they log in once more in the same browser
    await browser.log_in("anna")

    # then the old log-in is over, and what the store keeps is no token
    assert await _cookie(browser) != before
    async with world.store.begin() as tx:
        rows = (await tx.connection.execute(staff_session.select())).all()
    assert len(rows) == 1
    assert rows[0].token_hash not in (await _cookie(browser)).encode()


@pytest.mark.parametrize(("later", "status"), [
    (timedelta(minutes=59), 200), (timedelta(minutes=61), 401), (timedelta(hours=13), 401),
])  # fmt: skip
async def test_a_log_in_ends_when_it_is_not_used(
    browser_of: OpenBrowser, app: FastAPI, world: World, later: timedelta, status: int
) -> None:
    # given a log-in, and a clock that is put forward
    browser = await browser_of("anna")
    app.state.desk = _dashboard_at(world, later).state.desk

    # then it counts for an hour
    assert (await browser.client.get("/state", headers=JSON)).status_code == status


async def test_a_log_in_ends_after_its_longest_time_however_busy(
    browser_of: OpenBrowser, app: FastAPI, world: World
) -> None:
    # given a log-in that is used each half hour
    browser = await browser_of("anna")
    statuses = []
    for half_hours in range(1, 26):
        app.state.desk = _dashboard_at(world, timedelta(minutes=30 * half_hours)).state.desk
        statuses.append((await browser.client.get("/", headers=JSON)).status_code)

    # then it lasts twelve hours
    assert statuses[:23] == [200] * 23
    assert statuses[-1] == 401


async def test_an_unknown_name_and_a_wrong_password_get_the_same(browser_of: OpenBrowser, world: World) -> None:
    # given several attempts of both kinds, each for a fresh name, so that nobody is made to wait
    for number in range(5):
        await world.user(f"gebruiker{number}", "Iemand")
    browser = await browser_of()
    bodies: dict[str, str] = {}
    times: dict[str, list[float]] = {}
    for kind, prefix in (("known", "gebruiker"), ("unknown", "niemand00")):
        times[kind] = []
        for number in range(5):
            login = f"{prefix}{number}"
            start = time.perf_counter()
            answer = await browser.client.post("/login", data={"login": login, "password": "verkeerd"})
            times[kind].append(time.perf_counter() - start)
            assert answer.status_code == 401
            bodies[kind] = answer.text.replace(login, "LOGIN")

    # then there is no telling them apart, by what is said or by how long it took
    assert bodies["known"] == bodies["unknown"]
    ratio = median(times["known"]) / median(times["unknown"])
    assert 0.5 < ratio < 2, times


async def test_a_guesser_waits_and_a_colleague_does_not(browser_of: OpenBrowser, app: FastAPI, world: World) -> None:
    # given somebody who guesses Anna's password from one address
    browser = await browser_of()
    statuses = [
        (await browser.client.post("/login", data={"login": "anna", "password": str(n)})).status_code for n in range(5)
    ]
    assert statuses == [401, 401, 401, 429, 429]

    # then there the right password waits too, and from elsewhere Anna gets in at once
    assert (await browser.log_in("anna")).status_code == 429
    origin = world.settings.dashboard_public_url
    elsewhere = httpx.ASGITransport(app, client=("192.0.2.7", 1))
    async with httpx.AsyncClient(transport=elsewhere, base_url=origin, headers={"Origin": origin}) as client:
        answer = await client.post("/login", data={"login": "anna", "password": PASSWORD})
    assert answer.status_code == 303


@pytest.mark.parametrize("path", ["/openapi.json", "/docs", "/static/", "/static/../app.py", "/calls/1/take"])
async def test_nothing_else_is_served(browser_of: OpenBrowser, path: str) -> None:
    browser = await browser_of("anna")
    assert (await browser.client.get(path)).status_code in (404, 405)


async def test_a_form_of_any_size_does_not_fill_the_memory(browser_of: OpenBrowser) -> None:
    # given nobody in particular, then what they send is read up to the size of our largest form
    browser = await browser_of()
    answer = await browser.client.post("/login", data={"login": "anna", "password": "x" * 100_000})
    assert answer.status_code == 413
