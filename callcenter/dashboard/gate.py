"""The one gate that every route stands behind: who is it, may they do this here, and do they mean it?

`Gate(action)` asks `model.staff.may` for the user's own municipality, and for that of the call or the colleague that
the path names. What is another municipality's answers as if it did not exist. `Gate(None)` asks only for a log-in.
"""

import hmac
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from fastapi import HTTPException, WebSocketException, status
from starlette.requests import HTTPConnection, Request

from callcenter.dashboard.desk import Desk, desk_of
from callcenter.dashboard.security import CSRF_FIELD, CSRF_HEADER, SAFE_METHODS, storable, token_of
from callcenter.model.call import Call
from callcenter.model.code import token_hash
from callcenter.model.networks import is_within
from callcenter.model.staff import ADMINISTERS, Action, User, may
from callcenter.store import audit, calls, logins, team
from callcenter.store.database import Tx
from callcenter.store.team import Member

SEEN_EVERY = timedelta(minutes=1)  # how precisely we know when a log-in was last used


class SignedOut(Exception):
    """Nobody is logged in with this request; log in first."""


@dataclass(frozen=True)
class Visitor:
    """Who asks, by which log-in, from where, and about which call or colleague (when the path names one).

    `municipality`: its name; an operator has none.
    """

    user: User
    csrf_token: str
    token_hash: bytes
    call: Call | None = None
    member: Member | None = None
    address: str | None = None
    municipality: str = ""

    @property
    def named_call(self) -> Call:
        """The call that the path names."""
        if self.call is None:
            raise LookupError("this route's path names no call; put {call_id} in it")
        return self.call

    @property
    def named_member(self) -> Member:
        """The member of staff whom the path names."""
        if self.member is None:
            raise LookupError("this route's path names nobody; put {user_id} in it")
        return self.member

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
        asks_change = isinstance(connection, Request) and connection.method not in SAFE_METHODS
        if isinstance(connection, Request) and asks_change:
            # All of it before we look who it is: it may come as slowly as somebody likes who is removed meanwhile.
            await connection.body()
        visitor = await self._visitor(desk, connection)
        user = visitor.user
        desk = connection.state.desk = desk.within(user.municipality_id)
        if self.action is not None and not may(user, self.action, user.municipality_id):
            raise HTTPException(403, "error-forbidden")
        if self.action in ADMINISTERS and not desk.administers:
            raise HTTPException(404, "error-404")  # the host comes on top of the role, and lets nobody in by itself
        if isinstance(connection, Request) and asks_change:
            await _check_csrf(connection, visitor)
        return await self._with_named(desk, visitor, connection.path_params)

    async def _visitor(self, desk: Desk, connection: HTTPConnection) -> Visitor:
        token = token_of(connection, desk)
        if token is None:
            raise SignedOut
        now, hashed = desk.clock(), token_hash(token)
        async with desk.store.begin() as tx:
            login = await logins.login(tx, hashed, *desk.limits(now))
            if login is None:
                raise SignedOut
            inside = is_within(login.networks, address_of(connection))
            if not inside:  # it began inside, or before there was a list
                await end_outside(tx, login.user, hashed, now)
            elif self._counts_as_use and now - login.seen_at > SEEN_EVERY:
                await logins.seen(tx, hashed, now)
        if not inside:
            raise SignedOut
        address = address_of(connection)
        return Visitor(login.user, login.csrf_token, hashed, address=address, municipality=login.municipality)

    async def _with_named(self, desk: Desk, visitor: Visitor, path: dict[str, str]) -> Visitor:
        """Add the call or the colleague whom the path names. Raises HTTPException 404."""
        if "call_id" in path:
            async with desk.store.begin() as tx:
                call = await calls.find(tx, storable(path["call_id"]))
            if call is None or not self._may_there(visitor, call.municipality_id):
                raise HTTPException(404, "error-404")
            visitor = replace(visitor, call=call)
        if "user_id" in path:
            async with desk.store.begin() as tx:
                member = await team.member(tx, storable(path["user_id"]))
            if member is None or not self._may_there(visitor, member.user.municipality_id):
                raise HTTPException(404, "error-404")
            visitor = replace(visitor, member=member)
        return visitor

    def _may_there(self, visitor: Visitor, municipality_id: str | None) -> bool:
        return self.action is not None and may(visitor.user, self.action, municipality_id)


async def end_outside(tx: Tx, user: User, hashed: bytes, now: datetime) -> None:
    """End a log-in that goes on from where its municipality's staff may not come."""
    await logins.end_login(tx, hashed)
    await audit.note(tx, now, "log-in-outside", user)


def address_of(connection: HTTPConnection) -> str | None:
    """The address that a request comes from, as a trusted proxy says or the connection shows."""
    return connection.client.host if connection.client else None


async def _check_csrf(request: Request, visitor: Visitor) -> None:
    given = request.headers.get(CSRF_HEADER)
    if given is None:
        field = (await request.form()).get(CSRF_FIELD)
        given = field if isinstance(field, str) else ""
    if not hmac.compare_digest(storable(given).encode(), visitor.csrf_token.encode()):
        raise HTTPException(403, "error-403")
