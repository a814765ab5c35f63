"""Purposes are checked when they are saved, by the real IRMA server too; a slip is never met by a citizen."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from pydantic import SecretStr

from callcenter import admin, purposes
from callcenter.admin import AdminError
from callcenter.irma.client import IrmaServer
from callcenter.irma.condiscon import CondisconError
from callcenter.model.tenant import Condiscon, Purpose, TenantError
from callcenter.store import tenants
from callcenter.store.database import Store, open_store
from callcenter.store.migrate import migrate
from demo.irma import irma_server
from demo.persons import PERSONAL_DATA
from demo.ports import free_port

TOWN = "voorbeeldstad"
NAME: Condiscon = [[[f"{PERSONAL_DATA}.surname"]]]
BSN: Condiscon = [[[f"{PERSONAL_DATA}.bsn"]]]
SLIP: Condiscon = [[[f"{PERSONAL_DATA}.surnam"]]]
TWO_CARDS: Condiscon = [[[f"{PERSONAL_DATA}.surname", "pbdf.gemeente.address.city", f"{PERSONAL_DATA}.prefix"]]]

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def irma(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[IrmaServer]:
    async with (
        irma_server(tmp_path_factory.mktemp("irma")) as running,
        IrmaServer(running.url, SecretStr(running.token), deadline=10.0) as server,
    ):
        yield server


@pytest_asyncio.fixture(loop_scope="module")
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    async with open_store(f"sqlite:///{tmp_path}/store.db") as opened:
        await migrate(opened)
        await admin.add_municipality(opened, TOWN, "Gemeente Voorbeeldstad", "+31243290000")
        yield opened


async def saved(store: Store, slug: str = "verhuizing") -> Purpose | None:
    async with store.begin() as tx:
        of = await tenants.municipality_by_slug(tx, TOWN)
        assert of is not None
        return await tenants.find_purpose(tx, of.id, slug)


async def add(store: Store, condiscon: Condiscon, irma: IrmaServer | None = None, **more: Any) -> Purpose:
    return await purposes.add_purpose(store, TOWN, "verhuizing", "Verhuizing", "Moving", condiscon, irma=irma, **more)


async def test_what_the_server_knows_is_saved_with_all_its_sets(store: Store, irma: IrmaServer) -> None:
    """Given sets that the IRMA server knows, then the purpose comes back as it was made."""
    sets = {"met-adres": [*NAME, [[], ["pbdf.gemeente.address.city"]]]}
    made = await add(store, BSN, irma, attribute_sets=sets, legal_basis="Wabb art. 10", pairing=False)

    assert await saved(store) == made
    assert made.attribute_sets == sets


@pytest.mark.parametrize(
    ("asked", "sets", "said"),
    [
        (SLIP, {}, "surnam: a slip"),
        (NAME, {"streng": SLIP}, "set streng: .*surnam: a slip"),
        (TWO_CARDS, {}, "not together"),
    ],
)
async def test_what_the_server_does_not_know_is_refused_and_not_saved(
    store: Store, irma: IrmaServer, asked: Condiscon, sets: dict[str, Condiscon], said: str
) -> None:
    """Given a slip that only the IRMA server can see, then its name is told, and nothing is saved."""
    with pytest.raises(AdminError, match=said):
        await add(store, asked, irma, attribute_sets=sets)
    assert await saved(store) is None


@pytest.mark.parametrize(
    ("asked", "refusal", "said"),
    [
        (BSN, TenantError, "--legal-basis"),
        ([[["bsn"]]], CondisconError, "no attribute id"),
        ([[[]]], CondisconError, "left out"),
        (["x"], CondisconError, "not a list"),
    ],
)
async def test_what_can_be_seen_without_the_server_is_refused_without_it(
    store: Store, asked: Any, refusal: type[Exception], said: str
) -> None:
    """Given a purpose that can't be, then that is told even where the IRMA server is not asked."""
    with pytest.raises(refusal, match=said):
        await add(store, asked)
    assert await saved(store) is None


async def test_while_the_server_is_away_nothing_is_saved_and_the_way_out_is_told(store: Store) -> None:
    """Given no IRMA server, then saving says what to do; and unchecked it can be saved."""
    async with IrmaServer(f"http://127.0.0.1:{free_port()}", SecretStr("token"), deadline=2.0) as nobody:
        with pytest.raises(AdminError, match="--without-check"):
            await add(store, NAME, nobody)
    assert await saved(store) is None
    assert await add(store, NAME) == await saved(store)


async def test_the_operators_word_holds_for_what_is_saved_and_what_was(store: Store) -> None:
    """Given patterns, then more can't be asked; and patterns that a purpose exceeds already are refused."""
    await purposes.allow_attributes(store, TOWN, [f"{PERSONAL_DATA}.*"])
    await add(store, NAME)
    with pytest.raises(TenantError, match=r"may not ask pbdf\.gemeente\.address\.city"):
        await purposes.edit_purpose(store, TOWN, "verhuizing", condiscon=[[["pbdf.gemeente.address.city"]]])
    with pytest.raises(TenantError, match=r"may not ask pbdf\.gemeente\.personalData\.surname"):
        await purposes.allow_attributes(store, TOWN, ["pbdf.gemeente.address.*"])
    with pytest.raises(TenantError, match="such as"):
        await purposes.allow_attributes(store, TOWN, ["pbdf.gem*"])

    async with store.begin() as tx:
        of = await tenants.municipality_by_slug(tx, TOWN)
    assert of is not None
    assert of.allowed_attributes == (f"{PERSONAL_DATA}.*",)


async def test_a_purpose_is_changed_in_what_is_given_and_checked_as_when_it_was_made(
    store: Store, irma: IrmaServer
) -> None:
    """Given a purpose, when it is edited, then the rest stays; a slip or a missing basis in law is refused."""
    made = await add(store, NAME, pairing=False)
    await purposes.edit_purpose(store, TOWN, "verhuizing", irma=irma, name_nl="Verhuizen")
    with pytest.raises(AdminError, match="a slip"):
        await purposes.edit_purpose(store, TOWN, "verhuizing", irma=irma, condiscon=SLIP)
    with pytest.raises(TenantError, match="--legal-basis"):
        await purposes.edit_purpose(store, TOWN, "verhuizing", condiscon=BSN)
    with pytest.raises(AdminError, match="add-purpose"):
        await purposes.edit_purpose(store, TOWN, "nergens", name_nl="x")

    changed = await saved(store)
    assert changed is not None
    assert (changed.name_nl, changed.condiscon, changed.pairing) == ("Verhuizen", made.condiscon, False)


async def test_all_purposes_can_be_checked_again(store: Store, irma: IrmaServer) -> None:
    """Given one purpose with a slip that was saved unchecked, then the check names it, and finds no other."""
    await add(store, NAME)
    await purposes.add_purpose(store, TOWN, "slip", "Slip", "Slip", SLIP)
    found = await purposes.faults(store, irma)

    assert found[f"{TOWN}/verhuizing"] is None
    assert "surnam: a slip" in (found[f"{TOWN}/slip"] or "")
