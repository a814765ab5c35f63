"""Calls at other call centres: what a reference is, how the call goes on, what is erased, and for whom all this is."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from sqlalchemy import select

from callcenter import admin
from callcenter.api import gate
from callcenter.store import keys
from callcenter.store.keys import RESOLVE, RESOLVE_IRMA
from callcenter.store.sweeper import sweep
from callcenter.store.tables import disclosure
from demo.process import until
from demo.wallet import Wallet
from tests.integration.api.world import CALL, OTHER_CALL, Begun, Installation

NOBODYS = "A" * 43


@pytest.fixture
async def key(api: Installation) -> str:
    """The key of another call centre of the municipality."""
    return await api.add_key(RESOLVE, municipality_id=api.municipality.id)


async def ask(api: Installation, key: str, reference: str, state: str | None = None) -> httpx.Response:
    """Ask how a call is, or tell."""
    headers, path = {"Authorization": f"Bearer {key}"}, f"/v1/calls/{reference}"
    if state is None:
        return await api.internal.get(path, headers=headers)
    return await api.internal.post(path, headers=headers, json={"state": state})


async def row(api: Installation) -> Any:
    async with api.store.begin() as tx:
        return (await tx.connection.execute(select(disclosure))).one()


async def resolved(api: Installation, wallet: Wallet, key: str) -> tuple[Begun, str]:
    """A citizen whose call another call centre has; and its reference."""
    begun = await api.disclosed(wallet)
    answer = await api.resolve(begun.code, "sip:1700000000.12@pbx", key=key)
    assert answer.status_code == 200, answer.text
    assert list(answer.json()) == ["reference"]
    return begun, answer.json()["reference"]


async def test_a_reference_is_opaque_and_what_nobody_there_could_read_is_erased(
    api: Installation, wallet: Wallet, key: str
) -> None:
    """Given another call centre, when it resolves a code, then its reference leads to nothing in our tables."""
    begun, reference = await resolved(api, wallet, key)

    kept = await row(api)
    assert len(reference) == 43
    assert not {reference, "sip:1700000000.12@pbx"} & {str(value) for value in kept}
    assert bytes.fromhex(kept.id).hex() not in reference
    assert kept.sealed is None
    assert (await api.resolve(begun.code, "sip:1700000000.12@pbx", key=key)).json()["reference"] == reference
    assert (await api.resolve(begun.code, "another call", key=key)).status_code == 422
    assert (await api.resolve(begun.code, "another", key=key)).json()["type"] == "code-unknown"


async def test_the_citizen_sees_how_the_call_goes_and_its_end_erases(
    api: Installation, wallet: Wallet, key: str
) -> None:
    """Given a call elsewhere, when each state is told, twice, then the citizen's page says so, and all is erased."""
    begun, reference = await resolved(api, wallet, key)
    async with api.feed(begun) as feed:
        for state in ("called", "connected", "ended"):
            for _ in range(2):
                told = await ask(api, key, reference, state)
                assert (told.status_code, told.json()) == (200, {"state": state})
            assert (await anext(feed))["state"] == state
        assert [event async for event in feed] == []
    assert (await ask(api, key, reference)).json() == {"state": "ended"}
    kept = await row(api)
    assert (kept.state, kept.sealed, kept.code_hash, kept.irma_token, kept.irma_session) == ("ended", *[None] * 4)


async def test_a_call_never_goes_back(api: Installation, wallet: Wallet, key: str) -> None:
    """Given a call that is connected, then ended, when an earlier state is told, then that is refused."""
    _, reference = await resolved(api, wallet, key)
    for state, refused in (("connected", ["called"]), ("ended", ["connected", "called"])):
        await ask(api, key, reference, state)
        for earlier in refused:
            answer = await ask(api, key, reference, earlier)
            assert (answer.status_code, answer.json()["type"]) == (409, "out-of-order")
        assert (await ask(api, key, reference)).json() == {"state": state}


async def test_only_the_municipality_itself_knows_its_calls(api: Installation, wallet: Wallet, key: str) -> None:
    """Given a call, when another municipality, the conductor or a guesser asks, then there is no such call."""
    _, reference = await resolved(api, wallet, key)
    others = await api.add_key(RESOLVE, municipality_id=api.elsewhere.id)
    own_id = (await row(api)).id
    forged = reference[:-2] + ("AA" if reference[-2:] != "AA" else "BA")
    asked = [(others, reference), (api.key, reference), (key, forged), (key, NOBODYS), (key, own_id), (key, "%00")]
    for who, what in asked:
        for state in (None, "ended"):
            answer = await ask(api, who, what, state)
            assert (answer.status_code, answer.json()["type"]) == (404, "call-unknown"), what
    assert (await ask(api, key, reference)).json() == {"state": "called"}


async def test_our_own_calls_can_not_be_told_about_from_elsewhere(api: Installation, wallet: Wallet, key: str) -> None:
    """Given a call of the conductor, when its own key made a reference of it, then it is none of another's."""
    begun = await api.disclosed(wallet)
    assert (await api.resolve(begun.code)).status_code == 200
    assert (await api.resolve(begun.code, CALL, key=key)).json()["type"] == "code-unknown"
    assert (await row(api)).sealed is not None


async def test_a_call_that_is_never_ended_is_erased_in_time(api: Installation, wallet: Wallet, key: str) -> None:
    """Given a call elsewhere, when nothing is told for two hours, then it is over; a word in between keeps it."""
    begun, reference = await resolved(api, wallet, key)
    now = datetime.now(UTC)
    await sweep(api.store, now + timedelta(minutes=110))  # the code itself is too old by then
    assert await api.status(begun) == "called"
    await ask(api, key, reference, "connected")
    await sweep(api.store, now + timedelta(minutes=119))
    assert await api.status(begun) == "connected"
    await sweep(api.store, now + timedelta(minutes=121))
    assert (await row(api)).code_hash is None
    assert (await ask(api, key, reference)).json() == {"state": "ended"}


async def test_two_call_centres_may_use_the_same_ids(api: Installation, wallet: Wallet, key: str) -> None:
    """Given ids counted from one, when two municipalities use the same, then nobody's call is another's."""
    _, reference = await resolved(api, wallet, key)
    begun = await api.disclosed(wallet, "elders")
    others = await api.add_key(RESOLVE, municipality_id=api.elsewhere.id)
    answer = await api.resolve(begun.code, "sip:1700000000.12@pbx", number=api.elsewhere.number, key=others)
    await ask(api, others, answer.json()["reference"], "ended")

    assert (await ask(api, key, reference)).json() == {"state": "called"}


async def test_the_irma_session_is_told_to_who_may_know_it(api: Installation, wallet: Wallet) -> None:
    """Given scope resolve:irma, when a code is resolved, then the session's id is told, which opens no result."""
    both = await api.add_key(RESOLVE, RESOLVE_IRMA, municipality_id=api.municipality.id)
    begun = await api.disclosed(wallet)
    first = await api.resolve(begun.code, OTHER_CALL, key=both)
    again = await api.resolve(begun.code, OTHER_CALL, key=both)

    session = first.json()["irmaSession"]
    assert again.json() == first.json()
    assert begun.session_ptr["u"].rstrip("/").endswith(f"/{session}")
    async with httpx.AsyncClient(base_url=api.settings.irma_url, trust_env=False) as irma:
        for method, path in (("GET", "result"), ("GET", "status"), ("DELETE", "")):
            answer = await irma.request(method, f"/session/{session}/{path}")
            assert "SESSION_UNKNOWN" in answer.text, path


async def test_who_has_a_key_is_told_what_is_wrong_with_it(api: Installation, wallet: Wallet) -> None:
    """Given wrong keys and numbers, when a code is asked about, then each has an answer of its own."""
    begun = await api.disclosed(wallet)

    async def says(key: str, **question: str) -> tuple[int, str]:
        answer = await api.resolve(begun.code, key=key, **question)
        assert answer.headers["Content-Type"] == "application/problem+json"
        return answer.status_code, answer.json()["type"]

    own = await api.add_key(RESOLVE, municipality_id=api.municipality.id)
    assert await says("wrong") == (401, "key-unknown")
    assert await says(await api.add_key("reports")) == (403, "scope-missing")
    for number in (api.elsewhere.number, "+31201111111"):  # somebody's and nobody's: no difference
        assert await says(own, number=number) == (403, "number-refused")


async def test_a_revoked_key_works_no_more_within_seconds(api: Installation) -> None:
    """Given a key in use, when it is revoked by the command, then it opens nothing, and says why."""
    key = await admin.add_api_key(api.store, "kcc", "voorbeeldstad")
    assert (await ask(api, key, NOBODYS)).status_code == 404
    (line,) = [line for line in await admin.list_api_keys(api.store) if line.endswith("kcc")]
    assert "voorbeeldstad" in line
    assert "used 20" in line
    newer = await admin.rotate_api_key(api.store, line.split()[0], overlap_hours=1)
    assert [(await ask(api, one, NOBODYS)).status_code for one in (key, newer)] == [404, 404]
    await admin.revoke_api_key(api.store, line.split()[0])

    async def is_told() -> bool:
        answer = await ask(api, key, NOBODYS)
        return bool(answer.json()["type"] == "key-revoked")

    await until(is_told, what="the key works no more", seconds=gate.REMEMBER_SECONDS + 2)
    assert (await ask(api, newer, NOBODYS)).status_code == 404
    assert key not in "".join(await admin.list_api_keys(api.store))


async def test_a_key_expires(api: Installation) -> None:
    """Given a rotated key without overlap, when it is used, then it is told that its time is over."""
    key = await admin.add_api_key(api.store, "kcc", "voorbeeldstad")
    (line,) = [line for line in await admin.list_api_keys(api.store) if line.endswith("kcc")]
    await admin.rotate_api_key(api.store, line.split()[0], overlap_hours=0)
    answer = await ask(api, key, NOBODYS)
    assert (answer.status_code, answer.json()["type"]) == (401, "key-expired")


async def test_many_questions_look_a_key_up_once(api: Installation, key: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Given a key that was just used, when it is used often, then the store is not asked about it again."""
    asked = 0
    find = keys.use_key

    async def counted(*args: Any) -> Any:
        nonlocal asked
        asked += 1
        return await find(*args)

    monkeypatch.setattr(keys, "use_key", counted)
    await ask(api, key, NOBODYS)
    await asyncio.gather(*(ask(api, key, NOBODYS) for _ in range(20)))
    assert asked == 1
