"""What is personal is erased: at the end of a call, at its time, and by the sweeper when a process has died."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from callcenter.model.call import Call, CallState, Outcome
from callcenter.model.disclosure import LIVING, Disclosure, DisclosureState
from callcenter.store import calls, disclosures
from callcenter.store.database import Store
from callcenter.store.sweeper import KEEP_EMPTY_ROWS, sweep
from callcenter.store.tables import call as call_table
from callcenter.store.tables import disclosure as disclosure_table
from tests.integration.store.town import NOW, Town, new_id

AT_ITS_TIME = NOW + timedelta(minutes=15)
_PERSONAL = (disclosure_table.c.sealed, disclosure_table.c.code_hash, disclosure_table.c.irma_token)


async def is_bare(store: Store, one: Disclosure) -> bool:
    """Whether nothing personal is left in the row."""
    async with store.begin() as tx:
        row = (await tx.connection.execute(select(*_PERSONAL).where(disclosure_table.c.id == one.id))).one()
    return tuple(row) == (None, None, None)


async def called(town: Town, state: CallState = CallState.CONNECTED, at: datetime = NOW) -> tuple[Call, Disclosure]:
    """A call with a disclosure behind it."""
    one = await town.disclosure()
    call = await town.call(state)
    assert await town.use_code(call.id, at=at)
    return await town.move_call(call, disclosure_id=one.id), one


async def end(town: Town, call: Call) -> Call:
    return await town.move_call(call, state=CallState.ENDED, outcome=Outcome.ANSWERED, ended_at=NOW)


@pytest.mark.parametrize("to", [state for state in DisclosureState if state not in LIVING])
async def test_every_end_of_a_disclosure_leaves_a_bare_row(store: Store, town: Town, to: DisclosureState) -> None:
    one = await town.disclosure(DisclosureState.SCANNED)
    async with store.begin() as tx:
        moved = await disclosures.move(tx, one.id, to)
    assert moved == (to is not DisclosureState.ENDED)  # nobody called
    assert await is_bare(store, one) == moved


async def test_the_end_of_a_call_erases_the_caller(store: Store, town: Town) -> None:
    call, one = await called(town)
    await end(town, call)
    async with store.begin() as tx:
        assert await calls.erase(tx, call.id) == 1
    after = await town.reload(call)
    assert (after.disclosure_id, after.phone_name) == (None, None)
    assert await is_bare(store, one)
    assert await town.state_of(one) is DisclosureState.ENDED


async def test_that_somebody_was_verified_and_why_they_called_is_kept(store: Store, town: Town) -> None:
    call, _ = await called(town)
    await end(town, call)
    async with store.begin() as tx:
        await calls.erase(tx, call.id)
        kept = await tx.connection.execute(
            select(call_table.c.was_verified, call_table.c.purpose_id).where(call_table.c.id == call.id)
        )
    assert tuple(kept.one()) == (True, town.purpose.id)


async def test_a_call_that_goes_on_is_not_erased(store: Store, town: Town) -> None:
    call, one = await called(town)
    async with store.begin() as tx:
        assert await calls.erase(tx, call.id) == 0
    assert await town.reload(call) == call
    assert not await is_bare(store, one)


async def test_erasing_cannot_be_undone_by_who_read_the_call_before(store: Store, town: Town) -> None:
    call, _ = await called(town)
    ended = await end(town, call)
    async with store.begin() as tx:
        await calls.erase(tx, call.id)
    async with store.begin() as tx:
        assert not await calls.save(tx, ended)
    assert (await town.reload(call)).disclosure_id is None


async def test_erasing_twice_is_erasing_once(store: Store, town: Town) -> None:
    call, _ = await called(town)
    await end(town, call)
    async with store.begin() as tx:
        assert [await calls.erase(tx, call.id), await calls.erase(tx, call.id)] == [1, 0]


async def test_the_sweeper_erases_what_nobody_called_with(store: Store, town: Town) -> None:
    one = await town.disclosure()
    assert await sweep(store, AT_ITS_TIME - timedelta(seconds=1)) == 0
    assert await sweep(store, AT_ITS_TIME) == 1
    assert await is_bare(store, one)
    assert await town.state_of(one) is DisclosureState.EXPIRED


async def test_the_sweeper_leaves_a_long_conversation_alone(store: Store, town: Town) -> None:
    call, one = await called(town)
    assert await sweep(store, AT_ITS_TIME + timedelta(hours=3)) == 0
    assert not await is_bare(store, one)
    assert await town.reload(call) == call


async def test_the_sweeper_finishes_what_a_dead_conductor_left(store: Store, town: Town) -> None:
    call, one = await called(town)
    await end(town, call)
    assert await sweep(store, NOW) == 1
    assert await is_bare(store, one)
    assert (await town.reload(call)).disclosure_id is None


async def test_the_sweeper_erases_what_was_resolved_after_the_caller_had_gone(store: Store, town: Town) -> None:
    one = await town.disclosure()
    call = await town.call(CallState.ASKING)
    await town.use_code(call.id)  # and the answer never reached the call
    await end(town, call)
    assert await sweep(store, NOW) == 1
    assert await is_bare(store, one)


async def test_the_sweeper_erases_what_was_resolved_for_no_call_of_ours(store: Store, town: Town) -> None:
    one = await town.disclosure()
    await town.use_code(new_id())
    assert await sweep(store, NOW) == 0
    assert await sweep(store, AT_ITS_TIME) == 1
    assert await is_bare(store, one)


async def test_empty_rows_are_forgotten_when_the_citizen_has_seen_the_end(store: Store, town: Town) -> None:
    call, one = await called(town)
    await end(town, call)
    await sweep(store, AT_ITS_TIME)
    assert await town.state_of(one) is DisclosureState.ENDED
    await sweep(store, AT_ITS_TIME + KEEP_EMPTY_ROWS + timedelta(seconds=1))
    assert await town.state_of(one) is None


async def test_a_living_one_is_never_forgotten(store: Store, town: Town) -> None:
    _, one = await called(town)
    await sweep(store, AT_ITS_TIME + timedelta(days=1))
    assert await town.state_of(one) is DisclosureState.CALLED
