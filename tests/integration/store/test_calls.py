"""Calls in the store: the first click wins, one call at a time, and nobody saves over somebody else's move."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy.exc import IntegrityError

from callcenter.model.call import Call, CallState, Outcome
from callcenter.store import calls, queue
from callcenter.store.calls import AlreadyInCall
from callcenter.store.database import Store
from tests.integration.store.town import LATER, NOW, SEALED, Town, new_id


async def test_a_call_comes_back_as_it_was_kept(store: Store, town: Town) -> None:
    call = Call(
        new_id(), town.id, "pbx1", "1700000000.1", NOW, language="en", state=CallState.ENDED, tries=2,
        disclosure_id=new_id(), agent_id=town.anna.id, phone_name="phone-1", offers=3, hangup_asked=True,
        waiting_since=NOW, offered_at=NOW, connected_at=LATER, ended_at=LATER, outcome=Outcome.ANSWERED,
    )  # fmt: skip
    async with store.begin() as tx:
        await calls.add(tx, call)
    assert await town.reload(call) == call


async def test_two_agents_click_at_once_and_one_wins(town: Town) -> None:
    for _ in range(10):
        call = await town.call()
        won = await asyncio.gather(town.claim(call, town.anna), town.claim(call, town.bram))
        assert sorted(won) == [False, True]
        after = await town.reload(call)
        winner = town.anna if won[0] else town.bram
        assert (after.state, after.agent_id, after.offers) == (CallState.OFFERED, winner.id, 1)
        await town.move_call(call, state=CallState.ENDED, outcome=Outcome.ANSWERED, ended_at=NOW)


async def test_one_agent_claims_two_calls_at_once_and_gets_one(town: Town) -> None:
    one, other = await town.call(), await town.call()
    results = await asyncio.gather(town.claim(one, town.anna), town.claim(other, town.anna), return_exceptions=True)
    assert [type(result) for result in results].count(AlreadyInCall) == 1
    assert True in results
    states = {(await town.reload(call)).state for call in (one, other)}
    assert states == {CallState.OFFERED, CallState.WAITING}


async def test_an_agent_in_a_call_can_take_another_after_it(town: Town) -> None:
    one, other = await town.call(), await town.call()
    assert await town.claim(one, town.anna)
    await town.move_call(one, state=CallState.CONNECTED)
    with pytest.raises(AlreadyInCall):
        await town.claim(other, town.anna)
    await town.move_call(one, state=CallState.ENDED, outcome=Outcome.ANSWERED, ended_at=NOW)
    assert await town.claim(other, town.anna)


async def test_the_loser_is_told_who_has_it(store: Store, town: Town) -> None:
    call = await town.call()
    await town.claim(call, town.anna)
    async with store.begin() as tx:
        assert await calls.taker(tx, call.id, town.id) == "Anna"
        assert await calls.taker(tx, call.id, "another town") is None


@pytest.mark.parametrize("state", [state for state in CallState if state is not CallState.WAITING])
async def test_only_who_waits_can_be_claimed(town: Town, state: CallState) -> None:
    call = await town.call(state)
    assert not await town.claim(call, town.anna)


async def test_nobody_claims_another_municipalitys_caller(store: Store, town: Town) -> None:
    other = await Town.found(store, "elders", "+31243290001")
    call = await other.call()
    assert not await town.claim(call, town.anna)


async def test_who_comes_second_does_not_save_over_the_first(store: Store, town: Town) -> None:
    call = await town.call()
    await town.claim(call, town.anna)
    async with store.begin() as tx:
        assert not await calls.save(tx, replace(call, state=CallState.ENDED))
    assert (await town.reload(call)).state is CallState.OFFERED


async def test_of_many_savers_of_one_version_one_wins(store: Store, town: Town) -> None:
    call = await town.call()

    async def save(tries: int) -> bool:
        async with store.begin() as tx:
            return await calls.save(tx, replace(call, tries=tries))

    assert sum(await asyncio.gather(*(save(tries) for tries in range(10)))) == 1
    assert (await town.reload(call)).version == call.version + 1


async def test_a_channel_has_one_live_call(store: Store, town: Town) -> None:
    call = await town.call()
    twin = replace(call, id=new_id())
    with pytest.raises(IntegrityError):
        async with store.begin() as tx:
            await calls.add(tx, twin)
    await town.move_call(call, state=CallState.ENDED, outcome=Outcome.ABANDONED, ended_at=NOW)
    async with store.begin() as tx:
        await calls.add(tx, twin)
        found = await calls.live_by_channel(tx, "pbx1", call.channel_id)
        assert found is not None
        assert found.id == twin.id
        assert [live.id for live in await calls.live_on_pbx(tx, "pbx1")] == [twin.id]
        assert await calls.live_on_pbx(tx, "pbx2") == []


async def test_only_the_agent_who_has_a_call_ends_it(store: Store, town: Town) -> None:
    call = await town.call()
    async with store.begin() as tx:
        assert not await calls.ask_hangup(tx, call.id, town.anna.id)
    await town.claim(call, town.anna)
    async with store.begin() as tx:
        assert not await calls.ask_hangup(tx, call.id, town.bram.id)
        assert await calls.ask_hangup(tx, call.id, town.anna.id)
    assert (await town.reload(call)).hangup_asked


async def test_a_new_offer_forgets_the_wish_to_end_the_last_one(store: Store, town: Town) -> None:
    call = await town.call()
    await town.claim(call, town.anna)
    async with store.begin() as tx:
        await calls.ask_hangup(tx, call.id, town.anna.id)
    await town.move_call(call, state=CallState.WAITING, agent_id=None, phone_name=None)
    await town.claim(call, town.bram)
    after = await town.reload(call)
    assert (after.hangup_asked, after.offers) == (False, 2)


async def test_the_room_in_the_queue_counts_who_is_on_the_way_to_it(store: Store, town: Town) -> None:
    for state in CallState:
        await town.call(state)
    await (await Town.found(store, "elders", "+31243290001")).call()
    async with store.begin() as tx:
        assert await calls.count_waiting(tx, town.id) == 3


async def test_the_queue_shows_who_waits_the_longest_first(store: Store, town: Town) -> None:
    disclosed = await town.disclosure()
    late = await town.call(waiting_since=NOW + timedelta(minutes=2))
    early = await town.call()
    await town.call(CallState.ASKING)
    await town.use_code(early.id)
    await town.move_call(early, disclosure_id=disclosed.id)
    await town.claim(late, town.bram)
    async with store.begin() as tx:
        shown = await queue.queue_of(tx, town.id)
        mine = await queue.call_of(tx, town.bram.id, town.id, NOW)
        assert await queue.call_of(tx, town.anna.id, town.id, NOW) is None
    assert [(one.call_id, one.agent_name, one.purpose_id, one.sealed) for one in shown] == [
        (early.id, None, town.purpose.id, SEALED),
        (late.id, "Bram", None, None),
    ]
    assert mine is not None
    assert mine.call_id == late.id


async def test_past_calls_are_times_without_a_person(store: Store, town: Town) -> None:
    disclosed = await town.disclosure()
    call = await town.call()
    await town.use_code(call.id)
    await town.move_call(call, disclosure_id=disclosed.id)
    await town.claim(call, town.anna)
    await town.move_call(call, state=CallState.ENDED, connected_at=NOW, ended_at=LATER, outcome=Outcome.ANSWERED)
    async with store.begin() as tx:
        await calls.erase(tx, call.id)
        past = await queue.past_calls(tx, town.anna.id, NOW)
    assert past == [queue.PastCall(NOW, LATER, town.purpose.id, verified=True)]
