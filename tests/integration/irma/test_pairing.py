"""What pairing enforces at the real IRMA server, and what it can't: docs/operators.md promises no more than this."""

import asyncio

import httpx
import pytest

from callcenter.irma.client import IrmaServer, Session
from callcenter.model.proof import SessionStatus
from demo.persons import PERSONAL_DATA
from demo.process import until
from demo.wallet import Wallet, WalletError

OPTIONS = {"@context": "https://irma.app/ld/request/frontendoptions/v1"}


@pytest.fixture
async def session(irma: IrmaServer) -> Session:
    return await irma.start_disclosure([[[f"{PERSONAL_DATA}.surname"]]])


def browser(session: Session, authorization: str | None = None) -> httpx.AsyncClient:
    """A browser with the authorization that our api has answered, or with another."""
    given = authorization or session.frontend_request["authorization"]
    base = session.session_ptr["u"] + "/frontend"
    return httpx.AsyncClient(base_url=base, headers={"Authorization": given}, trust_env=False)


async def pairing(of: httpx.AsyncClient, method: str) -> httpx.Response:
    return await of.post("/options", json=OPTIONS | {"pairingMethod": method})


async def test_an_app_waits_until_the_browser_lets_it_through(
    irma: IrmaServer, wallet: Wallet, session: Session
) -> None:
    """Given pairing, when a stranger scans the QR code off the screen, then their app gets nowhere by itself."""
    shown: list[str] = []
    async with browser(session) as own:
        code = (await pairing(own, "pin")).json()["pairingCode"]
        scanning = asyncio.create_task(wallet.disclose(session.session_ptr, on_pairing=shown.append))
        await until(lambda: bool(shown), what="the app shows its digits")
        assert shown == [code]
        assert await irma.status(session.token) is SessionStatus.PAIRING

        # the citizen, who sees other digits or none, stops
        await irma.cancel(session.token)
        with pytest.raises(WalletError):
            await scanning


async def test_only_the_browser_that_began_may_let_it_through(irma: IrmaServer, session: Session) -> None:
    """Given somebody with the QR code alone, then they can neither turn pairing off nor complete it."""
    async with browser(session) as own, browser(session, "invented") as stranger:
        await pairing(own, "pin")
        assert (await pairing(stranger, "none")).status_code >= 400
        assert (await stranger.post("/pairingcompleted")).status_code >= 400
    assert await irma.status(session.token) is SessionStatus.INITIALIZED


async def test_whoever_began_can_turn_pairing_off(irma: IrmaServer, wallet: Wallet, session: Session) -> None:
    """Given pairing that was asked for, when a page that relays the QR code says otherwise, then nothing stops it.

    The server heeds whoever holds the authorization of the browser, and compares no digits itself.
    """
    shown: list[str] = []
    async with browser(session) as relaying:
        await pairing(relaying, "pin")
        assert (await pairing(relaying, "none")).is_success
    await wallet.disclose(session.session_ptr, on_pairing=shown.append)

    assert shown == []
    assert await irma.status(session.token) is SessionStatus.DONE
