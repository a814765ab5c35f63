"""The IRMA server away (gone, silent, started again), or the database: a citizen gets an answer all the same."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import psycopg
import pytest
from pydantic import SecretStr

from callcenter import processes
from callcenter.api import origins
from callcenter.api.safety_net import SafetyNet
from callcenter.api.taking import Taking
from callcenter.ari_app.resolve import NOT_YET
from callcenter.irma.breaker import Breaker
from callcenter.irma.client import IrmaServer
from callcenter.irma.errors import IrmaAway, IrmaFailed
from callcenter.model.proof import SessionStatus
from callcenter.store import tenants
from callcenter.store.database import open_store
from callcenter.store.migrate import migrate
from callcenter.store.sealing import Sealer
from demo.irma import RunningIrma, irma_server
from demo.persons import Person
from demo.ports import free_port
from demo.postgres import postgres
from demo.process import until
from demo.wallet import Wallet
from tests.integration.api.world import NUMBER, SITE, Installation, installation

NOBODY: Any = None  # in the place of a process


@asynccontextmanager
async def server(serve: Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]) -> AsyncIterator[str]:
    """A server that does this with each connection, and leaves none open behind it; gives its URL."""
    served: set[asyncio.Task[Any] | None] = set()

    async def serve_and_close(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        served.add(asyncio.current_task())
        try:
            await serve(reader, writer)
        finally:
            writer.close()

    listening = await asyncio.start_server(serve_and_close, "127.0.0.1", 0)
    try:
        yield f"http://127.0.0.1:{listening.sockets[0].getsockname()[1]}"
    finally:
        listening.close()
        under_way = [task for task in served if task is not None]
        for task in under_way:
            task.cancel()
        await asyncio.gather(*under_way, return_exceptions=True)


def silent_server() -> AbstractAsyncContextManager[str]:
    """A server that takes connections and never answers."""

    async def listen(reader: asyncio.StreamReader, _: asyncio.StreamWriter) -> None:
        await reader.read()

    return server(listen)


@asynccontextmanager
async def api_before(irma_url: str, folder: Path, store_url: str) -> AsyncIterator[Installation]:
    """An api whose IRMA server is at this URL."""
    async with (
        open_store(store_url) as store,
        installation(folder, store, RunningIrma(irma_url, "token", NOBODY)) as api,
    ):
        yield api


async def test_without_the_irma_server_the_citizen_is_told_at_once(tmp_path: Path, sqlite_url: str) -> None:
    async with api_before(f"http://127.0.0.1:{free_port()}", tmp_path, sqlite_url) as api:
        began = time.monotonic()
        answer = await api.ask_to_start(Origin=SITE)

    assert (answer.status_code, answer.json()["type"]) == (503, "irma-away")
    assert answer.headers["access-control-allow-origin"] == SITE
    assert int(answer.headers["retry-after"]) > 0
    assert time.monotonic() - began < 2


async def test_with_a_silent_irma_server_within_five_seconds(tmp_path: Path, sqlite_url: str) -> None:
    async with silent_server() as url, api_before(url, tmp_path, sqlite_url) as api:
        began = time.monotonic()
        answer = await api.ask_to_start(Origin=SITE)

    assert (answer.status_code, answer.json()["type"]) == (503, "irma-away")
    assert time.monotonic() - began < 5


def faulty_server(answer: bytes, after: float = 0.0) -> AbstractAsyncContextManager[str]:
    """A fake in the place of the IRMA server, which can't be made to answer so: always this, after so many seconds."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        await asyncio.sleep(after)
        writer.write(answer)

    return server(serve)


GARBAGE = [
    b"",
    b"no http at all",
    b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n<html",
    b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{}",
    b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nnull",
    b"HTTP/1.1 400 Bad\r\nContent-Length: 2\r\n\r\n{}",
    b"HTTP/1.1 403 No\r\nContent-Length: 0\r\n\r\n",
    b"HTTP/1.1 500 Oh\r\nContent-Length: 1\r\n\r\n[",
    b"HTTP/1.1 302 Go\r\nLocation: http://elsewhere.example/\r\nContent-Length: 0\r\n\r\n",
]


@pytest.mark.parametrize("answer", GARBAGE)
async def test_whatever_the_irma_server_answers_the_citizen_has_a_clear_answer(
    tmp_path: Path, sqlite_url: str, answer: bytes
) -> None:
    """Given an IRMA server that answers with an error or garbage, then the button hears so, and when to return."""
    async with faulty_server(answer) as url, api_before(url, tmp_path, sqlite_url) as api:
        for _ in range(3):
            told = await api.ask_to_start(Origin=SITE)
            assert (told.status_code, told.json()["type"]) == (503, "irma-away")
            assert int(told.headers["retry-after"]) > 0


async def test_a_slow_irma_server_is_waited_for_by_few(tmp_path: Path, sqlite_url: str) -> None:
    """Given an IRMA server that takes 10 s, when many citizens come, then all have an answer in 5 s, most at once."""
    async with faulty_server(b"", after=10.0) as url, api_before(url, tmp_path, sqlite_url) as api:
        began = time.monotonic()
        answers = await asyncio.gather(*(api.ask_to_start(Origin=SITE) for _ in range(8)))
        assert time.monotonic() - began < 5
        assert {answer.json()["type"] for answer in answers} == {"irma-away"}

        # the next ones need not wait at all
        began = time.monotonic()
        answers = await asyncio.gather(*(api.ask_to_start(Origin=SITE) for _ in range(50)))
        assert time.monotonic() - began < 2
        assert {answer.json()["type"] for answer in answers} == {"irma-away"}
        assert all(1 <= int(answer.headers["retry-after"]) <= 10 for answer in answers)


async def test_an_irma_server_that_was_away_is_found_back_by_itself(
    tmp_path: Path, sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Given citizens who were refused while it was away, when it is back, then it is used again without a restart."""
    port = free_port()
    monkeypatch.setattr(processes, "Breaker", lambda: Breaker(open_seconds=0.5))
    async with irma_server(tmp_path / "irma", port=port) as first:
        pass
    async with open_store(sqlite_url) as store, installation(tmp_path, store, first) as api:
        for _ in range(8):
            assert (await api.ask_to_start()).json()["type"] == "irma-away"
        async with irma_server(tmp_path / "irma", port=port):

            async def works() -> bool:
                return (await api.ask_to_start()).status_code == 200

            await until(works, what="disclosures start again")


async def test_an_irma_server_that_is_started_again(tmp_path: Path, citizen: Person, sqlite_url: str) -> None:
    port = free_port()
    wallet = Wallet(tmp_path / "wallet")
    async with open_store(sqlite_url) as store, irma_server(tmp_path / "irma", port=port) as first:
        await wallet.load(citizen, first)
        async with installation(tmp_path, store, first) as api:
            proven, waiting = await api.disclosed(wallet), await api.start()

            # when it goes
            await first.child.stop()
            assert (await api.ask_to_start()).status_code == 503
            # then what was proven serves, and what was not can still come
            assert (await api.resolve(proven.code)).status_code == 200
            assert (await api.resolve(waiting.code)).status_code == 409

            # when it is back
            async with irma_server(tmp_path / "irma", port=port):
                # then a session that it has lost has failed, and new ones work
                await until(lambda: is_in(api, waiting.bearer, "failed"), what="the lost session is told", seconds=15)
                assert (await api.resolve(waiting.code)).status_code == 404
                again = await api.disclosed(wallet)
                assert (await api.resolve(again.code, "e" * 32)).status_code == 200


async def is_in(api: Installation, bearer: dict[str, str], state: str) -> bool:
    return bool((await api.public.get("/v1/status", headers=bearer)).json()["state"] == state)


async def test_the_conductor_has_an_answer_in_time_while_the_irma_server_is_silent(
    lazy: None, api: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun = await api.start()

    async def silent(*_: object) -> None:
        await asyncio.Event().wait()

    monkeypatch.setattr(Taking, "find_out_by_code", silent)
    async with api.resolver() as resolver:
        assert await resolver.resolve(NUMBER, begun.code, "c" * 32) is NOT_YET


async def test_the_database_away_and_back(
    lazy: None, irma: RunningIrma, wallet: Wallet, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(origins, "REMEMBER_SECONDS", 0.0)
    # given an api on a PostgreSQL of its own
    (tmp_path / "pg").mkdir()
    async with postgres(tmp_path / "pg") as url, open_store(url) as store:
        await migrate(store)
        async with installation(tmp_path, store, irma) as api:
            begun = await api.disclosed(wallet)
            assert (await api.ask_to_start(Origin=SITE)).status_code == 200
            async with api.feed(begun) as events:
                assert (await anext(events))["state"] == "disclosed"

                # when nobody can reach it (its connections are cut, and its socket is gone)
                async with unreachable(url):
                    began = time.monotonic()
                    answers = [
                        await api.ask_to_start(Origin=SITE),
                        await api.public.get("/v1/status", headers={"Origin": SITE, **begun.bearer}),
                        await api.resolve(begun.code),
                    ]

                    # then each is told so, in a way that a browser can read
                    assert [(one.status_code, one.json()["type"]) for one in answers] == [(503, "try-again")] * 3
                    assert [one.headers.get("access-control-allow-origin") for one in answers] == [SITE, SITE, None]
                    assert time.monotonic() - began < 5

                # and when it is back, all goes on, the feed too
                async def resolved() -> bool:
                    return (await api.resolve(begun.code)).status_code == 200

                await until(resolved, what="the code works again")
                assert (await asyncio.wait_for(anext(events), 10))["state"] == "called"


async def test_a_database_that_hangs_keeps_nobody_waiting(
    lazy: None, api: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Given a database that takes connections and says nothing, when many citizens come, then all are told in 5 s."""

    async def hanging(*_: object) -> None:
        await asyncio.sleep(60)

    async with api.again() as fresh:  # it knows no origin and no purpose yet
        for name in ("municipalities", "municipality_by_slug"):
            monkeypatch.setattr(tenants, name, hanging)
        began = time.monotonic()
        answers = await asyncio.gather(*(fresh.ask_to_start(Origin=SITE) for _ in range(8)), fresh.ask_to_start())
        lasted = time.monotonic() - began

    assert {(one.status_code, one.json()["type"]) for one in answers} == {(503, "try-again")}
    assert {one.headers.get("access-control-allow-origin") for one in answers} == {SITE, None}
    assert lasted < 5


@asynccontextmanager
async def unreachable(url: str) -> AsyncIterator[None]:
    """Cut all connections to this PostgreSQL, and let nobody in for as long as the block lasts."""
    socket = Path(parse_qs(urlsplit(url).query)["host"][0]) / ".s.PGSQL.5432"
    async with await psycopg.AsyncConnection.connect(url, autocommit=True) as connection:
        hidden = socket.rename(socket.with_suffix(".hidden"))
        await connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE pid <> pg_backend_pid() AND backend_type = 'client backend'"
        )
    try:
        yield
    finally:
        hidden.rename(socket)


@asynccontextmanager
async def taking_of(api: Installation) -> AsyncIterator[Taking]:
    """What takes results, in this process."""
    assert api.settings.seal_public_key_file is not None
    sealer = Sealer.from_file(api.settings.seal_public_key_file)
    async with IrmaServer(api.settings.irma_url, api.settings.irma_token) as irma:
        yield Taking(api.settings, api.store, irma, sealer)


async def test_a_silent_irma_server_is_not_asked_about_every_session(
    lazy: None, api: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    # given more open sessions than are asked about at once
    for _ in range(20):
        await api.start()
    asked = 0

    async def away(*_: object) -> None:
        nonlocal asked
        asked += 1
        await asyncio.sleep(0.05)  # the deadline
        raise IrmaAway

    monkeypatch.setattr(IrmaServer, "status", away)
    async with taking_of(api) as taking:
        # when the safety net looks at all of them, again and again
        net = SafetyNet(api.store, taking)
        for _ in range(3):
            await net.look()

    # then it stops each time when the first one got no answer
    assert asked == 3


async def test_a_session_that_the_irma_server_fails_over_is_no_outage(
    lazy: None, api: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    # given open sessions, one of which makes the IRMA server answer 500
    for _ in range(20):
        await api.start()
    asked: list[str] = []

    async def failing_once(_: object, token: SecretStr) -> SessionStatus:
        asked.append(token.get_secret_value())
        if len(asked) == 1:
            raise IrmaFailed
        return SessionStatus.INITIALIZED

    monkeypatch.setattr(IrmaServer, "status", failing_once)
    async with taking_of(api) as taking:
        # when the safety net looks at all of them
        await SafetyNet(api.store, taking).look()

        # then the others are asked about all the same, each once, and it does not begin anew
        assert len(asked) == len(set(asked)) == 20
        assert not taking.missed
