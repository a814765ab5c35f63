"""Callbacks of the IRMA server: believed when signed, taken once, harmless when late, repeated or somebody else's."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from callcenter.model.disclosure import Disclosure
from callcenter.store import codes
from callcenter.store.database import Store
from demo.irma import RunningIrma
from demo.process import until
from demo.wallet import Wallet
from tests.integration.api.world import HASTY, Begun, Installation, hasty, installation


@dataclass(frozen=True)
class Posted:
    """A callback as the IRMA server sent it."""

    path: str
    body: bytes


class Between:
    """Stands between the IRMA server and our internal side: keeps each callback, and passes on nothing."""

    def __init__(self) -> None:
        self.url = ""
        self._posted: asyncio.Queue[Posted] = asyncio.Queue()

    async def receive(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Take one request."""
        with suppress(asyncio.IncompleteReadError, ConnectionError):
            head = (await reader.readuntil(b"\r\n\r\n")).decode()
            length = next(int(line.split(":")[1]) for line in head.lower().splitlines() if "content-length" in line)
            self._posted.put_nowait(Posted(head.split()[1], await reader.readexactly(length)))
            writer.write(b"HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n")
        writer.close()

    async def next(self) -> Posted:
        """The next callback; 15 s at most."""
        return await asyncio.wait_for(self._posted.get(), 15)


@pytest.fixture
async def between() -> AsyncIterator[Between]:
    made = Between()
    server = await asyncio.start_server(made.receive, "127.0.0.1", 0)
    made.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    async with server:
        yield made


@pytest.fixture
async def held(
    lazy: None, between: Between, store: Store, served: Store, irma: RunningIrma, tmp_path: Path
) -> AsyncIterator[Installation]:
    """An api whose callbacks are kept back, for the test to deliver. The slash at the end is somebody's slip."""
    async with installation(tmp_path, store, irma, served, internal_api_url=f"{between.url}/") as running:
        yield running


async def deliver(api: Installation, posted: Posted) -> int:
    answer = await api.internal.post(posted.path, content=posted.body, headers={"Content-Type": "text/plain"})
    return answer.status_code


async def kept_back(
    held: Installation, between: Between, wallet: Wallet, where: str = "voorbeeldstad"
) -> tuple[Begun, Posted]:
    begun = await held.disclosed(wallet, where)
    return begun, await between.next()


async def test_a_slash_too_many_in_the_setting_is_no_matter(
    held: Installation, between: Between, wallet: Wallet
) -> None:
    _, posted = await kept_back(held, between, wallet)

    assert posted.path.startswith("/irma/callback/")


async def test_a_callback_that_comes_twice_is_taken_once(held: Installation, between: Between, wallet: Wallet) -> None:
    begun, posted = await kept_back(held, between, wallet)

    assert [await deliver(held, posted) for _ in range(3)] == [204, 204, 204]

    assert await held.status(begun) == "disclosed"
    assert (await held.resolve(begun.code)).status_code == 200
    assert await deliver(held, posted) == 204
    assert await held.status(begun) == "called"


async def test_twenty_at_once_are_one(held: Installation, between: Between, wallet: Wallet) -> None:
    begun, posted = await kept_back(held, between, wallet)
    async with held.feed(begun) as events:
        assert (await anext(events))["state"] == "requested"

        assert set(await asyncio.gather(*(deliver(held, posted) for _ in range(20)))) == {204}
        await held.resolve(begun.code)

        told = [(await anext(events))["state"] for _ in range(2)]
    assert told == ["disclosed", "called"]


async def test_a_proof_that_comes_between_two_looks_is_found(
    held: Installation, between: Between, wallet: Wallet, monkeypatch: pytest.MonkeyPatch
) -> None:
    if held.store.dialect == "sqlite":
        return  # nothing comes between there: one writer at a time
    begun, posted = await kept_back(held, between, wallet)
    use_code = codes.use_code_at_once
    delivered: list[int] = []

    async def use_code_then_proof(*given: Any, **named: Any) -> Disclosure | None:
        found = await use_code(*given, **named)
        if not delivered:
            delivered.append(await deliver(held, posted))
        return found

    monkeypatch.setattr(codes, "use_code_at_once", use_code_then_proof)

    assert (await held.resolve(begun.code)).status_code == 200
    assert delivered == [204]


async def test_questions_beside_the_proof_never_say_wrong(held: Installation, between: Between, wallet: Wallet) -> None:
    for number in range(5):
        begun, posted = await kept_back(held, between, wallet)

        answers = [asyncio.create_task(held.resolve(begun.code, f"call{number}")) for _ in range(4)]
        await deliver(held, posted)

        assert {answer.status_code for answer in await asyncio.gather(*answers)} <= {200, 409}
        assert (await held.resolve(begun.code, f"call{number}")).status_code == 200


async def test_a_changed_callback_is_refused(held: Installation, between: Between, wallet: Wallet) -> None:
    begun, posted = await kept_back(held, between, wallet)
    head, body, signature = posted.body.split(b".")
    changed = (b"A" if body[200:201] != b"A" else b"B").join([body[:200], body[201:]])

    for forged in (
        b".".join([head, changed, signature]),
        b"",
        b"{}",
        b'{"status":"DONE","proofStatus":"VALID"}',
        b"\xff",
    ):
        assert await deliver(held, Posted(posted.path, forged)) == 400

    assert await held.status(begun) == "requested"


async def test_the_callback_of_another_session_proves_nothing(
    held: Installation, between: Between, wallet: Wallet
) -> None:
    begun, posted = await kept_back(held, between, wallet)
    other, posted_for_other = await kept_back(held, between, wallet)

    # Signed by our server, but not about this session.
    assert await deliver(held, Posted(posted_for_other.path, posted.body)) == 204

    assert [await held.status(one) for one in (begun, other)] == ["requested", "requested"]
    assert await deliver(held, posted_for_other) == 204
    assert await held.status(other) == "disclosed"


async def test_a_callback_at_an_unknown_address_does_nothing(
    held: Installation, between: Between, wallet: Wallet
) -> None:
    begun, posted = await kept_back(held, between, wallet)

    assert await deliver(held, Posted("/irma/callback/invented/", posted.body)) == 204
    assert await held.status(begun) == "requested"


async def test_without_the_slash_it_is_the_same(held: Installation, between: Between, wallet: Wallet) -> None:
    begun, posted = await kept_back(held, between, wallet)

    assert await deliver(held, Posted(posted.path.rstrip("/"), posted.body)) == 204
    assert await held.status(begun) == "disclosed"


async def test_a_callback_that_comes_too_late_changes_nothing(
    held: Installation, between: Between, wallet: Wallet
) -> None:
    await hasty(held.store, code_seconds=2)
    begun, posted = await kept_back(held, between, wallet, "haast")
    expires_at = datetime.fromisoformat(begun.answer["expiresAt"])
    await until(lambda: datetime.now(UTC) > expires_at, what="the code is too old")

    assert await deliver(held, posted) == 204

    assert (await held.resolve(begun.code, number=HASTY)).status_code == 404
    assert (await held.status(begun)) in {"disclosed", "expired"}


async def test_a_callback_is_bounded(api: Installation) -> None:
    answer = await api.internal.post("/irma/callback/invented/", content=b"x" * 65_537)
    assert (answer.status_code, answer.json()["type"]) == (413, "too-large")

    async def in_pieces() -> AsyncIterator[bytes]:
        for _ in range(100):
            yield b"x" * 1000

    answer = await api.internal.post("/irma/callback/invented/", content=in_pieces())
    assert (answer.status_code, answer.json()["type"]) == (413, "too-large")
