"""Serving: what every server of ours does with its connections."""

import asyncio
import socket
from typing import Any

import httpx
import uvicorn
from fastapi import FastAPI
from uvicorn.protocols.http.h11_impl import H11Protocol

from callcenter.serving import serving_with
from demo.ports import LOOPBACK, free_port


async def test_an_answer_does_not_wait_for_the_other_sides_acknowledgement() -> None:
    """Given a server on a socket of ours, when a client connects, then Nagle's algorithm is off for it."""
    nodelay: list[int] = []

    class Watched(H11Protocol):
        def connection_made(self, transport: Any) -> None:
            accepted = transport.get_extra_info("socket")
            nodelay.append(accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY))
            super().connection_made(transport)

    port = free_port()
    config = uvicorn.Config(FastAPI(), host=LOOPBACK, port=port, http=Watched, log_config=None)
    async with serving_with(config, "VB_API_PORT"), httpx.AsyncClient(trust_env=False) as http:
        await asyncio.wait_for(http.get(f"http://{LOOPBACK}:{port}/"), 10)

    assert nodelay == [1]
