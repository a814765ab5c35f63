"""Moves the frames between one WebSocket, those who ask, and the one who reads the events; knows no verb."""

import asyncio
from collections.abc import AsyncGenerator, Mapping
from typing import Any, TypeAlias
from urllib.parse import quote

from websockets.asyncio.client import ClientConnection
from websockets.exceptions import ConnectionClosed

from callcenter.ari_app.ari.errors import AriDisconnected, AriError, AriReplaced, AriTimeout
from callcenter.ari_app.ari.events import ApplicationReplaced, Event
from callcenter.ari_app.ari.protocol import Ignored, Method, Protocol, Reply

# Events that nobody here uses and that come by the dozen for each call. A ChannelVarset may show typed digits.
UNWANTED_EVENTS = ("ChannelVarset", "ChannelDialplan")


# What a reply holds. Whoever reads it checks its shape.
Json: TypeAlias = Any


class Link:
    """A living WebSocket to Asterisk for one application. Made by `connect`, as the base of a `Connection`.

    Requests may be made from many tasks at once; Asterisk carries out those of one connection in the order of sending.
    One task reads the events. Events wait in memory for their reader, so that a slow reader does not hold up the
    replies; over `max_backlog` of them the connection is given up, because what follows would be too old to act upon.
    """

    def __init__(self, websocket: ClientConnection, app: str, *, deadline: float, max_backlog: int) -> None:
        self.app = app
        self._websocket = websocket
        self._deadline = deadline
        self._max_backlog = max_backlog
        self._protocol = Protocol()
        self._replies: dict[str, asyncio.Future[Reply]] = {}
        self._events: asyncio.Queue[Event | None] = asyncio.Queue()
        self._end: AriError | None = None
        self._closed_here = False
        self._reader = asyncio.create_task(self._read(), name=f"ari-{app}")

    async def request(
        self,
        method: Method,
        path: str,
        *,
        body: Mapping[str, Any] | None = None,
        deadline: float | None = None,
        **query: str | int | None,
    ) -> Json:
        """Send one request, and give the JSON of the reply (None when it is empty).

        Args:
            method: of HTTP.
            path: of Asterisk's REST reference, without `/ari/` in front, ids percent-encoded.
            body: JSON body.
            deadline: seconds until AriTimeout; else that of the connection.
            query: names and values of the query; one that is None is left out.

        Raises:
            AriTimeout, AriDisconnected, AriReplaced: there is no reply. All other AriErrors: Asterisk refused.
        """
        given = {name: str(value) for name, value in query.items() if value is not None}
        request_id, frame = self._protocol.request(method, path, given, body)
        reply = self._replies[request_id] = asyncio.get_running_loop().create_future()
        seconds = deadline or self._deadline
        try:
            async with asyncio.timeout(seconds):
                await self._websocket.send(frame)
                answer = await reply
        except TimeoutError:
            raise AriTimeout(f"Asterisk did not answer {method} {path} within {seconds:g} s") from None
        except ConnectionClosed:
            raise AriDisconnected(f"{method} {path} has no answer: the connection was lost") from None
        finally:
            self._protocol.forget(request_id)
            self._replies.pop(request_id, None)
        if answer.error is not None:
            raise answer.error
        return answer.result

    async def events(self) -> AsyncGenerator[Event, None]:
        """Give the events in the order in which they came. Ends when this side closes the connection.

        Raises:
            AriDisconnected: the connection was lost, or Asterisk closed it. What happens now goes unseen: reconcile
                after the reconnect.
            AriReplaced: another program took over the application.
        """
        while (event := await self._events.get()) is not None:
            yield event
        self._events.put_nowait(None)  # Whoever reads on finds the end again, and does not wait for ever.
        if self._end is not None and not self._closed_here:
            raise type(self._end)(str(self._end))

    @property
    def ended(self) -> AriError | None:
        """Why no more can be asked or read here; None while the connection lives."""
        return self._end

    async def close(self) -> None:
        """Close the connection: requests under way fail with AriDisconnected, `events()` ends. May be repeated."""
        self._closed_here = self._closed_here or self._end is None
        self._finish(AriDisconnected, "this side closed the connection")
        try:
            await self._websocket.close()
            await self._reader
        finally:
            # Who is cancelled while saying goodbye, as at the end of the program, must not leave the socket open.
            self._websocket.transport.abort()

    async def take_charge(self) -> None:
        """The first request of a connection: say which events we don't want. Its reply proves that replies come.

        Asterisk applies an application's event filter to replies too, drops them in silence when the filter's `allowed`
        does not name RESTResponse, and keeps the filter while the application lives, over reconnects. So the filter is
        set, both lists, each time: a bad one that somebody left is gone by the time the reply is sent.

        Raises:
            AriTimeout: no reply came.
        """
        unwanted = [{"type": name} for name in UNWANTED_EVENTS]
        path = f"applications/{quote(self.app, safe='')}/eventFilter"
        try:
            await self.request("PUT", path, body={"allowed": [], "disallowed": unwanted})
        except AriTimeout as late:
            raise AriTimeout(
                f"{late}. It does take our events. Is it older than 22.4, the first to answer REST requests over the"
                " events WebSocket? Or busy? Try: asterisk -rx 'core show version'"
            ) from None

    async def _read(self) -> None:
        """Take every frame in until the connection ends; then tell everyone who waits."""
        try:
            while self._end is None:
                self._take(await self._websocket.recv(decode=False))
        except ConnectionClosed as closed:
            self._finish(AriDisconnected, f"the connection to Asterisk was lost: {closed}")
        finally:
            self._finish(AriDisconnected, "the connection to Asterisk is no longer read")
        await self._websocket.close()

    def _take(self, frame: bytes) -> None:
        match self._protocol.receive(frame):
            case Ignored():
                pass
            case Reply() as reply:
                self._hand_over(reply)
            case ApplicationReplaced(application=application) if application == self.app:
                self._finish(AriReplaced, f"another program connected to Asterisk as application {self.app!r}")
            case event if self._events.qsize() < self._max_backlog:
                self._events.put_nowait(event)
            case _:
                why = f"{self._max_backlog} events wait to be read; the reader can't keep up"
                self._finish(AriDisconnected, why)

    def _hand_over(self, reply: Reply) -> None:
        waiting = self._replies.get(reply.request_id)
        if waiting is not None and not waiting.done():
            waiting.set_result(reply)

    def _finish(self, kind: type[AriError], why: str) -> None:
        """The connection is of no use any more. Only the first reason counts."""
        if self._end is None:
            self._end = kind(why)
            for reply in self._protocol.end(kind, why):
                self._hand_over(reply)
            self._events.put_nowait(None)
