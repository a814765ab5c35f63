"""Which recording a caller hears: the municipality's own before ours."""

import subprocess
from pathlib import Path

import pytest

from demo.asterisk import Pbx
from demo.baresip import Baresip
from demo.caller import at_pbx, caller
from demo.process import until
from demo.tones import share_with_tone
from tests.sip.desk import Desk, desk
from tests.sip.sipp import CALLED_NUMBER

OWN_TONE = 700
"""Hz; the recording of the invented municipality of Voorbeeldstad is this tone, so that it can be told from speech."""


@pytest.fixture
def own_recording(pbx: Pbx) -> None:
    """Voorbeeldstad has a recording of its own for one prompt."""
    folder = pbx.sounds / "nl_voorbeeldstad"
    folder.mkdir(exist_ok=True)
    tone = ["synth", "2", "sine", str(OWN_TONE), "gain", "-12"]
    recording = str(folder / "one-moment.alaw")
    subprocess.run(["sox", "-n", "-t", "al", "-r", "8000", "-c", "1", recording, *tone], check=True)


@pytest.mark.usefixtures("own_recording")
@pytest.mark.parametrize(
    ("language", "prompt", "is_own"),
    [
        ("nl_voorbeeldstad", "one-moment", True),
        ("nl_voorbeeldstad", "closed", False),
        ("nl_elders", "one-moment", False),
        ("en", "one-moment", False),
        ("nl", "place-30", False),
    ],
)
async def test_the_municipality_is_heard_where_it_recorded_something(
    pbx: Pbx, target_folder: Path, language: str, prompt: str, *, is_own: bool
) -> None:
    async with desk(pbx) as conductor, caller(target_folder) as citizen:
        await citizen.dial(at_pbx(CALLED_NUMBER, pbx.sip_port))
        arrived = await conductor.arrived()
        await conductor.send_on(arrived.channel, "say-and-hang-up", prompt=prompt, language=language)
        await citizen.happened("CALL_CLOSED", seconds=15)

    heard = citizen.heard()
    assert share_with_tone(heard, OWN_TONE) > 0.8 if is_own else share_with_tone(heard, OWN_TONE) < 0.3
    assert len(heard) > 8000


async def test_the_conductor_can_play_a_prompt_to_a_caller_it_holds(pbx: Pbx, target_folder: Path) -> None:
    async with desk(pbx) as conductor, caller(target_folder) as citizen:
        await _holds(conductor, citizen, pbx)
        played = await conductor.event("PlaybackFinished")

    assert played["playback"]["state"] == "done"


async def _holds(conductor: Desk, citizen: Baresip, pbx: Pbx) -> None:
    await citizen.dial(at_pbx(CALLED_NUMBER, pbx.sip_port))
    arrived = await conductor.arrived()
    await conductor.post(f"/channels/{arrived.channel}/answer")
    media = "sound:/var/lib/asterisk/sounds/place-3"
    await conductor.post(f"/channels/{arrived.channel}/play", media=media)
    await until(lambda: len(citizen.heard()) > 0, what="the caller hears something")
