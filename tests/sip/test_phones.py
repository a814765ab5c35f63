"""Agents' phones: known as soon as they are pushed, rung by the conductor, and of no use to call out with."""

import hashlib
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from demo.asterisk import Pbx
from demo.caller import at_pbx, caller
from demo.process import NotInTimeError, until
from demo.softphone import AGENT_TONE, softphone
from demo.tones import tones_in
from tests.sip.desk import Desk, desk
from tests.sip.sipp import CALLED_NUMBER, scripted_phone

PHONE = "phone-2c3d"
PASSWORD = "a-password-of-a-test"
REALM = "veilig-bellen"
CALLER_TONE = 1100
LEG = "vb-agent-test-1"


@pytest.fixture
async def conductor(pbx: Pbx) -> AsyncIterator[Desk]:
    """The conductor's place, with one phone pushed."""
    digest = hashlib.md5(f"{PHONE}:{REALM}:{PASSWORD}".encode(), usedforsecurity=False).hexdigest()
    async with desk(pbx) as at_desk:
        await at_desk.push(
            "auth", PHONE, auth_type="digest", username=PHONE, realm=REALM, password_digest=f"MD5:{digest}"
        )
        await at_desk.push("aor", PHONE, max_contacts="1", remove_existing="yes")
        await at_desk.push(
            "endpoint", PHONE, auth=PHONE, aors=PHONE, context="from-agent", disallow="all", allow="alaw,ulaw",
            direct_media="no", rtp_timeout="30",
        )  # fmt: skip
        yield at_desk


async def ring(conductor: Desk, *, seconds: int = 20) -> None:
    """Rings the phone as the conductor does: the leg first, and the dialling once it is ours."""
    await conductor.post("/channels/create", endpoint=f"PJSIP/{PHONE}", app="callcenter", channelId=LEG)
    await conductor.arrived()
    await conductor.post(f"/channels/{LEG}/dial", timeout=str(seconds))


async def test_caller_and_agent_hear_each_other(pbx: Pbx, conductor: Desk, tmp_path: Path) -> None:
    async with (
        softphone(tmp_path / "agent", user=PHONE, password=PASSWORD, pbx_port=pbx.sip_port) as agent,
        caller(tmp_path / "caller", tone=CALLER_TONE) as citizen,
    ):
        await citizen.dial(at_pbx(CALLED_NUMBER, pbx.sip_port))
        arrived = await conductor.arrived()
        await conductor.post(f"/channels/{arrived.channel}/answer")
        await ring(conductor)
        await agent.happened("CALL_ESTABLISHED")
        await conductor.post("/bridges/vb-bridge-test", type="mixing")
        await conductor.post("/bridges/vb-bridge-test/addChannel", channel=f"{arrived.channel},{LEG}")
        tones = {AGENT_TONE, CALLER_TONE}
        await until(lambda: tones_in(agent.heard(1), tones) == {CALLER_TONE}, what="the agent hears the caller")
        await until(lambda: tones_in(citizen.heard(1), tones) == {AGENT_TONE}, what="the caller hears the agent")
        await citizen.hang_up()
        await conductor.rest.delete(f"/channels/{LEG}")
        await agent.happened("CALL_CLOSED")
        await conductor.rest.delete("/bridges/vb-bridge-test")


@pytest.mark.parametrize(("scenario", "cause"), [("phone-busy", 17), ("phone-declines", 21), ("phone-silent", 19)])
async def test_a_phone_that_does_not_answer_says_why(
    pbx: Pbx, conductor: Desk, tmp_path: Path, scenario: str, cause: int
) -> None:
    async with scripted_phone(tmp_path, scenario, user=PHONE, password=PASSWORD, pbx_port=pbx.sip_port) as phone:
        await ring(conductor, seconds=2)
        gone = await conductor.event("ChannelDestroyed")
        await phone.done()

    assert gone["channel"]["id"] == LEG
    assert gone["cause"] == cause


async def test_a_phone_that_hangs_up_ends_its_leg(pbx: Pbx, conductor: Desk, tmp_path: Path) -> None:
    async with scripted_phone(
        tmp_path, "phone-hangs-up", user=PHONE, password=PASSWORD, pbx_port=pbx.sip_port, stay="0.5"
    ) as phone:
        await ring(conductor)
        gone = await conductor.event("ChannelDestroyed")
        await phone.done()

    assert gone["channel"]["id"] == LEG
    assert gone["cause"] == 16


async def test_a_phone_can_not_call_out(pbx: Pbx, conductor: Desk, tmp_path: Path) -> None:
    async with softphone(tmp_path / "agent", user=PHONE, password=PASSWORD, pbx_port=pbx.sip_port) as agent:
        await agent.dial(at_pbx(CALLED_NUMBER, pbx.sip_port))
        refused = await agent.happened("CALL_CLOSED")

    assert refused.text == "404 Not Found"


async def test_a_wrong_password_does_not_register(pbx: Pbx, conductor: Desk, tmp_path: Path) -> None:
    with pytest.raises(NotInTimeError):
        async with softphone(tmp_path / "agent", user=PHONE, password="wrong", pbx_port=pbx.sip_port, patience=2):
            pass
