"""What only SQLite can do to us: one writer at a time, in this process and in others."""

import asyncio
import sqlite3
import time
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from callcenter.store import calls
from callcenter.store.database import NestedTransaction, Store, open_store
from callcenter.store.engines import StoreAway
from tests.integration.store.town import Town


@pytest.fixture
async def store(sqlite_url: str) -> AsyncIterator[Store]:
    async with open_store(sqlite_url) as opened:
        yield opened


async def add_tries(store: Store, call_id: str, times: int) -> None:
    """Read and write, again and again: any move lost between the two would be missed in the sum."""
    for _ in range(times):
        async with store.begin() as tx:
            call = await calls.find(tx, call_id)
            assert call is not None
            assert await calls.save(tx, replace(call, tries=call.tries + 1))


async def test_twenty_tasks_write_at_once_and_none_is_locked_out(store: Store) -> None:
    town = await Town.found(store)
    call = await town.call()
    await asyncio.gather(*(add_tries(store, call.id, 20) for _ in range(20)))
    assert (await town.reload(call)).tries == 400


async def test_nor_with_another_process_that_writes_as_well(store: Store, sqlite_url: str) -> None:
    town = await Town.found(store)
    call = await town.call()
    async with open_store(sqlite_url) as other:  # its own engine and its own turns: only SQLite's lock between them
        await asyncio.gather(*(add_tries(one, call.id, 20) for one in (store, other) for _ in range(5)))
    assert (await town.reload(call)).tries == 200


async def test_everybody_has_a_turn(store: Store) -> None:
    """The longest that any of twenty waits is not much more than the others' transactions take together."""
    longest = 0.0

    async def some() -> None:
        nonlocal longest
        for _ in range(10):
            began = time.monotonic()
            async with store.begin():
                longest = max(longest, time.monotonic() - began)

    await asyncio.gather(*(some() for _ in range(20)))
    assert longest < 2


async def test_a_transaction_within_another_is_refused_and_not_waited_for(store: Store) -> None:
    async with store.begin():
        with pytest.raises(NestedTransaction, match="hand the outer one"):
            async with store.begin():
                pass
        with pytest.raises(NestedTransaction):
            await store.truncate_wal()
    async with store.begin():
        pass  # and the store goes on


async def test_a_task_that_is_cancelled_gives_its_turn_back(store: Store) -> None:
    town = await Town.found(store)
    in_it = asyncio.Event()

    async def never() -> None:
        async with store.begin():
            in_it.set()
            await asyncio.Event().wait()

    task = asyncio.create_task(never())
    await in_it.wait()
    task.cancel()
    async with asyncio.timeout(5):
        await town.call()


async def test_readers_are_told_also_when_the_log_cannot_be_emptied(store: Store, sqlite_url: str) -> None:
    """What was committed stays so and is told, whatever becomes of the log."""
    town = await Town.found(store)
    one = await town.disclosure()
    reader = sqlite3.connect(sqlite_url.removeprefix("sqlite:///"), isolation_level=None)
    reader.execute("BEGIN")
    reader.execute("SELECT * FROM disclosure").fetchall()
    changes = store.subscribe()
    await town.use_code("call")
    reader.close()
    assert (await asyncio.wait_for(changes.next(), 5)).id == one.id


async def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(StoreAway, match=r"VB_DATABASE_URL: .*/nowhere/.* can't be opened \(No such file"):
        async with open_store(f"sqlite:///{tmp_path}/nowhere/veilig-bellen.db"):
            pass
