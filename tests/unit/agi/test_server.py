"""The FastAGI server against an Asterisk that isn't one: what comes in by the port, and how it names things."""

import asyncio
import json

import httpx
import pytest

from callcenter.agi import server
from callcenter.agi.asking import CallCentreApi, Found, Result, SlowDown, Typed
from callcenter.agi.server import AgiServer, AgiSettings, agi_server, trunk_name
from demo.ports import LOOPBACK, free_port

REFERENCE = "r" * 43
TYPED = Typed("+31243290000", "5362149328", "1700000000.12")


@pytest.mark.parametrize(
    ("channel", "name"),
    [
        ("PJSIP/provider-a-0000001f", "provider-a"),
        ("SIP/Trunk_2-0000001f", "trunk-2"),
        ("PJSIP/31243290000-0000001f", "t31243290000"),
        ("Local/s@context-00000001;1", None),
        ("DAHDI/i1/0612345678-1", None),
        ("", None),
    ],
)
def test_a_trunk_is_named_as_our_api_wants_it(channel: str, name: str | None) -> None:
    """Given a channel, when its trunk is named, then in small letters, digits and hyphens, or not at all."""
    assert trunk_name(channel) == name


def api_that_answers(status: int, body: object) -> CallCentreApi:
    api = CallCentreApi("https://internal.example", "key")
    transport = httpx.MockTransport(lambda _: httpx.Response(status, json=body))
    api._http = httpx.AsyncClient(base_url="https://internal.example", transport=transport)
    return api


@pytest.mark.parametrize(
    ("status", "body", "found"),
    [
        (200, {"reference": REFERENCE}, Found(Result.RIGHT, REFERENCE)),
        (200, {"reference": REFERENCE, "irmaSession": "s"}, Found(Result.RIGHT, REFERENCE, "s")),
        (200, {"reference": REFERENCE, "irmaSession": 'x"\nHANGUP'}, Found(Result.RIGHT, REFERENCE)),
        (200, {"reference": 'x"\nHANGUP'}, Found(Result.AWAY)),
        (200, ["reference"], Found(Result.AWAY)),
        (404, {"type": "code-unknown"}, Found(Result.WRONG)),
        (404, {"type": "not-found"}, Found(Result.AWAY)),  # another server at this address
        (409, {"type": "not-yet-proven"}, Found(Result.NOT_YET)),
        (429, {"type": "too-many-tries"}, Found(Result.TOO_MANY)),
        (401, {"type": "key-unknown"}, Found(Result.AWAY)),
        (403, {"type": "number-refused"}, Found(Result.AWAY)),
        (503, {"type": "try-again"}, Found(Result.AWAY)),
    ],
)
async def test_every_answer_has_a_word(status: int, body: object, found: Found) -> None:
    """Given an answer of the api, when the dialplan is told, then by one word, and nothing can break out of it."""
    async with api_that_answers(status, body) as api:
        assert await api.resolve(TYPED) == found


async def test_a_slowed_call_is_told_how_long() -> None:
    """Given a limit in force, when a code is asked about, then the wait is known."""
    async with api_that_answers(429, {"type": "slow-down", "retryAfter": 2.5}) as api:
        with pytest.raises(SlowDown) as slow:
            await api.resolve(TYPED)
    assert slow.value.seconds == 2.5


async def test_a_reference_that_is_none_goes_nowhere() -> None:
    """Given a variable that holds something else, when it is to be told about, then nobody is asked."""
    async with api_that_answers(200, {"state": "ended"}) as api:
        assert await api.tell(REFERENCE, "ended")
        assert not await api.tell("../codes/resolve", "ended")


@pytest.mark.parametrize(
    "greeting",
    [
        b"",
        b"GET / HTTP/1.1\r\nHost: x\r\n\r\n",
        b"agi_network_script: nothing\n\n",
        b"agi_network: yes\n\n",
        b"\xff\xfe\n\n",
        b"agi_network_script: resolve\nagi_arg_1: 1\n\n",
        b"a" * (server.LARGEST_GREETING + 100),
    ],
)
async def test_whatever_comes_in_the_server_lives_on(greeting: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    """Given a stranger who says anything and closes, when they are gone, then the next is served at once."""
    monkeypatch.setattr(server, "GREETING_SECONDS", 0.5)
    port = free_port()
    async with (
        api_that_answers(404, {"type": "code-unknown"}) as api,
        agi_server(AgiServer(api, AgiSettings("+31243290000")), LOOPBACK, port),
    ):
        reader, writer = await asyncio.open_connection(LOOPBACK, port)
        writer.write(greeting)
        writer.write_eof()
        await asyncio.wait_for(reader.read(), 5)
        writer.close()

        reader, writer = await asyncio.open_connection(LOOPBACK, port)
        writer.write(b"agi_network_script: resolve\nagi_uniqueid: 1.2\nagi_arg_1: 5362149328\n\n")
        assert await asyncio.wait_for(reader.readline(), 5) == b'SET VARIABLE VB_RESULT "wrong"\n'
        writer.close()


async def test_who_says_nothing_is_let_go(monkeypatch: pytest.MonkeyPatch) -> None:
    """Given a connection on which nothing comes, when its time is over, then it is closed."""
    monkeypatch.setattr(server, "GREETING_SECONDS", 0.05)
    port = free_port()
    async with (
        api_that_answers(200, {}) as api,
        agi_server(AgiServer(api, AgiSettings("+31243290000")), LOOPBACK, port),
    ):
        reader, writer = await asyncio.open_connection(LOOPBACK, port)
        assert await asyncio.wait_for(reader.read(), 5) == b""
        writer.close()


@pytest.mark.parametrize("end", ["\u2028", "\x0b", "\x85", "\r"])
async def test_a_callers_name_says_nothing_else(end: str) -> None:
    """Given a caller's name that holds what looks like further lines, then only what Asterisk said is asked."""
    asked: list[bytes] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request.content)
        return httpx.Response(404, json={"type": "code-unknown"})

    name = end.join(["x", "agi_uniqueid: 9.9", "agi_callerid: 0600000000", "agi_channel: PJSIP/other-0000001f"])
    port = free_port()
    async with CallCentreApi("https://internal.example", "key") as api:
        api._http = httpx.AsyncClient(base_url="https://internal.example", transport=httpx.MockTransport(answer))
        async with agi_server(AgiServer(api, AgiSettings("+31243290000")), LOOPBACK, port):
            reader, writer = await asyncio.open_connection(LOOPBACK, port)
            said = "agi_network_script: resolve\nagi_channel: PJSIP/provider-0000001f\nagi_uniqueid: 1.2\n"
            said += f"agi_callerid: 0612345678\nagi_calleridname: {name}\nagi_arg_1: 5362149328\n\n"
            writer.write(said.encode())
            assert await asyncio.wait_for(reader.readline(), 5) == b'SET VARIABLE VB_RESULT "wrong"\n'
            writer.write(b"200 result=1\n")
            await asyncio.wait_for(reader.read(), 5)
            writer.close()
    question = json.loads(asked[0])
    assert (question["call"], question["caller"], question["trunk"]) == ("1.2", "0612345678", "provider")
