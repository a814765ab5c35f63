"""The status feed: what the citizen's page is told, from the first click to the end of the call, and what it costs."""

import asyncio
import gc
import os
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from sqlalchemy import delete, select

from callcenter.api import status_feed, status_hub
from callcenter.api.status_hub import Watch
from callcenter.api.taking import Taking
from callcenter.model.call import Call, CallState, Outcome
from callcenter.model.disclosure import DisclosureState
from callcenter.store import calls, disclosures
from callcenter.store.database import Tx
from callcenter.store.disclosures import OpenSession
from callcenter.store.events import Change
from callcenter.store.progress import Line, line_of
from callcenter.store.tables import disclosure
from demo.process import until
from demo.wallet import Wallet
from tests.integration.api.world import Begun, Installation

POOL = 12  # descriptors that the connections to the database may come to have


async def test_the_feed_tells_each_step_to_the_end(api: Installation, wallet: Wallet) -> None:
    begun = await api.start()
    async with api.feed(begun) as events:

        async def told() -> dict[str, object]:
            return await asyncio.wait_for(anext(events), 5)

        assert await told() == {"state": "requested"}
        await wallet.disclose(begun.session_ptr)
        states = [(await told())["state"]]
        if states == ["scanned"]:  # housekeeping may have looked in between
            states.append((await told())["state"])
        assert states[-1] == "disclosed"

        ahead = await api.call(CallState.WAITING, "a" * 32)
        call = await api.call(CallState.ASKING)
        reference = (await api.resolve(begun.code)).json()["reference"]
        assert await told() == {"state": "called"}

        call = await move(api, call, state=CallState.WAITING, waiting_since=datetime.now(UTC), disclosure_id=reference)
        assert await told() == {"state": "waiting", "place": 2}
        await move(api, ahead, state=CallState.ENDED, outcome=Outcome.ABANDONED)
        assert await told() == {"state": "waiting", "place": 1}

        call = await move(api, call, state=CallState.OFFERED, agent_id="e" * 32)
        assert await told() == {"state": "offered"}
        call = await move(api, call, state=CallState.CONNECTED)
        assert await told() == {"state": "connected"}
        await move(api, call, state=CallState.ENDED, outcome=Outcome.ANSWERED)
        assert await told() == {"state": "ended", "reason": "answered"}
        with pytest.raises(StopAsyncIteration):
            await told()

    async with api.store.begin() as tx:
        await calls.erase(tx, call.id)
    assert await api.status(begun) == "ended"  # also when all that was personal is gone


async def test_asking_once_tells_the_same(api: Installation, wallet: Wallet) -> None:
    begun = await api.disclosed(wallet)
    answer = await api.public.get("/v1/status", headers=begun.bearer)

    assert answer.json() == {"state": "disclosed"}


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


@pytest.mark.parametrize("store_url", ["postgresql"], indirect=True)
async def test_two_thousand_who_hang_up_leave_nothing_behind(lazy: None, api: Installation) -> None:
    """Given 2,000 pages that follow and hang up, when all are gone, then no descriptor, task or watch is left."""
    begun = [await api.start() for _ in range(13)]  # one may have eight feeds
    # (lazy: a look at all of them at once would open connections to the IRMA server, which are kept)
    files, tasks = open_files(), len(asyncio.all_tasks())
    for _ in range(20):
        feeds = await asyncio.gather(*(follow(api, begun[number % 13]) for number in range(100)))
        assert watches() >= 100
        for number, feed in enumerate(feeds):
            feed.transport.abort() if number % 2 else feed.close()  # some without a word

    def all_left() -> bool:
        return watches() == 0 and open_files() <= files + POOL and len(asyncio.all_tasks()) <= tasks + 2

    await until(all_left, what="no watch, descriptor or task is left", seconds=20)


async def test_a_page_that_comes_back_is_told_only_what_it_has_not_seen(api: Installation, wallet: Wallet) -> None:
    """Given a page that saw a status, when it follows again, then it is told the next one only, and when to stop."""
    begun = await api.start()

    async def events(seen: str) -> tuple[int, list[str]]:
        headers = begun.bearer | {"Last-Event-ID": seen}
        async with api.public.stream("GET", "/v1/status/events", headers=headers) as answer:
            lines = aiter(answer.aiter_lines())
            return answer.status_code, [await anext(lines) for _ in range(2)] if answer.status_code == 200 else []

    assert await events("") == (200, ["id: requested", 'data: {"state":"requested"}'])
    assert await events("requested") == (200, [": still here", ""])
    await wallet.disclose(begun.session_ptr)
    assert await events("requested") == (200, ["id: disclosed", 'data: {"state":"disclosed"}'])
    async with api.store.begin() as tx:
        assert await disclosures.move(tx, await only_one(tx), DisclosureState.EXPIRED)
    assert await events("disclosed") == (200, ["id: expired", 'data: {"state":"expired"}'])
    assert await events("expired") == (204, [])


async def test_a_feed_ends_by_itself_after_its_longest_life(api: Installation, monkeypatch: pytest.MonkeyPatch) -> None:
    """Given a feed that has nothing to tell, when its time is over, then it ends well, and the page may come again."""
    monkeypatch.setattr(status_feed, "HEARTBEAT_SECONDS", 0.05)
    monkeypatch.setattr(status_feed, "LONGEST_SECONDS", 0.3)
    begun = await api.start()
    async with api.feed(begun) as events:
        assert [event async for event in events] == [{"state": "requested"}]


async def test_a_feed_of_what_is_forgotten_ends(api: Installation) -> None:
    """Given a feed, when its disclosure is deleted, then it ends, and asking again is told so."""
    begun = await api.start()
    async with api.feed(begun) as events:
        await anext(events)
        async with api.store.begin() as tx:
            gone = await only_one(tx)
            await tx.connection.execute(delete(disclosure))
            tx.announce(Change("disclosure", gone))
        assert [event async for event in events] == []
    assert (await api.public.get("/v1/status", headers=begun.bearer)).status_code == 404


async def test_a_ninth_feed_of_one_token_ends_the_oldest(api: Installation) -> None:
    """Given eight feeds of a disclosure, when a ninth opens, then the oldest ends, and is to wait; the others go on."""
    begun = await api.start()
    async with AsyncExitStack() as stack:

        async def opened() -> AsyncIterator[str]:
            url, headers = "/v1/status/events", begun.bearer
            answer = await stack.enter_async_context(api.public.stream("GET", url, headers=headers, timeout=30))
            lines = aiter(answer.aiter_lines())
            assert [await anext(lines) for _ in range(3)] == ["id: requested", 'data: {"state":"requested"}', ""]
            return lines

        oldest, *others = [await opened() for _ in range(9)]
        assert [line async for line in oldest] == ["retry: 10000", ""]

        async with api.store.begin() as tx:
            assert await disclosures.move(tx, await only_one(tx), DisclosureState.SCANNED)
        assert {await asyncio.wait_for(anext(one), 5) for one in others} == {"id: scanned"}
        await until(lambda: watches() == 8, what="nothing of the oldest is left")

        # another disclosure has feeds of its own
        async with api.feed(await api.start()) as events:
            assert await anext(events) == {"state": "requested"}
        assert [await anext(others[0]) for _ in range(2)] == ['data: {"state":"scanned"}', ""]


async def test_a_whole_queue_is_told_by_one_question(
    api: Installation, wallet: Wallet, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Given six feeds of callers in one queue, when the first leaves it, then all move up, for one look at it."""
    looks = 0

    async def counted(tx: Tx, municipality_id: str) -> Line:
        nonlocal looks
        looks += 1
        return await line_of(tx, municipality_id)

    ahead = await api.call(CallState.WAITING, "a" * 32)
    async with AsyncExitStack() as stack:
        feeds = []
        for number in range(6):
            begun = await api.disclosed(wallet)
            feeds.append(await stack.enter_async_context(api.feed(begun)))
            call = await api.call(CallState.WAITING, f"{number:032}")
            assert (await api.resolve(begun.code, call.id)).status_code == 200

        async def all_told(first: int) -> None:
            for number, feed in enumerate(feeds):
                while await asyncio.wait_for(anext(feed), 5) != {"state": "waiting", "place": first + number}:
                    pass

        await all_told(2)
        monkeypatch.setattr(status_hub, "line_of", counted)
        await move(api, ahead, state=CallState.ENDED, outcome=Outcome.ABANDONED)
        await all_told(1)
    assert looks <= 2


async def test_a_page_that_knows_more_than_we_makes_us_look(
    lazy: None, api: Installation, wallet: Wallet, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Given a proof whose callback was lost, when the page asks for a look, then it is taken; seldom twice."""
    looks = 0
    find_out = Taking.find_out

    async def counted(self: Taking, session: OpenSession) -> None:
        nonlocal looks
        looks += 1
        await find_out(self, session)

    async def lost(*_: object) -> bool:
        return False

    monkeypatch.setattr(Taking, "find_out", counted)
    monkeypatch.setattr(Taking, "called_back", lost)
    early, begun = await api.start(), await api.disclosed(wallet)
    assert await api.status(begun) == "requested"

    answer = await api.public.post("/v1/status/look", headers=begun.bearer)
    assert (answer.status_code, answer.json()) == (200, {"state": "disclosed"})
    again = await asyncio.gather(*(api.public.post("/v1/status/look", headers=early.bearer) for _ in range(5)))
    assert {one.json()["state"] for one in again} == {"requested"}
    assert looks == 2
    assert (await api.public.post("/v1/status/look")).status_code == 401


async def test_who_hangs_up_while_events_come_leaves_nothing_behind(api: Installation) -> None:
    begun = await api.start()
    call = await api.call(CallState.WAITING)
    for _ in range(20):
        async with api.feed(begun) as events:
            await anext(events)
            call = await move(api, call)

    await until(lambda: watches() == 0, what="no watch is left")


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
    monkeypatch.setattr(status_feed, "HEARTBEAT_SECONDS", 0.05)
    begun = await api.start()
    async with api.public.stream("GET", "/v1/status/events", headers=begun.bearer) as answer:
        assert answer.headers["content-type"].startswith("text/event-stream")
        assert answer.headers["cache-control"] == "no-store"
        lines = aiter(answer.aiter_lines())
        assert [await anext(lines) for _ in range(5)] == [
            "id: requested", 'data: {"state":"requested"}', "", ": still here", "",
        ]  # fmt: skip


async def move(api: Installation, call: Call, **changes: object) -> Call:
    async with api.store.begin() as tx:
        assert await calls.save(tx, replace(call, **changes))  # type: ignore[arg-type]
    async with api.store.begin() as tx:
        found = await calls.find(tx, call.id)
    assert found is not None
    return found


async def only_one(tx: Tx) -> str:
    return str(await tx.connection.scalar(select(disclosure.c.id)))


async def follow(api: Installation, begun: Begun) -> asyncio.StreamWriter:
    """Open a feed by a plain connection, and read its first event."""
    reader, writer = await asyncio.open_connection("127.0.0.1", api.settings.api_port)
    token = begun.bearer["Authorization"]
    writer.write(f"GET /v1/status/events HTTP/1.1\r\nHost: x\r\nAuthorization: {token}\r\n\r\n".encode())
    await asyncio.wait_for(reader.readuntil(b"data: "), 20)
    return writer


def watches() -> int:
    gc.collect()
    return sum(isinstance(one, Watch) for one in gc.get_objects())


def open_files() -> int:
    return len(os.listdir("/proc/self/fd"))  # noqa: PTH208 -- numbers, not paths
