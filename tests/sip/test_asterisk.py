"""Asterisk as the demo and the tests start it: alone or two at once, with or without bubblewrap; gone afterwards."""

import asyncio
import signal
import sys
from pathlib import Path

import pytest

from demo import asterisk_root
from demo.asterisk import asterisk, own_settings
from demo.places import ROOT
from demo.process import until
from tests.sip.sipp import Target, play

HELD = """
import asyncio, pathlib, sys
from demo import asterisk, asterisk_root
if sys.argv[2] == "chroot":
    asterisk_root.bubblewrap_works = lambda: False
async def main():
    async with asterisk.asterisk(pathlib.Path(sys.argv[1])) as pbx:
        print(pbx.child.pid, flush=True)
        await asyncio.sleep(100)
asyncio.run(main())
"""


async def test_two_at_once_have_nothing_in_common(tmp_path: Path) -> None:
    async with asterisk(tmp_path / "one") as one, asterisk(tmp_path / "two") as two:
        ports = [(pbx.settings.sip_port, pbx.settings.http_port, pbx.settings.rtp_first) for pbx in (one, two)]
        assert await one.channels() == await two.channels() == 0

    assert not set(ports[0]) & set(ports[1])


async def test_runs_in_a_chroot_where_bubblewrap_can_not(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asterisk_root, "bubblewrap_works", lambda: False)

    async with asterisk(tmp_path, own_settings(away_seconds=0, retry_seconds=1)) as pbx:
        assert pbx.root.command[0] == "chroot"
        await play(tmp_path / "caller", "no-digits", Target(pbx.sip_port))


@pytest.mark.parametrize("way", ["bubblewrap", "chroot"])
async def test_it_is_gone_when_who_started_it_is_killed(tmp_path: Path, way: str) -> None:
    command = [sys.executable, "-c", HELD, str(tmp_path), way]
    starter = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE, cwd=ROOT)
    assert starter.stdout is not None
    group = int(await starter.stdout.readline())
    assert _members(group)
    starter.send_signal(signal.SIGKILL)
    await starter.wait()

    await until(lambda: not _members(group), what="Asterisk is gone")


async def test_starts_without_a_warning(tmp_path: Path) -> None:
    async with asterisk(tmp_path) as pbx:
        lines = (pbx.logs / "messages").read_text().splitlines()

    assert [line for line in lines if "WARNING" in line or "ERROR" in line] == []


async def test_a_call_without_sound_ends_by_itself(tmp_path: Path) -> None:
    async with asterisk(tmp_path, own_settings(rtp_timeout=2)) as pbx:
        await play(tmp_path / "caller", "no-digits", Target(pbx.sip_port), patience="10")


def _members(group: int) -> list[str]:
    """The living processes of a process group."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            after_name = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(after_name[2]) == group and after_name[0] != "Z":
            found.append(stat.parent.name)
    return found
