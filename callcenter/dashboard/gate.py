"""The one gate that every route stands behind: who is it, may they do this here, and do they mean it?

`Gate(action)` asks `model.staff.may` for the user's own municipality, and for the call's when the path names
one. A call of another municipality answers as if it did not exist. `Gate(None)` asks only for a log-in.
"""

import hmac
from dataclasses import dataclass, replace
from datetime import timedelta

from fastapi import HTTPException, WebSocketException, status
from starlette.requests import HTTPConnection, Request

from callcenter.dashboard.desk import Desk, desk_of
from callcenter.dashboard.security import CSRF_FIELD, CSRF_HEADER, SAFE_METHODS, storable, token_of
from callcenter.model.call import Call
from callcenter.model.code import token_hash
from callcenter.model.staff import Action, User, may
from callcenter.store import calls, logins

SEEN_EVERY = timedelta(minutes=1)  # how precisely we know when a log-in was last used


class SignedOut(Exception):
    """Nobody is logged in with this request; log in first."""


@dataclass(frozen=True)
class Visitor:
    """Who asks, by which log-in, and about which call (when the path names one)."""

    user: User
    csrf_token: str
    token_hash: bytes
    call: Call | None = None

    @property
    def named_call(self) -> Call:
        """The call that the path names."""
        if self.call is None:
            raise LookupError("this route's path names no call; put {call_id} in it")
        return self.call

    @property
    def municipality_id(self) -> str:
        """The municipality whose queue this user works in."""
        if self.user.municipality_id is None:
            raise LookupError("an operator has no queue; have the gate ask for SEE_QUEUE")
        return self.user.municipality_id


class Gate:
    """A dependency that lets in those who may do this.

    Args:
        action: what the route does; None when any member of staff may.
        counts_as_use: whether such a request keeps the log-in alive; a page that refreshes itself does not.
    """

    def __init__(self, action: Action | None, *, counts_as_use: bool = True) -> None:
        self.action = action
        self._counts_as_use = counts_as_use

    async def __call__(self, connection: HTTPConnection) -> Visitor:
        """Return the visitor. Raises SignedOut, or HTTPException 403 or 404 (a WebSocket is refused)."""
        try:
            return await self._let_in(connection)
        except (SignedOut, HTTPException):
            if connection.scope["type"] == "websocket":
                raise WebSocketException(status.WS_1008_POLICY_VIOLATION) from None
            raise

    async def _let_in(self, connection: HTTPConnection) -> Visitor:
        desk = desk_of(connection)
        visitor = await self._visitor(desk, connection)
        user = visitor.user
        if self.action is not None and not may(user, self.action, user.municipality_id):
            raise HTTPException(403, "error-forbidden")
        if isinstance(connection, Request) and connection.method not in SAFE_METHODS:
            await _check_csrf(connection, visitor)
        call_id = connection.path_params.get("call_id")
        return visitor if call_id is None else await self._with_call(desk, visitor, call_id)

    async def _visitor(self, desk: Desk, connection: HTTPConnection) -> Visitor:
        token = token_of(connection, desk)
        if token is None:
            raise SignedOut
        now, hashed = desk.clock(), token_hash(token)
        async with desk.store.begin() as tx:
            login = await logins.login(tx, hashed, *desk.limits(now))
            if login is None:
                raise SignedOut
            if self._counts_as_use and now - login.seen_at > SEEN_EVERY:
                await logins.seen(tx, hashed, now)
        return Visitor(login.user, login.csrf_token, hashed)

    async def _with_call(self, desk: Desk, visitor: Visitor, call_id: str) -> Visitor:
        async with desk.store.begin() as tx:
            call = await calls.find(tx, storable(call_id))
        if call is None or self.action is None or not may(visitor.user, self.action, call.municipality_id):
            raise HTTPException(404, "error-404")
        return replace(visitor, call=call)


async def _check_csrf(request: Request, visitor: Visitor) -> None:
    given = request.headers.get(CSRF_HEADER)
    if given is None:
        field = (await request.form()).get(CSRF_FIELD)
        given = field if isinstance(field, str) else ""
    if not hmac.compare_digest(storable(given).encode(), visitor.csrf_token.encode()):
        raise HTTPException(403, "error-403")
