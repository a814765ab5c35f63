"""What the tests of the api share: one IRMA server and one wallet a session; a store and an api for each test."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from callcenter.api import housekeeping
from callcenter.irma.client import IrmaServer
from callcenter.store.database import Store, open_store
from demo.irma import RunningIrma, irma_server
from demo.persons import Person, person
from demo.wallet import Wallet
from tests.integration.api.world import Installation, installation
from tests.integration.store.conftest import migrated, postgres_url, sqlite_url, store, store_url

__all__ = ["migrated", "postgres_url", "sqlite_url", "store", "store_url"]


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def irma(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[RunningIrma]:
    async with irma_server(tmp_path_factory.mktemp("irma")) as running:
        yield running


@pytest.fixture(scope="session")
def citizen() -> Person:
    return person("rene")


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def loaded(irma: RunningIrma, citizen: Person, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a wallet with the citizen's cards."""
    folder = tmp_path_factory.mktemp("wallet") / "wallet"
    await Wallet(folder).load(citizen, irma)
    return folder


@pytest.fixture
def wallet(loaded: Path) -> Wallet:
    return Wallet(loaded)


@pytest.fixture
async def served(store: Store, store_url: str) -> AsyncIterator[Store]:
    """The store as the api has it: on PostgreSQL it acts as its role."""
    if store.dialect == "sqlite":
        yield store
        return
    async with open_store(store_url, "api") as opened:
        yield opened


@pytest.fixture
async def api(store: Store, served: Store, irma: RunningIrma, tmp_path: Path) -> AsyncIterator[Installation]:
    async with installation(tmp_path, store, irma, served) as running:
        yield running


@pytest.fixture
def lazy(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody asks the IRMA server how a session stands, unless a code is asked about."""
    monkeypatch.setattr(housekeeping, "FIND_OUT_SECONDS", 3600.0)


@pytest.fixture
def sessions(monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """Every IRMA session that is started from now on, and whether it was cancelled."""
    seen: dict[str, str] = {}
    start, cancel = IrmaServer.start_disclosure, IrmaServer.cancel

    async def started(self: IrmaServer, *given: Any, **named: Any) -> Any:
        session = await start(self, *given, **named)
        seen[session.token.get_secret_value()] = "started"
        return session

    async def cancelled(self: IrmaServer, token: Any) -> None:
        await cancel(self, token)
        seen[token.get_secret_value()] = "cancelled"

    monkeypatch.setattr(IrmaServer, "start_disclosure", started)
    monkeypatch.setattr(IrmaServer, "cancel", cancelled)
    return seen
