"""Two who change a municipality's purposes or links at the same moment, on PostgreSQL: the second is told."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from callcenter import admin, purposes
from callcenter.admin import AdminError
from callcenter.model.tenant import Condiscon, Link, Municipality, Purpose, TenantError
from callcenter.store import tenants
from callcenter.store.database import Store, open_store
from callcenter.store.migrate import migrate
from demo.postgres import postgres
from tests.integration.store.test_wrap_ups import until_waits_for_a_lock

TOWN, SLUG = "voorbeeldstad", "verhuizing"
NAME: Condiscon = [[["pbdf.gemeente.personalData.surname"]]]
WIKI = Link("Wiki", "https://wiki.example/")


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    async with postgres(tmp_path) as url, open_store(url) as opened:
        await migrate(opened)
        hosts = ("wiki.example",)
        await admin.add_municipality(opened, TOWN, "Gemeente Voorbeeldstad", "+31243290000", link_hosts=hosts)
        yield opened


async def add(store: Store) -> Purpose:
    return await purposes.add_purpose(store, TOWN, SLUG, "Verhuizing", "Moving", NAME)


async def town(store: Store) -> Municipality:
    async with store.begin() as tx:
        return await admin.found(tx, TOWN)


async def test_of_two_who_make_the_same_purpose_one_is_told(store: Store) -> None:
    made = await asyncio.gather(add(store), add(store), return_exceptions=True)
    assert sorted(type(one).__name__ for one in made) == ["Purpose", "TenantError"]
    assert "already" in str(next(one for one in made if isinstance(one, TenantError)))


async def test_a_purpose_that_was_changed_meanwhile_is_not_overwritten(store: Store) -> None:
    # given a manager who is just saving another name
    purpose, of = await add(store), await town(store)
    async with store.begin() as tx:
        await tenants.lock_municipality(tx, of.id)
        await tenants.save_purpose(tx, replace(purpose, name_nl="Verhuizen"), of)

        # when an operator changes it too
        change = asyncio.create_task(purposes.edit_purpose(store, TOWN, SLUG, name_en="Moved"))
        await until_waits_for_a_lock(store)

    # then they are told, and the manager's name stays
    with pytest.raises(AdminError, match="meanwhile"):
        await change
    async with store.begin() as tx:
        assert await tenants.find_purpose(tx, of.id, SLUG) == replace(purpose, name_nl="Verhuizen")


async def test_a_purpose_is_not_added_to_what_was_just_forbidden(store: Store) -> None:
    of = await town(store)
    async with store.begin() as tx:
        await tenants.lock_municipality(tx, of.id)
        await tenants.save_allowed_attributes(tx, replace(of, allowed_attributes=("pbdf.gemeente.address.*",)))
        adding = asyncio.create_task(add(store))
        await until_waits_for_a_lock(store)
    with pytest.raises(AdminError, match="meanwhile"):
        await adding


async def test_links_are_held_against_the_hosts_of_this_moment(store: Store) -> None:
    # given an operator who is just taking a host off the list
    of = await town(store)
    async with store.begin() as tx:
        await tenants.lock_municipality(tx, of.id)
        await tenants.save_by_operator(tx, replace(of, link_hosts=()), 365)
        links = asyncio.create_task(purposes.set_links(store, TOWN, (WIKI,)))
        await until_waits_for_a_lock(store)

    # then a link to it is not saved
    with pytest.raises(TenantError, match=r"wiki\.example"):
        await links
    assert (await town(store)).links == ()
