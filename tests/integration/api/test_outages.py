"""An outage ends nothing by itself: what the wallet completed meanwhile is found afterwards, also by its code."""

from pathlib import Path
from urllib.parse import urlsplit

import pytest

from callcenter.api import housekeeping, safety_net
from callcenter.store.database import Store, open_store
from callcenter.store.migrate import migrate
from demo.irma import RunningIrma
from demo.postgres import postgres
from demo.process import until
from demo.wallet import Wallet
from tests.integration.api.test_away import is_in, unreachable
from tests.integration.api.wire import wire
from tests.integration.api.world import installation


@pytest.fixture(autouse=True)
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """The safety net's clock runs faster: a minute is a second."""
    monkeypatch.setattr(housekeeping, "FIND_OUT_SECONDS", 0.1)
    monkeypatch.setattr(safety_net, "ALL_SECONDS", 0.2)


async def test_what_was_done_while_the_database_was_away_is_found(
    irma: RunningIrma, wallet: Wallet, tmp_path: Path
) -> None:
    """Given two open disclosures, when the database goes while the wallet does them, then both are found after."""
    (tmp_path / "pg").mkdir()
    async with postgres(tmp_path / "pg") as url, open_store(url) as store:
        await migrate(store)
        async with installation(tmp_path, store, irma) as api:
            shown, typed = await api.start(), await api.start()
            async with unreachable(url):
                for begun in (shown, typed):
                    await wallet.disclose(begun.session_ptr)  # and the app opens its dialler all the same

            assert (await api.resolve(typed.code)).status_code == 200
            await until(lambda: is_in(api, shown.bearer, "disclosed"), what="it is found")


async def test_what_was_done_while_we_could_not_reach_the_irma_server_is_found(
    store: Store, irma: RunningIrma, wallet: Wallet, tmp_path: Path
) -> None:
    """Given open disclosures, when neither side reaches the other while the wallet does them, then all are found."""
    there = urlsplit(irma.url).port
    assert there is not None
    async with wire(there) as to_irma, wire(0) as to_us:
        asked_by_way = RunningIrma(to_irma.url, irma.token, irma.child)
        async with installation(tmp_path, store, asked_by_way, internal_api_url=to_us.url) as api:
            to_us.lead_to(api.settings.internal_port)
            shown, typed, looked = [await api.start() for _ in range(3)]
            await to_irma.cut()
            await to_us.cut()
            for begun in (shown, typed, looked):
                await wallet.disclose(begun.session_ptr)
            assert (await api.resolve(typed.code)).status_code == 409
            assert await api.status(shown) == "requested"

            await to_irma.mend()

            await until(lambda: is_in(api, shown.bearer, "disclosed"), what="it is found", seconds=20)
            assert (await api.resolve(typed.code)).status_code == 200
            assert (await api.public.post("/v1/status/look", headers=looked.bearer)).json()["state"] == "disclosed"


async def test_what_was_done_while_our_process_was_away_is_found(
    store: Store, irma: RunningIrma, wallet: Wallet, tmp_path: Path
) -> None:
    """Given open disclosures, when our process ends, the wallet does them, and it begins again, then all are found."""
    async with installation(tmp_path, store, irma) as api:
        shown, typed = await api.start(), await api.start()
    for begun in (shown, typed):
        await wallet.disclose(begun.session_ptr)

    async with api.again() as after:
        assert (await after.resolve(typed.code)).status_code == 200
        await until(lambda: is_in(after, shown.bearer, "disclosed"), what="it is found")
