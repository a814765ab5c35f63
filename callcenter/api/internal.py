"""The internal side: codes are resolved here, and the IRMA server calls back. Not for the internet."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime

from fastapi import FastAPI, Response

from callcenter.api import openapi
from callcenter.api.call_centres import call_centre_routes
from callcenter.api.callbacks import callbacks
from callcenter.api.elsewhere import Elsewhere
from callcenter.api.gate import Gate
from callcenter.api.guessing import Guessing
from callcenter.api.headers import SafeHeaders
from callcenter.api.housekeeping import housekeeping
from callcenter.api.metrics import MEDIA_TYPE, Metrics
from callcenter.api.problems import BodyLimit, answer_problems
from callcenter.api.resolving import Resolving
from callcenter.api.safety_net import SafetyNet
from callcenter.api.taking import Taking
from callcenter.keeping import keep
from callcenter.settings import Settings
from callcenter.store import guesses
from callcenter.store.database import Store

LARGEST_BODY = 64 * 1024  # bytes; a result with all attributes of a few cards is some 10 kB


def create_internal_api(settings: Settings, store: Store, taking: Taking, metrics: Metrics) -> FastAPI:
    """Return the internal side as an ASGI application; its lifespan keeps house."""
    gate = Gate(store, needs_certificate=settings.internal_tls_client_ca_file is not None)
    elsewhere = Elsewhere(settings, store)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        async with housekeeping(SafetyNet(store, taking), store):
            listening = asyncio.create_task(keep("api", gate.forget_changed_keys, gate.forget_keys))
            try:
                yield
            finally:
                listening.cancel()

    app = FastAPI(
        title="Veilig bellen, internal", lifespan=lifespan, docs_url=None, redoc_url=None, openapi_url=openapi.PATH
    )
    app.router.redirect_slashes = False  # it would lead to whatever host the request names
    openapi.describe(app, "For call centres, and for the IRMA server's callbacks. Not for the internet.")
    answer_problems(app)
    app.add_middleware(BodyLimit, largest=LARGEST_BODY)
    app.add_middleware(SafeHeaders)
    code_keys = settings.code_keys()
    guessing = Guessing(code_keys.newest, settings.guess_limits())
    resolving = Resolving(store, code_keys, taking, elsewhere, guessing, metrics)
    app.include_router(call_centre_routes(gate, resolving, elsewhere))
    app.include_router(callbacks(taking))

    @app.get("/metrics", include_in_schema=False)
    async def figures() -> Response:
        """Tell Prometheus what was counted: nothing in it is personal or secret, so it needs no key."""
        async with store.begin() as tx:
            in_force = await guesses.in_force(tx, datetime.now(UTC))
        return Response(metrics.text(in_force), media_type=MEDIA_TYPE)

    return app
