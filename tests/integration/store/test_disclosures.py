"""Disclosures in the store: their moves, and the code that works once."""

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import update
from sqlalchemy.exc import IntegrityError

from callcenter.model.call import CallState, Outcome
from callcenter.model.code import code_hash, token_hash
from callcenter.model.disclosure import Disclosure, DisclosureState, may_become
from callcenter.store import codes, disclosures
from callcenter.store.database import Store
from callcenter.store.tables import disclosure
from tests.integration.store.town import CODE, LATER, NOW, SEALED, Town, new_id

REACHABLE = (DisclosureState.REQUESTED, DisclosureState.SCANNED, DisclosureState.DISCLOSED)


@pytest.mark.parametrize("to", list(DisclosureState))
@pytest.mark.parametrize("start", REACHABLE)
async def test_it_moves_only_as_the_model_allows(
    store: Store, town: Town, start: DisclosureState, to: DisclosureState
) -> None:
    one = await town.disclosure(start)
    async with store.begin() as tx:
        assert await disclosures.move(tx, one.id, to) == may_become(start, to)
    assert await town.state_of(one) is (to if may_become(start, to) else start)


async def test_an_unknown_one_does_not_move(store: Store, town: Town) -> None:
    async with store.begin() as tx:
        assert not await disclosures.move(tx, new_id(), DisclosureState.SCANNED)


async def test_what_becomes_disclosed_can_be_read_in_its_own_municipality(store: Store, town: Town) -> None:
    one = await town.disclosure()
    async with store.begin() as tx:
        assert await disclosures.sealed(tx, one.id, town.id) == SEALED
        assert await disclosures.sealed(tx, one.id, "another town") is None


async def test_a_code_works_once(town: Town) -> None:
    one = await town.disclosure()
    used = await town.use_code("call-1")
    assert used is not None
    assert (used.id, used.state, used.call_id) == (one.id, DisclosureState.CALLED, "call-1")
    assert await town.use_code("call-2") is None


async def test_asked_again_for_the_same_call_the_answer_is_the_same(town: Town) -> None:
    await town.disclosure()
    assert await town.use_code("call-1") == await town.use_code("call-1") is not None


async def test_of_twenty_who_type_it_at_once_one_gets_through(town: Town) -> None:
    await town.disclosure()
    used = await asyncio.gather(*(town.use_code(f"call-{n}") for n in range(20)))
    assert sum(one is not None for one in used) == 1


async def test_the_same_call_asking_twenty_times_at_once_gets_one_answer(town: Town) -> None:
    one = await town.disclosure()
    used = await asyncio.gather(*(town.use_code("call-1") for _ in range(20)))
    assert {answer.id for answer in used if answer is not None} == {one.id}
    assert None not in used


@pytest.mark.parametrize("state", [state for state in DisclosureState if state is not DisclosureState.DISCLOSED])
async def test_only_what_is_proven_can_be_called_with(store: Store, town: Town, state: DisclosureState) -> None:
    if state in (DisclosureState.CALLED, DisclosureState.ENDED):
        await town.disclosure()
        assert await town.use_code("another call")
        if state is DisclosureState.ENDED:
            async with store.begin() as tx:
                await disclosures.erase_for_call(tx, "another call")
    else:
        await town.disclosure(state)
    assert await town.use_code("call") is None


async def test_a_code_dies_at_its_time_also_before_the_sweeper_comes(town: Town) -> None:
    one = await town.disclosure()
    assert await town.use_code("call", at=one.expires_at) is None
    assert await town.use_code("call", at=one.expires_at - timedelta(seconds=1)) is not None


async def test_dialled_at_another_municipality_a_code_is_wrong(store: Store, town: Town) -> None:
    await town.disclosure()
    other = await Town.found(store, "elders", "+31243290001")
    assert await other.use_code("call") is None
    async with store.begin() as tx:  # nor by the right hash
        assert await codes.use_code(tx, (town.hash(),), other.id, "call", NOW) is None


async def test_a_code_that_two_have_under_two_keys_is_neithers(town: Town) -> None:
    """Given a key of codes that is being changed, and one code under both, then nobody is taken for the other."""
    new_key = (code_hash(b"n" * 32, town.id, CODE), town.hash())
    await town.disclosure()
    other = await town.disclosure(code="0412345679")
    async with town.store.begin() as tx:
        same = update(disclosure).where(disclosure.c.id == other.id).values(code_hash=new_key[0])
        await tx.connection.execute(same)

    assert await codes.use_code_at_once(town.store, new_key, town.id, "call", NOW) is None


async def test_for_a_call_that_has_ended_no_code_is_used_up(town: Town) -> None:
    one = await town.disclosure()
    call = await town.call(CallState.ASKING)
    await town.move_call(call, state=CallState.ENDED, outcome=Outcome.ABANDONED, ended_at=NOW)
    assert await town.use_code(call.id) is None
    assert await town.state_of(one) is DisclosureState.DISCLOSED


async def test_a_code_is_unique_among_the_living(store: Store, town: Town) -> None:
    one = await town.disclosure()
    twin = Disclosure(new_id(), town.id, town.purpose.id, DisclosureState.REQUESTED, NOW, LATER)
    with pytest.raises(IntegrityError):
        async with store.begin() as tx:
            await disclosures.add(tx, twin, town.purpose.condiscon, town.secrets(twin, CODE))
    async with store.begin() as tx:
        assert await disclosures.move(tx, one.id, DisclosureState.EXPIRED)
        await disclosures.add(tx, twin, town.purpose.condiscon, town.secrets(twin, CODE))


@pytest.mark.parametrize("state", REACHABLE)
async def test_a_code_that_is_nearly_proven_is_worth_another_question(
    store: Store, town: Town, state: DisclosureState
) -> None:
    one = await town.disclosure(state)
    async with store.begin() as tx:
        nearly = await codes.code_is_nearly_proven(tx, (town.hash(),), town.id, NOW)
        too_late = await codes.code_is_nearly_proven(tx, (town.hash(),), town.id, one.expires_at)
        open_ = await disclosures.open_session_by_code(tx, (town.hash(),), town.id)
    assert nearly == (state is not DisclosureState.DISCLOSED)
    assert not too_late
    assert (open_ is not None) == nearly


async def test_a_session_is_found_by_its_callback_while_it_may_still_give_an_answer(store: Store, town: Town) -> None:
    asked = await town.disclosure(DisclosureState.REQUESTED, "1111111111")
    proven = await town.disclosure(DisclosureState.DISCLOSED, "2222222222")
    async with store.begin() as tx:
        by_callback = await disclosures.by_callback(tx, token_hash(f"callback {asked.id}"))
        over = await disclosures.by_callback(tx, token_hash(f"callback {proven.id}"))
    assert by_callback is not None
    assert (by_callback.disclosure.id, by_callback.irma_token) == (asked.id, b"closed irma token")
    assert over is None
