"""The ARI client's connection to a real Asterisk, lost in each way in which that happens; and had again."""

import asyncio
import os
import signal
import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from callcenter.ari_app import ari
from demo.asterisk import Pbx, asterisk, own_settings


@pytest.fixture
async def pbx(tmp_path: Path) -> AsyncIterator[Pbx]:
    async with asterisk(tmp_path) as running:
        yield running


def connect(pbx: Pbx, on_wait: Callable[[ari.AriError, float], None] | None = None) -> ari.connect:
    """Connect as the conductor does."""
    return ari.connect(pbx.ari_url, pbx.ari_user, pbx.ari_password, "callcenter", on_wait=on_wait)


async def test_a_filter_that_drops_replies_is_undone_by_the_next_connect(pbx: Pbx) -> None:
    # given a filter on our application that lets no reply through; it lasts while the application is subscribed
    async with connect(pbx) as connection:
        await connection.subscribe("endpoint:PJSIP")
        with pytest.raises(ari.AriTimeout):
            await connection.request(
                "PUT",
                "applications/callcenter/eventFilter",
                body={"allowed": [{"type": "StasisStart"}]},
                deadline=0.2,
            )
        with pytest.raises(ari.AriTimeout):
            await connection.request("GET", "asterisk/ping", deadline=0.2)
    # then who connects next gets replies, and is still told when replaced
    async with connect(pbx) as connection:
        await connection.ping()
        async with connect(pbx):
            with pytest.raises(ari.AriReplaced):
                await anext(connection.events())


async def test_a_second_client_replaces_the_first_which_then_does_nothing_more(pbx: Pbx) -> None:
    async with connect(pbx) as one, connect(pbx) as two:
        with pytest.raises(ari.AriReplaced):
            await anext(one.events())
        # Asterisk would still carry out what the first asks. So the client does not ask.
        with pytest.raises(ari.AriReplaced):
            await one.create_bridge("vb-bridge-1")
        await one.close()
        # the end of the first takes nothing from the second
        await two.originate("Local/s@ask-code", channel_id="vb-agent-1-1", variables={"VB_PROMPT": "ask-code"})
        async with asyncio.timeout(5):
            async for event in two.events():
                if isinstance(event, ari.StasisStart):
                    break
        assert await two.list_bridges() == []


async def test_asterisk_killed_means_all_fail_at_once_and_the_loop_connects_to_the_next(tmp_path: Path) -> None:
    settings = own_settings()
    lost = asyncio.Event()
    connected: list[float] = []
    seconds_to_fail = 0.0

    async def conduct(pbx: Pbx) -> None:
        nonlocal seconds_to_fail
        async for connection in connect(pbx):
            connected.append(time.monotonic())
            if len(connected) == 2:
                await connection.ping()
                return
            # given requests under way, when Asterisk is killed
            asking = [asyncio.create_task(_ask_until_it_fails(connection, deadline=30)) for _ in range(20)]
            killed = time.monotonic()
            os.killpg(pbx.child.pid, signal.SIGKILL)
            # then each fails at once
            errors = await asyncio.gather(*asking)
            seconds_to_fail = time.monotonic() - killed
            assert all(isinstance(error, ari.AriDisconnected) for error in errors)
            lost.set()

    async with asterisk(tmp_path / "first", settings) as pbx:
        conducting = asyncio.create_task(conduct(pbx))
        await lost.wait()
    async with asyncio.timeout(20), asterisk(tmp_path / "second", settings):
        # and the same loop is connected soon after Asterisk is back
        up = time.monotonic()
        await conducting
    assert seconds_to_fail < 0.5
    assert connected[1] - up < 6


async def _ask_until_it_fails(connection: ari.Connection, deadline: float) -> ari.AriError:
    while True:
        try:
            await connection.request("GET", "asterisk/ping", deadline=deadline)
        except ari.AriError as error:
            return error


async def test_an_asterisk_that_hangs_is_noticed_and_when_it_goes_on_it_is_connected_again(pbx: Pbx) -> None:
    waits: list[ari.AriError] = []
    connections = 0
    started = time.monotonic()
    async for connection in connect(pbx, on_wait=lambda error, _: waits.append(error)):
        connections += 1
        if connections == 2:
            await connection.ping()
            break
        # when all of Asterisk stops while its TCP connection stays
        os.killpg(pbx.child.pid, signal.SIGSTOP)
        try:
            assert isinstance(await _ask_until_it_fails(connection, deadline=0.5), ari.AriTimeout)
            with pytest.raises(ari.AriDisconnected):
                await anext(connection.events())
        finally:
            os.killpg(pbx.child.pid, signal.SIGCONT)
        # then that is noticed within ping_interval + ping_timeout and a second
        assert time.monotonic() - started < 8
    assert waits
