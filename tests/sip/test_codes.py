"""A caller's code, on the real Asterisk with the conductor: right, wrong, none, used, too old, a moment late."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path

import pytest
import pytest_asyncio

from callcenter import admin
from callcenter.model.call import CallState, Outcome, Unverified
from callcenter.model.disclosure import DisclosureState
from demo.asterisk import Pbx
from demo.process import until
from tests.sip.call_centre import CODE, CallCentre, Past, call_centre
from tests.sip.sipp import Target, sipp

ABANDONED = Past(Outcome.ABANDONED, was_verified=True, disclosure_id=None)
NOT_VERIFIED = Past(Outcome.ABANDONED, was_verified=False, disclosure_id=None)
REFUSED = Past(Outcome.REFUSED, was_verified=False, disclosure_id=None)


@pytest_asyncio.fixture
async def centre(tmp_path: Path, pbx: Pbx) -> AsyncIterator[CallCentre]:
    """A municipality that refuses callers without a right code."""
    async with call_centre(tmp_path, pbx) as it, it.conductor():
        yield it
        await it.tidy()


@pytest_asyncio.fixture
async def patient_centre(tmp_path: Path, pbx: Pbx) -> AsyncIterator[CallCentre]:
    """A municipality that lets them wait, marked as not verified."""
    async with call_centre(tmp_path, pbx, unverified=Unverified.WAIT) as it, it.conductor():
        yield it
        await it.tidy()


@pytest.mark.parametrize(
    "scenario",
    ["right-code", "early-digits", "short-gaps", "jitter-burst", "sip-info", "wrong-then-right"],
)
async def test_the_right_code_leads_to_the_queue_however_it_was_typed(
    centre: CallCentre, target_folder: Path, scenario: str
) -> None:
    """Given a proven disclosure, when its code is typed, then the caller waits, known; and is forgotten after."""
    disclosure = await centre.disclosed()
    values = {"code": CODE, "stay": "4"}
    async with sipp(target_folder, scenario, Target(centre.pbx.sip_port), values=values) as caller:
        call = await centre.call_is(CallState.WAITING)
        assert call.disclosure_id == disclosure
        assert call.tries == (1 if scenario == "wrong-then-right" else 0)
        await caller.done()
    assert await centre.ended() == [ABANDONED]


@pytest.mark.parametrize("scenario", ["three-wrong", "no-digits"])
async def test_without_a_right_code_the_caller_is_refused_after_three_tries(
    centre: CallCentre, target_folder: Path, scenario: str
) -> None:
    """Given the rule to refuse, when three codes are wrong or none is typed, then words and a hang-up."""
    values = {"wrong": "9999999999", "patience": "60"}
    async with sipp(target_folder, scenario, Target(centre.pbx.sip_port), values=values) as caller:
        await caller.done()
    assert await centre.ended() == [REFUSED]


async def test_where_the_municipality_wants_it_they_wait_as_not_verified(
    patient_centre: CallCentre, target_folder: Path
) -> None:
    """Given the rule to wait, when three codes are wrong, then the caller waits, marked as not verified."""
    target = Target(patient_centre.pbx.sip_port)
    async with sipp(target_folder, "three-wrong-waits", target, values={"stay": "8"}) as caller:
        call = await patient_centre.call_is(CallState.WAITING)
        assert not call.verified
        assert call.tries == patient_centre.municipality.rules.tries
        await caller.done()
    assert await patient_centre.ended() == [NOT_VERIFIED]


async def test_a_code_that_is_too_short_is_asked_again(centre: CallCentre, target_folder: Path) -> None:
    """Given seven digits, when the pause after them is over, then it counts as a try and is asked again."""
    target = Target(centre.pbx.sip_port)
    async with sipp(target_folder, "too-short", target, values={"stay": "1"}) as caller:
        await centre.call_is(CallState.ASKING, lambda call: call.tries == 1)
        await caller.done()
    assert await centre.ended() == [NOT_VERIFIED]


async def test_a_code_serves_once(centre: CallCentre, target_folder: Path) -> None:
    """Given a caller who waits with a code, when a second one types it, then it is wrong for them."""
    disclosure = await centre.disclosed()
    target = Target(centre.pbx.sip_port)
    async with sipp(target_folder, "held-up", target, values={"code": CODE, "patience": "60"}):
        first = await centre.call_is(CallState.WAITING)
        values = {"code": CODE, "stay": "1"}
        async with sipp(target_folder / "second", "right-code", target, values=values) as second:
            await centre.call_is(CallState.ASKING, lambda call: call.tries == 1)
            await second.done()

        async def only_the_first_is_left() -> bool:
            return [(call.id, call.disclosure_id) for call in await centre.live()] == [(first.id, disclosure)]

        await until(only_the_first_is_left, what="the second caller has gone, and the first has kept the disclosure")


async def test_at_another_municipalitys_number_a_code_is_wrong_and_not_used_up(
    centre: CallCentre, target_folder: Path
) -> None:
    """Given a right code, when it is typed at another's number, then it is asked again; at its own it is right."""
    await admin.add_municipality(centre.store, "elders", "Gemeente Elders", "+31201234568")
    disclosure = await centre.disclosed()
    values = {"code": CODE, "stay": "3"}
    elsewhere = Target(centre.pbx.sip_port, "0201234568")
    async with sipp(target_folder / "elsewhere", "right-code", elsewhere, values=values) as caller:
        await centre.call_is(CallState.ASKING, lambda call: call.tries == 1)
        await caller.done()
    assert await centre.ended() == [NOT_VERIFIED]
    async with sipp(target_folder / "home", "right-code", Target(centre.pbx.sip_port), values=values) as caller:
        assert (await centre.call_is(CallState.WAITING)).disclosure_id == disclosure
        await caller.done()
    assert await centre.ended(2) == [NOT_VERIFIED, ABANDONED]


async def test_a_code_that_is_too_old_is_wrong(centre: CallCentre, target_folder: Path) -> None:
    """Given a disclosure whose time is over, when its code is typed, then it is asked again."""
    await centre.disclosed(lives_seconds=0)
    values = {"code": CODE, "stay": "1"}
    target = Target(centre.pbx.sip_port)
    async with sipp(target_folder, "right-code", target, values=values) as caller:
        await centre.call_is(CallState.ASKING, lambda call: call.tries == 1)
        await caller.done()
    assert await centre.ended() == [NOT_VERIFIED]


async def test_a_disclosure_that_is_proven_a_moment_later_is_still_found(
    centre: CallCentre, target_folder: Path
) -> None:
    """Given a disclosure under way, when it is proven two seconds after its code, then the caller is known."""
    disclosure = await centre.disclosed(state=DisclosureState.REQUESTED)
    values = {"code": CODE, "stay": "6"}
    target = Target(centre.pbx.sip_port)
    async with sipp(target_folder, "right-code", target, values=values) as caller:
        call = await centre.call_is(CallState.ASKING)

        async def says_one_moment() -> bool:
            shown = await centre.pbx.cli("core show channels concise")
            return "Stasis" in shown and "code" in shown

        await until(says_one_moment, what="the code was typed", seconds=15)
        await asyncio.sleep(1)  # what is tested: that the proof comes a moment later
        assert (await centre.live())[0].state is CallState.ASKING
        await centre.prove(disclosure)
        call = await centre.call_is(CallState.WAITING)
        assert call.disclosure_id == disclosure
        assert call.tries == 0
        await caller.done()
    assert await centre.ended() == [ABANDONED]


@pytest.mark.parametrize("scenario", ["hangs-up-asked", "hangs-up-typing"])
async def test_a_caller_who_hangs_up_before_the_queue_leaves_nothing_behind(
    centre: CallCentre, target_folder: Path, scenario: str
) -> None:
    """Given a caller, when they hang up while being asked, then the call ends and nothing is left."""
    async with sipp(target_folder, scenario, Target(centre.pbx.sip_port)) as caller:
        await caller.done()
    assert await centre.ended() == [NOT_VERIFIED]


async def test_a_caller_who_hangs_up_before_being_let_in_leaves_nothing_behind(
    centre: CallCentre, target_folder: Path, tmp_path: Path
) -> None:
    """Given a database that is busy, when a caller hangs up before it has kept their call, then that call ends."""
    path = tmp_path / "store.db"
    with closing(sqlite3.connect(path, isolation_level=None, timeout=30, check_same_thread=False)) as busy:
        # Not in this thread: a transaction of the call centre's, which runs in it, may have to end first.
        await asyncio.to_thread(busy.execute, "BEGIN IMMEDIATE")
        async with sipp(target_folder, "hangs-up-at-once", Target(centre.pbx.sip_port)) as caller:
            await caller.done()
        busy.execute("ROLLBACK")
    assert await centre.ended() == [NOT_VERIFIED]
