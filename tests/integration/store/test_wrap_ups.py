"""A wrap-up: its agent keeps the caller until its end, takes nobody meanwhile, and whoever is alive then erases."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import text

from callcenter.model.call import CallState
from callcenter.model.disclosure import DisclosureState
from callcenter.store import calls, queue, wrap_ups
from callcenter.store.database import Store
from callcenter.store.events import Change
from callcenter.store.sweeper import sweep
from demo.process import until
from tests.integration.store.test_erasure import is_bare
from tests.integration.store.town import NOW, SEALED, Town, all_told, new_id, soon

MINUTE = timedelta(minutes=1)
SECOND = timedelta(seconds=1)
OVER = NOW + MINUTE


async def test_the_agent_who_had_the_call_still_sees_the_caller_and_nobody_else_does(store: Store, town: Town) -> None:
    call, _ = await town.wrapping_up(town.anna, OVER)
    async with store.begin() as tx:
        mine = await queue.call_of(tx, town.anna.id, town.id, OVER - SECOND)
        assert mine is not None
        assert (mine.call_id, mine.state, mine.sealed) == (call.id, CallState.ENDED, SEALED)
        assert await queue.call_of(tx, town.bram.id, town.id, NOW) is None
        assert list(await queue.taken_in(tx, town.id, NOW)) == [town.anna.id]
        assert await queue.queue_of(tx, town.id) == []


async def test_at_its_end_they_see_nothing_also_when_nobody_has_erased(store: Store, town: Town) -> None:
    await town.wrapping_up(town.anna, OVER)
    async with store.begin() as tx:
        assert await queue.call_of(tx, town.anna.id, town.id, OVER) is None
        assert await queue.taken_in(tx, town.id, OVER) == {}


async def test_an_agent_in_a_wrap_up_can_not_take_a_call(store: Store, town: Town) -> None:
    await town.wrapping_up(town.anna, OVER)
    waiting = await town.call()

    async def claim(at: timedelta) -> bool:
        async with store.begin() as tx:
            return await calls.claim(tx, waiting.id, town.id, town.anna.id, "phone-Anna", NOW + at)

    assert not await claim(MINUTE - SECOND)
    assert await claim(MINUTE)


async def test_a_click_that_comes_while_a_wrap_up_begins_waits_for_it(store: Store, town: Town) -> None:
    """Given a call whose end is being kept, when its agent takes another, then that click sees the wrap-up."""
    waiting, talking = await town.call(), await town.call()
    assert await town.claim(talking, town.anna)
    ended = replace(
        await town.reload(talking), state=CallState.ENDED, ended_at=NOW, wrap_up_until=OVER, phone_name="phone-Anna"
    )

    async def click() -> bool:
        return await town.claim(waiting, town.anna)

    async with store.begin() as tx:
        assert await calls.save(tx, ended)
        clicked = asyncio.create_task(click())
        if store.dialect == "postgresql":
            await until_waits_for_a_lock(store)

    assert not await clicked


async def test_a_wrap_up_is_not_extended_into_another_call(store: Store, town: Town) -> None:
    call, _ = await town.wrapping_up(town.anna, OVER)
    waiting = await town.call()
    async with store.begin() as tx:
        assert await calls.claim(tx, waiting.id, town.id, town.anna.id, "phone-Anna", OVER)
    async with store.begin() as tx:  # by a clock that is behind
        assert not await wrap_ups.extend(tx, call.id, town.anna.id, OVER - SECOND)


async def until_waits_for_a_lock(store: Store) -> None:
    waits = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"

    async def somebody_waits() -> bool:
        async with store.read() as tx:
            return bool(await tx.connection.scalar(text(waits)))

    await until(somebody_waits, what="the click waits")


async def test_a_wrap_up_is_no_call_of_the_pbx_any_more(store: Store, town: Town) -> None:
    call, _ = await town.wrapping_up(town.anna, OVER)
    async with store.begin() as tx:
        assert await calls.live_on_pbx(tx, "pbx1") == []
        assert await calls.live_by_channel(tx, "pbx1", call.channel_id) is None


@pytest.mark.parametrize("erase", [sweep, wrap_ups.erase_due])
async def test_whoever_is_alive_erases_at_its_end_and_not_before(store: Store, town: Town, erase: object) -> None:
    call, one = await town.wrapping_up(town.anna, OVER)
    assert await erase(store, OVER - SECOND) == 0  # type: ignore[operator]
    assert not await is_bare(store, one)
    assert await erase(store, OVER) == 1  # type: ignore[operator]
    assert await is_bare(store, one)
    assert await town.state_of(one) is DisclosureState.ENDED
    assert (await town.reload(call)).disclosure_id is None
    assert await erase(store, OVER) == 0  # type: ignore[operator]


async def test_the_pages_are_told_when_it_is_erased(store: Store, town: Town) -> None:
    call, one = await town.wrapping_up(town.anna, OVER)
    await all_told(store)
    reader = store.subscribe()
    await wrap_ups.erase_due(store, OVER)
    assert {await soon(reader), await soon(reader)} == {
        Change("call", call.id, town.id),
        Change("disclosure", one.id, town.id),
    }
    reader.close()


async def test_done_ends_it_at_once(store: Store, town: Town) -> None:
    call, one = await town.wrapping_up(town.anna, OVER)
    async with store.begin() as tx:
        assert not await wrap_ups.end(tx, call.id, town.bram.id, NOW)
        assert await wrap_ups.end(tx, call.id, town.anna.id, NOW + SECOND)
        assert await queue.call_of(tx, town.anna.id, town.id, NOW + SECOND) is None
    assert await is_bare(store, one)
    async with store.begin() as tx:
        assert not await wrap_ups.end(tx, call.id, town.anna.id, NOW + SECOND)


async def test_it_is_extended_once_by_its_own_length_by_who_has_it(store: Store, town: Town) -> None:
    call, one = await town.wrapping_up(town.anna, OVER)

    async def extend(by: str) -> bool:
        async with store.begin() as tx:
            return await wrap_ups.extend(tx, call.id, by, NOW + SECOND)

    assert not await extend(town.bram.id)
    assert await extend(town.anna.id)
    assert not await extend(town.anna.id)
    assert (await town.reload(call)).wrap_up_until == NOW + 2 * MINUTE
    await sweep(store, OVER)
    assert not await is_bare(store, one)
    await sweep(store, NOW + 2 * MINUTE)
    assert await is_bare(store, one)


async def test_what_is_over_is_not_extended(store: Store, town: Town) -> None:
    call, _ = await town.wrapping_up(town.anna, OVER)
    async with store.begin() as tx:
        assert not await wrap_ups.extend(tx, call.id, town.anna.id, OVER)
        assert not await wrap_ups.extend(tx, new_id(), town.anna.id, NOW)


async def test_that_of_a_caller_without_a_proof_ends_as_well(store: Store, town: Town) -> None:
    call = await town.call()
    assert await town.claim(call, town.anna)
    await town.move_call(call, state=CallState.CONNECTED, connected_at=NOW)
    await town.move_call(call, state=CallState.ENDED, ended_at=NOW, wrap_up_until=OVER)
    assert await wrap_ups.erase_due(store, OVER) == 1
    assert await wrap_ups.erase_due(store, OVER) == 0


async def test_a_call_that_goes_on_has_no_wrap_up(store: Store, town: Town) -> None:
    call = await town.call()
    assert await town.claim(call, town.anna)
    assert await wrap_ups.erase_due(store, OVER) == 0
    async with store.begin() as tx:
        assert not await wrap_ups.end(tx, call.id, town.anna.id, NOW)


async def test_who_talks_can_have_the_caller_wait_and_come_back(store: Store, town: Town) -> None:
    call = await town.call()

    async def hold(by: str, at: timedelta, *, on: bool) -> bool:
        async with store.begin() as tx:
            return await calls.ask_hold(tx, call.id, by, NOW + at, hold=on)

    assert await town.claim(call, town.anna)
    assert not await hold(town.anna.id, SECOND, on=True)  # it rings
    await town.move_call(call, state=CallState.CONNECTED, connected_at=NOW)
    assert not await hold(town.bram.id, SECOND, on=True)
    assert await hold(town.anna.id, SECOND, on=True)
    assert await hold(town.anna.id, 9 * SECOND, on=True)
    assert (await town.reload(call)).held_since == NOW + SECOND  # the first click counts
    assert await hold(town.anna.id, MINUTE, on=False)
    assert (await town.reload(call)).held_since is None
