"""Codes, from the citizen's click to the conductor's question: used once, by one call, at one number, in time."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from callcenter.ari_app.resolve import NOT_YET, WRONG, Resolved
from callcenter.store.database import Store
from demo.irma import RunningIrma
from demo.persons import Person
from demo.ports import LOOPBACK, free_port
from demo.process import until
from demo.wallet import Wallet, WalletRefused
from tests.integration.api.world import (
    CALL,
    ELSEWHERE,
    HASTY,
    NUMBER,
    OTHER_CALL,
    Begun,
    Installation,
    hasty,
    installation,
    shows,
)


def code_of(tel_url: str | None) -> str:
    assert tel_url is not None
    return tel_url.rpartition(",")[2]


async def test_a_citizen_who_discloses_is_known_by_the_code(api: Installation, wallet: Wallet, citizen: Person) -> None:
    begun = await api.start()
    tel_url = await wallet.disclose(begun.session_ptr)

    assert tel_url == begun.answer["telUrl"] == f"tel:{NUMBER},,{begun.code}"
    # The app has its answer, so the callback has come: the code works at once.
    answer = await api.resolve(code_of(tel_url))

    assert answer.status_code == 200
    assert list(answer.json()) == ["reference"]
    assert await api.attributes(answer.json()["reference"]) == shows(citizen)


async def test_a_code_serves_one_call(api: Installation, wallet: Wallet) -> None:
    begun = await api.disclosed(wallet)

    first = await api.resolve(begun.code, CALL)
    again = await api.resolve(begun.code, CALL)
    other = await api.resolve(begun.code, OTHER_CALL)

    assert first.status_code == 200
    assert again.json() == first.json()
    assert (other.status_code, other.json()["type"]) == (404, "code-unknown")


async def test_of_many_calls_at_once_one_gets_it(api: Installation, wallet: Wallet) -> None:
    begun = await api.disclosed(wallet)

    answers = await asyncio.gather(*(api.resolve(begun.code, f"call{number}") for number in range(20)))

    assert sorted(answer.status_code for answer in answers) == [200, *[404] * 19]


async def test_at_another_municipalitys_number_a_code_is_wrong_and_not_used_up(
    api: Installation, wallet: Wallet
) -> None:
    begun = await api.disclosed(wallet)

    assert (await api.resolve(begun.code, number=ELSEWHERE)).status_code == 404
    assert (await api.resolve(begun.code, number="+31243299999")).status_code == 404

    assert (await api.resolve(begun.code)).status_code == 200


async def test_before_the_citizen_is_done_the_answer_is_not_yet(api: Installation, wallet: Wallet) -> None:
    begun = await api.start()

    early = await api.resolve(begun.code)
    await wallet.disclose(begun.session_ptr)
    later = await api.resolve(begun.code)

    assert (early.status_code, early.json()["type"]) == (409, "not-yet-proven")
    assert later.status_code == 200


async def test_the_conductors_client_understands_every_answer(api: Installation, wallet: Wallet) -> None:
    async with api.resolver() as resolver:
        begun = await api.start()
        assert await resolver.resolve(NUMBER, begun.code, CALL) is NOT_YET
        await wallet.disclose(begun.session_ptr)
        found = await resolver.resolve(NUMBER, begun.code, CALL)
        assert isinstance(found, Resolved)
        assert await resolver.resolve(NUMBER, begun.code, CALL) == found
        assert await resolver.resolve(NUMBER, begun.code, OTHER_CALL) is WRONG


async def test_a_citizen_who_declines_has_a_wrong_code(api: Installation, wallet: Wallet) -> None:
    begun = await api.start()
    with pytest.raises(WalletRefused):
        await wallet.disclose(begun.session_ptr, refuse=True)

    await until(lambda: is_in(api, begun, "cancelled"), what="the refusal is known")
    assert (await api.resolve(begun.code)).status_code == 404


async def test_a_code_that_is_too_old_is_wrong(api: Installation, wallet: Wallet) -> None:
    await hasty(api.store, code_seconds=2)
    begun = await api.disclosed(wallet, "haast")
    expires_at = datetime.fromisoformat(begun.answer["expiresAt"])

    await until(lambda: datetime.now(UTC) > expires_at, what="the code is too old")

    assert (await api.resolve(begun.code, number=HASTY)).status_code == 404
    await until(lambda: is_in(api, begun, "expired"), what="the sweeper has erased it")


async def test_nobody_can_scan_for_longer_than_the_code_lives(api: Installation, irma: RunningIrma) -> None:
    await hasty(api.store, code_seconds=1)
    begun = await api.start("haast")

    async def timed_out() -> bool:
        answer = await api.public.get(
            f"{begun.session_ptr['u']}/frontend/status",
            headers={"Authorization": begun.answer["frontendRequest"]["authorization"]},
        )
        return "TIMEOUT" in answer.text

    await until(timed_out, what="the IRMA session is over too", seconds=6)


async def test_what_is_no_code_is_refused_without_saying_it_again(api: Installation) -> None:
    for digits in ("", "123456789", "12345678901", "123456789a", "\uff11\uff12345678", "1234567890\n"):
        answer = await api.resolve(digits)

        assert answer.status_code == 422
        assert "code" in answer.json()["detail"]
        assert not digits or digits.strip() not in answer.text


async def test_codes_can_not_be_guessed_without_a_key(api: Installation, wallet: Wallet) -> None:
    begun = await api.disclosed(wallet)

    async def status(key: str) -> int:
        return (await api.resolve(begun.code, key=key)).status_code

    question = {"number": NUMBER, "code": begun.code, "call": CALL}
    assert (await api.internal.post("/v1/codes/resolve", json=question)).status_code == 401
    assert await status("wrong") == 401
    assert await status(await api.add_key("reports")) == 403
    assert await status(await api.add_key("resolve", municipality_id=api.elsewhere.id)) == 403
    assert await status(await api.add_key("resolve", municipality_id=api.municipality.id)) == 200


async def test_who_has_no_key_does_not_learn_what_a_question_looks_like(api: Installation) -> None:
    answer = await api.internal.post("/v1/codes/resolve", json={"nonsense": 1})

    assert answer.status_code == 401


@pytest.fixture
async def deaf(store: Store, irma: RunningIrma, tmp_path: Path) -> AsyncIterator[Installation]:
    """An api that the IRMA server can't reach."""
    nobody = f"http://{LOOPBACK}:{free_port()}"
    async with installation(tmp_path, store, irma, internal_api_url=nobody) as running:
        yield running


async def test_a_lost_callback_is_found_by_the_question_about_the_code(
    lazy: None, deaf: Installation, wallet: Wallet
) -> None:
    begun = await deaf.disclosed(wallet)
    assert await deaf.status(begun) == "requested"

    assert (await deaf.resolve(begun.code)).status_code == 200


async def test_a_lost_callback_is_found_by_housekeeping(deaf: Installation, wallet: Wallet) -> None:
    begun = await deaf.disclosed(wallet)

    await until(lambda: is_in(deaf, begun, "disclosed"), what="housekeeping has found out", seconds=30)


async def test_that_somebody_scans_is_found_by_housekeeping(api: Installation) -> None:
    begun = await api.start()
    # What the app does first.
    versions = {"X-IRMA-MinProtocolVersion": "2.4", "X-IRMA-MaxProtocolVersion": "2.8", "Authorization": "invented"}
    await api.public.get(begun.session_ptr["u"], headers=versions)

    await until(lambda: is_in(api, begun, "scanned"), what="housekeeping has found out", seconds=30)


async def is_in(api: Installation, begun: Begun, state: str) -> bool:
    return await api.status(begun) == state
