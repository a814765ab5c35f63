"""One conductor holds a PBX; a standby has it when the lease has ended, and not before."""

import asyncio
from datetime import timedelta

from callcenter.store.database import Store
from callcenter.store.leases import release_lease, take_lease
from tests.integration.store.town import NOW

SECONDS = 5


async def take(store: Store, holder: str, after: float = 0, pbx: str = "pbx1") -> bool:
    return await take_lease(store, pbx, holder, NOW + timedelta(seconds=after), SECONDS)


async def test_the_first_has_it_and_keeps_it_by_asking_again(store: Store) -> None:
    assert await take(store, "one")
    assert await take(store, "one", after=3)
    assert await take(store, "one", after=6)


async def test_a_standby_waits_for_its_end(store: Store) -> None:
    await take(store, "one")
    assert not await take(store, "two", after=4.9)
    assert not await take(store, "two", after=SECONDS)
    assert await take(store, "two", after=SECONDS + 0.001)
    assert not await take(store, "one", after=SECONDS + 0.002)


async def test_renewing_puts_the_end_off(store: Store) -> None:
    await take(store, "one")
    await take(store, "one", after=4)
    assert not await take(store, "two", after=8)
    assert await take(store, "two", after=9.1)


async def test_of_many_at_once_one_has_it(store: Store) -> None:
    for pbx in ("pbx1", "pbx2"):  # each with no lease yet
        assert sum(await asyncio.gather(*(take(store, f"{n}", pbx=pbx) for n in range(10)))) == 1


async def test_of_many_who_take_over_at_once_one_has_it(store: Store) -> None:
    await take(store, "dead")
    taken = await asyncio.gather(*(take(store, f"{n}", after=6) for n in range(10)))
    assert sum(taken) == 1


async def test_each_pbx_has_a_lease_of_its_own(store: Store) -> None:
    assert await take(store, "one")
    assert await take(store, "two", pbx="pbx2")


async def test_who_gives_it_back_lets_the_standby_in_at_once(store: Store) -> None:
    await take(store, "one")
    await release_lease(store, "pbx1", "one")
    assert await take(store, "two")


async def test_who_lost_it_cannot_give_it_back(store: Store) -> None:
    await take(store, "one")
    await take(store, "two", after=6)
    await release_lease(store, "pbx1", "one")
    assert not await take(store, "one", after=7)
