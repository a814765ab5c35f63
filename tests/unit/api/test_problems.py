"""Answers that are no success, without a server: what is foreseen, what is not, and what is too large."""

import json
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from fastapi import FastAPI, Request
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from callcenter.api.problems import BodyLimit, Problem, answer_problems
from callcenter.irma.errors import IrmaAway, IrmaRefused

SECRET = "0412345678"


def app_that_raises(error: Exception) -> FastAPI:
    app = FastAPI()
    answer_problems(app)
    app.add_middleware(BodyLimit, largest=10)

    @app.post("/")
    async def raises(request: Request) -> None:
        await request.body()
        raise error

    return app


async def post(error: Exception, content: Any = b"") -> httpx.Response:
    transport = httpx.ASGITransport(app_that_raises(error))
    async with httpx.AsyncClient(transport=transport, base_url="http://api.example") as http:
        return await http.post("/", content=content)


@pytest.mark.parametrize(
    ("error", "status", "kind"),
    [
        (Problem(404, "code-unknown", "Type it again."), 404, "code-unknown"),
        (IrmaAway(SECRET), 503, "irma-away"),
        (IrmaRefused(403, SECRET, SECRET), 503, "irma-away"),
        (OperationalError(SECRET, {"code": SECRET}, Exception(SECRET)), 503, "try-again"),
        (PoolTimeout(SECRET), 503, "try-again"),
        (ValueError(SECRET), 500, "fault"),
        (KeyError(SECRET), 500, "fault"),
    ],
)
async def test_each_error_has_its_answer_and_none_tells_what_it_was_about(
    error: Exception, status: int, kind: str, capsys: pytest.CaptureFixture[str]
) -> None:
    answer = await post(error)

    assert (answer.status_code, answer.json()["type"], answer.json()["status"]) == (status, kind, status)
    assert answer.headers["content-type"] == "application/problem+json"
    assert SECRET not in answer.text
    said = capsys.readouterr()
    assert SECRET not in said.out + said.err


async def in_pieces(size: int) -> AsyncIterator[bytes]:
    for _ in range(size):
        yield b"x"


@pytest.mark.parametrize("size", [11, 100])
async def test_too_large_is_refused_whether_its_length_is_told_or_not(size: int) -> None:
    for content in (b"x" * size, in_pieces(size)):
        answer = await post(Problem(400, "was-read", ""), content)
        assert (answer.status_code, answer.json()["type"]) == (413, "too-large")


async def test_just_small_enough_is_read() -> None:
    for content in (b"x" * 10, in_pieces(10)):
        assert (await post(Problem(400, "was-read", ""), content)).json()["type"] == "was-read"


async def test_an_answer_that_has_begun_breaks_off() -> None:
    # given an answer that fails half-way
    sent: list[dict[str, Any]] = []

    async def half(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"ha", "more_body": True})
        raise ValueError(SECRET)

    app = FastAPI()
    answer_problems(app)
    app.mount("/", half)

    # when it is asked for
    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b""}

    async def send(message: Any) -> None:
        sent.append(message)

    scope = {"type": "http", "method": "GET", "path": "/", "headers": [], "query_string": b"", "root_path": ""}
    await app(scope, receive, send)

    # then no second answer comes behind it
    assert [message["type"] for message in sent] == ["http.response.start", "http.response.body"]
    assert SECRET not in json.dumps([str(message) for message in sent])
