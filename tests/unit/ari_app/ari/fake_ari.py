"""A WebSocket server that speaks ARI as badly as a test wants, for faults that a real Asterisk shows too rarely."""

import asyncio
import json
import ssl
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from websockets.asyncio.server import Server, ServerConnection, serve
from websockets.http11 import Request, Response

Answer = Callable[[dict[str, Any]], list[str]]


def event(kind: str, **fields: object) -> str:
    """An event as a frame."""
    return json.dumps({"type": kind, "application": "callcenter", **fields})


def reply(request: dict[str, Any], status: int = 204, body: object = None) -> str:
    """The reply to a request as a frame."""
    frame: dict[str, Any] = {"type": "RESTResponse", "request_id": request["request_id"], "status_code": status}
    if body is not None:
        frame["message_body"] = json.dumps(body)
    return json.dumps(frame)


def well(request: dict[str, Any]) -> list[str]:
    """Answers each request, at once and with nothing in it."""
    return [reply(request)]


def only_the_first(request: dict[str, Any]) -> list[str]:
    """Answers a client's first request, by which it takes charge, and none after."""
    return [reply(request)] if request["request_id"] == "1" else []


def never(_request: dict[str, Any]) -> list[str]:
    """Answers nothing: what an event filter without RESTResponse does."""
    return []


@dataclass
class FakeAri:
    """One such server.

    Attributes:
        answer: gives the frames to send for a request.
        refuse: HTTP status to answer instead of opening a WebSocket, or None.
        after_first: what to do with a connection once its first request is answered.
        handshakes: what each attempt to connect asked for.
        requests: all requests, of all connections.
        sockets: all connections ever made.
    """

    answer: Answer = well
    refuse: int | None = None
    after_first: Callable[[ServerConnection], Any] | None = None
    handshakes: list[Request] = field(default_factory=list)
    requests: list[dict[str, Any]] = field(default_factory=list)
    sockets: list[ServerConnection] = field(default_factory=list)
    url: str = ""
    _news: asyncio.Event = field(default_factory=asyncio.Event)

    async def serve(self, socket: ServerConnection) -> None:
        """One connection."""
        self.sockets.append(socket)
        async for frame in socket:
            request = json.loads(frame)
            self.requests.append(request)
            self._news.set()
            for answer in self.answer(request):
                await socket.send(answer)
            if self.after_first is not None and request["request_id"] == "1":
                await self.after_first(socket)

    def shake_hands(self, socket: ServerConnection, request: Request) -> Response | None:
        """Open the WebSocket (None), or refuse."""
        self.handshakes.append(request)
        return None if self.refuse is None else socket.respond(self.refuse, "no\n")

    async def asked(self, path: str) -> None:
        """Wait until this path was asked for."""
        async with asyncio.timeout(5):
            while all(request["uri"] != path for request in self.requests):
                self._news.clear()
                await self._news.wait()


@asynccontextmanager
async def fake_ari(fake: FakeAri | None = None, tls: ssl.SSLContext | None = None) -> AsyncIterator[FakeAri]:
    """Run one on a free port of loopback."""
    fake = fake or FakeAri()
    server: Server
    async with serve(
        fake.serve,
        "127.0.0.1",
        0,
        process_request=fake.shake_hands,
        ssl=tls,
        close_timeout=0.1,
        ping_interval=None,
    ) as server:
        port = next(iter(server.sockets)).getsockname()[1]
        fake.url = f"{'wss' if tls else 'ws'}://127.0.0.1:{port}/ari"
        yield fake
