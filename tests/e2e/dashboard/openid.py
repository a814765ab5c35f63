"""A real, certified OpenID provider (npm's oidc-provider) that runs for a test; its log-in takes any password."""

import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx

from callcenter.dashboard.sso.routes import BACK
from callcenter.model.single_sign_on import SingleSignOn
from callcenter.store import single_sign_on
from callcenter.store.staff_secrets import StaffBox
from demo.places import made
from demo.ports import LOOPBACK, free_port
from demo.process import child, until
from tests.e2e.dashboard.world import World

CLIENT, SECRET = "veilig-bellen", "a-secret-of-the-tests"


@asynccontextmanager
async def openid_provider(folder: Path, dashboard_url: str) -> AsyncIterator[str]:
    """Run it for as long as the block lasts; gives its issuer."""
    port = free_port()
    issuer = f"http://{LOOPBACK}:{port}"
    program = made("openid").resolve()
    command = [str(made("node") / "bin/node"), str(program / "provider.js"), str(port), dashboard_url + BACK]
    async with (
        child("the OpenID provider", command, log=folder / "openid.log") as running,
        httpx.AsyncClient() as client,
    ):

        async def answers() -> bool:
            running.check_running()
            with contextlib.suppress(httpx.TransportError):
                return (await client.get(f"{issuer}/.well-known/openid-configuration")).status_code == 200
            return False

        await until(answers, what="the OpenID provider answers", seconds=20)
        yield issuer


async def sign_on_by(
    world: World, issuer: str, *, secret: str = SECRET, role_claim: str = "roles", passwords: bool = True
) -> None:
    """Let the first town's staff log in by this provider."""
    place = world.town.municipality.id
    by = SingleSignOn(place, issuer, CLIENT, role_claim, "bellen-agent", "bellen-beheer", passwords)
    box = StaffBox(world.settings.staff_key.get_secret_value().encode())
    async with world.store.begin() as tx:
        await single_sign_on.set_provider(tx, by, box.close(secret, place))
