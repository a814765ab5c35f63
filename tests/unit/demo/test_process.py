"""A child that is started here ends with us, and tells why when it ends by itself."""

import asyncio
import os
import shutil
import sys
from contextlib import suppress
from pathlib import Path

import pytest

from demo.process import ChildEndedError, NotInTimeError, child, port_is_open, until

REPOSITORY = Path(__file__).parents[3]
SLEEPER = """
import asyncio, pathlib, sys
from demo.process import start
async def main():
    sleeper = await start("sleeper", ["sleep", "100"], log=pathlib.Path(sys.argv[1]))
    print(sleeper.pid, flush=True)
    await asyncio.sleep(100)
asyncio.run(main())
"""

SLOW_SETPRIV = """#!/bin/sh
while [ -d /proc/$PPID ] && ! grep -q '^State:.Z' /proc/$PPID/status; do sleep 0.01; done
exec {setpriv} "$@"
"""


def is_alive(pid: int) -> bool:
    """True while the process is there and not merely unburied."""
    with suppress(FileNotFoundError):
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    return False


async def test_a_child_and_its_own_children_are_gone_after_the_block(tmp_path: Path) -> None:
    log = tmp_path / "log"
    async with child("shell", ["sh", "-c", "sleep 100 & echo $!; wait"], log=log) as shell:
        await until(lambda: log.read_text().strip().isdigit(), what="the shell told its child", child=shell)
        grandchild = int(log.read_text())
        assert is_alive(grandchild)

    assert shell.exit_code is not None
    await until(lambda: not is_alive(grandchild), what="the grandchild is gone")


async def test_one_that_does_not_listen_is_ended(tmp_path: Path) -> None:
    stubborn = ["sh", "-c", "trap '' TERM; echo ready; while :; do sleep 0.05; done"]
    async with child("stubborn", stubborn, log=tmp_path / "log", grace=0.1) as process:
        await until(lambda: "ready" in process.tail(), what="it ignores TERM", child=process)

    assert process.exit_code == -9


async def test_a_child_that_ended_says_so_with_the_end_of_its_log(tmp_path: Path) -> None:
    async with child("failing", ["sh", "-c", "echo no such luck; exit 3"], log=tmp_path / "log") as failing:
        with pytest.raises(ChildEndedError, match=r"(?s)failing ended with code 3.*no such luck"):
            await until(lambda: False, what="success", child=failing)


async def test_what_does_not_happen_in_time_is_told() -> None:
    with pytest.raises(NotInTimeError, match=r"Not within 0.05 s: the moon is blue"):
        await until(lambda: False, what="the moon is blue", seconds=0.05)


async def test_a_child_dies_with_its_parent(tmp_path: Path) -> None:
    command = [sys.executable, "-c", SLEEPER, str(tmp_path / "log")]
    parent = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE, cwd=REPOSITORY)
    assert parent.stdout is not None
    sleeper = int(await parent.stdout.readline())
    assert is_alive(sleeper)
    parent.kill()
    await parent.wait()

    await until(lambda: not is_alive(sleeper), what="the sleeper died with its parent")


async def test_a_child_dies_also_when_its_parent_was_quicker(tmp_path: Path) -> None:
    """Given a child that is slow to start, when its parent dies before that, then it does not start at all."""
    slow = tmp_path / "setpriv"
    slow.write_text(SLOW_SETPRIV.format(setpriv=shutil.which("setpriv")))
    slow.chmod(0o755)
    command = [sys.executable, "-c", SLEEPER, str(tmp_path / "log")]
    env = {**os.environ, "PATH": f"{tmp_path}:{os.environ['PATH']}"}
    parent = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE, cwd=REPOSITORY, env=env)
    assert parent.stdout is not None
    sleeper = int(await parent.stdout.readline())
    parent.kill()
    await parent.wait()

    await until(lambda: not is_alive(sleeper), what="the sleeper did not stay")


async def test_sees_whether_a_port_is_open() -> None:
    server = await asyncio.start_server(lambda _, writer: writer.close(), "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    async with server:
        assert await port_is_open(port)

    assert not await port_is_open(port)
