"""The internal side: codes are resolved here, and the IRMA server calls back. Not for the internet."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Annotated

from fastapi import Depends, FastAPI, Request, Response
from pydantic import BaseModel, Field

from callcenter.api.headers import SafeHeaders
from callcenter.api.housekeeping import housekeeping
from callcenter.api.problems import BodyLimit, Problem, answer_problems, bearer
from callcenter.api.resolving import CodeUnknown, NotYetProven, Resolving
from callcenter.api.taking import Taking
from callcenter.irma.callback import Callbacks
from callcenter.irma.client import IrmaServer
from callcenter.irma.errors import CallbackRefused, ResultMalformed
from callcenter.logs import Log, log
from callcenter.model.code import CodeKeys
from callcenter.model.tenant import E164
from callcenter.store import keys
from callcenter.store.database import Store

LARGEST_BODY = 64 * 1024  # bytes; a result with all attributes of a few cards is some 10 kB


class Question(BaseModel):
    """Who typed this code, on a call to this number?"""

    number: str = Field(description="the number dialled, E.164", pattern=f"^{E164.pattern}$", repr=False)
    code: str = Field(description="ten digits", pattern=r"^[0-9]{10}$", repr=False)
    call: str = Field(
        description="the asker's id of the call: asking again gives the same", pattern="^[A-Za-z0-9-]{1,32}$"
    )


class Answer(BaseModel):
    """The disclosure behind the code, by an opaque id."""

    reference: str


def create_internal_api(store: Store, irma: IrmaServer, code_keys: CodeKeys, taking: Taking) -> FastAPI:
    """Return the internal side as an ASGI application; its lifespan keeps house."""

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        async with housekeeping(taking, store):
            yield

    app = FastAPI(title="Veilig bellen, internal", lifespan=lifespan, openapi_url=None)
    answer_problems(app)
    app.add_middleware(BodyLimit, largest=LARGEST_BODY)
    app.add_middleware(SafeHeaders)
    callbacks = Callbacks(irma)
    resolving = Resolving(store, code_keys, taking)

    async def may_resolve(request: Request) -> keys.ApiKey:
        return await _key(store, request, keys.RESOLVE)

    @app.post("/v1/codes/resolve")
    async def resolve(question: Question, key: Annotated[keys.ApiKey, Depends(may_resolve)]) -> Answer:
        """Say who is behind a code, and use the code up."""
        try:
            found = await resolving.resolve(question.number, question.code, question.call, key)
        except CodeUnknown:
            raise Problem(404, "code-unknown", "Nobody is behind this code: let the caller type it again.") from None
        except NotYetProven:
            raise Problem(409, "not-yet-proven", "The citizen is not done yet: ask again in a moment.") from None
        return Answer(reference=found.id)

    @app.post("/irma/callback/{secret}", status_code=204)
    @app.post("/irma/callback/{secret}/", status_code=204, include_in_schema=False)  # the IRMA server adds a slash
    async def callback(secret: str, request: Request) -> Response:
        """Take a session's result, signed by the IRMA server."""
        try:
            result = await callbacks.verify(await request.body())
        except (CallbackRefused, ResultMalformed) as error:
            log(Log.CALLBACK_REFUSED, reason=type(error).__name__)
            raise Problem(400, "callback-refused", "This is no result of our IRMA server: look who sends it.") from None
        if not await taking.called_back(secret, result):
            log(Log.CALLBACK_REFUSED, reason="unknown-or-over")
        return Response(status_code=204)

    return app


async def _key(store: Store, request: Request, scope: str) -> keys.ApiKey:
    """The API key of this request, which opens `scope`. Raises Problem."""
    token = bearer(request, Problem(401, "key-missing", "Send `Authorization: Bearer KEY`."))
    async with store.begin() as tx:
        key = await keys.find_key(tx, token)
    if key is None:
        log(Log.API_KEY_REFUSED, scope=scope)
        raise Problem(401, "key-unknown", "This API key is unknown or revoked: ask for a new one.")
    if scope not in key.scopes:
        log(Log.API_KEY_REFUSED, key=key.id, scope=scope)
        raise Problem(403, "scope-missing", f"This API key lacks the scope {scope!r}: ask for one that has it.")
    return key
