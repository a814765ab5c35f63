"""The dialplan on the real Asterisk: what it tells a conductor, and what it does without one."""

from pathlib import Path

import pytest

from demo.asterisk import Pbx
from demo.process import until
from tests.sip.desk import Desk, desk
from tests.sip.sipp import CALLED_NUMBER, Target, sipp

CODE = "1029384756"


async def test_a_call_is_handed_over_unanswered_with_the_number_it_dialled(pbx: Pbx, target_folder: Path) -> None:
    async with desk(pbx) as conductor, sipp(target_folder, "hangs-up-at-once", Target(pbx.sip_port)) as caller:
        arrived = await conductor.arrived()
        await caller.done()

    assert arrived.args == ["arriving", CALLED_NUMBER]
    assert arrived.caller == "0612345678"
    assert arrived.state == "Ring"


@pytest.mark.parametrize(
    ("scenario", "digits"),
    [
        ("right-code", CODE),
        ("early-digits", CODE),
        ("short-gaps", CODE),
        ("jitter-burst", CODE),
        ("sip-info", CODE),
        ("too-short", "1234567"),
        ("no-digits", ""),
    ],
)
async def test_asterisk_takes_the_digits_of_every_kind_of_phone(
    pbx: Pbx, target_folder: Path, scenario: str, digits: str
) -> None:
    async with (
        desk(pbx) as conductor,
        sipp(target_folder, scenario, Target(pbx.sip_port), values={"code": CODE, "stay": "1"}) as caller,
    ):
        arrived = await conductor.arrived()
        await conductor.send_on(arrived.channel, "ask-code", prompt="ask-code")
        typed = await conductor.arrived()
        if scenario == "no-digits":
            await conductor.send_on(arrived.channel, "say-and-hang-up", prompt="one-moment")
        await caller.done()

    assert typed.args == ["code", digits]
    assert typed.state == "Up"


async def test_a_dialled_number_can_not_smuggle_in_arguments(pbx: Pbx, target_folder: Path) -> None:
    smuggled = Target(pbx.sip_port, "020,code,1234567890")

    async with desk(pbx) as conductor, sipp(target_folder, "hangs-up-at-once", smuggled) as caller:
        arrived = await conductor.arrived()
        await caller.done()

    assert arrived.args == ["arriving", "0201234567890"]


async def test_what_is_said_last_is_followed_by_a_hang_up(pbx: Pbx, target_folder: Path) -> None:
    async with desk(pbx) as conductor, sipp(target_folder, "no-digits", Target(pbx.sip_port)) as caller:
        arrived = await conductor.arrived()
        await conductor.send_on(arrived.channel, "say-and-hang-up", prompt="one-moment")
        gone = await conductor.event("StasisEnd")
        await caller.done()

    assert gone["channel"]["id"] == arrived.channel
    assert await pbx.channels() == 0


async def test_hanging_up_while_typing_leaves_nothing_behind(pbx: Pbx, target_folder: Path) -> None:
    async with desk(pbx) as conductor, sipp(target_folder, "hangs-up-typing", Target(pbx.sip_port)) as caller:
        arrived = await conductor.arrived()
        await conductor.send_on(arrived.channel, "ask-code", prompt="ask-code")
        await caller.done()

    await until(lambda: _nobody(pbx), what="the channel is gone")


async def test_no_log_holds_a_code_or_a_caller(pbx: Pbx, target_folder: Path) -> None:
    async with desk(pbx) as conductor:
        await _typed_right(pbx, conductor, target_folder)

    written = b"".join(path.read_bytes() for path in [*pbx.logs.iterdir(), pbx.child.log])
    assert written
    assert CODE.encode() not in written
    assert b"0612345678" not in written


async def _typed_right(pbx: Pbx, conductor: Desk, folder: Path) -> None:
    async with sipp(folder, "early-digits", Target(pbx.sip_port), values={"code": CODE, "stay": "1"}) as caller:
        arrived = await conductor.arrived()
        await conductor.send_on(arrived.channel, "ask-code", prompt="ask-code")
        assert (await conductor.arrived()).args == ["code", CODE]
        await caller.done()


async def _nobody(pbx: Pbx) -> bool:
    return await pbx.channels() == 0
