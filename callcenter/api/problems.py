"""Problem details (RFC 9457): what went wrong, for programs by its type, for people by a sentence with what to do."""

from math import ceil

from fastapi import FastAPI, HTTPException, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from sqlalchemy.exc import SQLAlchemyError
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException as PlainHTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from callcenter.irma.errors import IrmaError, IrmaPaused
from callcenter.logs import Log, fault, log

MEDIA_TYPE = "application/problem+json"


class Problem(HTTPException):
    """An answer that is no success. `kind` is stable, and its `type` on the wire; `detail` says what to do."""

    def __init__(
        self, status: int, kind: str, detail: str, headers: dict[str, str] | None = None, **members: object
    ) -> None:
        super().__init__(status, detail, headers)
        self.kind = kind
        self.members = members  # of its kind (RFC 9457, 3.2)

    def response(self) -> JSONResponse:
        """Return it as an answer."""
        title = self.kind.replace("-", " ")
        body = {"type": self.kind, "title": title, "status": self.status_code, "detail": self.detail}
        body |= self.members
        return JSONResponse(body, self.status_code, self.headers, MEDIA_TYPE)


def try_again() -> Problem:
    """The store is away for a moment."""
    return Problem(503, "try-again", "Try again in a moment.", {"Retry-After": "2"})


class Faults:
    """Middleware: answers what nobody has foreseen.

    Not an exception handler of the framework: that one stands outside of all middleware, so that a browser on another
    origin could not read its answer, and it raises the exception again.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on."""
        begun = False

        async def send_and_note(message: Message) -> None:
            nonlocal begun
            begun = True
            await send(message)

        try:
            await self._app(scope, receive, send_and_note)
        except Exception as error:
            if scope["type"] != "http":
                raise
            log(Log.FAILED, process="api", **fault(error))
            if not begun:  # else the answer breaks off, which the other side sees
                it = Problem(500, "fault", "Something is wrong here. Try again later.")
                await it.response()(scope, receive, send)


class BodyLimit:
    """Middleware: a body over `largest` bytes is refused, and not read any further."""

    def __init__(self, app: ASGIApp, largest: int) -> None:
        self._app = app
        self._largest = largest

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        told = Headers(scope=scope).get("content-length", "0")
        if not told.isdecimal() or int(told) > self._largest:
            await self._too_large().response()(scope, receive, send)
            return
        read = 0

        async def receive_so_much() -> Message:  # the length may not have been told
            nonlocal read
            message = await receive()
            read += len(message.get("body", b""))
            if read > self._largest:
                raise self._too_large()
            return message

        await self._app(scope, receive_so_much, send)

    def _too_large(self) -> Problem:
        return Problem(413, "too-large", f"Send at most {self._largest} bytes.")


def answer_problems(app: FastAPI) -> None:
    """Let `app` answer with problem details, whatever goes wrong, and never with a stack trace.

    To be called before middleware is added that has to see these answers.
    """
    app.add_middleware(Faults)

    @app.exception_handler(PlainHTTPException)
    async def told(_: Request, it: PlainHTTPException) -> JSONResponse:
        if isinstance(it, Problem):
            return it.response()
        if it.status_code == 400:  # a body that isn't even text: to the framework something else than a wrong field
            return _invalid("the body").response()
        kind = {404: "not-found", 405: "method-not-allowed"}.get(it.status_code, "invalid-request")
        headers = dict(it.headers or {})
        return Problem(it.status_code, kind, f"{it.detail}: see the documentation.", headers).response()

    @app.exception_handler(RequestValidationError)
    async def invalid(_: Request, error: RequestValidationError) -> JSONResponse:
        # Names only: what was given may be a code.
        names = sorted({".".join(str(part) for part in e["loc"][1:]) for e in error.errors()})
        fields = ", ".join(name for name in names if name and not name.isdecimal()) or "the body"
        return _invalid(fields).response()

    @app.exception_handler(SQLAlchemyError)
    async def database_away(_: Request, error: SQLAlchemyError) -> JSONResponse:
        log(Log.FAILED, process="api", **fault(error))
        return try_again().response()

    @app.exception_handler(IrmaError)
    async def irma_away(_: Request, error: IrmaError) -> JSONResponse:
        if isinstance(error, IrmaPaused):  # it was told when the pause began
            retry = str(ceil(error.seconds))
        else:
            retry = "10"
            log(Log.IRMA_AWAY, error=type(error).__name__)
        detail = "Identification does not work at the moment. Try again later, or call without it."
        return Problem(503, "irma-away", detail, {"Retry-After": retry}).response()


def _invalid(fields: str) -> Problem:
    return Problem(422, "invalid-request", f"Send JSON as application/json, and check {fields}.")


def bearer(request: Request, missing: Problem) -> str:
    """Return the token of `Authorization: Bearer TOKEN`. Raises `missing` when there is none."""
    kind, _, token = request.headers.get("Authorization", "").partition(" ")
    if kind.lower() != "bearer" or not token:
        raise missing
    return token
