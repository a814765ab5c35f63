"""The citizens' side: starts a disclosure, tells how it goes, and gives the button to websites."""

import asyncio
from typing import Annotated

from fastapi import FastAPI, Header, Request
from fastapi.responses import StreamingResponse

from callcenter.api.button_script import serve_button
from callcenter.api.disclosing import Begun, Disclosing
from callcenter.api.flood import Flood
from callcenter.api.headers import SafeHeaders
from callcenter.api.link_page import origin_of, serve_link_pages
from callcenter.api.origins import Origins
from callcenter.api.problems import BodyLimit, Problem, answer_problems, bearer, try_again
from callcenter.api.starting import START_KEY, Starting, Wish
from callcenter.api.status import Status, StatusFeed
from callcenter.api.tenancy import Tenancy
from callcenter.model.code import token_hash
from callcenter.settings import Settings
from callcenter.store.database import Store

LARGEST_BODY = 4096  # bytes
ANSWER_SECONDS = 4.8  # in which a citizen has an answer, whatever is away


def create_public_api(store: Store, disclosing: Disclosing, settings: Settings) -> FastAPI:
    """Return the citizens' side as an ASGI application."""
    app = FastAPI(title="Veilig bellen", docs_url=None, redoc_url=None)
    answer_problems(app)
    own = origin_of(settings.api_public_url)  # of the link page
    app.add_middleware(BodyLimit, largest=LARGEST_BODY)
    app.add_middleware(Origins, store=store, own=own)
    app.add_middleware(SafeHeaders)
    feed = StatusFeed(store)
    starting = Starting(Tenancy(store), Flood(settings), disclosing, own)

    @app.post("/v1/disclosures")
    async def start(
        wish: Wish, request: Request, idempotency_key: Annotated[str | None, Header(pattern=START_KEY)] = None
    ) -> Begun:
        """Start a disclosure for a purpose of a municipality; once for each key."""
        host = request.client.host if request.client else ""
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                return await starting.start(wish, host, request.headers.get("Origin"), idempotency_key)
        except TimeoutError:
            raise try_again() from None

    @app.get("/v1/status")
    async def status(request: Request) -> Status:
        """How the disclosure of this status token goes."""
        return await feed.now(_status_hash(request))

    @app.get("/v1/status/events")
    async def events(request: Request) -> StreamingResponse:
        """The same as server-sent events, from now until it has ended."""
        status_hash = _status_hash(request)
        await feed.now(status_hash)
        # The header: nginx would keep events back to send them together.
        return StreamingResponse(feed.events(status_hash), 200, {"X-Accel-Buffering": "no"}, "text/event-stream")

    serve_button(app, settings.button_file)
    serve_link_pages(app, store, settings.api_public_url, settings.irma_public_url or settings.irma_url)
    return app


def _status_hash(request: Request) -> bytes:
    missing = Problem(401, "token-missing", "Send `Authorization: Bearer` and the status token.")
    return token_hash(bearer(request, missing))
