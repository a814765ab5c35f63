"""Hold, with real phones: who hears whom is told by tone. And the wrap-up after a call, by the real processes."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from callcenter import admin
from callcenter.model.call import Call, CallState
from callcenter.store import calls, disclosures
from demo.asterisk import Pbx
from demo.baresip import Baresip
from demo.caller import CALLER_TONE, at_pbx, caller
from demo.process import until
from demo.softphone import AGENT_TONE, softphone
from demo.tones import is_music, is_silent, tones_in
from tests.sip.call_centre import CODE, SLUG, Agent, CallCentre, call_centre
from tests.sip.sipp import CALLED_NUMBER

BOTH = {AGENT_TONE, CALLER_TONE}


@dataclass
class Talk:
    """Two who talk, and what each of them hears."""

    centre: CallCentre
    anna: Agent
    call: Call
    agent: Baresip
    citizen: Baresip

    async def hold(self, *, on: bool) -> None:
        """Click Hold, or Back."""
        async with self.centre.store.begin() as tx:
            assert await calls.ask_hold(tx, self.call.id, self.anna.user.id, datetime.now(UTC), hold=on)

    async def hear_each_other(self) -> None:
        """Wait until they do, and hear nothing else."""
        await until(lambda: tones_in(self.citizen.heard(1), BOTH) == {AGENT_TONE}, what="the caller hears the agent")
        await until(lambda: tones_in(self.agent.heard(1), BOTH) == {CALLER_TONE}, what="the agent hears the caller")

    async def caller_hears_music_and_agent_nothing(self) -> None:
        """Wait until it is so."""
        await until(lambda: is_music(self.citizen.heard(1)), what="the caller hears music")
        await until(self._sound_of_nothing, what="the agent's phone gets sound that holds nothing")

    def _sound_of_nothing(self) -> bool:
        heard = self.agent.heard(1)
        return bool(heard) and is_silent(heard)


@asynccontextmanager
async def talk(centre: CallCentre, folder: Path) -> AsyncIterator[Talk]:
    """A caller with a right code, and the agent who has taken the call, as real phones."""
    await centre.disclosed()
    anna = await centre.agent()
    port = centre.pbx.sip_port
    async with (
        softphone(folder / "anna", user=anna.phone.name, password=anna.password, pbx_port=port) as agent,
        caller(folder / "caller") as citizen,
    ):
        await citizen.dial(at_pbx(CALLED_NUMBER, port))
        await citizen.happened("CALL_ESTABLISHED")
        await citizen.press(CODE)
        call = await centre.call_is(CallState.WAITING)
        assert await centre.take(anna, call)
        await centre.call_is(CallState.CONNECTED)
        yield Talk(centre, anna, call, agent, citizen)


async def test_a_caller_on_hold_hears_music_and_the_agent_nothing_until_they_come_back(
    tmp_path: Path, pbx: Pbx
) -> None:
    # given two who talk
    async with call_centre(tmp_path, pbx) as centre, centre.conductor(), talk(centre, tmp_path) as two:
        await two.hear_each_other()

        # when the agent has the caller wait, comes back, and does both once more
        for _ in range(2):
            await two.hold(on=True)
            await two.caller_hears_music_and_agent_nothing()
            await two.hold(on=False)

            # then they hear each other, and no music
            await two.hear_each_other()
        await two.citizen.hang_up()
        await two.agent.happened("CALL_CLOSED")
        await centre.ended()


async def test_a_caller_on_hold_who_hangs_up_ends_the_call(tmp_path: Path, pbx: Pbx) -> None:
    # given a caller on hold
    async with call_centre(tmp_path, pbx) as centre, centre.conductor(), talk(centre, tmp_path) as two:
        await two.hold(on=True)
        await two.caller_hears_music_and_agent_nothing()

        # when they hang up, then nothing is left
        await two.citizen.hang_up()
        await two.agent.happened("CALL_CLOSED")
        await centre.ended()


async def test_a_new_conductor_leaves_a_caller_on_hold_and_brings_them_back(tmp_path: Path, pbx: Pbx) -> None:
    async with call_centre(tmp_path, pbx) as centre, AsyncExitStack() as phones:
        # given a caller who is on hold when the conductor goes
        async with centre.conductor():
            two = await phones.enter_async_context(talk(centre, tmp_path))
            await two.hold(on=True)
            await two.caller_hears_music_and_agent_nothing()

        # when another comes, then the caller is on hold still
        async with centre.conductor():
            await two.caller_hears_music_and_agent_nothing()

        # and when the agent comes back while there is none, then the next one joins them
        await two.hold(on=False)
        async with centre.conductor():
            await two.hear_each_other()
            await two.citizen.hang_up()
            await two.agent.happened("CALL_CLOSED")
            await centre.ended()


async def test_the_wrap_up_ends_by_itself_and_then_the_caller_is_erased(tmp_path: Path, pbx: Pbx) -> None:
    async with call_centre(tmp_path, pbx) as centre:
        # given a municipality with a wrap-up of two seconds
        await admin.set_wrap_up(centre.store, SLUG, 2)
        async with centre.conductor(), talk(centre, tmp_path) as two:
            # when the caller hangs up, then their data is there still
            await two.citizen.hang_up()

            async def over() -> Call | None:
                async with centre.store.begin() as tx:
                    found = await calls.find(tx, two.call.id)
                return found if found and found.state is CallState.ENDED else None

            async def is_over() -> bool:
                return await over() is not None

            await until(is_over, what="the call has ended")
            ended = await over()
            assert ended is not None
            assert ended.disclosure_id is not None
            assert ended.ended_at is not None
            assert ended.wrap_up_until is not None
            assert (ended.wrap_up_until - ended.ended_at).total_seconds() == 2

            # and within a second of its end nothing is
            async def erased() -> bool:
                async with centre.store.begin() as tx:
                    return await disclosures.sealed(tx, ended.disclosure_id or "", centre.municipality.id) is None

            await until(erased, what="the caller is erased")
            assert (datetime.now(UTC) - ended.wrap_up_until).total_seconds() < 1.5  # 1 s where nothing else runs
            await centre.nothing_left()
