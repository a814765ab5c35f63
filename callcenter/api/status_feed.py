"""The status feed: server-sent events (WHATWG HTML, 9.2) of one disclosure, to the end of its call."""

import asyncio
import random
import time
from contextlib import suppress

from starlette.responses import Response
from starlette.types import Message, Receive, Scope, Send

from callcenter.api.status import Status
from callcenter.api.status_hub import StatusHub, Watch
from callcenter.store.progress import Progress

HEARTBEAT_SECONDS = 25.0  # the button takes a feed for dead after 40 s of silence, proxies often after 60
LONGEST_SECONDS = 600.0  # then the page comes back, perhaps to another process
_STUCK_SECONDS = 60.0  # after that, for who does not even take heartbeats


class StatusFeed(Response):
    """Tells how a disclosure goes, one event at each change, until its state is final.

    No StreamingResponse: with thousands of feeds open its tasks for each would cost more than all else.
    """

    media_type = "text/event-stream"

    def __init__(self, hub: StatusHub, seen: Progress, status: Status, noted: int, last_event_id: str | None) -> None:
        # nginx would keep events back to send them together.
        super().__init__(headers={"X-Accel-Buffering": "no"})
        del self.headers["content-length"]
        self._hub = hub
        self._begin = (seen, status, noted)
        self._seen_id = last_event_id

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002 -- ASGI calls it so
        """Send events until there are no more, or the page has gone."""
        await send({"type": "http.response.start", "status": 200, "headers": self.raw_headers})
        with self._hub.watch(*self._begin) as watch:
            gone = asyncio.create_task(_gone(receive))
            gone.add_done_callback(lambda _: watch.wake())
            longest = LONGEST_SECONDS * random.uniform(0.8, 1)  # noqa: S311 -- not all who came together at once
            try:
                with suppress(TimeoutError):
                    async with asyncio.timeout(longest + _STUCK_SECONDS):
                        await self._tell(watch, gone, time.monotonic() + longest, send)
            finally:
                gone.cancel()

    async def _tell(self, watch: Watch, gone: "asyncio.Task[None]", until: float, send: Send) -> None:
        if watch.status is not None and watch.status.event_id == self._seen_id:
            await send(_STILL_HERE)  # there is no news, but the page is connected again
        while (status := watch.status) is not None and not gone.done():
            if status.event_id != self._seen_id:
                self._seen_id = status.event_id
                await send(_body(status.event()))
            if status.final or watch.back_after is not None or time.monotonic() > until:
                break
            if watch.status is status and not gone.done() and not await watch.wait(HEARTBEAT_SECONDS):
                await send(_STILL_HERE)
        later = b"" if watch.back_after is None else f"retry: {watch.back_after * 1000:.0f}\n\n".encode()
        await send(_body(later, more=False))


async def _gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


def _body(content: bytes, *, more: bool = True) -> Message:
    return {"type": "http.response.body", "body": content, "more_body": more}


_STILL_HERE = _body(b": still here\n\n")
