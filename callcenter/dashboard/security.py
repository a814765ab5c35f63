"""The edge of the dashboard: its cookie, and what every request and every answer must have.

Done in one place under all routes, so that none can forget it (pure ASGI, as in starlette's own middleware).
"""

from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import HTTPConnection
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from callcenter.dashboard.desk import Desk
from callcenter.dashboard.pages import Pages
from callcenter.store import audit

SAFE_METHODS = ("GET", "HEAD", "OPTIONS")
CSRF_FIELD = "csrf"
CSRF_HEADER = "x-csrf-token"


def cookie_name(desk: Desk, suffix: str = "") -> str:
    """The session cookie's name. `__Host-` makes browsers insist on Secure, Path=/ and no Domain (RFC 6265bis).

    On loopback without TLS the port is in it: browsers don't keep the cookies of two ports apart.
    """
    if desk.https:
        return f"__Host-veilig-bellen{suffix}"
    return f"veilig-bellen-{urlsplit(desk.origin).port or 80}{suffix}"


def set_cookie(response: Response, desk: Desk, token: str, suffix: str = "", seconds: int | None = None) -> None:
    """Give the browser its session token; it ends with the browser, and in the store before that.

    `seconds`: for another one, how long the browser keeps it.
    """
    name = cookie_name(desk, suffix)
    response.set_cookie(name, token, path="/", secure=desk.https, httponly=True, samesite="strict", max_age=seconds)


def clear_cookie(response: Response, desk: Desk, suffix: str = "") -> None:
    """Take the session token away."""
    name = cookie_name(desk, suffix)
    response.delete_cookie(name, path="/", secure=desk.https, httponly=True, samesite="strict")


def token_of(connection: HTTPConnection, desk: Desk, suffix: str = "") -> str | None:
    """The session token that came with a request."""
    return connection.cookies.get(cookie_name(desk, suffix))


def storable(text: str) -> str:
    """Return what somebody typed without what no store keeps: NUL (PostgreSQL) and halves of characters.

    A replacement character stands in their place, so that it is no name or password of anybody's.
    """
    return text.replace("\0", "\ufffd").encode("utf-8", "replace").decode()


def content_policy(desk: Desk, link_hosts: tuple[str, ...] = ()) -> str:
    """The Content-Security-Policy of a page; `link_hosts` are where its links may lead.

    Chromium holds the redirect after a form against `form-action`, hence the hosts there, and that of administration.
    """
    ours = urlsplit(desk.origin)
    live = f"{'wss' if desk.https else 'ws'}://{ours.netloc}"
    office = [desk.settings.office_url.rstrip("/")] if desk.settings.office_url else []
    forms = " ".join(["'self'", *office, *(f"https://{host}:*" for host in link_hosts)])
    return (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
        f"connect-src 'self' {live}; form-action {forms}; base-uri 'none'; frame-ancestors 'none'; "
        "require-trusted-types-for 'script'; trusted-types parts"
    )


class Edge:
    """Refuses what comes from another site, and puts the security headers on every answer."""

    def __init__(self, app: ASGIApp, desk: Desk, pages: Pages) -> None:
        self._app = app
        self._desk = desk
        self._pages = pages

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request or one WebSocket."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        asks_change = scope["type"] == "websocket" or scope["method"] not in SAFE_METHODS
        if asks_change and not self._from_ourselves(headers):
            await self._refuse(scope, receive, send, headers)
            return
        with audit.coming_from((scope.get("client") or (None,))[0]):
            await self._app(scope, receive, self._with_headers(scope, send))

    def _from_ourselves(self, headers: Headers) -> bool:
        """Whether one of our own pages asks.

        Our no-referrer makes a form's Origin `null`; then Sec-Fetch-Site (W3C Fetch Metadata), which no page
        can set, tells it.
        """
        site = headers.get("sec-fetch-site")
        origin = headers.get("origin")
        if origin in (None, "null"):
            return site == "same-origin"
        return origin == self._desk.origin and site in (None, "same-origin")

    async def _refuse(self, scope: Scope, receive: Receive, send: Send, headers: Headers) -> None:
        if scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008})
            return
        answer = self._pages.fault(403, "error-origin", headers.get("accept-language", ""), url=self._desk.origin)
        await answer(scope, receive, self._with_headers(scope, send))

    def _with_headers(self, scope: Scope, send: Send) -> Send:
        if scope["type"] != "http":
            return send

        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                self._harden(MutableHeaders(scope=message), _may_be_kept(scope, message))
            await send(message)

        return sending

    def _harden(self, headers: MutableHeaders, may_be_kept: bool) -> None:  # noqa: FBT001
        for name, value in (
            ("Content-Security-Policy", content_policy(self._desk)),
            ("Cache-Control", "public, max-age=31536000, immutable" if may_be_kept else "no-store"),
            ("Referrer-Policy", "no-referrer"),
            ("X-Content-Type-Options", "nosniff"),
            ("X-Frame-Options", "DENY"),
            ("Cross-Origin-Opener-Policy", "same-origin"),
            ("Cross-Origin-Resource-Policy", "same-origin"),
            ("Permissions-Policy", "camera=(), microphone=(), geolocation=()"),
        ):
            headers.setdefault(name, value)
        if self._desk.https:
            headers.setdefault("Strict-Transport-Security", "max-age=31536000")


def _may_be_kept(scope: Scope, answer: Message) -> bool:
    """Whether browsers may keep this answer: a static file, whose path changes with its content."""
    return answer["status"] == 200 and str(scope["path"]).startswith("/static/")
