"""When to ask about open sessions: seldom, each for one process, and all after an outage."""

import asyncio
from datetime import datetime, timedelta

from callcenter.model.disclosure import FIRST_LOOK, DisclosureState
from callcenter.store import disclosures, looks
from callcenter.store.database import Store
from tests.integration.store.town import NOW, Town


async def due(store: Store, at: datetime, limit: int = 8) -> set[str]:
    async with store.begin() as tx:
        return {one.disclosure.id for one in await looks.claim_due(tx, at, limit)}


async def test_a_session_is_due_at_growing_pauses_and_never_after_its_end(store: Store, town: Town) -> None:
    """Given an open session of 15 minutes, when all are asked for each second, then it is due some times only."""
    one = await town.disclosure(DisclosureState.REQUESTED)
    times = [seconds for seconds in range(0, 2000, 5) if one.id in await due(store, NOW + timedelta(seconds=seconds))]
    assert times == [15, 60, 240, 480, 720]


async def test_of_several_processes_one_asks_about_each(store: Store, town: Town) -> None:
    """Given twenty sessions that are due, when six processes claim at once, then none is claimed twice."""
    every = {(await town.disclosure(DisclosureState.REQUESTED, f"{number:010}")).id for number in range(20)}
    at = NOW + FIRST_LOOK
    claimed = await asyncio.gather(*(due(store, at, 5) for _ in range(6)))
    while more := await due(store, at, 5):
        claimed.append(more)
    assert sum(len(some) for some in claimed) == len(every)
    assert set.union(*claimed) == every


async def test_what_is_proven_or_over_is_not_asked_about(store: Store, town: Town) -> None:
    """Given a proven and a cancelled disclosure, when all are made due, then neither is."""
    await town.disclosure(DisclosureState.DISCLOSED, "2222222222")
    await town.disclosure(DisclosureState.CANCELLED, "3333333333")
    async with store.begin() as tx:
        await looks.look_again(tx, NOW)
    assert await due(store, NOW + timedelta(seconds=100)) == set()


async def test_after_an_outage_all_are_due_and_one_can_be(store: Store, town: Town) -> None:
    """Given two sessions that are not due yet, when one is made due, and then all, then they are."""
    one = await town.disclosure(DisclosureState.REQUESTED, "1111111111")
    other = await town.disclosure(DisclosureState.SCANNED, "2222222222")
    assert await due(store, NOW) == set()
    async with store.begin() as tx:
        await looks.look_soon(tx, one.id, NOW)
    assert await due(store, NOW) == {one.id}
    async with store.begin() as tx:
        await looks.look_again(tx, NOW)
    assert await due(store, NOW) == {one.id, other.id}


async def test_who_looked_and_died_is_made_up_for(store: Store, town: Town) -> None:
    """Given a session that was claimed, when nobody says what came of it, then it is due again later."""
    one = await town.disclosure(DisclosureState.REQUESTED)
    assert await due(store, NOW + FIRST_LOOK) == {one.id}
    async with store.begin() as tx:
        assert await disclosures.open_session(tx, one.id) is not None
    assert await due(store, NOW + 4 * FIRST_LOOK) == {one.id}
