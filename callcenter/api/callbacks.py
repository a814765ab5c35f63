"""Callbacks: the IRMA server posts a session's result, and the citizen's app waits until we have answered."""

import asyncio

from fastapi import APIRouter, Request, Response
from sqlalchemy.exc import SQLAlchemyError

from callcenter.api.problems import Problem, try_again
from callcenter.api.taking import Taking
from callcenter.irma.errors import CallbackRefused, IrmaError, ResultMalformed
from callcenter.logs import Log, log

# After some 4 s the IRMA server tells the app that it failed, and the dialler stays closed.
ANSWER_SECONDS = 3.0


def callbacks(taking: Taking) -> APIRouter:
    """Return the route that the IRMA server calls. What can't be taken now, the safety net finds out later."""
    router = APIRouter()

    @router.post("/irma/callback/{secret}", status_code=204)
    @router.post("/irma/callback/{secret}/", status_code=204, include_in_schema=False)  # the IRMA server adds a slash
    async def callback(secret: str, request: Request) -> Response:
        """Take a session's result, signed by the IRMA server."""
        body = await request.body()
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                taken = await taking.called_back(secret, body)
        except (CallbackRefused, ResultMalformed) as error:
            log(Log.CALLBACK_REFUSED, reason=type(error).__name__)
            raise Problem(400, "callback-refused", "This is no result of our IRMA server: look who sends it.") from None
        except (IrmaError, SQLAlchemyError, OSError) as error:
            taking.missed = True
            log(Log.CALLBACK_LOST, error=type(error).__name__)
            raise try_again() from None
        if not taken:
            log(Log.CALLBACK_REFUSED, reason="unknown-or-over")
        return Response(status_code=204)

    return router
