"""The status feed: what the citizen's page is told, from the first click to the end of the call, and what it costs."""

import asyncio
import gc
import os
from contextlib import AsyncExitStack
from dataclasses import replace
from datetime import UTC, datetime

import httpx
import pytest

from callcenter.api import status
from callcenter.model.call import Call, CallState, Outcome
from callcenter.store import calls
from demo.process import until
from demo.wallet import Wallet
from tests.integration.api.world import Installation


async def test_the_feed_tells_each_step_to_the_end(api: Installation, wallet: Wallet) -> None:
    begun = await api.start()
    async with api.feed(begun) as events:

        async def told() -> dict[str, object]:
            return await asyncio.wait_for(anext(events), 5)

        assert await told() == {"state": "requested", "place": None}
        await wallet.disclose(begun.session_ptr)
        states = [(await told())["state"]]
        if states == ["scanned"]:  # housekeeping may have looked in between
            states.append((await told())["state"])
        assert states[-1] == "disclosed"

        ahead = await api.call(CallState.WAITING, "a" * 32)
        call = await api.call(CallState.ASKING)
        reference = (await api.resolve(begun.code)).json()["reference"]
        assert await told() == {"state": "called", "place": None}

        call = await move(api, call, state=CallState.WAITING, waiting_since=datetime.now(UTC), disclosure_id=reference)
        assert await told() == {"state": "waiting", "place": 2}
        await move(api, ahead, state=CallState.ENDED, outcome=Outcome.ABANDONED)
        assert await told() == {"state": "waiting", "place": 1}

        call = await move(api, call, state=CallState.OFFERED, agent_id="e" * 32)
        assert await told() == {"state": "offered", "place": None}
        call = await move(api, call, state=CallState.CONNECTED)
        assert await told() == {"state": "connected", "place": None}
        await move(api, call, state=CallState.ENDED, outcome=Outcome.ANSWERED)
        assert await told() == {"state": "ended", "place": None}
        with pytest.raises(StopAsyncIteration):
            await told()

    async with api.store.begin() as tx:
        await calls.erase(tx, call.id)
    assert await api.status(begun) == "ended"  # also when all that was personal is gone


async def test_asking_once_tells_the_same(api: Installation, wallet: Wallet) -> None:
    begun = await api.disclosed(wallet)
    answer = await api.public.get("/v1/status", headers=begun.bearer)

    assert answer.json() == {"state": "disclosed", "place": None}


@pytest.mark.parametrize("path", ["/v1/status", "/v1/status/events"])
async def test_a_token_opens_its_own_status_only(api: Installation, path: str) -> None:
    begun = await api.start()

    async def refused(**headers: str) -> tuple[int, str]:
        answer = await api.public.get(path, headers=headers)
        return answer.status_code, answer.json()["type"]

    assert await refused() == (401, "token-missing")
    assert await refused(Authorization="Bearer") == (401, "token-missing")
    assert await refused(Authorization=f"Basic {begun.status_token}") == (401, "token-missing")
    assert await refused(Authorization="Bearer invented") == (404, "token-unknown")
    assert await refused(Authorization=f"Bearer {begun.code}") == (404, "token-unknown")


async def test_a_status_token_opens_nothing_else(api: Installation, wallet: Wallet) -> None:
    begun = await api.disclosed(wallet)

    assert (await api.resolve(begun.code, key=begun.status_token)).status_code == 401


async def test_many_who_hang_up_leave_nothing_behind(api: Installation) -> None:
    begun = await api.start()
    files = open_files()
    for _ in range(3):
        async with AsyncExitStack() as stack:
            client = await stack.enter_async_context(
                httpx.AsyncClient(
                    base_url=api.public.base_url, trust_env=False, limits=httpx.Limits(max_connections=60)
                )
            )
            for _ in range(40):
                feed = client.stream("GET", "/v1/status/events", headers=begun.bearer)
                answer = await stack.enter_async_context(feed)
                assert answer.status_code == 200
            assert readers(api) >= 40

        def all_left() -> bool:
            gc.collect()
            return readers(api) == 0 and open_files() <= files + 2

        await until(all_left, what="no reader and no file is left")


async def test_who_hangs_up_while_events_come_leaves_nothing_behind(api: Installation) -> None:
    begun = await api.start()
    call = await api.call(CallState.WAITING)
    for _ in range(20):
        async with api.feed(begun) as events:
            await anext(events)
            call = await move(api, call)

    await until(lambda: readers(api) == 0, what="no reader is left")


async def test_an_idle_feed_holds_no_connection(api: Installation) -> None:
    begun = [await api.start() for _ in range(12)]  # more than the pool holds
    async with AsyncExitStack() as stack:
        for one in begun:
            events = await stack.enter_async_context(api.feed(one))
            await anext(events)

        await until(lambda: api.store.engine.pool.checkedout() == 0, what="all connections are given back")  # type: ignore[attr-defined]


async def test_a_feed_that_has_nothing_to_tell_says_that_it_is_alive(
    api: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(status, "HEARTBEAT_SECONDS", 0.05)
    begun = await api.start()
    async with api.public.stream("GET", "/v1/status/events", headers=begun.bearer) as answer:
        assert answer.headers["content-type"].startswith("text/event-stream")
        assert answer.headers["cache-control"] == "no-store"
        lines = aiter(answer.aiter_lines())
        assert [await anext(lines) for _ in range(4)] == [
            'data: {"state":"requested","place":null}', "", ": still here", "",
        ]  # fmt: skip


async def test_a_feed_does_not_look_for_the_calls_of_others(api: Installation, monkeypatch: pytest.MonkeyPatch) -> None:
    looks = 0
    look = status.StatusFeed._look

    async def counted(self: status.StatusFeed, status_hash: bytes) -> object:
        nonlocal looks
        looks += 1
        return await look(self, status_hash)

    monkeypatch.setattr(status.StatusFeed, "_look", counted)
    begun = await api.start()
    async with api.feed(begun) as events:
        await anext(events)
        before = looks
        call = await api.call(CallState.WAITING)
        for _ in range(10):
            call = await move(api, call)
        await until(lambda: waiting_changes(api) == 0, what="the feed has read all changes")

    assert looks == before


async def move(api: Installation, call: Call, **changes: object) -> Call:
    async with api.store.begin() as tx:
        assert await calls.save(tx, replace(call, **changes))  # type: ignore[arg-type]
    async with api.store.begin() as tx:
        found = await calls.find(tx, call.id)
    assert found is not None
    return found


def readers(api: Installation) -> int:
    return len(api.store._events._readers.everybody)  # type: ignore[attr-defined]


def waiting_changes(api: Installation) -> int:
    return sum(reader.waiting for reader in api.store._events._readers.everybody)  # type: ignore[attr-defined]


def open_files() -> int:
    return len(os.listdir("/proc/self/fd"))  # noqa: PTH208 -- numbers, not paths
