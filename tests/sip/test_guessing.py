"""Those who guess by telephone, on the real Asterisk: the limit holds, and honest callers come through or are told."""

import asyncio
import re
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import httpx
import pytest
import pytest_asyncio

from callcenter.model.call import Call, CallState, Outcome, Unverified
from callcenter.model.code import new_code
from demo.asterisk import Pbx
from demo.process import until
from tests.sip.call_centre import CODE, NUMBER, CallCentre, Past, call_centre
from tests.sip.sipp import Target, sipp

ABANDONED = Past(Outcome.ABANDONED, was_verified=True, disclosure_id=None)
NOT_VERIFIED = Past(Outcome.ABANDONED, was_verified=False, disclosure_id=None)
REFUSED = Past(Outcome.REFUSED, was_verified=False, disclosure_id=None)
HONEST = "0687654321"
SECONDS = 12  # that the limit of these tests has for each wrong code after the first


@pytest_asyncio.fixture
async def centre(tmp_path: Path, pbx: Pbx) -> AsyncIterator[CallCentre]:
    """A municipality that refuses, where one wrong code puts the limit in force. No conductor yet."""
    async with call_centre(tmp_path, pbx, guess_limit_municipality=f"1/{SECONDS}") as it:
        yield it
        await it.tidy()


async def guessed(centre: CallCentre) -> None:
    """Somebody elsewhere types a wrong code: the limit is in force, for callers with a number."""
    async with httpx.AsyncClient(base_url=centre.settings.internal_api_url, trust_env=False) as api:
        key = centre.settings.internal_api_key.get_secret_value()
        question = {"number": NUMBER, "code": new_code(), "call": "elsewhere", "caller": "+31600000000"}
        headers = {"Authorization": f"Bearer {key}"}
        assert (await api.post("/v1/codes/resolve", json=question, headers=headers)).status_code == 404


async def results(centre: CallCentre) -> dict[str, float]:
    """How many codes were looked at, and how many not, so far."""
    async with httpx.AsyncClient(base_url=centre.settings.internal_api_url, trust_env=False) as api:
        text = (await api.get("/metrics")).text
    found = re.findall(r'^veilig_bellen_guesses_total{result="(\S+)"} (\S+)$', text, re.MULTILINE)
    return {result: float(count) for result, count in found}


async def slowed(centre: CallCentre) -> Call:
    """Wait until a code waits for its turn; return its call."""

    async def told() -> bool:
        return (await results(centre))["slowed"] > 0

    await until(told, what="a code waits for its turn", seconds=20)
    return await centre.call_is(CallState.ASKING)


async def test_an_honest_caller_is_slowed_and_then_known(centre: CallCentre, target_folder: Path) -> None:
    """Given a limit in force, when a right code is typed, then the caller hears "one moment", waits, and is let in."""
    disclosure = await centre.disclosed()
    values = {"code": CODE, "stay": "25", "caller": HONEST}
    async with (
        centre.conductor(),
        sipp(target_folder, "right-code", Target(centre.pbx.sip_port), values=values) as caller,
    ):
        await centre.call_is(CallState.ASKING)
        await guessed(centre)
        began = time.monotonic()
        waiting = await slowed(centre)
        call = await centre.call_is(CallState.WAITING)
        assert (call.id, call.disclosure_id, call.tries) == (waiting.id, disclosure, 0)
        assert time.monotonic() - began < SECONDS + 8
        await centre.hang_up_all()
        await caller.done()
        assert await centre.ended() == [ABANDONED]


async def test_who_hangs_up_while_slowed_leaves_nothing_behind_and_keeps_the_code(
    centre: CallCentre, target_folder: Path
) -> None:
    """Given a right code that waits for its turn, when the caller hangs up, then it can be used in a later call."""
    disclosure = await centre.disclosed()
    target = Target(centre.pbx.sip_port)
    async with centre.conductor():
        values = {"code": CODE, "stay": "4", "caller": HONEST}
        async with sipp(target_folder, "right-code", target, values=values) as caller:
            await centre.call_is(CallState.ASKING)
            await guessed(centre)
            await slowed(centre)
            await caller.done()
        assert await centre.ended() == [NOT_VERIFIED]
        assert (await results(centre))["right"] == 0
        await asyncio.sleep(2 * SECONDS)  # what is tested: that the limit is no longer in force then
        again = {"code": CODE, "stay": "3", "caller": HONEST}
        async with sipp(target_folder / "again", "right-code", target, values=again) as caller:
            assert (await centre.call_is(CallState.WAITING)).disclosure_id == disclosure
            await caller.done()


async def test_a_standby_goes_on_with_who_is_slowed(centre: CallCentre, target_folder: Path) -> None:
    """Given a code that waits for its turn, when its conductor stops, then another has it looked at in its turn."""
    disclosure = await centre.disclosed()
    values = {"code": CODE, "stay": "40", "caller": HONEST}
    async with AsyncExitStack() as first:
        await first.enter_async_context(centre.conductor())
        async with sipp(target_folder, "right-code", Target(centre.pbx.sip_port), values=values) as caller:
            await centre.call_is(CallState.ASKING)
            await guessed(centre)
            await slowed(centre)
            await first.aclose()
            async with centre.conductor():
                call = await centre.call_is(CallState.WAITING)
                assert (call.disclosure_id, call.tries) == (disclosure, 0)
                await centre.hang_up_all()
                await caller.done()
                assert await centre.ended() == [ABANDONED]


@pytest.mark.parametrize(("unverified", "past"), [(Unverified.WAIT, NOT_VERIFIED), (Unverified.REFUSE, REFUSED)])
async def test_who_would_wait_too_long_goes_by_the_rule(
    tmp_path: Path, pbx: Pbx, target_folder: Path, unverified: Unverified, past: Past
) -> None:
    """Given a wait that would be too long, then the caller waits as not verified, or is asked to call later."""
    limit = "1/600"
    async with (
        call_centre(tmp_path, pbx, unverified=unverified, guess_limit_municipality=limit) as centre,
        centre.conductor(),
    ):
        disclosure = await centre.disclosed()
        values = {"code": CODE, "stay": "12", "caller": HONEST}
        async with sipp(target_folder, "right-code", Target(centre.pbx.sip_port), values=values) as caller:
            await guessed(centre)
            if unverified is Unverified.WAIT:
                assert not (await centre.call_is(CallState.WAITING)).verified
            await caller.done()
        assert await centre.ended() == [past]
        assert disclosure
        await centre.tidy()


async def test_a_flood_of_guesses_keeps_to_the_limit_and_an_honest_caller_comes_through(
    tmp_path: Path, pbx: Pbx, target_folder: Path
) -> None:
    """Given four callers who guess, each from a number of its own, when an honest one calls, then both hold."""
    burst, seconds, guessers = 2, 4.0, 4
    limits: dict[str, Any] = {"guess_limit_municipality": f"{burst}/{seconds}", "guess_longest_wait": 40}
    async with call_centre(tmp_path, pbx, unverified=Unverified.WAIT, **limits) as centre, centre.conductor():
        disclosure = await centre.disclosed()
        target = Target(centre.pbx.sip_port)
        began = time.monotonic()
        async with AsyncExitStack() as flood:
            for n in range(guessers):
                guesses = {"guess": f"{n}99999999", "caller": f"061111111{n}", "pause": "5", "stay": "60"}
                await flood.enter_async_context(sipp(target_folder / f"{n}", "three-guesses", target, values=guesses))
            values = {"code": CODE, "stay": "60", "caller": HONEST}
            await flood.enter_async_context(sipp(target_folder / "honest", "right-code", target, values=values))
            honest = await centre.call_is(CallState.WAITING, lambda call: call.verified)
            assert honest.disclosure_id == disclosure
            told = await results(centre)
            period = time.monotonic() - began
            await centre.hang_up_all()
        assert told["right"] == 1
        assert told["slowed"] >= 1
        assert told["wrong"] <= 2 * (burst + period / seconds) + guessers
        await centre.ended(guessers + 1)
        await centre.tidy()
