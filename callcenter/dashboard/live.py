"""The live side of a page: a socket that is told what changes, and the same on request while it is away."""

import asyncio
from collections.abc import Coroutine
from contextlib import suppress

from fastapi import APIRouter, Depends, Request, WebSocket, WebSocketDisconnect

from callcenter.dashboard.desk import Desk, desk_of
from callcenter.dashboard.gate import Gate, Visitor
from callcenter.dashboard.hub import Viewer
from callcenter.dashboard.reading import Message, whole_message
from callcenter.model.staff import Action

# A page that refreshes itself does not keep a log-in alive; it says so when somebody uses it.
WATCHES = Depends(Gate(Action.SEE_QUEUE, counts_as_use=False))

router = APIRouter()


@router.get("/state")
async def state(request: Request, visitor: Visitor = WATCHES) -> Message:
    """All parts of the page as JSON."""
    desk = desk_of(request)
    return await whole_message(desk, request.app.state.pages, visitor)


@router.websocket("/live")
async def live(socket: WebSocket, visitor: Visitor = WATCHES) -> None:
    """Tell one open page everything, then what changes. It may send `again` (send all) and `used`."""
    desk = desk_of(socket)
    await socket.accept()
    viewer = Viewer(visitor)
    desk.hub.add(viewer)
    try:
        await _until_one_ends(_send(socket, viewer), _receive(socket, desk, viewer))
    finally:
        desk.hub.remove(viewer)


async def _until_one_ends(*coroutines: Coroutine[None, None, None]) -> None:
    tasks = [asyncio.create_task(one) for one in coroutines]
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _send(socket: WebSocket, viewer: Viewer) -> None:
    with suppress(WebSocketDisconnect, RuntimeError):  # starlette raises the latter once it is closed
        while not isinstance(message := await viewer.next(), int):
            await socket.send_json(message)
        await socket.close(message)


async def _receive(socket: WebSocket, desk: Desk, viewer: Viewer) -> None:
    with suppress(WebSocketDisconnect):
        while True:
            asked = await socket.receive_text()
            if asked == "used":
                viewer.in_use = True
            elif asked == "again":
                desk.hub.again(viewer)
