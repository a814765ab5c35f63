"""A real IRMA server, a wallet with an invented citizen's cards, and a web server that receives callbacks."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path

import pytest
from pydantic import SecretStr

from callcenter.irma.client import IrmaServer
from demo.irma import RunningIrma, irma_server
from demo.persons import person
from demo.wallet import Wallet


class Callback:
    """Receives callbacks as our api does: at a secret path, answered at once."""

    def __init__(self) -> None:
        self.url = ""
        self.paths: list[str] = []
        self.bodies: asyncio.Queue[str] = asyncio.Queue()

    async def receive(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Takes one request and keeps its body."""
        with suppress(asyncio.IncompleteReadError, ConnectionError):
            head = (await reader.readuntil(b"\r\n\r\n")).decode()
            length = next(int(line.split(":")[1]) for line in head.lower().splitlines() if "content-length" in line)
            body = (await reader.readexactly(length)).decode()
            self.paths.append(head.split()[1])
            self.bodies.put_nowait(body)
            writer.write(b"HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n")
        writer.close()

    async def next(self) -> str:
        """The body of the next callback; 15 s at most."""
        return await asyncio.wait_for(self.bodies.get(), 15)


@pytest.fixture
async def callback() -> AsyncIterator[Callback]:
    received = Callback()
    server = await asyncio.start_server(received.receive, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    received.url = f"http://127.0.0.1:{port}/irma/callback/s3cr3tp4th"
    async with server:
        yield received


@pytest.fixture
async def running(tmp_path: Path) -> AsyncIterator[RunningIrma]:
    async with irma_server(tmp_path / "irma") as irma:
        yield irma


@pytest.fixture
async def irma(running: RunningIrma) -> AsyncIterator[IrmaServer]:
    async with IrmaServer(running.url, SecretStr(running.token)) as server:
        yield server


@pytest.fixture
async def wallet(running: RunningIrma, tmp_path: Path) -> Wallet:
    loaded = Wallet(tmp_path / "wallet")
    await loaded.load(person("zoe"), running)
    return loaded
