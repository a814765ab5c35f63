"""The IRMA server away, restarted, with a new key, unwilling; and what is said of attributes that it does not know."""

import time
from pathlib import Path

import pytest
from pydantic import SecretStr

from callcenter.irma.callback import Callbacks
from callcenter.irma.client import AttributeCheck, IrmaServer
from callcenter.irma.errors import CallbackRefused, IrmaAway, IrmaRefused, SessionUnknown
from demo.irma import RunningIrma, irma_server
from demo.persons import PERSONS
from demo.ports import free_port
from demo.process import ChildEndedError
from demo.wallet import Wallet
from tests.integration.irma.conftest import Callback

BSN = "pbdf.gemeente.personalData.bsn"
CITY = "pbdf.gemeente.address.city"
SHOESIZE = "pbdf.gemeente.personalData.shoesize"
NOBODYS = "nobody.gemeente.personalData.bsn"


async def test_attributes_that_the_server_knows_pass(irma: IrmaServer) -> None:
    assert (await irma.check([[[BSN]], [[], [CITY]]])).ok


async def test_unknown_attributes_are_named(irma: IrmaServer) -> None:
    assert await irma.check([[[BSN, SHOESIZE]], [[NOBODYS], [CITY]]]) == AttributeCheck(unknown=(SHOESIZE, NOBODYS))


async def test_every_attribute_of_an_invented_citizen_can_be_asked(irma: IrmaServer) -> None:
    ids = [f"{card}.{name}" for card, attributes in PERSONS[0].cards().items() for name in attributes]
    assert (await irma.check([[ids]])).ok


async def test_a_wrong_requestor_token_is_refused_in_words(running: RunningIrma) -> None:
    async with IrmaServer(running.url, SecretStr("wrong")) as irma:
        with pytest.raises(IrmaRefused, match="check VB_IRMA_TOKEN"):
            await irma.start_disclosure([[[BSN]]])
        with pytest.raises(IrmaRefused, match="check VB_IRMA_TOKEN"):
            await irma.check([[[BSN]]])


async def test_a_server_that_went_away_is_away_within_the_deadline(running: RunningIrma, irma: IrmaServer) -> None:
    session = await irma.start_disclosure([[[BSN]]])

    await running.child.stop()

    began = time.monotonic()
    with pytest.raises(IrmaAway):
        await irma.start_disclosure([[[BSN]]])
    with pytest.raises(IrmaAway):
        await irma.status(session.token)
    assert time.monotonic() - began < 5


async def test_a_session_does_not_survive_the_server(tmp_path: Path) -> None:
    port = free_port()
    async with irma_server(tmp_path, port=port) as first, IrmaServer(first.url, SecretStr(first.token)) as irma:
        session = await irma.start_disclosure([[[BSN]]])
        await first.child.stop()
        async with irma_server(tmp_path, port=port) as again:
            assert again.token == first.token
            with pytest.raises(SessionUnknown):
                await irma.status(session.token)
            with pytest.raises(SessionUnknown):
                await irma.cancel(session.token)
            await irma.start_disclosure([[[BSN]]])


async def test_a_new_key_of_the_server_is_accepted_and_the_old_one_no_more(tmp_path: Path, callback: Callback) -> None:
    port = free_port()
    wallet = Wallet(tmp_path / "wallet")
    async with irma_server(tmp_path, port=port) as first, IrmaServer(first.url, SecretStr(first.token)) as irma:
        callbacks = Callbacks(irma, refetch_seconds=0)
        await wallet.load(PERSONS[0], first)
        await wallet.disclose((await irma.start_disclosure([[[BSN]]], callback_url=callback.url)).session_ptr)
        old = await callback.next()
        await callbacks.verify(old)
        await first.child.stop()
        (tmp_path / "jwt.pem").unlink()
        async with irma_server(tmp_path, port=port):
            await wallet.disclose((await irma.start_disclosure([[[BSN]]], callback_url=callback.url)).session_ptr)
            await callbacks.verify(await callback.next())
            with pytest.raises(CallbackRefused):
                await callbacks.verify(old)


async def test_a_server_that_can_not_start_says_why(running: RunningIrma, tmp_path: Path) -> None:
    port = int(running.url.rsplit(":", 1)[1])
    with pytest.raises(ChildEndedError, match="address already in use"):
        async with irma_server(tmp_path / "second", port=port):
            pytest.fail("two servers at one port")


async def test_two_servers_side_by_side_do_not_know_each_others_sessions(irma: IrmaServer, tmp_path: Path) -> None:
    session = await irma.start_disclosure([[[BSN]]])
    async with irma_server(tmp_path / "second") as second, IrmaServer(second.url, SecretStr(second.token)) as other:
        with pytest.raises(SessionUnknown):
            await other.status(session.token)
