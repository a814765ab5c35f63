"""Serves an ASGI app with uvicorn inside a running event loop, and stops it cleanly."""

import asyncio
import gc
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import uvicorn
from fastapi import FastAPI

# How long an idle connection stays open. Longer than on the other side: nginx and load balancers leave after 60 s, the
# IRMA server (Go's net/http) after 90. Who closes first may cross a request on its way, and a callback is sent once.
KEEP_ALIVE_SECONDS = 100
STOP_SECONDS = 3  # how long open requests may go on when we stop
LARGEST_MESSAGE = 1024  # bytes that a page may send over a WebSocket at once; ours send a word


class PortTaken(Exception):
    """The address can't be listened on; the message names the setting to change."""


def collect_seldom() -> None:
    """Have Python look for garbage in cycles seldom; once, by a process that serves thousands of open connections.

    Each look at all objects holds everybody up: with 5,000 status feeds for up to 0.7 s, a tenth of all CPU time
    (`gc.callbacks` in `make bench ARGS="--only idle"`). Nearly all of ours is freed without it.
    """
    gc.collect()
    gc.freeze()  # what was imported stays for good
    gc.set_threshold(20_000, 20, 100)


class _Server(uvicorn.Server):
    def install_signal_handlers(self) -> None:
        """Signals are the command's affair, not each server's."""


@asynccontextmanager
async def serving(
    app: FastAPI, host: str, port: int, setting: str, trusted_proxies: str = "", **more: Any
) -> AsyncIterator[None]:
    """Serve `app` for as long as the block runs. Raises PortTaken; `setting` names what to change.

    Only `trusted_proxies` (addresses or networks, with commas between) are believed when they say for whom they ask.
    `more` is uvicorn's, such as TLS.
    """
    config = uvicorn.Config(
        app,
        host=host,
        port=port,
        log_config=None,  # our own log; and an access log would show URLs
        access_log=False,
        server_header=False,
        proxy_headers=bool(trusted_proxies),
        forwarded_allow_ips=trusted_proxies,
        timeout_keep_alive=KEEP_ALIVE_SECONDS,
        timeout_graceful_shutdown=STOP_SECONDS,
        ws="websockets-sansio",
        ws_max_size=LARGEST_MESSAGE,
        **more,
    )
    async with serving_with(config, setting):
        yield


@asynccontextmanager
async def serving_with(config: uvicorn.Config, setting: str) -> AsyncIterator[None]:
    """Serve as `config` says, for as long as the block runs. Raises PortTaken."""
    server = _Server(config)
    try:
        # Bound here and not by uvicorn, which would end the whole process when the port is taken.
        bound = config.bind_socket()
    except SystemExit:
        raise PortTaken(f"{config.host}:{config.port} is in use or not ours; set {setting}") from None
    # uvicorn leaves Nagle's algorithm on for a socket that is handed to it. Head and body of an answer are two writes:
    # the second would wait for the other side's delayed ACK, 40 ms. Accepted connections inherit this (tcp(7)).
    bound.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    task = asyncio.create_task(server.serve(sockets=[bound]))
    try:
        while not server.started:
            await asyncio.sleep(0.01)
            if task.done():
                task.result()
                raise PortTaken(f"the server at {config.host}:{config.port} did not start")
        yield
    finally:
        server.should_exit = True
        await task
        bound.close()
