"""The citizens' side: starts a disclosure, tells how it goes, and gives the button to websites."""

from typing import Any

from fastapi import FastAPI, Request
from fastapi.responses import StreamingResponse
from pydantic import BaseModel, Field

from callcenter.api.button_script import serve_button
from callcenter.api.disclosing import Disclosing
from callcenter.api.headers import SafeHeaders
from callcenter.api.link_page import origin_of, serve_link_pages
from callcenter.api.origins import Origins, may_show
from callcenter.api.problems import BodyLimit, Problem, answer_problems, bearer
from callcenter.api.status import Status, StatusFeed
from callcenter.model.code import token_hash
from callcenter.model.tenant import SLUG
from callcenter.settings import Settings
from callcenter.store import tenants
from callcenter.store.database import Store

LARGEST_BODY = 4096  # bytes
_SLUG = f"^(?:{SLUG.pattern})$"


class Wish(BaseModel):
    """What the button asks for."""

    municipality: str = Field(pattern=_SLUG)
    purpose: str = Field(pattern=_SLUG)


class Begun(BaseModel):
    """A disclosure that has begun. The code serves once, and only after the citizen has disclosed."""

    # The names are the ones that yivi's frontend expects.
    sessionPtr: dict[str, Any]  # noqa: N815
    frontendRequest: dict[str, Any]  # noqa: N815
    statusToken: str  # noqa: N815
    number: str
    code: str
    telUrl: str  # noqa: N815
    expiresAt: str  # noqa: N815


def create_public_api(store: Store, disclosing: Disclosing, settings: Settings) -> FastAPI:
    """Return the citizens' side as an ASGI application."""
    app = FastAPI(title="Veilig bellen", docs_url=None, redoc_url=None)
    answer_problems(app)
    own = origin_of(settings.api_public_url)  # of the link page
    app.add_middleware(BodyLimit, largest=LARGEST_BODY)
    app.add_middleware(Origins, store=store, own=own)
    app.add_middleware(SafeHeaders)
    feed = StatusFeed(store)

    @app.post("/v1/disclosures")
    async def start(wish: Wish, request: Request) -> Begun:
        """Start a disclosure for a purpose of a municipality."""
        async with store.begin() as tx:
            of = await tenants.municipality_by_slug(tx, wish.municipality)
            purpose = await tenants.find_purpose(tx, of.id, wish.purpose) if of else None
        if of is None or purpose is None:
            raise Problem(404, "purpose-unknown", "Check `municipality` and `purpose` of the button on this page.")
        origin = request.headers.get("Origin")
        if origin not in (None, own) and not may_show(of, origin):
            raise Problem(403, "origin-refused", f"Add {origin} to the origins of {of.slug}, or take the button off.")
        begun = await disclosing.start(of, purpose)
        return Begun(
            sessionPtr=begun.session_ptr,
            frontendRequest=begun.frontend_request,
            statusToken=begun.status_token,
            number=of.number,
            code=begun.code,
            telUrl=begun.tel_url,
            expiresAt=begun.disclosure.expires_at.isoformat(),
        )

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
