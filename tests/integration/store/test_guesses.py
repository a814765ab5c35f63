"""What is kept of wrong codes, on both databases: nothing is lost between processes, and nothing is kept for long."""

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from callcenter.model.guessing import MEMORY, Bucket, Kind, Limit, after_wrong
from callcenter.store import codes, guesses
from callcenter.store.database import Store, open_store
from callcenter.store.guesses import Kept, Scope
from callcenter.store.sweeper import sweep
from callcenter.store.tables import audit, guess_limit
from tests.integration.store.town import NOW, Town

LIMIT = Limit(2, 10)
CALL = Scope("call/a", Kind.CALL, LIMIT)
TOWN = Scope("municipality/b/first", Kind.MUNICIPALITY, LIMIT)


async def wrong(store: Store, *scopes: Scope) -> None:
    """Count a wrong code in each of these."""
    async with store.begin() as tx:
        kept = await guesses.lock(tx, scopes, NOW)
        await asyncio.sleep(0)
        changed = {one.key: Kept(after_wrong(one.limit, kept[one.key].bucket, NOW)) for one in scopes}
        await guesses.save(tx, changed)


async def kept_of(store: Store, *scopes: Scope) -> dict[str, Kept]:
    async with store.begin() as tx:
        return await guesses.lock(tx, scopes, NOW)


async def test_what_was_never_tried_is_empty(store: Store) -> None:
    assert await kept_of(store, CALL, TOWN) == {
        CALL.key: Kept(Bucket.empty(NOW)),
        TOWN.key: Kept(Bucket.empty(NOW)),
    }


async def test_what_is_saved_is_found_again(store: Store) -> None:
    full = Kept(Bucket(NOW + timedelta(seconds=40), NOW + timedelta(seconds=30), 4, alarmed=True), NOW, b"h" * 32)
    async with store.begin() as tx:
        await guesses.lock(tx, [CALL, TOWN], NOW)
        await guesses.save(tx, {CALL.key: full})

    assert await kept_of(store, CALL, TOWN) == {CALL.key: full, TOWN.key: Kept(Bucket.empty(NOW))}


async def test_of_many_at_once_in_several_processes_each_is_counted(store_url: str) -> None:
    """Given two processes in which wrong codes are counted at once, then none is lost and nobody waits for ever."""
    other = Scope("caller/c", Kind.CALLER, LIMIT)
    async with open_store(store_url) as one, open_store(store_url) as two, asyncio.timeout(30):
        groups = ((CALL, TOWN), (TOWN, other), (other, CALL, TOWN))
        await asyncio.gather(*(wrong(store, *groups[n % 3]) for n in range(15) for store in (one, two)))

        kept = await kept_of(one, CALL, TOWN, other)
    assert {key: one.bucket.wrong for key, one in kept.items()} == {CALL.key: 20, TOWN.key: 30, other.key: 20}


async def test_while_a_limit_is_in_force_no_code_is_used_up(store: Store, town: Town) -> None:
    """Given a right code, when one of its limits is in force, then it is not looked at; and is good afterwards."""
    await town.disclosure()
    for _ in range(2):
        await wrong(store, TOWN)

    async def use(after: float) -> bool:
        async with store.begin() as tx:
            now, keys = NOW + timedelta(seconds=after), (CALL.key, TOWN.key)
            return await codes.use_code(tx, (town.hash(),), town.id, "call", now, unless_limited=keys) is not None

    assert not await use(9)
    assert await use(10)
    for _ in range(9):
        await wrong(store, TOWN)
    assert await use(11), "asked again for the same call it is no guess"


async def test_how_many_are_in_force_is_told_by_kind(store: Store) -> None:
    for _ in range(2):
        await wrong(store, TOWN)
    await wrong(store, CALL)
    async with store.begin() as tx:
        assert await guesses.in_force(tx, NOW) == dict.fromkeys(Kind, 0) | {Kind.MUNICIPALITY: 1}
        assert await guesses.in_force(tx, NOW + timedelta(seconds=10)) == dict.fromkeys(Kind, 0)


async def test_the_sweeper_deletes_what_is_as_if_it_had_never_been(store: Store) -> None:
    """Given a caller's wrong code, when half an hour has passed since it mattered, then no row of it is left."""

    async def rows() -> int:
        async with store.begin() as tx:
            return await tx.connection.scalar(select(func.count()).select_from(guess_limit)) or 0

    await wrong(store, CALL)
    free_at = NOW + timedelta(seconds=10)

    await sweep(store, free_at + MEMORY - timedelta(seconds=1))
    assert await rows() == 1
    await sweep(store, free_at + MEMORY)
    assert await rows() == 0


async def test_the_sweeper_waits_for_nobody(postgres_store_url: str) -> None:
    """Given an old limit that a code is being checked under, when it is swept, then neither waits for the other."""
    async with open_store(postgres_store_url) as one, open_store(postgres_store_url) as two, asyncio.timeout(20):
        await wrong(one, CALL, TOWN)
        async with one.begin() as tx:
            await guesses.lock(tx, [TOWN], NOW)
            await sweep(two, NOW + 2 * MEMORY)
            await guesses.save(tx, {TOWN.key: Kept(Bucket.empty(NOW + 2 * MEMORY))})

        async with two.begin() as tx:
            assert list((await tx.connection.execute(select(guess_limit.c.scope))).scalars()) == [TOWN.key]


@pytest.mark.parametrize(("trunk", "what"), [(None, "municipality"), ("provider-a", "municipality:provider-a")])
async def test_an_alarm_stands_in_the_audit_trail(store: Store, town: Town, trunk: str | None, what: str) -> None:
    async with store.begin() as tx:
        await guesses.note_alarm(tx, NOW, Kind.MUNICIPALITY, town.id, trunk)
        (row,) = (await tx.connection.execute(select(audit))).all()
    assert (row.at, row.action, row.municipality_id, row.attribute) == (NOW, "guess-limit", town.id, what)
    assert (row.staff_id, row.call_id) == (None, None)
