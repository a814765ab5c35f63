"""Starting a disclosure: once for each key, and nothing half-made."""

import asyncio
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from callcenter.model import code
from callcenter.store import disclosures
from callcenter.store.database import Store, Tx
from callcenter.store.tables import disclosure
from demo.process import until
from demo.wallet import Wallet
from tests.integration.api.world import Installation

KEY = "a-key-of-the-button-0001"


def key() -> str:
    return secrets.token_urlsafe(16)


async def rows(api: Installation) -> list[Any]:
    async with api.store.begin() as tx:
        return list((await tx.connection.execute(select(disclosure))).all())


def left(sessions: dict[str, str]) -> int:
    return list(sessions.values()).count("started")


# -- once for each key -----------------------------------------------------------------------------


async def test_the_same_key_gives_the_same_answer(api: Installation, sessions: dict[str, str]) -> None:
    """Given an answer that was lost, when the button asks again, then it gets that one, and one session is left."""
    first = await api.wish(KEY)
    again = await api.wish(KEY)

    assert first.status_code == again.status_code == 200
    assert again.json() | {"validSeconds": 0} == first.json() | {"validSeconds": 0}
    assert 0 <= first.json()["validSeconds"] - again.json()["validSeconds"] < 60
    assert len(await rows(api)) == 1
    await until(lambda: left(sessions) == 1, what="the session that nobody needs is cancelled")
    assert (await api.wish(key())).json()["code"] != first.json()["code"]


async def test_an_answer_that_was_lost_after_it_was_kept_is_given_to_who_asks_again(
    api: Installation, monkeypatch: pytest.MonkeyPatch, sessions: dict[str, str]
) -> None:
    """Given a start that was kept, but cut off before it was answered, when the key comes again, then it serves."""
    begin, cut_off = Store.begin, asyncio.Event()

    @asynccontextmanager
    async def begin_and_be_cut_off(store: Store) -> AsyncIterator[Tx]:
        async with begin(store) as tx:
            yield tx
            kept = await tx.connection.scalar(select(disclosure.c.id))
        if kept and not cut_off.is_set():
            cut_off.set()
            raise TimeoutError

    monkeypatch.setattr(Store, "begin", begin_and_be_cut_off)
    assert (await api.wish(KEY)).status_code == 503

    assert (await api.wish(KEY)).status_code == 200
    assert len(await rows(api)) == 1
    await until(lambda: left(sessions) == 1, what="the session of the first start is left")


async def test_at_the_same_moment_and_in_two_processes(api: Installation, sessions: dict[str, str]) -> None:
    """Given two apis, when both get one key several times at once, then there is one disclosure and one answer."""
    async with api.again() as other:
        answers = await asyncio.gather(*(one.wish(KEY) for one in (api, other) * 3))

    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.json()["code"] for answer in answers}) == 1
    assert len({answer.json()["statusToken"] for answer in answers}) == 1
    assert len(await rows(api)) == 1
    await until(lambda: left(sessions) == 1, what="the others' sessions are cancelled")


async def test_the_kept_answer_leads_to_a_call(api: Installation, wallet: Wallet) -> None:
    """Given the answer to the second try, when the citizen discloses with it, then the code works."""
    await api.wish(KEY)
    answer = (await api.wish(KEY)).json()
    await wallet.disclose(answer["sessionPtr"])

    assert (await api.resolve(answer["code"])).status_code == 200


async def test_a_key_is_for_one_wish(api: Installation) -> None:
    """Given a key that was used, when it comes with another wish, then that is refused in words."""
    await api.wish(KEY)
    other = await api.wish(KEY, Origin="https://elders.example", municipality="elders")

    assert (other.status_code, other.json()["type"]) == (422, "key-used-otherwise")
    assert "new key" in other.json()["detail"]
    assert len(await rows(api)) == 1


@pytest.mark.parametrize("bad", ["short", "x" * 129, "with space in the key", "a" * 20 + "!", ""])
async def test_what_is_no_key_is_refused(api: Installation, bad: str) -> None:
    """Given a header that is no key, then nothing is started, and the answer names the header."""
    answer = await api.wish(bad)

    assert (answer.status_code, answer.json()["type"]) == (422, "invalid-request")
    assert "idempotency-key" in answer.json()["detail"].lower()
    assert await rows(api) == []


async def test_what_was_answered_is_kept_closed_and_only_until_the_app_has_it(
    api: Installation, wallet: Wallet, lazy: None
) -> None:
    """Given a disclosure, then its answer is kept unreadable; when it is done, then it is gone, and the key is used."""
    answer = (await api.wish(KEY)).json()
    kept = (await rows(api))[0]
    for secret in (KEY, answer["code"], answer["statusToken"], answer["sessionPtr"]["u"]):
        assert secret.encode() not in kept.begun + kept.start_key_hash

    await wallet.disclose(answer["sessionPtr"])
    assert (await rows(api))[0].begun is None
    again = await api.wish(KEY)
    assert (again.status_code, again.json()["type"]) == (409, "key-used")


async def test_the_sweeper_erases_it_too(api: Installation) -> None:
    """Given a disclosure that nobody scanned, when its time is over, then the kept answer is erased."""
    await api.wish(KEY)
    async with api.store.begin() as tx:
        assert await disclosures.expire(tx, datetime.now(UTC) + timedelta(hours=1)) == 1
    assert (await rows(api))[0].begun is None


# -- nothing half-made -----------------------------------------------------------------------------


async def test_a_session_whose_row_can_not_be_kept_is_cancelled(
    api: Installation, sessions: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Given a store that fails at the last moment, then the citizen hears so, and the IRMA session is ended."""

    async def full(*_: Any) -> None:
        raise OperationalError("INSERT", {}, Exception("disk full"))

    monkeypatch.setattr(disclosures, "add", full)
    answer = await api.wish(KEY)

    assert (answer.status_code, answer.json()["type"]) == (503, "try-again")
    await until(lambda: list(sessions.values()) == ["cancelled"], what="the session is cancelled")


async def test_a_session_is_cancelled_when_its_code_is_taken(
    api: Installation, sessions: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Given a code that lives already, then another is taken, and the session with the first is ended."""
    given = iter(["0000000001", "0000000001", "0000000002"])
    monkeypatch.setattr(code, "new_code", lambda: next(given))

    assert [(await api.wish(key())).json()["code"] for _ in range(2)] == ["0000000001", "0000000002"]
    await until(lambda: left(sessions) == 2, what="one of three sessions is cancelled")


async def test_a_store_that_hangs_is_told_within_five_seconds(
    api: Installation, sessions: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Given a store that does not answer, then the citizen does get an answer, and no session is left."""

    async def hanging(*_: Any) -> None:
        await asyncio.sleep(60)

    monkeypatch.setattr(disclosures, "add", hanging)
    began = datetime.now(UTC)
    answer = await api.wish()

    assert (answer.status_code, answer.json()["type"]) == (503, "try-again")
    assert (datetime.now(UTC) - began).total_seconds() < 5
    await until(lambda: list(sessions.values()) == ["cancelled"], what="the session is cancelled")
