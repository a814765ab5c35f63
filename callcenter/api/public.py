"""The citizens' side: starts a disclosure, tells how it goes, and gives the button to websites."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Annotated

from fastapi import FastAPI, Header, Request

from callcenter.api import openapi
from callcenter.api.button_script import serve_button
from callcenter.api.disclosing import Begun, Disclosing
from callcenter.api.flood import Flood
from callcenter.api.headers import SafeHeaders
from callcenter.api.health import HealthLook
from callcenter.api.health_routes import serve_health
from callcenter.api.link_page import origin_of, serve_link_pages
from callcenter.api.origins import Origins
from callcenter.api.problems import BodyLimit, answer_problems, try_again
from callcenter.api.starting import START_KEY, Starting, Wish
from callcenter.api.status_hub import StatusHub
from callcenter.api.status_routes import status_routes
from callcenter.api.taking import Taking
from callcenter.api.tenancy import Tenancy
from callcenter.security_txt import serve_security_txt
from callcenter.settings import Settings
from callcenter.store.database import Store

LARGEST_BODY = 4096  # bytes
ANSWER_SECONDS = 4.0  # in which a citizen has an answer, whatever is away

START_KEY_IS = "random for each click, and secret: who sends it again has the same answer, code and token included"


def create_public_api(
    store: Store, hub: StatusHub, health: HealthLook, disclosing: Disclosing, taking: Taking, settings: Settings
) -> FastAPI:
    """Return the citizens' side as an ASGI application; its lifespan tells the status feeds of `hub`."""

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        async with hub.running():
            yield

    app = FastAPI(title="Veilig bellen", lifespan=lifespan, docs_url=None, redoc_url=None, openapi_url=openapi.PATH)
    app.router.redirect_slashes = False  # it would lead to whatever host the request names
    openapi.describe(app, "The citizens' side: for the button, and whatever a municipality builds in its place.")
    answer_problems(app)
    own = origin_of(settings.api_public_url)  # of the link page
    app.add_middleware(BodyLimit, largest=LARGEST_BODY)
    app.add_middleware(Origins, store=store, own=own)
    app.add_middleware(SafeHeaders)
    starting = Starting(Tenancy(store), Flood(settings), disclosing, own)

    @app.post("/v1/disclosures")
    async def start(
        wish: Wish,
        request: Request,
        idempotency_key: Annotated[str | None, Header(pattern=START_KEY, description=START_KEY_IS)] = None,
    ) -> Begun:
        """Start a disclosure for a purpose of a municipality; once for each key."""
        host = request.client.host if request.client else ""
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                return await starting.start(wish, host, request.headers.get("Origin"), idempotency_key)
        except TimeoutError:
            raise try_again() from None

    app.include_router(status_routes(hub, taking))
    serve_button(app, settings.button_file)
    serve_security_txt(app, settings)
    serve_health(app, health)
    serve_link_pages(app, store, health, settings.api_public_url, settings.irma_public_url or settings.irma_url)
    return app
