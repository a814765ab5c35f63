"""Puts the dashboard together: the staff's website, and the only process that can unseal what citizens disclosed."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, RedirectResponse
from fastapi.staticfiles import StaticFiles
from starlette.exceptions import HTTPException

from callcenter.dashboard import actions, disclosed, in_call, live, login, office, queue_page, style
from callcenter.dashboard.account import own_factors, own_logins, own_password, page, proving
from callcenter.dashboard.answers import pages_of, wants_json
from callcenter.dashboard.desk import Clock, Desk, utc_now
from callcenter.dashboard.entrance import by_passkey, enrolling, second_step
from callcenter.dashboard.gate import SignedOut
from callcenter.dashboard.hub import Hub
from callcenter.dashboard.pages import STATIC_FOLDER, Pages
from callcenter.dashboard.passwords import Passwords
from callcenter.dashboard.patience import Patience
from callcenter.dashboard.security import Edge
from callcenter.dashboard.sso import routes
from callcenter.dashboard.waiting_room import WaitingRoom
from callcenter.logs import Log, fault, log
from callcenter.security_txt import serve_security_txt
from callcenter.settings import Settings
from callcenter.store.database import Store
from callcenter.store.roles import ENTRANCE
from callcenter.store.sealing import Unsealer
from callcenter.store.staff_secrets import StaffBox

LARGEST_FORM = 64 * 1024  # bytes
AT_PROVIDERS = 8  # log-ins that ask something of an OpenID provider at once
# What is said where the framework refuses; anything else makes no sense.
FAULTS = {404: "error-404", 405: "error-405", 413: "error-413"}
ROOMS = (  # every route of ours stands in one of these
    login, by_passkey, second_step, enrolling, routes, queue_page, live, actions, in_call, disclosed, style,
    page, own_password, own_logins, own_factors, proving, *office.ROOMS,
)  # fmt: skip


def create_dashboard(settings: Settings, store: Store, unsealer: Unsealer, clock: Clock = utc_now) -> FastAPI:
    """Return the dashboard as an ASGI application; its lifespan must run, for the live pages.

    Args:
        settings: `dashboard_public_url` must be what browsers show in their address bar.
        store: open for as long as the application runs.
        unsealer: has the private key of what the api seals.
        clock: gives aware datetimes.
    """
    pages = Pages()
    hub = Hub(pages)
    box = StaffBox(settings.staff_key.get_secret_value().encode())
    seen = store.within(ENTRANCE)
    patience = Patience(seen, box.mark, clock)
    desk = Desk(settings, seen, unsealer, clock, Passwords(), patience, hub, box, WaitingRoom(AT_PROVIDERS, 20))
    app = FastAPI(
        title="Veilig bellen",
        lifespan=_keep_pages_true,
        openapi_url=None,
        max_body_size=LARGEST_FORM,
        redirect_slashes=False,  # it would lead to whatever host the request names
    )
    app.state.desk, app.state.pages = desk, pages
    for room in ROOMS:
        app.include_router(room.router)
    serve_security_txt(app, settings)
    app.mount(f"/static/{pages.static_hash}", StaticFiles(directory=STATIC_FOLDER))
    app.add_exception_handler(SignedOut, _to_login)
    app.add_exception_handler(proving.NotProven, proving.lead_to_proving)
    app.add_exception_handler(HTTPException, _fault_page)
    app.add_exception_handler(RequestValidationError, _fault_page)
    app.add_exception_handler(Exception, _broken)
    app.add_middleware(Edge, desk=desk, pages=pages)
    return app


@asynccontextmanager
async def _keep_pages_true(app: FastAPI) -> AsyncIterator[None]:
    desk: Desk = app.state.desk
    task = asyncio.create_task(desk.hub.run(desk))
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def _to_login(request: Request, _error: Exception) -> Response:
    if wants_json(request):
        return JSONResponse({"outcome": "signed-out"}, 401)
    return RedirectResponse("/login", 303)


async def _fault_page(request: Request, error: Exception) -> Response:
    """Answer what was refused, by us or by the framework, and never with what was sent."""
    # What can't be read of a path (a link's number that is none) names nothing that is there.
    status, detail = (error.status_code, error.detail) if isinstance(error, HTTPException) else (404, "")
    key = detail if detail.startswith("error-") else FAULTS.get(status, "error-400")
    return _fault(request, status, key)


async def _broken(request: Request, error: Exception) -> Response:
    log(Log.FAILED, process="dashboard", **fault(error))
    return _fault(request, 500, "error-500")


def _fault(request: Request, status: int, key: str) -> Response:
    if wants_json(request):
        return JSONResponse({"outcome": key}, status)
    return pages_of(request).fault(status, key, request.headers.get("accept-language", ""))
