"""HTTP/1.1 on bare sockets for the load generator: as little work as possible for each request and event."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

HOST = "127.0.0.1"
_HEAD_END = b"\r\n\r\n"
_LENGTH = b"content-length:"


class Broken(Exception):
    """The other side closed the connection before it had answered."""


@dataclass(frozen=True)
class Reply:
    """An answer, whole."""

    status: int
    body: bytes


class Line(asyncio.Protocol):
    """A connection that is kept, with one request at a time."""

    def __init__(self) -> None:
        self._transport: asyncio.Transport | None = None
        self._waiting: asyncio.Future[Reply] | None = None
        self._got = b""

    @classmethod
    async def open(cls, port: int) -> "Line":
        """Connect to a port of this machine."""
        _, line = await asyncio.get_running_loop().create_connection(cls, HOST, port)
        return line

    async def ask(self, request: bytes) -> Reply:
        """Send a request and return its answer. Raises Broken."""
        if self._transport is None or self._transport.is_closing():
            raise Broken
        self._waiting = asyncio.get_running_loop().create_future()
        self._transport.write(request)
        return await self._waiting

    def close(self) -> None:
        """Hang up."""
        if self._transport is not None:
            self._transport.close()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Called by asyncio."""
        assert isinstance(transport, asyncio.Transport)  # noqa: S101 -- a TCP connection gives one
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        """Called by asyncio."""
        self._got += data
        head, found, body = self._got.partition(_HEAD_END)
        if not found or self._waiting is None:
            return
        if len(body) >= _length(head):
            waiting, self._waiting, self._got = self._waiting, None, b""
            if not waiting.done():
                waiting.set_result(Reply(int(head[9:12]), body))

    def connection_lost(self, exc: Exception | None) -> None:
        """Called by asyncio."""
        if self._waiting is not None and not self._waiting.done():
            self._waiting.set_exception(exc or Broken())


def _length(head: bytes) -> int:
    """The length of the body that follows. Our own servers always tell it, or there is none."""
    _, found, rest = head.lower().partition(_LENGTH)
    return int(rest.partition(b"\r\n")[0]) if found else 0


class Feed(asyncio.Protocol):
    """A feed of server-sent events that is held open; what comes is counted, and timed by who listens."""

    def __init__(self, request: bytes) -> None:
        self._request = request
        self._transport: asyncio.BaseTransport | None = None
        self.begun: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.on_event: Callable[[], None] | None = None
        self.lost = False

    @classmethod
    async def open(cls, port: int, request: bytes) -> "Feed":
        """Connect, ask for the feed, and wait for its first event. Raises Broken."""
        _, feed = await asyncio.get_running_loop().create_connection(lambda: cls(request), HOST, port)
        await feed.begun
        return feed

    def close(self) -> None:
        """Hang up."""
        if self._transport is not None:
            self._transport.close()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Called by asyncio."""
        self._transport = transport
        assert isinstance(transport, asyncio.Transport)  # noqa: S101 -- a TCP connection gives one
        transport.write(self._request)

    def data_received(self, data: bytes) -> None:
        """Called by asyncio."""
        if b"data:" not in data:
            return
        if not self.begun.done():
            self.begun.set_result(None)
        elif self.on_event is not None:
            self.on_event()

    def connection_lost(self, exc: Exception | None) -> None:
        """Called by asyncio."""
        self.lost = True
        if not self.begun.done():
            self.begun.set_exception(exc or Broken())
