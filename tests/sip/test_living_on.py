"""What callers live through: the conductor killed, Asterisk killed, the conductor away when they call."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import pytest_asyncio
from pydantic import SecretStr

from callcenter.model.call import CallState, Outcome
from callcenter.settings import PREFIX, Settings
from demo.asterisk import Pbx, asterisk
from demo.postgres import postgres
from demo.process import Child, child, until
from tests.sip.call_centre import CODE, CallCentre, Past, call_centre
from tests.sip.sipp import Target, scripted_phone, sipp

WHOLE_AGAIN_SECONDS = 5.0
ABANDONED = Past(Outcome.ABANDONED, was_verified=True, disclosure_id=None)
ANSWERED = Past(Outcome.ANSWERED, was_verified=True, disclosure_id=None)


@pytest_asyncio.fixture
async def centre(tmp_path: Path, pbx: Pbx) -> AsyncIterator[CallCentre]:
    """A call centre on PostgreSQL, so that its conductor can be a process of its own."""
    async with (
        postgres(tmp_path) as url,
        call_centre(tmp_path, pbx, database_url=url) as it,
    ):
        yield it
        await it.tidy()


@asynccontextmanager
async def conductor_process(centre: CallCentre, folder: Path, name: str) -> AsyncIterator[Child]:
    """`callcenter pbx conduct`, as an operator runs it."""
    command = [sys.executable, "-m", "callcenter.cli", "pbx", "conduct"]
    env = {**os.environ, **_as_environment(centre.settings)}
    async with child(name, command, log=folder / f"{name}.log", env=env) as process:
        # On a busy machine Python alone takes many seconds to start.
        await until(lambda: "started" in process.tail(), what=f"the {name} has started", seconds=60, child=process)
        yield process


def _as_environment(settings: Settings) -> dict[str, str]:
    given = {name: getattr(settings, name) for name in settings.model_fields_set}
    return {
        PREFIX + name.upper(): value.get_secret_value() if isinstance(value, SecretStr) else str(value)
        for name, value in given.items()
    }


async def test_a_killed_conductor_is_followed_by_its_standby_and_no_caller_is_lost(
    centre: CallCentre, tmp_path: Path
) -> None:
    """Given one in a call and one waiting, when the conductor is killed, then the standby goes on with both."""
    await centre.disclosed()
    await centre.disclosed("2222222222")
    target = Target(centre.pbx.sip_port)
    async with AsyncExitStack() as stack:
        first = await stack.enter_async_context(conductor_process(centre, tmp_path, "first"))
        await centre.connected(first)
        standby = await stack.enter_async_context(conductor_process(centre, tmp_path, "standby"))
        anna = await centre.agent()
        await stack.enter_async_context(
            scripted_phone(
                tmp_path / "anna",
                "phone-answers",
                user=anna.phone.name,
                password=anna.password,
                pbx_port=centre.pbx.sip_port,
                patience="60",
            )
        )
        values = {"code": CODE, "patience": "60"}
        await stack.enter_async_context(sipp(tmp_path / "a", "held-up", target, values=values))
        call = await centre.call_is(CallState.WAITING)
        assert await centre.take(anna, call)
        await centre.call_is(CallState.CONNECTED)
        values = {"code": "2222222222", "patience": "60"}
        await stack.enter_async_context(sipp(tmp_path / "b", "held-up", target, values=values))
        await centre.call_is(CallState.WAITING)

        os.killpg(first.pid, signal.SIGKILL)
        killed_at = asyncio.get_running_loop().time()
        await until(lambda: "lease_won" in standby.log.read_text(), what="the standby conducts")
        await until(lambda: "pbx_reconciled" in standby.log.read_text(), what="it has reconciled")
        assert asyncio.get_running_loop().time() - killed_at < WHOLE_AGAIN_SECONDS

        assert len(await centre.live()) == 2
        await centre.bridged()
        await centre.ask_hangup(anna, call)  # and the standby does what agents ask
        waiting = await centre.call_is(CallState.WAITING)

        async def only_one() -> bool:
            return [it.id for it in await centre.live()] == [waiting.id]

        await until(only_one, what="the call in progress has ended, the other waits on")
        await centre.hang_up_all()
        assert sorted(await centre.ended(2), key=str) == sorted([ANSWERED, ABANDONED], key=str)


async def test_callers_who_left_while_nobody_conducted_are_ended_and_erased(centre: CallCentre, tmp_path: Path) -> None:
    """Given a caller who waits, when they hang up with no conductor there, then the next one ends their call."""
    await centre.disclosed()
    target, values = Target(centre.pbx.sip_port), {"code": CODE, "stay": "3"}
    async with AsyncExitStack() as stack:
        async with centre.conductor():
            caller = await stack.enter_async_context(
                sipp(tmp_path / "caller", "hangs-up-waiting", target, values=values)
            )
            await centre.call_is(CallState.WAITING)
        await caller.done()
    assert len(await centre.live()) == 1
    async with centre.conductor():
        assert await centre.ended() == [ABANDONED]


async def test_a_caller_who_comes_while_the_conductor_is_away_is_held_and_then_helped(
    centre: CallCentre, tmp_path: Path
) -> None:
    """Given no conductor, when somebody calls, then they hear music, and are asked for the code once it is there."""
    await centre.disclosed()
    target, values = Target(centre.pbx.sip_port), {"code": CODE, "stay": "4"}
    async with sipp(tmp_path / "caller", "right-code-later", target, values=values) as caller:

        async def hears_music() -> bool:
            return "app-away" in await centre.pbx.cli("core show channels concise")

        await until(hears_music, what="the dialplan holds the caller with music")
        async with centre.conductor():
            await centre.call_is(CallState.WAITING)
            await caller.done()
            assert await centre.ended() == [ABANDONED]


async def test_when_asterisk_dies_its_calls_are_ended_and_the_next_ones_work(
    tmp_path: Path,
) -> None:
    """Given a waiting caller, when Asterisk is killed and started again, then their data is erased, and calls work."""
    homes = [tmp_path / name for name in ("store", "first", "second")]
    for home in homes:
        home.mkdir()
    async with AsyncExitStack() as stack:
        first = await stack.enter_async_context(asterisk(homes[1]))
        centre = await stack.enter_async_context(call_centre(homes[0], first))
        await stack.enter_async_context(centre.conductor())
        await centre.disclosed()
        target, values = Target(first.sip_port), {"code": CODE, "patience": "60"}
        async with sipp(tmp_path / "caller", "held-up", target, values=values):
            await centre.call_is(CallState.WAITING)
            os.killpg(first.child.pid, signal.SIGKILL)
            await first.child.wait(5)
        centre.pbx = await stack.enter_async_context(asterisk(homes[2], first.settings))
        await centre.connected()
        assert await centre.ended() == [ABANDONED]
        await centre.disclosed("2222222222")
        values = {"code": "2222222222", "stay": "1"}
        async with sipp(tmp_path / "next", "right-code", target, values=values) as caller:
            await centre.call_is(CallState.WAITING)
            await caller.done()
        await centre.ended(2)
