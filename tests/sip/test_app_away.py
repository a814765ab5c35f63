"""The conductor is away: the dialplan holds the caller by itself."""

import asyncio
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from demo.asterisk import Pbx
from demo.caller import at_pbx, caller
from demo.process import until
from demo.tones import is_music, is_silent
from tests.sip.conftest import AWAY_SECONDS
from tests.sip.desk import desk
from tests.sip.sipp import CALLED_NUMBER, Target, sipp

CODE = "5647382910"


async def test_the_caller_hears_music_then_sorry_and_is_hung_up_on(pbx: Pbx, target_folder: Path) -> None:
    async with caller(target_folder) as citizen:
        await citizen.dial(at_pbx(CALLED_NUMBER, pbx.sip_port))
        answered = await citizen.happened("CALL_ESTABLISHED")
        await asyncio.sleep(AWAY_SECONDS - 0.5)  # the music itself is what is listened to
        music = citizen.heard(2)
        ended = await citizen.happened("CALL_CLOSED", seconds=AWAY_SECONDS + 20)
        goodbye = citizen.heard(4)

    assert is_music(music)
    assert not is_silent(goodbye)
    assert not is_music(goodbye)
    assert AWAY_SECONDS <= ended.at - answered.at < AWAY_SECONDS + 15


async def test_a_call_that_was_held_reaches_the_conductor_with_its_number(pbx: Pbx, target_folder: Path) -> None:
    async with sipp(target_folder, "no-digits", Target(pbx.sip_port)) as held:
        await _is_held(pbx)
        async with desk(pbx) as conductor:
            arrived = await conductor.arrived()
            await conductor.send_on(arrived.channel, "say-and-hang-up", prompt="one-moment")
            await held.done()

    assert arrived.args == ["arriving", CALLED_NUMBER]
    assert arrived.state == "Up"


async def test_a_code_typed_before_the_conductor_went_is_kept(pbx: Pbx, target_folder: Path) -> None:
    async with AsyncExitStack() as stack:
        async with desk(pbx) as conductor:
            calling = sipp(target_folder, "held-up", Target(pbx.sip_port), values={"code": CODE})
            held = await stack.enter_async_context(calling)
            arrived = await conductor.arrived()
            await conductor.send_on(arrived.channel, "ask-code", prompt="ask-code")
        await _is_held(pbx)
        async with desk(pbx) as conductor:
            typed = await conductor.arrived()
            await conductor.send_on(arrived.channel, "say-and-hang-up", prompt="one-moment")
            await held.done()

    assert typed.args == ["code", CODE]
    assert typed.channel == arrived.channel


@pytest.mark.parametrize("scenario", ["right-code", "early-digits", "short-gaps", "jitter-burst", "sip-info"])
async def test_a_code_typed_while_the_conductor_was_away_needs_no_asking(
    pbx: Pbx, target_folder: Path, scenario: str
) -> None:
    values = {"code": CODE, "stay": "10"}
    async with sipp(target_folder, scenario, Target(pbx.sip_port), values=values) as held:
        await _has_typed(pbx, CODE)
        async with desk(pbx) as conductor:
            arrived = await conductor.arrived()
            await conductor.send_on(arrived.channel, "ask-code", prompt="ask-code")
            typed = await conductor.arrived()
            await conductor.send_on(arrived.channel, "say-and-hang-up", prompt="one-moment")
            await held.done()

    assert arrived.args == ["arriving", CALLED_NUMBER]
    assert typed.args == ["code", CODE]


async def _has_typed(pbx: Pbx, digits: str) -> None:
    async def kept() -> bool:
        channels = (await pbx.cli("core show channels concise")).splitlines()
        return any(
            [f"VB_EARLY={digits}" in await pbx.cli(f"core show channel {line.split('!')[0]}") for line in channels]
        )

    await until(kept, what=f"{digits} are kept", seconds=8)


async def _is_held(pbx: Pbx) -> None:
    await until_cli(pbx, "core show channels verbose", "app-away")


async def until_cli(pbx: Pbx, command: str, text: str) -> None:
    """Waits until Asterisk answers to a command with a text."""

    async def shown() -> bool:
        return text in await pbx.cli(command)

    await until(shown, what=f"`{command}` shows {text}")
