"""A wire between two processes that a test can cut: what is behind it lives on, and nobody reaches it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from demo.ports import LOOPBACK


class Wire:
    """Passes TCP on to a port of this machine, while it is whole."""

    def __init__(self, to: int) -> None:
        self._to = to
        self._server: asyncio.Server | None = None
        self._open: set[asyncio.StreamWriter] = set()
        self.port = 0

    @property
    def url(self) -> str:
        """Where to reach by HTTP what is behind it."""
        return f"http://{LOOPBACK}:{self.port}"

    def lead_to(self, port: int) -> None:
        """Lead to another port from now on."""
        self._to = port

    async def mend(self) -> None:
        """Let everybody through, at the same port as before."""
        self._server = await asyncio.start_server(self._pass_on, LOOPBACK, self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def cut(self) -> None:
        """Let nobody through, and break what is open."""
        if self._server is not None:
            self._server.close()
        for writer in list(self._open):
            writer.transport.abort()

    async def _pass_on(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            behind_reader, behind_writer = await asyncio.open_connection(LOOPBACK, self._to)
            ends = {writer, behind_writer}
            self._open |= ends
            try:
                await asyncio.gather(_copy(reader, behind_writer), _copy(behind_reader, writer))
            finally:
                self._open -= ends
                for end in ends:
                    end.close()


async def _copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(OSError):
        while piece := await reader.read(65536):
            writer.write(piece)
            await writer.drain()
    writer.close()


@asynccontextmanager
async def wire(to: int) -> AsyncIterator[Wire]:
    """A whole wire to this port, for as long as the block lasts."""
    made = Wire(to)
    await made.mend()
    try:
        yield made
    finally:
        await made.cut()
