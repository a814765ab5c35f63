"""What everybody may know of how it goes: whether identification works, since when not; for monitors and for people."""

import asyncio
import re
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from callcenter.api import health
from callcenter.api.health_routes import _as_read
from callcenter.irma.client import IrmaServer
from callcenter.store.database import open_store
from callcenter.store.migrate import migrate
from demo.irma import RunningIrma
from demo.ports import free_port
from demo.postgres import postgres
from tests.integration.api.test_away import GARBAGE, api_before, faulty_server, silent_server, unreachable
from tests.integration.api.wire import wire
from tests.integration.api.world import Installation, installation

LINK = "/m/voorbeeldstad/verhuizing"


@pytest.fixture
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is remembered: each question is looked into."""
    monkeypatch.setattr(health, "REMEMBER_SECONDS", 0.0)


async def test_where_all_works_it_says_so(api: Installation) -> None:
    answer, page = await api.public.get("/v1/health"), await api.public.get("/status")

    assert (answer.status_code, answer.json()) == (200, {"state": "works"})
    assert (page.status_code, page.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert "<h1>Het werkt</h1>" in page.text
    assert "<time" not in page.text
    assert "<h1>It works</h1>" in (await api.public.get("/status", params={"lang": "en"})).text


async def test_nothing_on_the_page_may_run(api: Installation) -> None:
    page = await api.public.get("/status")

    policy = "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    assert page.headers["content-security-policy"] == policy
    assert page.headers["cache-control"] == "public, max-age=5"
    assert not re.search(r"<script|<style|style=| on\w+=", page.text)


async def test_the_irma_server_away_and_since_when(at_once: None, tmp_path: Path, sqlite_url: str) -> None:
    """Given no IRMA server, when it is asked how it goes, then since when it is away, and nothing of where it is."""
    port = free_port()
    began = datetime.now(UTC)
    async with api_before(f"http://127.0.0.1:{port}", tmp_path, sqlite_url) as api:
        assert "lukt nu even niet" not in (await api.public.get(LINK)).text  # nobody knows yet
        answers = [await api.public.get("/v1/health") for _ in range(7)]  # some after the breaker has opened
        page, link = await api.public.get("/status"), await api.public.get(LINK)

    told = answers[0].json()
    assert {(one.status_code, one.text) for one in answers} == {(503, answers[0].text)}
    assert told["state"] == "identification-away"
    assert began <= datetime.fromisoformat(told["since"]) <= datetime.now(UTC)
    assert "<h1>Laten zien wie u bent lukt nu niet</h1>" in page.text
    assert f'<time datetime="{told["since"].replace("Z", "+00:00")}">' in page.text
    assert "lukt nu even niet" in link.text
    assert link.headers["cache-control"] == "no-store"
    for shown in (answers[0].text, page.text):
        assert str(port) not in shown
        assert "IRMA" not in shown


async def test_a_silent_irma_server_keeps_no_visitor_long(tmp_path: Path, sqlite_url: str) -> None:
    """Given an IRMA server that says nothing, when many ask at once, then all are told after one look."""
    async with silent_server() as url, api_before(url, tmp_path, sqlite_url) as api:
        began = time.monotonic()
        answers = await asyncio.gather(*(api.public.get("/v1/health") for _ in range(30)))
        assert time.monotonic() - began < 2 * health.LOOK_SECONDS
    assert {answer.json()["state"] for answer in answers} == {"identification-away"}


@pytest.mark.parametrize("answer", [one for one in GARBAGE if b"500" in one or one == b""])
async def test_an_irma_server_that_fails_is_away(tmp_path: Path, sqlite_url: str, answer: bytes) -> None:
    async with faulty_server(answer) as url, api_before(url, tmp_path, sqlite_url) as api:
        assert (await api.public.get("/v1/health")).json()["state"] == "identification-away"


async def test_the_database_away_and_back(at_once: None, irma: RunningIrma, tmp_path: Path) -> None:
    (tmp_path / "pg").mkdir()
    async with postgres(tmp_path / "pg") as url, open_store(url) as store:
        await migrate(store)
        async with installation(tmp_path, store, irma) as api:
            async with unreachable(url):
                answer, page = await api.public.get("/v1/health"), await api.public.get("/status")
                again = await api.public.get("/v1/health")
            back = await api.public.get("/v1/health")

    assert (answer.status_code, answer.json()["state"]) == (503, "database-away")
    assert again.json() == answer.json()  # since the same moment
    assert "<h1>Het werkt nu niet</h1>" in page.text
    assert (back.status_code, back.json()) == (200, {"state": "works"})


async def test_many_who_look_cost_one_look(api: Installation, monkeypatch: pytest.MonkeyPatch) -> None:
    """Given a hundred visitors at once, when they ask how it goes, then the IRMA server was asked once."""
    looks = 0
    public_key = IrmaServer.public_key

    async def counted(self: IrmaServer) -> str:
        nonlocal looks
        looks += 1
        return await public_key(self)

    monkeypatch.setattr(IrmaServer, "public_key", counted)
    answers = await asyncio.gather(*(api.public.get(path) for path in ("/v1/health", "/status") for _ in range(50)))

    assert {answer.status_code for answer in answers} == {200}
    assert looks == 1


async def test_an_irma_server_that_is_back_is_seen_by_the_link_page_though_nobody_begins(
    at_once: None, tmp_path: Path, irma: RunningIrma, sqlite_url: str
) -> None:
    """Given a link page that says it is away, when it answers again, then the page says so no more."""
    there = urlsplit(irma.url).port
    assert there is not None
    async with wire(there) as to_irma, api_before(to_irma.url, tmp_path, sqlite_url) as api:
        await to_irma.cut()
        assert (await api.ask_to_start()).json()["type"] == "irma-away"
        assert "lukt nu even niet" in (await api.public.get(LINK)).text
        await to_irma.mend()
        page = await api.public.get(LINK)
    assert "lukt nu even niet" not in page.text
    assert page.headers["cache-control"] == "public, max-age=60"


@pytest.mark.parametrize(
    ("moment", "shown"),
    [
        (datetime(2026, 11, 24, 12, 5, tzinfo=UTC), "13:05"),
        (datetime(2026, 11, 23, 22, 59, tzinfo=UTC), "23-11-2026 23:59"),
        (datetime(2026, 11, 23, 23, 1, tzinfo=UTC), "00:01"),
    ],
)
def test_the_time_is_that_of_the_clock_on_the_wall(moment: datetime, shown: str) -> None:
    now = datetime(2026, 11, 24, 12, 10, tzinfo=UTC)
    assert _as_read(moment, now) == shown
    assert _as_read(moment, now + timedelta(days=2)).endswith(shown[-5:])
