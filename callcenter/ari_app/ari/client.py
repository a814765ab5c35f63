"""Connecting to Asterisk, once or for ever: `async with connect(…)`, or `async for connection in connect(…)`."""

import asyncio
import base64
import logging
import random
import ssl
from collections.abc import AsyncGenerator, Callable, Iterator
from pathlib import Path
from types import TracebackType
from urllib.parse import urlencode, urlsplit

from websockets.asyncio.client import connect as open_websocket
from websockets.exceptions import InvalidHandshake, InvalidStatus

from callcenter.ari_app.ari.connection import Connection
from callcenter.ari_app.ari.errors import CHECK_USER, AriDisconnected, AriError, AriRefused, AriReplaced

FIRST_DELAY = 0.1
LONGEST_DELAY = 5.0

# At level DEBUG, websockets writes headers and frames, with the password and typed codes in them, to its logger. This
# one is silent whatever the level of the root is. What goes wrong comes to us as exceptions.
_SILENT = logging.getLogger(f"{__name__}.websocket")
_SILENT.setLevel(logging.CRITICAL)


class connect:  # noqa: N801 -- reads as the verb that it is, like websockets.connect
    """Connect to Asterisk's events WebSocket, and carry REST over it.

    `async with connect(…) as connection` connects once. `async for connection in connect(…)` gives a new connection
    each time that the body of the loop is done with the last one: `continue` (or let the body end) after
    AriDisconnected, `break` or `return` to stop. The body must not wait for anything else once `connection.events()`
    has raised.

    Waiting between attempts: 0.1 s, then twice as long each time up to 5 s, of which a random half is left out. A
    connection that lived for `stable_after` seconds starts the row again; one that did not goes on with it, so that an
    Asterisk which accepts and closes at once is not hammered. After AriReplaced, always the longest.

    Args:
        url: of ARI: `ws://127.0.0.1:8088/ari`, or `wss://…`.
        user, password: of a user in ari.conf with read_only=no. They go into a header; a URL would end up in logs.
        app: name of the Stasis application. One connection at a time can have it, see AriReplaced.
        deadline: seconds that Asterisk has to answer a request.
        open_timeout: seconds for TCP, TLS and the WebSocket handshake together.
        ping_interval, ping_timeout: seconds; a connection that went silent (half-open) is lost after their sum, and a
            second more.
        max_backlog: events that may wait for their reader.
        stable_after: seconds after which a connection counts as a good one.
        ca_file: certificates (PEM) to trust for wss:// instead of those of the system.
        tls: TLS context for wss://, when ca_file does not say enough.
        on_wait: called with the error and the seconds before each wait in the loop; the place to log from.

    Raises:
        AriRefused: wrong user or password, or an untrusted certificate. Ends the loop too.
        AriReplaced: replaced while connecting. Ends the loop too.
        AriDisconnected, AriTimeout: no Asterisk there, or it does not answer. The loop tries again.
        ValueError: the URL is not one of ARI.
    """

    def __init__(
        self,
        url: str,
        user: str,
        password: str,
        app: str,
        *,
        deadline: float = 2.0,
        open_timeout: float = 5.0,
        ping_interval: float = 2.0,
        ping_timeout: float = 3.0,
        max_backlog: int = 10_000,
        stable_after: float = 5.0,
        ca_file: str | Path | None = None,
        tls: ssl.SSLContext | None = None,
        on_wait: Callable[[AriError, float], None] | None = None,
    ) -> None:
        self._url = checked_url(url)
        self._app = app
        self._deadline = deadline
        self._max_backlog = max_backlog
        self._stable_after = stable_after
        self._on_wait = on_wait or (_say_nothing)
        self._connection: Connection | None = None
        token = base64.b64encode(f"{user}:{password}".encode()).decode()
        self._socket = open_websocket(
            f"{self._url}/events?{urlencode({'app': app, 'subscribeAll': 'false'})}",
            additional_headers={"Authorization": f"Basic {token}"},
            ssl=_tls(self._url, ca_file, tls),
            open_timeout=open_timeout,
            ping_interval=ping_interval,
            ping_timeout=ping_timeout,
            close_timeout=1.0,
            compression=None,
            proxy=None,
            max_size=2**26,  # bytes; GET /channels gives about 500 for each channel
            logger=_SILENT,
        )

    async def __aenter__(self) -> Connection:
        self._connection = await self._open()
        return self._connection

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._connection is not None:
            await self._connection.close()

    async def __aiter__(self) -> AsyncGenerator[Connection, None]:
        clock = asyncio.get_running_loop().time
        waits = delays()
        while True:
            try:
                connection = await self._open()
            except AriError as error:
                if not may_retry(error):
                    raise
                await self._wait(error, next(waits))
                continue
            opened = clock()
            try:
                yield connection
            finally:
                ended = connection.ended or AriDisconnected("the program let go of the connection")
                await connection.close()
            if clock() - opened >= self._stable_after:
                waits = delays()
            await self._wait(ended, LONGEST_DELAY if isinstance(ended, AriReplaced) else next(waits))

    async def _open(self) -> Connection:
        try:
            websocket = await self._socket
        except (OSError, InvalidHandshake, TimeoutError) as error:
            raise explain(error, self._url) from None
        connection = Connection(websocket, self._app, deadline=self._deadline, max_backlog=self._max_backlog)
        try:
            await connection.take_charge()
        except BaseException:
            await connection.close()
            raise
        return connection

    async def _wait(self, error: AriError, seconds: float) -> None:
        self._on_wait(error, seconds)
        await asyncio.sleep(seconds)


def delays() -> Iterator[float]:
    """Seconds to wait between attempts: 0.1 doubling to 5, each less a random half, so that many don't come at once."""
    longest = FIRST_DELAY
    while True:
        yield longest * random.uniform(0.5, 1.0)  # noqa: S311 -- spreads attempts, guards nothing
        longest = min(2 * longest, LONGEST_DELAY)


def may_retry(error: AriError) -> bool:
    """Whether connecting again may succeed without a person changing something, or without harming another program."""
    return not isinstance(error, AriRefused | AriReplaced)


def explain(error: Exception, url: str) -> AriError:
    """Say in our words why connecting failed."""
    if isinstance(error, InvalidStatus):
        status = error.response.status_code
        if status in (401, 403):
            return AriRefused(f"Asterisk at {url} refused us ({status}). {CHECK_USER}")
        return AriDisconnected(
            f"{url} answered {status} instead of opening ARI's WebSocket: Asterisk may still be starting. If it lasts:"
            " check VB_ARI_URL (it ends in /ari), enabled=yes in ari.conf, and the module res_ari_events"
        )
    if isinstance(error, ssl.SSLCertVerificationError):
        return AriRefused(
            f"The certificate of Asterisk at {url} is not trusted ({error.verify_message}). Check that the host in"
            " VB_ARI_URL is the one in the certificate, and which certificate authority is set for ARI"
        )
    return AriDisconnected(
        f"No ARI at {url} ({error}). Check that Asterisk runs, that VB_ARI_URL is right, and http.conf's bindaddr"
    )


def checked_url(url: str) -> str:
    """The URL without slash at its end.

    Raises:
        ValueError: it is not `ws://host…` or `wss://host…`, or it holds a password or a query.
    """
    parts = urlsplit(url)
    if parts.scheme not in ("ws", "wss") or not parts.hostname or parts.username or parts.query or parts.fragment:
        raise ValueError("VB_ARI_URL must look like ws://127.0.0.1:8088/ari or wss://…, without user and without '?'")
    return url.rstrip("/")


def _say_nothing(_error: AriError, _seconds: float) -> None:
    """What `on_wait` is when nobody gave one."""


def _tls(url: str, ca_file: str | Path | None, tls: ssl.SSLContext | None) -> ssl.SSLContext | None:
    if url.startswith("ws:"):
        return None
    return tls or ssl.create_default_context(cafile=ca_file)
