"""What the tests of the dashboard's interface start: a world, and a dashboard asked over HTTP without a network."""

import re
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI

from callcenter.dashboard.app import create_dashboard
from tests.e2e.dashboard.world import PASSWORD, World, open_world
from tests.integration.store.conftest import migrated, postgres_store_url, postgres_url

__all__ = ["migrated", "postgres_store_url", "postgres_url"]

JSON = {"Accept": "application/json"}


class Browser:
    """Asks a dashboard as a browser of ours does: with its cookies, its origin, and the token of its page."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self.client = client
        self.csrf = ""

    async def log_in(self, login: str, password: str = PASSWORD) -> httpx.Response:
        """Log in, and read the token of the page."""
        answer = await self.client.post("/login", data={"login": login, "password": password})
        page = await self.client.get("/", follow_redirects=True)
        found = re.search(r'name="csrf" value="([^"]+)"', page.text)
        self.csrf = found[1] if found else ""
        return answer

    async def get(self, path: str) -> httpx.Response:
        """Open a page."""
        return await self.client.get(path)

    async def send(self, path: str, form: dict[str, str]) -> httpx.Response:
        """Send a form of a page, as a browser without a script does."""
        return await self.client.post(path, data={"csrf": self.csrf} | form)

    async def post(self, path: str, *, json: bool = True, **fields: str) -> httpx.Response:
        """Send a form of the page."""
        return await self.client.post(path, data={"csrf": self.csrf, **fields}, headers=JSON if json else {})


OpenBrowser = Callable[..., Awaitable[Browser]]


@pytest.fixture
async def world(tmp_path: Path, postgres_store_url: str) -> AsyncIterator[World]:
    """Two municipalities; Anna works in the first, Nel in the other. The dashboard acts as its role in PostgreSQL."""
    async with open_world(tmp_path, postgres_store_url) as world:
        await world.user("anna", "Anna")
        await world.user("nel", "Nel", town=world.neighbour)
        yield world


@pytest.fixture
def app(world: World) -> FastAPI:
    """The dashboard."""
    return create_dashboard(world.settings, world.shown, world.unsealer)


@pytest.fixture
async def browser_of(world: World, app: FastAPI) -> AsyncIterator[OpenBrowser]:
    """Opens a browser for a user, or for nobody."""
    async with AsyncExitStack() as stack:

        async def open_browser(login: str | None = None) -> Browser:
            origin = world.settings.dashboard_public_url
            client = httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=origin, headers={"Origin": origin})
            browser = Browser(await stack.enter_async_context(client))
            if login is not None:
                assert (await browser.log_in(login)).status_code == 303
            return browser

        yield open_browser
