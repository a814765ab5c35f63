"""Disclosures with the real IRMA server and the real app's library: session, wallet, callback, proof."""

import asyncio
from pathlib import Path

import httpx
import pytest
from pydantic import SecretStr

from callcenter.irma.callback import Callbacks
from callcenter.irma.client import IrmaServer, Session
from callcenter.irma.errors import CallbackRefused
from callcenter.model.proof import NotProven, Proven, Reason, SessionStatus, proven
from demo.irma import RunningIrma
from demo.persons import PERSONS, Person, person
from demo.process import until
from demo.wallet import Wallet, WalletFailed, WalletRefused
from tests.integration.irma.conftest import Callback

BSN = "pbdf.gemeente.personalData.bsn"
FIRSTNAMES = "pbdf.gemeente.personalData.firstnames"
PREFIX = "pbdf.gemeente.personalData.prefix"
SURNAME = "pbdf.gemeente.personalData.surname"
CITY = "pbdf.gemeente.address.city"

ASKED = [[[BSN, FIRSTNAMES, PREFIX, SURNAME]], [[], [CITY]]]
RETURN_URL = "tel:+31243290000,,5362149328"


async def started(irma: IrmaServer, callback: Callback) -> Session:
    return await irma.start_disclosure(
        ASKED,
        callback_url=callback.url,
        return_url=RETURN_URL,
        labels={0: {"nl": "Wie u bent", "en": "Who you are"}},
    )


async def test_a_citizen_who_agrees_is_proven(irma: IrmaServer, wallet: Wallet, callback: Callback) -> None:
    session = await started(irma, callback)
    assert await irma.status(session.token) is SessionStatus.INITIALIZED

    assert await wallet.disclose(session.session_ptr) == RETURN_URL

    # The callback came before the app had its answer, so it is here already.
    result = await Callbacks(irma).verify(callback.bodies.get_nowait())
    assert callback.paths == ["/irma/callback/s3cr3tp4th/"]
    decided = proven(result, ASKED, token=session.token.get_secret_value())
    assert decided == Proven(
        {BSN: "999990032", FIRSTNAMES: "Zoë", PREFIX: None, SURNAME: "Fictief", CITY: "Voorbeeldstad"}
    )
    assert await irma.result(session.token) == result


async def test_who_declines_is_not_proven(irma: IrmaServer, wallet: Wallet, callback: Callback) -> None:
    session = await started(irma, callback)

    with pytest.raises(WalletRefused):
        await wallet.disclose(session.session_ptr, refuse=True)

    result = await Callbacks(irma).verify(await callback.next())
    assert proven(result, ASKED, token=session.token.get_secret_value()) == NotProven(Reason.CANCELLED)


async def test_who_has_no_cards_is_not_proven(irma: IrmaServer, callback: Callback, tmp_path: Path) -> None:
    session = await started(irma, callback)

    with pytest.raises(WalletFailed, match="load the cards first"):
        await Wallet(tmp_path / "empty").disclose(session.session_ptr)

    result = await Callbacks(irma).verify(await callback.next())
    assert proven(result, ASKED, token=session.token.get_secret_value()) == NotProven(Reason.CANCELLED)


async def test_done_is_not_proven_for_who_shows_less_than_asked(
    irma: IrmaServer, wallet: Wallet, callback: Callback
) -> None:
    asked = [[[BSN, SURNAME]]]
    session = await irma.start_disclosure(asked, callback_url=callback.url, return_url=RETURN_URL)

    with pytest.raises(WalletFailed, match="MISSING_ATTRIBUTES"):
        await wallet.disclose(session.session_ptr, withhold=True)

    result = await Callbacks(irma).verify(await callback.next())
    assert (result.status, result.proof_status) == (SessionStatus.DONE, "MISSING_ATTRIBUTES")
    assert proven(result, asked, token=session.token.get_secret_value()) == NotProven(Reason.MISSING)


async def test_done_is_not_proven_for_an_expired_card(
    running: RunningIrma, irma: IrmaServer, callback: Callback, tmp_path: Path
) -> None:
    expired = Wallet(tmp_path / "expired")
    await expired.load(person("sjoukje"), running, lifetime=2)
    session = await started(irma, callback)

    with pytest.raises(WalletFailed, match="EXPIRED"):
        await expired.disclose(session.session_ptr)

    result = await Callbacks(irma).verify(await callback.next())
    assert (result.status, result.proof_status) == (SessionStatus.DONE, "EXPIRED")
    assert proven(result, ASKED, token=session.token.get_secret_value()) == NotProven(Reason.NOT_VALID)


@pytest.mark.parametrize("citizen", PERSONS, ids=lambda citizen: citizen.slug)
async def test_each_invented_citizen_arrives_letter_by_letter(
    running: RunningIrma, irma: IrmaServer, tmp_path: Path, citizen: Person
) -> None:
    wallet = Wallet(tmp_path / citizen.slug)
    await wallet.load(citizen, running)
    session = await irma.start_disclosure(ASKED)

    await wallet.disclose(session.session_ptr)

    decided = proven(await irma.result(session.token), ASKED, token=session.token.get_secret_value())
    assert isinstance(decided, Proven)
    assert decided.attributes == {name: citizen.shows(name) for name in (BSN, FIRSTNAMES, PREFIX, SURNAME, CITY)}


async def test_the_result_of_another_session_proves_nothing(
    irma: IrmaServer, wallet: Wallet, callback: Callback
) -> None:
    mine, other = await started(irma, callback), await started(irma, callback)

    await wallet.disclose(other.session_ptr)

    result = await Callbacks(irma).verify(await callback.next())
    assert proven(result, ASKED, token=mine.token.get_secret_value()) == NotProven(Reason.OTHER_SESSION)


async def test_a_session_that_asked_less_proves_nothing_more(
    irma: IrmaServer, wallet: Wallet, callback: Callback
) -> None:
    session = await irma.start_disclosure([[[SURNAME]]], callback_url=callback.url)

    await wallet.disclose(session.session_ptr)

    result = await Callbacks(irma).verify(await callback.next())
    assert proven(result, ASKED, token=session.token.get_secret_value()) == NotProven(Reason.NOT_AS_ASKED)


async def test_who_does_not_scan_in_time_is_too_late(irma: IrmaServer, wallet: Wallet, callback: Callback) -> None:
    session = await irma.start_disclosure(ASKED, callback_url=callback.url, scan_seconds=1)

    async def over() -> bool:
        return (await irma.status(session.token)).over

    await until(over, what="the session times out", seconds=5)
    result = await irma.result(session.token)
    assert proven(result, ASKED, token=session.token.get_secret_value()) == NotProven(Reason.TIMEOUT)
    with pytest.raises(WalletFailed):
        await wallet.disclose(session.session_ptr)


async def test_a_cancelled_session_can_not_be_scanned(irma: IrmaServer, wallet: Wallet, callback: Callback) -> None:
    session = await started(irma, callback)

    await irma.cancel(session.token)

    assert await irma.status(session.token) is SessionStatus.CANCELLED
    with pytest.raises(WalletFailed):
        await wallet.disclose(session.session_ptr)


async def test_a_session_can_be_scanned_once(irma: IrmaServer, wallet: Wallet, callback: Callback) -> None:
    session = await started(irma, callback)
    await wallet.disclose(session.session_ptr)

    with pytest.raises(WalletFailed):
        await wallet.disclose(session.session_ptr)

    assert (await irma.result(session.token)).proof_status == "VALID"


async def test_a_changed_callback_is_refused(irma: IrmaServer, wallet: Wallet, callback: Callback) -> None:
    session = await started(irma, callback)
    await wallet.disclose(session.session_ptr)
    head, body, signature = (await callback.next()).split(".")
    changed = ("A" if body[200] != "A" else "B").join([body[:200], body[201:]])

    with pytest.raises(CallbackRefused):
        await Callbacks(irma).verify(f"{head}.{changed}.{signature}")


async def test_the_callback_of_an_issuance_is_refused(
    running: RunningIrma, irma: IrmaServer, callback: Callback, tmp_path: Path
) -> None:
    cards = [{"credential": card, "attributes": attributes} for card, attributes in person("rene").cards().items()]
    request = {"@context": "https://irma.app/ld/request/issuance/v2", "credentials": cards}
    async with httpx.AsyncClient() as http:
        answer = await http.post(
            f"{running.url}/session",
            json={"callbackUrl": callback.url, "request": request},
            headers={"Authorization": running.token},
        )
    await Wallet(tmp_path / "w")._session("issue", answer.json()["sessionPtr"])

    with pytest.raises(CallbackRefused, match="not the result of a disclosure"):
        await Callbacks(irma).verify(await callback.next())
    result = await irma.result(SecretStr(answer.json()["token"]))
    assert proven(result, ASKED, token=answer.json()["token"]) == NotProven(Reason.NOT_A_DISCLOSURE)


async def test_pairing_shows_a_code_that_the_browser_confirms(
    irma: IrmaServer, wallet: Wallet, callback: Callback
) -> None:
    session = await started(irma, callback)
    frontend = session.session_ptr["u"] + "/frontend"
    shown: asyncio.Queue[str] = asyncio.Queue()
    async with httpx.AsyncClient(headers={"Authorization": session.frontend_request["authorization"]}) as browser:
        options = {"@context": "https://irma.app/ld/request/frontendoptions/v1", "pairingMethod": "pin"}
        code = (await browser.post(f"{frontend}/options", json=options)).json()["pairingCode"]

        disclosing = asyncio.create_task(wallet.disclose(session.session_ptr, on_pairing=shown.put_nowait))

        assert await asyncio.wait_for(shown.get(), 10) == code
        assert await irma.status(session.token) is SessionStatus.PAIRING
        await browser.post(f"{frontend}/pairingcompleted")
        assert await disclosing == RETURN_URL


async def test_the_servers_log_holds_no_secret(
    running: RunningIrma, irma: IrmaServer, wallet: Wallet, callback: Callback
) -> None:
    session = await started(irma, callback)
    await wallet.disclose(session.session_ptr)
    await irma.check([[["pbdf.gemeente.personalData.shoesize"]]])

    # Something was logged, for the callback went without TLS; but not what it would show beside that.
    log = running.child.log
    await until(lambda: "without TLS" in log.read_text(), what="a warning in the server's log", child=running.child)
    for secret in ("5362149328", "s3cr3tp4th", session.token.get_secret_value(), running.token, "999990032"):
        assert secret not in log.read_text()
