"""What an attacker tries on a dashboard: floods, guesses behind a proxy, strange input, sockets without end."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import httpx
import pytest
import websockets
from fastapi import FastAPI

from callcenter.dashboard import actions
from callcenter.dashboard.desk import utc_now
from callcenter.dashboard.gate import Visitor
from callcenter.dashboard.hub import MOST_PAGES, TOO_MANY_PAGES
from callcenter.dashboard.waiting_room import WaitingRoom
from callcenter.model.call import CallState
from callcenter.processes import running_dashboard
from callcenter.store import phones, team, users
from demo.postgres import postgres
from tests.e2e.dashboard.world import MARIA, PASSWORD, World, dashboard_of, open_world
from tests.integration.dashboard.conftest import JSON, OpenBrowser
from tests.integration.dashboard.test_feed import browser_at

PLANTED = "geplant-9f3a"


@asynccontextmanager
async def client_from(app: FastAPI, world: World, address: str) -> AsyncIterator[httpx.AsyncClient]:
    """Ask a dashboard from this address."""
    origin = world.settings.dashboard_public_url
    transport = httpx.ASGITransport(app, client=(address, 1), raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url=origin, headers={"Origin": origin}) as client:
        yield client


async def test_a_flood_of_log_ins_keeps_no_colleague_waiting(app: FastAPI, world: World) -> None:
    # given forty who try to log in at the same time from elsewhere
    async with client_from(app, world, "192.0.2.66") as crowd, client_from(app, world, "192.0.2.7") as anna:
        posts = [
            asyncio.create_task(crowd.post("/login", data={"login": f"niemand{n}", "password": "x"})) for n in range(40)
        ]
        await asyncio.sleep(0)

        # when Anna logs in, then she is in within two seconds
        start = time.perf_counter()
        answer = await anna.post("/login", data={"login": "anna", "password": PASSWORD})
        assert answer.status_code == 303
        assert time.perf_counter() - start < 4  # 2 s where nothing else runs

        # and those for whom there is no room are told so, at once
        statuses = {post.status_code for post in await asyncio.gather(*posts)}
        assert statuses <= {401, 429, 503}


async def test_a_colleague_at_the_next_desk_keeps_nobody_out(app: FastAPI, world: World) -> None:
    # given Anna, who logs in every day in her browser, and somebody who guesses her password from the same office
    right, wrong = {"login": "anna", "password": PASSWORD}, {"login": "anna", "password": "x"}
    async with client_from(app, world, "192.0.2.7") as anna, client_from(app, world, "192.0.2.7") as desk:
        assert (await anna.post("/login", data=right)).status_code == 303
        assert [(await desk.post("/login", data=wrong)).status_code for _ in range(4)] == [401, 401, 401, 429]

        # then hers lets her in, and another there does not
        assert (await desk.post("/login", data=right)).status_code == 429
        assert (await anna.post("/login", data=right)).status_code == 303


async def test_a_password_that_is_taken_back_while_it_is_checked_opens_nothing(
    app: FastAPI, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    # given a password that a manager takes back in the tenth of a second that checking it takes
    passwords = app.state.desk.passwords
    check = passwords.right

    async def slowly(*given: str) -> bool:
        right: bool = await check(*given)
        async with world.store.begin() as tx:
            found = await users.user_with_hash(tx, "anna")
            assert found is not None
            await team.take_password(tx, found[0], utc_now())
        return right

    monkeypatch.setattr(passwords, "right", slowly)

    # when it proves right, then it opens nothing
    async with client_from(app, world, "192.0.2.7") as anna:
        answer = await anna.post("/login", data={"login": "anna", "password": PASSWORD})
    assert answer.status_code == 401


@pytest.mark.parametrize("path", ["/phone", "/ready", "/calls/{call}/take"])
async def test_a_form_that_was_begun_before_its_sender_was_removed_does_nothing(
    app: FastAPI, world: World, browser_of: OpenBrowser, path: str
) -> None:
    # given a form of Anna's whose last byte is kept back until her manager has removed her
    anna = await browser_of("anna")
    call = await world.caller(MARIA)
    content = f"csrf={anna.csrf}&ready=yes".encode()

    async def held_back() -> AsyncIterator[bytes]:
        yield content[:-1]
        async with world.store.begin() as tx:
            await team.remove(tx, world.users["anna"], utc_now())
        yield content[-1:]

    # when that byte comes
    form = JSON | {"Content-Type": "application/x-www-form-urlencoded", "Content-Length": str(len(content))}
    answer = await anna.client.post(path.format(call=call), content=held_back(), headers=form)

    # then she is nobody any more
    assert answer.status_code == 401
    async with world.store.begin() as tx:
        assert await phones.phone_of(tx, world.users["anna"].id) is None
    assert (await world.call(call)).state is CallState.WAITING


async def test_who_finds_no_room_is_told_in_a_sentence(app: FastAPI, world: World) -> None:
    # given a dashboard where all places to wait are taken from one address
    async with client_from(app, world, "192.0.2.66") as crowd, AsyncExitStack() as stack:
        room = app.state.desk.passwords.room
        for _ in range(room.at_once):
            await stack.enter_async_context(room.place("192.0.2.66"))
        waiting = [asyncio.create_task(_wait_in(room)) for _ in range(room.waiting)]
        await asyncio.sleep(0)

        # when one more comes from there, then they read what to do, and it is no wrong attempt
        answers = [await crowd.post("/login", data={"login": "anna", "password": PASSWORD}) for _ in range(6)]
        for task in waiting:
            task.cancel()
    assert [answer.status_code for answer in answers] == [503] * 6
    assert "Probeer het zo opnieuw" in answers[0].text
    assert answers[0].headers["retry-after"] == "2"


async def _wait_in(room: WaitingRoom) -> None:
    async with room.place("192.0.2.66"):
        await asyncio.Event().wait()


@pytest.mark.parametrize(("proxies", "colleague"), [("127.0.0.1", 303), ("", 429)])
async def test_behind_a_proxy_a_guesser_keeps_nobody_out(
    world: World, tmp_path: Path, proxies: str, colleague: int
) -> None:
    # given a dashboard as it is really started, behind a proxy that it has been told of, or not
    key = tmp_path / "seal.private.pem"
    settings = world.settings.model_copy(update={"trusted_proxies": proxies, "seal_private_key_file": key})
    origin = settings.dashboard_public_url
    async with running_dashboard(settings, world.shown), httpx.AsyncClient(
        base_url=origin, headers={"Origin": origin}
    ) as proxy:  # fmt: skip
        # when somebody guesses Anna's password
        for number in range(5):
            form = {"login": "anna", "password": str(number)}
            await proxy.post("/login", data=form, headers={"X-Forwarded-For": "192.0.2.66"})

        # then Anna gets in from elsewhere; without a trusted proxy that header says nothing
        right = {"login": "anna", "password": PASSWORD}
        answer = await proxy.post("/login", data=right, headers={"X-Forwarded-For": "6.6.6.6, 192.0.2.7"})
        assert answer.status_code == colleague


@pytest.mark.parametrize("text", ["\0", "anna\0", "\0" * 200])
async def test_a_nul_is_a_wrong_name_or_password(tmp_path: Path, text: str) -> None:
    # given a dashboard on PostgreSQL, which keeps no NUL
    async with postgres(tmp_path) as database, open_world(tmp_path, database) as world:
        await world.user("anna", "Anna")
        async with dashboard_of(world) as url, browser_at(url, "anna") as anna:
            # then a NUL is just wrong, wherever it is typed
            for form in ({"login": text, "password": PASSWORD}, {"login": "anna", "password": text}):
                answer = await anna.client.post("/login", data=form)
                assert answer.status_code == 401
            assert (await anna.post("/calls/%00/take")).status_code == 404
            assert (await anna.client.get("/?said=taken&call=%00")).status_code == 200


async def test_text_that_is_none_is_wrong_too(app: FastAPI, world: World) -> None:
    # given a form that says of itself how to read it, so that it holds what no text may (Unicode 3.8, D75)
    part = '--x\r\nContent-Disposition: form-data; name="{}"\r\n\r\n\\ud800\r\n'
    body = part.format("login") + part.format("password") + part.format("csrf") + "--x--\r\n"
    headers = {"Content-Type": "multipart/form-data; boundary=x; charset=unicode_escape"}
    async with client_from(app, world, "192.0.2.7") as client:
        # then it is a wrong name
        assert (await client.post("/login", content=body, headers=headers)).status_code == 401

        # and a wrong token
        await client.post("/login", data={"login": "anna", "password": PASSWORD})
        assert (await client.post("/logout", content=body, headers=headers)).status_code == 403


@pytest.mark.parametrize("json", [True, False])
@pytest.mark.parametrize(
    ("path", "fields", "status"),
    [
        (f"/calls/CALL/links/{PLANTED}", 1, 404),
        ("/calls/CALL/links/0", 2000, 400),
        (f"/{PLANTED}/", 1, 404),
        ("/calls/CALL", 1, 404),
        ("/state", 1, 405),
    ],
)
async def test_what_makes_no_sense_gets_a_page_of_ours(
    browser_of: OpenBrowser, world: World, path: str, fields: int, status: int, json: bool
) -> None:
    # given someone who has a call
    browser = await browser_of("anna")
    call_id = await world.caller(MARIA)
    assert await world.claim(call_id, "anna")

    # when something comes that makes no sense
    form = {"csrf": browser.csrf} | {f"{PLANTED}{number}": PLANTED for number in range(fields)}
    answer = await browser.client.post(path.replace("CALL", call_id), data=form, headers=JSON if json else {})

    # then it is answered in our own way, and nothing of it comes back
    assert answer.status_code == status
    assert PLANTED not in answer.text
    if json:
        assert list(answer.json()) == ["outcome"]
    else:
        assert "<h1>Veilig bellen</h1>" in answer.text


async def test_a_form_that_does_not_say_how_large_it_is_gets_a_page_of_ours(browser_of: OpenBrowser) -> None:
    async def body() -> AsyncIterator[bytes]:
        yield b"login=anna&password="
        for _ in range(100):
            yield PLANTED.encode() * 100

    browser = await browser_of()
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    answer = await browser.client.post("/login", content=body(), headers=headers)
    assert answer.status_code == 413
    assert PLANTED not in answer.text
    assert "<h1>Veilig bellen</h1>" in answer.text


async def test_a_slash_too_many_leads_nowhere(browser_of: OpenBrowser) -> None:
    # given somebody whose request names another host
    browser = await browser_of()
    answer = await browser.client.get("/login/", headers={"Host": "elders.example"})

    # then they are not sent there
    assert answer.status_code == 404
    assert "location" not in answer.headers


async def test_a_second_click_on_take_is_mine_too(browser_of: OpenBrowser, world: World) -> None:
    # given an agent who clicks twice, so that the second click was let in before the first one won
    browser = await browser_of("anna")
    call_id = await world.caller(MARIA)
    visitor = Visitor(world.users["anna"], browser.csrf, b"", await world.call(call_id))
    assert (await browser.post(f"/calls/{call_id}/take")).json()["outcome"] == "yours"

    # when the second is looked at, then the caller is theirs
    async with world.store.begin() as tx:
        assert await actions._claim(tx, visitor, utc_now()) == "yours"
    assert (await world.call(call_id)).state is CallState.OFFERED


async def test_many_clicks_at_once_are_all_mine(browser_of: OpenBrowser, world: World) -> None:
    browser = await browser_of("anna")
    call_id = await world.caller(MARIA)
    answers = await asyncio.gather(*(browser.post(f"/calls/{call_id}/take") for _ in range(6)))
    assert {answer.json()["outcome"] for answer in answers} == {"yours"}
    assert {answer.json().get("said") for answer in answers} == {None}


async def test_a_log_in_has_so_many_sockets_and_the_oldest_gives_way(world: World) -> None:
    async with dashboard_of(world) as url, browser_at(url, "anna") as anna, AsyncExitStack() as stack:
        # given as many open pages as a log-in may have
        cookie = "; ".join(f"{one.name}={one.value}" for one in anna.client.cookies.jar)

        async def open_socket() -> websockets.ClientConnection:
            socket = await stack.enter_async_context(websockets.connect(
                url.replace("http", "ws") + "/live", origin=websockets.Origin(url),
                additional_headers={"Cookie": cookie}, proxy=None,
            ))  # fmt: skip
            async with asyncio.timeout(20):
                while "queue-title" not in str(await socket.recv()):
                    pass  # the time may come first, on a busy machine
            return socket

        sockets = [await open_socket() for _ in range(MOST_PAGES)]

        # when one more is opened, then the oldest is closed with a code of its own, and no other
        sockets.append(await open_socket())
        await asyncio.wait_for(sockets[0].wait_closed(), 20)
        assert sockets[0].close_code == TOO_MANY_PAGES
        assert [socket.close_code for socket in sockets[1:]] == [None] * MOST_PAGES

        # when one says more than any page of ours does, then it is closed
        await sockets[1].send("x" * 1025)
        await asyncio.wait_for(sockets[1].wait_closed(), 20)
        assert sockets[1].close_code == 1009
