"""Cross-origin requests: allowed from the websites that a municipality has listed, exactly, and no others.

A website that nobody has listed can read one thing: that it is not listed, so that the button can say so there.
"""

import asyncio
import time

from sqlalchemy.exc import SQLAlchemyError
from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from callcenter.api.problems import Problem, try_again
from callcenter.logs import Log, fault, log
from callcenter.model.tenant import Municipality
from callcenter.store import tenants
from callcenter.store.database import Store

REMEMBER_SECONDS = 5.0  # how soon a newly listed origin is known
READ_SECONDS = 0.9  # for the store to tell; with the rest of a start it has to stay below 5
AWAY_SECONDS = 1.0  # in which a store that did not tell is left alone: those who wait in turn need not all find out
PREFLIGHT_SECONDS = "600"
_ASKED = "access-control-request-method"


def may_show(of: Municipality, origin: str) -> bool:
    """Tell whether this municipality lets websites at `origin` (RFC 6454) show the button."""
    return origin in {_as_sent(listed) for listed in of.origins}


def _as_sent(listed: str) -> str:
    """An origin as browsers write it: small letters, no slash at the end (RFC 6454, 6.1)."""
    return listed.strip().rstrip("/").lower()


class Origins:
    """Middleware: answers preflights, and adds the headers that let a listed origin read the answer."""

    def __init__(self, app: ASGIApp, store: Store, own: str) -> None:
        """`own`: our own origin, from which the link page asks."""
        self._app = app
        self._store = store
        self._own = own
        self._listed: frozenset[str] | None = None
        self._read_at = float("-inf")
        self._read_again_at = float("-inf")
        self._turn = asyncio.Lock()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, with the origin's headers on its answer."""
        headers = Headers(scope=scope) if scope["type"] == "http" else Headers()
        origin = headers.get("origin")
        if origin is None:
            await self._app(scope, receive, send)
            return
        listed = await self._origins()
        allowed = origin == self._own or (listed is not None and origin in listed)
        preflight = scope["method"] == "OPTIONS" and _ASKED in headers
        posts = (headers[_ASKED] if preflight else scope["method"]) == "POST"
        answer: ASGIApp = self._app
        if preflight:
            answer = _preflight(allowed=allowed or posts)
        elif posts and not allowed:
            answer = (try_again() if listed is None else _not_listed()).response()
        await answer(scope, receive, _readable(send, origin) if allowed or posts else send)

    async def _origins(self) -> frozenset[str] | None:
        """The listed origins as we know them; None when the store has been away since we began."""
        async with self._turn:  # of many requests at once one asks
            now = time.monotonic()
            if now - self._read_at > REMEMBER_SECONDS and now >= self._read_again_at:
                try:
                    async with asyncio.timeout(READ_SECONDS), self._store.begin() as tx:
                        every = await tenants.municipalities(tx)
                except (SQLAlchemyError, OSError) as error:  # TimeoutError is an OSError
                    # What we knew holds: a browser must be able to read that something is wrong.
                    self._read_again_at = time.monotonic() + AWAY_SECONDS
                    log(Log.FAILED, process="api", **fault(error))
                else:
                    self._listed = frozenset(_as_sent(origin) for one in every for origin in one.origins)
                    self._read_at = time.monotonic()
        return self._listed


def _readable(send: Send, origin: str) -> Send:
    async def send_with_headers(message: Message) -> None:
        if message["type"] == "http.response.start":
            out = MutableHeaders(scope=message)
            out.setdefault("Access-Control-Allow-Origin", origin)
            out["Access-Control-Expose-Headers"] = "Retry-After"
            out.add_vary_header("Origin")
        await send(message)

    return send_with_headers


def _not_listed() -> Problem:
    detail = "This website may not show the button: ask the municipality to list its origin."
    return Problem(403, "origin-refused", detail)


def _preflight(*, allowed: bool) -> Response:
    if not allowed:
        return Response(status_code=403)
    return Response(
        status_code=204,
        headers={
            "Access-Control-Allow-Methods": "GET, POST",
            "Access-Control-Allow-Headers": "Authorization, Content-Type, Idempotency-Key, Last-Event-ID",
            "Access-Control-Max-Age": PREFLIGHT_SECONDS,
        },
    )
