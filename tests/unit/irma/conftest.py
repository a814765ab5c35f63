"""A web server that answers as it is told, for what a real IRMA server does not do on demand."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass, field

import pytest


@dataclass
class Canned:
    """What to answer, and what was asked."""

    status: int = 200
    body: str = "{}"
    silent: bool = False
    asked: list[str] = field(default_factory=list)
    url: str = ""

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answers the requests of one connection."""
        try:
            with suppress(asyncio.IncompleteReadError, ConnectionError):
                while True:
                    head = (await reader.readuntil(b"\r\n\r\n")).decode()
                    self.asked.append(head.splitlines()[0])
                    lengths = [line.split(":")[1] for line in head.lower().splitlines() if "content-length" in line]
                    await reader.readexactly(int(lengths[0]) if lengths else 0)
                    if self.silent:
                        await reader.read()  # until the other side gives up
                    text = self.body.encode()
                    writer.write(f"HTTP/1.1 {self.status} X\r\nContent-Length: {len(text)}\r\n\r\n".encode() + text)
        finally:
            writer.close()


@pytest.fixture
async def canned() -> AsyncIterator[Canned]:
    answers = Canned()
    server = await asyncio.start_server(answers.answer, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    answers.url = f"http://127.0.0.1:{port}"
    async with server:
        yield answers
