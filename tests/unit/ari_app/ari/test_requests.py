"""Requests and events on one connection, when Asterisk misbehaves: nobody waits for ever, and each is told why."""

import asyncio
import json
import time
from typing import Any

import pytest

from callcenter.ari_app import ari
from callcenter.ari_app.ari.link import UNWANTED_EVENTS
from tests.unit.ari_app.ari.fake_ari import FakeAri, event, fake_ari, never, only_the_first, reply, well

CODE = "4071253968"


def connect(
    fake: FakeAri, *, deadline: float = 2, max_backlog: int = 10_000, ping_interval: float = 2, ping_timeout: float = 3
) -> ari.connect:
    """A connect to the fake, with what a test wants otherwise than usual."""
    return ari.connect(
        fake.url,
        "conductor",
        "a-password",
        "callcenter",
        deadline=deadline,
        max_backlog=max_backlog,
        ping_interval=ping_interval,
        ping_timeout=ping_timeout,
    )


async def once(connections: ari.connect) -> None:
    """Connect once, and close."""
    async with connections:
        pass


async def test_many_ask_at_once_and_each_gets_the_own_answer() -> None:
    # given answers that come in another order than the questions
    held: list[dict[str, Any]] = []

    def in_pairs_reversed(request: dict[str, Any]) -> list[str]:
        if request["request_id"] == "1":
            return well(request)
        held.append(request)
        if len(held) < 2:
            return []
        return [reply(held.pop(), 200, {"value": request["uri"]}), reply(held[0], 200, {"value": held.pop()["uri"]})]

    async with fake_ari(FakeAri(in_pairs_reversed)) as fake, connect(fake) as connection:
        answers = await asyncio.gather(*(connection.request("GET", f"channels/{n}") for n in range(20)))
    assert [answer["value"] for answer in answers] == [f"channels/{n}" for n in range(20)]


async def test_an_answer_that_never_comes_is_a_timeout_and_the_connection_goes_on() -> None:
    def all_but_moh(request: dict[str, Any]) -> list[str]:
        return [] if request["uri"].endswith("moh") else well(request)

    async with fake_ari(FakeAri(all_but_moh)) as fake, connect(fake, deadline=0.05) as connection:
        with pytest.raises(ari.AriTimeout, match=r"did not answer POST channels/x/moh within 0.05 s"):
            await connection.start_music("x")
        await connection.ping()


async def test_a_late_answer_disturbs_nobody() -> None:
    late: list[str] = []

    def moh_later(request: dict[str, Any]) -> list[str]:
        if request["uri"].endswith("moh"):
            late.append(reply(request, 500, {"message": "late"}))
            return []
        return [*late, *well(request)]

    async with fake_ari(FakeAri(moh_later)) as fake, connect(fake, deadline=0.05) as connection:
        with pytest.raises(ari.AriTimeout):
            await connection.start_music("x")
        await connection.ping()


async def test_replies_that_never_come_show_at_the_connect() -> None:
    # given an Asterisk that takes the connection but whose replies are dropped
    async with fake_ari(FakeAri(never)) as fake:
        with pytest.raises(ari.AriTimeout, match=r"PUT applications/callcenter/eventFilter .* older than 22\.4"):
            await once(connect(fake, deadline=0.05))
        # then the connection is not left open
        async with asyncio.timeout(2):
            await fake.sockets[0].wait_closed()


async def test_the_first_request_of_each_connection_clears_the_event_filter() -> None:
    async with fake_ari() as fake:
        async with connect(fake):
            pass
        async with connect(fake):
            pass
    assert [(request["method"], request["uri"]) for request in fake.requests] == [
        ("PUT", "applications/callcenter/eventFilter")
    ] * 2
    body = json.loads(fake.requests[0]["message_body"])
    # An empty list of what is allowed allows everything, RESTResponse with it.
    assert body["allowed"] == []
    assert {"type": "RESTResponse"} not in body["disallowed"]
    assert body["disallowed"] == [{"type": name} for name in UNWANTED_EVENTS]


async def test_garbage_is_passed_over() -> None:
    garbage = ["", "[", "7", '{"type": 8}', event("Invented"), event("StasisStart"), '{"type": "RESTResponse"}']
    async with fake_ari(FakeAri(lambda request: [*garbage, *well(request)])) as fake, connect(fake) as connection:
        await connection.ping()
        events = connection.events()
        assert await anext(events) == ari.Other("Invented")
        assert await anext(events) == ari.Other("StasisStart", "channel is not an object")


@pytest.mark.parametrize("abruptly", [True, False])
async def test_connection_lost_means_that_every_request_fails_at_once(*, abruptly: bool) -> None:
    async with fake_ari(FakeAri(only_the_first)) as fake, connect(fake, deadline=60) as connection:
        # given five requests under way
        waiting = [asyncio.create_task(connection.answer(f"c{n}")) for n in range(5)]
        await fake.asked("channels/c4/answer")
        # when Asterisk goes, with a goodbye or without
        started = time.monotonic()
        if abruptly:
            fake.sockets[0].transport.abort()
        else:
            await fake.sockets[0].close()
        errors = await asyncio.gather(*waiting, return_exceptions=True)
        # then all are told at once, the reader too, and whoever asks later
        assert time.monotonic() - started < 0.5
        for n, error in enumerate(errors):
            assert isinstance(error, ari.AriDisconnected)
            assert f"POST channels/c{n}/answer has no answer: the connection to Asterisk was lost" in str(error)
        with pytest.raises(ari.AriDisconnected):
            await anext(connection.events())
        with pytest.raises(ari.AriDisconnected, match="GET asterisk/ping was not sent"):
            await connection.ping()
        assert isinstance(connection.ended, ari.AriDisconnected)


async def test_a_peer_that_went_silent_is_noticed_by_ping() -> None:
    async with (
        fake_ari(FakeAri(only_the_first)) as fake,
        connect(fake, deadline=60, ping_interval=0.1, ping_timeout=0.2) as connection,
    ):
        # given a request under way, when Asterisk's side reads nothing more, as when its machine lost its power
        asking = asyncio.create_task(connection.ping())
        await fake.asked("asterisk/ping")
        fake.sockets[0].transport.pause_reading()
        # then it is noticed after the two together, and a second for saying goodbye
        started = time.monotonic()
        with pytest.raises(ari.AriDisconnected):
            await asking
        assert time.monotonic() - started < 3
        fake.sockets[0].transport.resume_reading()


async def test_events_from_before_the_loss_are_still_given() -> None:
    async with fake_ari() as fake, connect(fake) as connection:
        await fake.sockets[0].send(event("First"))
        await fake.sockets[0].send(event("Second"))
        await fake.sockets[0].close()
        events = connection.events()
        assert [await anext(events), await anext(events)] == [ari.Other("First"), ari.Other("Second")]
        with pytest.raises(ari.AriDisconnected):
            await anext(events)
        # and the end is still there for whoever looks again
        with pytest.raises(ari.AriDisconnected):
            await anext(connection.events())


async def test_replaced_by_another_means_no_further_request() -> None:
    async with fake_ari(FakeAri(only_the_first)) as fake, connect(fake, deadline=60) as connection:
        asking = asyncio.create_task(connection.hang_up("c1"))
        await fake.asked("channels/c1")
        await fake.sockets[0].send(event("ApplicationReplaced"))
        with pytest.raises(ari.AriReplaced, match="'callcenter'"):
            await anext(connection.events())
        with pytest.raises(ari.AriReplaced, match="DELETE channels/c1 has no answer"):
            await asking
        with pytest.raises(ari.AriReplaced):
            await connection.ping()


async def test_closing_here_ends_the_events_and_fails_what_is_under_way() -> None:
    async with fake_ari(FakeAri(only_the_first)) as fake, connect(fake, deadline=60) as connection:
        asking = asyncio.create_task(connection.ping())
        await fake.asked("asterisk/ping")
        await connection.close()
        with pytest.raises(ari.AriDisconnected, match="this side closed"):
            await asking
        assert [each async for each in connection.events()] == []
        await connection.close()


async def test_a_slow_reader_does_not_hold_up_replies() -> None:
    def with_events(request: dict[str, Any]) -> list[str]:
        return [event(f"E{n}") for n in range(200)] + well(request)

    async with fake_ari(FakeAri(with_events)) as fake, connect(fake, deadline=2) as connection:
        await connection.ping()
        await connection.ping()
        events = connection.events()
        assert [await anext(events) for _ in range(600)][-1] == ari.Other("E199")


async def test_a_reader_that_can_not_keep_up_loses_the_connection() -> None:
    async with fake_ari() as fake, connect(fake, max_backlog=10) as connection:
        for n in range(11):
            await fake.sockets[0].send(event(f"E{n}"))
        async with asyncio.timeout(2):
            await fake.sockets[0].wait_closed()
        with pytest.raises(ari.AriDisconnected, match="10 events wait to be read"):
            [each async for each in connection.events()]


async def test_a_request_that_is_cancelled_leaves_nothing_behind() -> None:
    async with fake_ari(FakeAri(only_the_first)) as fake, connect(fake) as connection:
        asking = asyncio.create_task(connection.ping())
        await fake.asked("asterisk/ping")
        asking.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asking
        fake.answer = well
        await fake.sockets[0].send(reply(fake.requests[-1]))
        await connection.ping()


async def test_what_is_gone_already_may_be_no_error() -> None:
    def gone(request: dict[str, Any]) -> list[str]:
        return well(request) if request["request_id"] == "1" else [reply(request, 404, {"message": "Not found"})]

    async with fake_ari(FakeAri(gone)) as fake, connect(fake) as connection:
        await connection.hang_up("c1", missing_ok=True)
        await connection.stop_playback("p1", missing_ok=True)
        await connection.stop_music("c1", missing_ok=True)
        await connection.destroy_bridge("b1", missing_ok=True)
        await connection.remove_from_bridge("b1", "c1", missing_ok=True)
        await connection.delete_config("auth", "phone-1", missing_ok=True)
        with pytest.raises(ari.AriNotFound):
            await connection.hang_up("c1")


async def test_a_reply_of_another_shape_than_documented_is_told() -> None:
    def odd(request: dict[str, Any]) -> list[str]:
        return [reply(request, 200, {"value": 7})]

    async with fake_ari(FakeAri(odd)) as fake, connect(fake) as connection:
        for asking in (connection.list_channels(), connection.version(), connection.get_variable("c", "V")):
            with pytest.raises(ari.AriUnreadable):
                await asking


async def test_ids_are_encoded_into_the_path() -> None:
    async with fake_ari() as fake, connect(fake) as connection:
        await connection.answer("a/b?c é")
    assert fake.requests[-1]["uri"] == "channels/a%2Fb%3Fc%20%C3%A9/answer"
