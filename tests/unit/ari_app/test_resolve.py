"""The conductor's question about a code: what each answer means, and that anything odd is "away", never "wrong"."""

import asyncio
import json

import httpx
import pytest

from callcenter.ari_app import resolve as module
from callcenter.ari_app.resolve import (
    NOT_YET,
    SPENT,
    WRONG,
    NoCaller,
    Origin,
    ResolveAway,
    ResolveClient,
    Resolved,
    Slowed,
)

NUMBER, CODE, CALL = "+31243290000", "0412345678", "c" * 32
ORIGIN = Origin("+31612345678", "provider-a")


async def ask(
    answer: httpx.Response | Exception, code: str = CODE
) -> tuple[Resolved | Slowed | NoCaller, list[httpx.Request]]:
    asked: list[httpx.Request] = []

    async def answered(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        if isinstance(answer, Exception):
            raise answer
        return answer

    async with ResolveClient("http://api.example/", "key", httpx.MockTransport(answered)) as client:
        return await client.resolve(NUMBER, code, CALL, ORIGIN), asked


async def test_a_right_code_leads_to_its_disclosure() -> None:
    found, (asked,) = await ask(httpx.Response(200, json={"reference": "d" * 32}))

    assert found == Resolved("d" * 32)
    assert str(asked.url) == "http://api.example/v1/codes/resolve"
    assert asked.headers["Authorization"] == "Bearer key"
    assert json.loads(asked.content) == {
        "number": NUMBER, "code": CODE, "call": CALL, "caller": "+31612345678", "trunk": "provider-a",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("status", "kind", "meaning"),
    [(404, "code-unknown", WRONG), (409, "not-yet-proven", NOT_YET), (429, "too-many-tries", SPENT)],
)
async def test_its_own_words_are_believed(status: int, kind: str, meaning: NoCaller) -> None:
    assert (await ask(httpx.Response(status, json={"type": kind})))[0] is meaning


@pytest.mark.parametrize(("told", "seconds"), [(7.5, 7.5), (3, 3), (0, 0), (-1, 0), (86400, 60)])
async def test_a_code_that_waits_its_turn_waits_a_minute_at_most(told: float, seconds: float) -> None:
    answer = httpx.Response(429, json={"type": "slow-down", "retryAfter": told})

    assert (await ask(answer))[0] == Slowed(seconds)


def test_a_calling_number_is_not_in_what_is_printed() -> None:
    assert "612345678" not in repr(ORIGIN)


@pytest.mark.parametrize("digits", ["", "123", "12345678901", "041234567a", "\uff1012345678"])
async def test_what_is_no_code_is_wrong_without_asking(digits: str) -> None:
    assert await ask(httpx.Response(500), digits) == (WRONG, [])


@pytest.mark.parametrize(
    "answer",
    [
        httpx.Response(404, text="<h1>Not Found</h1>"),  # a proxy's
        httpx.Response(404, json={"detail": "Not Found"}),
        httpx.Response(409, json={}),
        httpx.Response(200, text="welcome"),
        httpx.Response(200, json={"reference": 7}),
        httpx.Response(200, json=[]),
        httpx.Response(301, headers={"Location": "http://elsewhere.example"}),
        httpx.Response(422, json={"type": "invalid-request"}),
        httpx.Response(429, text="Too Many Requests"),  # a proxy's
        httpx.Response(429, json={"type": "slow-down"}),
        httpx.Response(429, json={"type": "slow-down", "retryAfter": "soon"}),
        httpx.Response(500, json={"type": "fault"}),
        httpx.Response(503, json={"type": "try-again"}),
        httpx.ConnectError("refused"),
        httpx.ReadTimeout("slow"),
        httpx.RemoteProtocolError("half"),
    ],
)
async def test_anything_else_is_away_and_not_wrong(answer: httpx.Response | Exception) -> None:
    with pytest.raises(ResolveAway) as caught:
        await ask(answer)

    assert CODE not in str(caught.value)


@pytest.mark.parametrize("status", [401, 403])
async def test_a_key_that_is_refused_is_named(status: int) -> None:
    with pytest.raises(ResolveAway, match="VB_INTERNAL_API_KEY"):
        await ask(httpx.Response(status, json={"type": "key-unknown"}))


async def test_a_slow_answer_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "DEADLINE_SECONDS", 0.02)

    async def never(_: httpx.Request) -> httpx.Response:
        await asyncio.Event().wait()
        raise AssertionError

    async with ResolveClient("http://api.example", "key", httpx.MockTransport(never)) as client:
        with pytest.raises(ResolveAway):
            await client.resolve(NUMBER, CODE, CALL)
