"""The routes of the status: asked once, followed, and looked after when a page knows more than we do."""

import asyncio
from typing import Annotated

from fastapi import APIRouter, Header, Request, Response

from callcenter.api.problems import Problem, bearer
from callcenter.api.status import Status
from callcenter.api.status_feed import StatusFeed
from callcenter.api.status_hub import StatusHub
from callcenter.api.taking import Taking
from callcenter.irma.errors import IrmaError
from callcenter.logs import Log, log
from callcenter.model.code import token_hash
from callcenter.store.progress import Progress

LOOK_SECONDS = 3.0  # for asking the IRMA server while a page waits


def status_routes(hub: StatusHub, taking: Taking) -> APIRouter:
    """Return the routes under /v1/status, which a status token opens."""
    router = APIRouter(prefix="/v1/status")

    async def found(request: Request) -> tuple[Progress, Status]:
        missing = Problem(401, "token-missing", "Send `Authorization: Bearer` and the status token.")
        it = await hub.look(token_hash(bearer(request, missing)))
        if it is None:
            raise Problem(404, "token-unknown", "This status token is unknown or too old: start anew.")
        return it

    @router.get("", response_model_exclude_none=True)
    async def status(request: Request) -> Status:
        """How the disclosure of this status token goes."""
        return (await found(request))[1]

    @router.post("/look", response_model_exclude_none=True)
    async def look(request: Request) -> Status:
        """The same, after a look at the IRMA server: for a page that has seen its session end before we have."""
        progress, _ = await found(request)
        try:
            async with asyncio.timeout(LOOK_SECONDS):
                await taking.look(progress.disclosure_id)
        except (IrmaError, TimeoutError) as error:
            log(Log.IRMA_AWAY, error=type(error).__name__)  # then it is as far as we know
        return (await found(request))[1]

    @router.get("/events", response_class=StatusFeed, status_code=200)
    async def events(request: Request, last_event_id: Annotated[str | None, Header()] = None) -> Response:
        """The same as server-sent events, until it has ended; `Last-Event-ID`: what of it the page has seen."""
        noted = hub.noted
        progress, status = await found(request)
        if status.final and status.event_id == last_event_id:
            return Response(status_code=204)  # tells a browser not to come back
        return StatusFeed(hub, progress, status, noted, last_event_id)

    return router
