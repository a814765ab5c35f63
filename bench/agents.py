"""What the agents' rows measure: `callcenter dashboard` as production runs it, and a team that is logged in there."""

import secrets
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from bench.ground import Ground
from bench.plans import MARK, Requests, request
from callcenter.dashboard.desk import utc_now
from callcenter.model.code import new_token, token_hash
from callcenter.store import logins
from demo.places import ROOT
from demo.ports import LOOPBACK
from demo.postgres import new_database
from demo.process import Child, child, port_is_open, until
from tests.e2e.dashboard.world import PASSWORD, World, open_world

START_SECONDS = 30.0
FORM = {"Content_Type": "application/x-www-form-urlencoded"}


@dataclass(frozen=True)
class Dashboard:
    """A dashboard that runs, with the world that it shows.

    Attributes:
        cookies: the log-in of each agent of the team, as a browser sends it.
    """

    world: World
    url: str
    port: int
    process: Child
    cookies: list[str] = field(repr=False)

    def page(self) -> Requests:
        """Requests for the queue view of one agent."""
        return Requests(self.port, request("GET", "/", Cookie=self.cookies[0]))

    def wrong_passwords(self, count: int) -> Requests:
        """Wrong passwords, each for another name and from another network, as the proxy before us says."""
        names = [f"{number >> 16:04x}:{number & 0xFFFF:04x}:" for number in range(count)]
        body = f"login={MARK}&password=een-verkeerd-wachtwoord"
        headers = FORM | {"Origin": self.url, "X_Forwarded_For": f"2001:db8:{MARK}:1"}
        return Requests(self.port, request("POST", "/login", body, **headers), names)

    @property
    def right_password(self) -> dict[str, str]:
        """The form of an agent who logs in."""
        return {"login": "agent-0", "password": PASSWORD}


@asynccontextmanager
async def dashboard(ground: Ground, agents: int) -> AsyncIterator[Dashboard]:
    """Run a dashboard on a database of its own, with a team that is logged in, for as long as the block lasts."""
    folder = ground.folder / f"dashboard-{secrets.token_hex(4)}"
    folder.mkdir()
    database = await new_database(ground.postgres_url)
    async with open_world(folder, database) as world:
        cookies = [await _log_in(world, number) for number in range(agents)]
        async with _running(world, folder, database) as process:
            port = world.settings.dashboard_port
            yield Dashboard(world, world.settings.dashboard_public_url, port, process, cookies)


@asynccontextmanager
async def _running(world: World, folder: Path, database: str) -> AsyncIterator[Child]:
    settings = world.settings
    env = {
        "VB_DATABASE_URL": database,
        "VB_DASHBOARD_HOST": LOOPBACK,
        "VB_DASHBOARD_PORT": str(settings.dashboard_port),
        "VB_DASHBOARD_PUBLIC_URL": settings.dashboard_public_url,
        "VB_STAFF_KEY": settings.staff_key.get_secret_value(),
        "VB_SEAL_PRIVATE_KEY_FILE": str(folder / "seal.private.pem"),
        "VB_TRUSTED_PROXIES": LOOPBACK,
        "VB_LOG_FORMAT": "json",
    }
    command: list[str | Path] = [Path(sys.executable).with_name("callcenter"), "dashboard"]
    async with child("dashboard", command, log=folder / "dashboard.log", env=env, cwd=ROOT) as process:
        await until(
            lambda: port_is_open(settings.dashboard_port),
            what="the dashboard answers",
            seconds=START_SECONDS,
            child=process,
        )
        yield process


async def _log_in(world: World, number: int) -> str:
    """Add an agent who is ready, with a log-in: what the form does, without checking a password 150 times."""
    user = await world.user(f"agent-{number}", f"Medewerker {number}")
    token = new_token()
    async with world.store.begin() as tx:
        await logins.start_login(tx, token_hash(token), secrets.token_urlsafe(32), user.id, utc_now())
    return f"veilig-bellen-{world.settings.dashboard_port}={token}"
