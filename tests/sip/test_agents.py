"""Agents who take calls, on the real Asterisk with the conductor: answering, not answering, hanging up, racing."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
import pytest_asyncio

from callcenter.model.call import Call, CallState, Outcome
from callcenter.model.phone_account import new_phone
from callcenter.store import phones, team
from callcenter.store.calls import AlreadyInCall
from demo.asterisk import Pbx
from demo.process import until
from tests.sip.call_centre import CODE, Agent, CallCentre, Past, call_centre
from tests.sip.sipp import Sipp, Target, scripted_phone, sipp

ANSWERED = Past(Outcome.ANSWERED, was_verified=True, disclosure_id=None)
ABANDONED = Past(Outcome.ABANDONED, was_verified=True, disclosure_id=None)


@pytest_asyncio.fixture
async def centre(tmp_path: Path, pbx: Pbx) -> AsyncIterator[CallCentre]:
    """A call centre with its conductor."""
    async with call_centre(tmp_path, pbx) as it, it.conductor():
        yield it
        await it.tidy()


@asynccontextmanager
async def waiting_caller(
    centre: CallCentre, folder: Path, scenario: str = "held-up", **values: str
) -> AsyncIterator[tuple[Sipp, Call]]:
    """A caller with a right code who waits in the queue."""
    await centre.disclosed()
    given = {"code": CODE, "patience": "60", **values}
    async with sipp(folder, scenario, Target(centre.pbx.sip_port), values=given) as caller:
        yield caller, await centre.call_is(CallState.WAITING)


@asynccontextmanager
async def phone(centre: CallCentre, folder: Path, agent: Agent, scenario: str, **values: str) -> AsyncIterator[Sipp]:
    """The phone of an agent, behaving as the scenario says."""
    async with scripted_phone(
        folder / agent.user.login,
        scenario,
        user=agent.phone.name,
        password=agent.password,
        pbx_port=centre.pbx.sip_port,
        **values,
    ) as running:
        yield running


async def test_an_agent_takes_a_call_and_hangs_up_on_the_page(centre: CallCentre, tmp_path: Path) -> None:
    """Given a waiting caller, when an agent takes the call, then both are joined at once, until the agent ends it."""
    anna = await centre.agent()
    async with (
        phone(centre, tmp_path, anna, "phone-answers", patience="60") as desk_phone,
        waiting_caller(centre, tmp_path / "caller") as (caller, call),
    ):
        assert await centre.take(anna, call)
        await centre.call_is(CallState.CONNECTED)
        # Within the announcement of the place: a bridge that waited for its end would come too late.
        await centre.bridged()
        await centre.ask_hangup(anna, call)
        await caller.done()
        await desk_phone.done()
    assert await centre.ended() == [ANSWERED]
    assert await centre.reason(anna) is None


async def test_the_agents_phone_hangs_up(centre: CallCentre, tmp_path: Path) -> None:
    """Given two in a call, when the agent's phone hangs up, then the caller is hung up too."""
    anna = await centre.agent()
    async with (
        phone(centre, tmp_path, anna, "phone-hangs-up", stay="1"),
        waiting_caller(centre, tmp_path / "caller") as (caller, call),
    ):
        assert await centre.take(anna, call)
        await caller.done()
    assert await centre.ended() == [ANSWERED]


async def test_the_caller_hangs_up_in_a_call(centre: CallCentre, tmp_path: Path) -> None:
    """Given two in a call, when the caller hangs up, then the agent's phone is hung up too."""
    anna = await centre.agent()
    async with (
        phone(centre, tmp_path, anna, "phone-answers", patience="60") as desk_phone,
        waiting_caller(centre, tmp_path / "caller", "hangs-up-waiting", stay="8") as (_, call),
    ):
        assert await centre.take(anna, call)
        await centre.call_is(CallState.CONNECTED)
        await desk_phone.done()
    assert await centre.ended() == [ANSWERED]


async def test_the_caller_hangs_up_while_the_phone_rings(centre: CallCentre, tmp_path: Path) -> None:
    """Given a ringing phone, when the caller hangs up, then it stops ringing at once."""
    anna = await centre.agent()
    async with (
        phone(centre, tmp_path, anna, "phone-silent", patience="20") as desk_phone,
        waiting_caller(centre, tmp_path / "caller", "hangs-up-waiting", stay="4") as (caller, call),
    ):
        assert await centre.take(anna, call)
        await caller.done()
        await desk_phone.done(seconds=2)
    assert await centre.ended() == [ABANDONED]
    assert await centre.reason(anna) is None


async def test_the_caller_hangs_up_while_waiting(centre: CallCentre, tmp_path: Path) -> None:
    """Given a waiting caller, when they hang up, then nothing is left of them."""
    async with waiting_caller(centre, tmp_path / "caller", "hangs-up-waiting", stay="1") as (it, _):
        await it.done()
    assert await centre.ended() == [ABANDONED]


@pytest.mark.parametrize(
    ("scenario", "reason"),
    [
        ("phone-busy", "busy"),
        ("phone-declines", "declined"),
        ("phone-silent", "no-answer"),
        (None, "not-registered"),
    ],
)
async def test_an_agent_who_does_not_answer_is_told_why_and_the_caller_keeps_the_place(
    centre: CallCentre, tmp_path: Path, scenario: str | None, reason: str
) -> None:
    """Given a phone that doesn't answer, then the caller waits at the same place and the agent is not ready."""
    anna = await centre.agent()
    async with AsyncExitStack() as stack:
        if scenario is not None:
            await stack.enter_async_context(phone(centre, tmp_path, anna, scenario, patience="20"))
        _, call = await stack.enter_async_context(waiting_caller(centre, tmp_path / "caller"))
        assert await centre.take(anna, call)
        again = await centre.call_is(CallState.WAITING, lambda it: it.offers == 1)
        assert again.waiting_since == call.waiting_since
        assert again.agent_id is None
        assert await centre.reason(anna) == reason
        assert await centre.pbx.channels() == 1
        await centre.hang_up_all()
    assert await centre.ended() == [ABANDONED]


async def test_an_agent_stops_the_ringing(centre: CallCentre, tmp_path: Path) -> None:
    """Given a ringing phone, when the agent asks to stop it, then the caller waits on and the agent stays ready."""
    anna = await centre.agent()
    async with (
        phone(centre, tmp_path, anna, "phone-silent", patience="20") as desk_phone,
        waiting_caller(centre, tmp_path / "caller") as (_, call),
    ):
        assert await centre.take(anna, call)

        async def rings() -> bool:
            return await centre.pbx.channels() == 2

        await until(rings, what="the phone rings")
        await centre.ask_hangup(anna, call)
        await desk_phone.done()
        again = await centre.call_is(CallState.WAITING)
        assert again.waiting_since == call.waiting_since
        assert await centre.reason(anna) is None


async def test_two_agents_click_at_once_and_one_has_the_call(centre: CallCentre, tmp_path: Path) -> None:
    """Given one caller, when two agents click within a millisecond, then one phone rings and one agent has it."""
    anna, bram = await centre.agent("anna"), await centre.agent("bram")
    async with (
        phone(centre, tmp_path, anna, "phone-answers", patience="60"),
        phone(centre, tmp_path, bram, "phone-answers", patience="60"),
        waiting_caller(centre, tmp_path / "caller") as (_, call),
    ):
        won = await asyncio.gather(centre.take(anna, call), centre.take(bram, call))
        assert sorted(won) == [False, True]
        winner = anna if won[0] else bram
        connected = await centre.call_is(CallState.CONNECTED)
        assert connected.agent_id == winner.user.id
        await centre.bridged()
        assert await centre.pbx.channels() == 2
        await centre.ask_hangup(winner, call)
        await centre.ended()


async def test_an_agent_has_one_call_at_a_time(centre: CallCentre, tmp_path: Path) -> None:
    """Given an agent with a call, when they take a second, then the store says no and that caller waits on."""
    anna = await centre.agent()
    await centre.disclosed("2222222222")
    values = {"code": "2222222222", "patience": "60"}
    async with (
        phone(centre, tmp_path, anna, "phone-silent", patience="20"),
        waiting_caller(centre, tmp_path / "caller") as (_, call),
        sipp(tmp_path / "second", "held-up", Target(centre.pbx.sip_port), values=values),
    ):
        second = await centre.call_is(CallState.WAITING, lambda it: it.id != call.id)
        assert await centre.take(anna, call)
        with pytest.raises(AlreadyInCall):
            await centre.take(anna, second)
        assert (await centre.call_is(CallState.WAITING, lambda it: it.id == second.id)).offers == 0


@pytest.mark.parametrize("ending", ["removed", "blocked", "renewed"])
async def test_whose_phone_is_taken_away_has_no_account_within_a_second(
    centre: CallCentre, tmp_path: Path, ending: str
) -> None:
    """Given a phone that is registered, when its agent is kept out or has a new one, then the PBX knows it no more."""
    anna = await centre.agent()
    async with phone(centre, tmp_path, anna, "phone-answers", patience="60"):
        began = asyncio.get_running_loop().time()
        async with centre.store.begin() as tx:
            match ending:
                case "removed":
                    await team.remove(tx, anna.user, datetime.now(UTC))
                case "blocked":
                    await team.disable(tx, anna.user, datetime.now(UTC))
                case _:
                    await phones.set_phone(tx, new_phone(anna.user)[0], anna.user.municipality_id)

        async def gone() -> bool:
            return "Unable to find" in await centre.pbx.cli(f"pjsip show endpoint {anna.phone.name}")

        await until(gone, what="the PBX has forgotten the phone")
        assert asyncio.get_running_loop().time() - began < 3  # 1 s where nothing else runs
