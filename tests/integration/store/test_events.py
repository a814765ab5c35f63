"""Changes reach every reader after the commit, none after a rollback, and a gap is told as `MISSED`."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing

import pytest

from callcenter.model.call import CallState
from callcenter.store import calls
from callcenter.store.database import Store, open_store
from callcenter.store.events import MISSED, Change
from tests.integration.store.town import Town, all_told, soon


@pytest.fixture
async def town(store: Store) -> Town:
    """A town of whose founding everybody has been told already."""
    town = await Town.found(store)
    await all_told(store)
    return town


@asynccontextmanager
async def another_process(store: Store, store_url: str) -> AsyncIterator[Store]:
    """On PostgreSQL a second store, as another process has; SQLite's events stay within one."""
    if store.dialect == "sqlite":
        yield store
        return
    async with open_store(store_url) as other:
        yield other


async def test_a_change_is_told_to_every_reader_here_and_elsewhere(store: Store, store_url: str, town: Town) -> None:
    async with another_process(store, store_url) as other:
        with closing(store.subscribe()) as here, closing(other.subscribe()) as there:
            call = await town.call()
            assert await soon(here) == await soon(there) == Change("call", call.id, town.id)


async def test_changes_come_in_the_order_of_their_commits(store: Store, town: Town) -> None:
    with closing(store.subscribe()) as reader:
        made = [(await town.call()).id for _ in range(50)]
        assert [(await soon(reader)).id for _ in made] == made


async def test_when_a_change_is_told_it_can_be_read(store: Store, town: Town) -> None:
    with closing(store.subscribe()) as reader:
        for _ in range(20):
            making = asyncio.create_task(town.call())
            change = await soon(reader)
            async with store.begin() as tx:
                assert await calls.find(tx, change.id) is not None
            await making


async def test_what_is_rolled_back_is_not_told(store: Store, town: Town) -> None:
    with closing(store.subscribe()) as reader:
        with pytest.raises(RuntimeError, match="on second thoughts"):
            await announce_and_think_better_of_it(store, town)
        call = await town.call()
        assert (await soon(reader)).id == call.id


async def announce_and_think_better_of_it(store: Store, town: Town) -> None:
    async with store.begin() as tx:
        tx.announce(Change("call", "never", town.id))
        raise RuntimeError("on second thoughts")


async def test_losing_a_race_is_not_told(store: Store, town: Town) -> None:
    call = await town.call(CallState.ENDED)
    await all_told(store)
    with closing(store.subscribe()) as reader:
        assert not await town.claim(call, town.anna)
        after = await town.call()
        assert (await soon(reader)).id == after.id


async def test_a_closed_reader_is_told_nothing_more(store: Store, town: Town) -> None:
    reader, other = store.subscribe(), store.subscribe()
    reader.close()
    await town.call()
    await soon(other)
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(reader.next(), 0.05)


async def test_a_reader_who_falls_behind_is_told_to_read_everything(store: Store, town: Town) -> None:
    slow, brisk = store.subscribe(), store.subscribe()
    for n in range(1010):
        async with store.begin() as tx:
            tx.announce(Change("call", str(n), town.id))
        await soon(brisk)
    seen = [await soon(slow) for _ in range(10)]
    assert seen[0] == MISSED
    assert [change.id for change in seen[1:]] == [str(n) for n in range(1001, 1010)]


async def test_what_a_change_names_may_hold_any_character(store: Store, town: Town) -> None:
    """Given an id with what SQL and drivers give a meaning, when it is announced, then it is told as it is."""
    with closing(store.subscribe()) as reader:
        async with store.begin() as tx:
            tx.announce(Change("phone", "o'br%sien; \\ --", town.id))
        assert (await soon(reader)).id == "o'br%sien; \\ --"
