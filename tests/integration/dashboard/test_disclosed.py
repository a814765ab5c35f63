"""The links of a call: what an agent's click leads to when the municipality's systems have changed."""

from dataclasses import replace

import pytest

from callcenter.model.tenant import Link
from callcenter.store import tenants
from tests.e2e.dashboard.world import LINK_HOST, MARIA, World
from tests.integration.dashboard.conftest import OpenBrowser


@pytest.mark.parametrize("number", [0, 2])
async def test_a_link_to_a_system_that_is_allowed_no_more_is_not_there(
    browser_of: OpenBrowser, world: World, number: int
) -> None:
    # given an agent in a call, with two links of its purpose and one of the municipality
    of = replace(world.town.municipality, links=(Link("Kennisbank", f"https://{LINK_HOST}/kennis"),))
    async with world.store.begin() as tx:
        await tenants.save_links(tx, of)
    anna, call_id = await browser_of("anna"), await world.caller(MARIA)
    await world.claim(call_id, "anna")
    assert (await anna.post(f"/calls/{call_id}/links/{number}")).status_code == 303

    # when their system is taken from the list, then there is nothing to open
    async with world.store.begin() as tx:
        await tenants.save_by_operator(tx, replace(of, link_hosts=("elders.example",)), 365)
    assert (await anna.post(f"/calls/{call_id}/links/{number}")).status_code == 404
