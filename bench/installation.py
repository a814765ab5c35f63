"""What is measured: the api as production runs it, in a process of its own, on a database of its own."""

import os
import secrets
import signal
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from bench import seed
from bench.plans import MARK, Requests, request
from callcenter import admin
from callcenter.model.tenant import Municipality, Purpose
from callcenter.store import tenants
from callcenter.store.database import open_store
from callcenter.store.migrate import migrate
from callcenter.store.sealing import make_key_pair
from demo.irma import RunningIrma
from demo.places import ROOT
from demo.ports import LOOPBACK, free_port
from demo.postgres import new_database
from demo.process import Child, child, port_is_open, until
from demo.stage import CONDISCON, NUMBER

ORIGIN = "https://www.voorbeeldstad.example"
START_SECONDS = 30.0


@dataclass(frozen=True)
class Installation:
    """An api that runs, or the ceiling in its place: both are asked the same."""

    database: str = field(repr=False)
    code_key: bytes = field(repr=False)
    api_key: str = field(repr=False)
    public_port: int
    internal_port: int
    process: Child

    def starting(self) -> Requests:
        """Requests that start a disclosure, as the button does."""
        return Requests(
            self.public_port,
            request(
                "POST",
                "/v1/disclosures",
                '{"municipality":"voorbeeldstad","purpose":"verhuizing"}',
                Content_Type="application/json",
                Origin=ORIGIN,
                Idempotency_Key=f"bench-{secrets.token_hex(8)}-{MARK}",
            ),
        )

    def resolving(self, codes: list[str]) -> Requests:
        """Requests that resolve these codes, each on a call of its own."""
        return Requests(
            self.internal_port,
            request(
                "POST",
                "/v1/codes/resolve",
                f'{{"number":"{NUMBER}","code":"{MARK}","call":"bench-{MARK}"}}',
                Content_Type="application/json",
                Authorization=f"Bearer {self.api_key}",
            ),
            codes,
        )

    @contextmanager
    def paused(self) -> Iterator[None]:
        """Stand still, so that another can be measured."""
        os.killpg(self.process.pid, signal.SIGSTOP)
        try:
            yield
        finally:
            os.killpg(self.process.pid, signal.SIGCONT)


@asynccontextmanager
async def installation(folder: Path, postgres_url: str, irma: RunningIrma) -> AsyncIterator[Installation]:
    """Run `callcenter api` on a new database for as long as the block lasts; `folder` receives keys and log."""
    database, code_key = await new_database(postgres_url), secrets.token_bytes(32)
    api_key = await _prepare(database)
    public_key, _ = make_key_pair(folder)
    public, internal = free_port(), free_port()
    settings = {
        "VB_DATABASE_URL": database,
        "VB_API_PORT": str(public),
        "VB_API_PUBLIC_URL": f"http://{LOOPBACK}:{public}",
        "VB_INTERNAL_PORT": str(internal),
        "VB_INTERNAL_API_URL": f"http://{LOOPBACK}:{internal}",
        "VB_CODE_KEY": code_key.hex(),
        "VB_IRMA_URL": irma.url,
        "VB_IRMA_TOKEN": irma.token,
        "VB_SEAL_PUBLIC_KEY_FILE": str(public_key),
        "VB_LOG_FORMAT": "json",
        "VB_STARTS_PER_MUNICIPALITY": "0",  # the flood comes from us
        "VB_STARTS_IN_ALL": "0",
    }
    command: list[str | Path] = [Path(sys.executable).with_name("callcenter"), "api"]
    async with child("api", command, log=folder / "api.log", env=settings, cwd=ROOT) as process:
        await _answers(process, internal)
        await _answers(process, public)
        yield Installation(database, code_key, api_key, public, internal, process)


@asynccontextmanager
async def ceiling(folder: Path, of: Installation, irma: RunningIrma) -> AsyncIterator[Installation]:
    """Run the bare endpoints beside an installation, on its database."""
    port = free_port()
    env = {
        "BENCH_DATABASE": of.database,
        "BENCH_IRMA": irma.url,
        "BENCH_TOKEN": irma.token,
        "BENCH_CODE_KEY": of.code_key.hex(),
    }
    command = [sys.executable, "-m", "bench.ceiling", str(port)]
    async with child("ceiling", command, log=folder / "ceiling.log", env=env, cwd=ROOT) as process:
        await _answers(process, port)
        yield Installation(of.database, of.code_key, of.api_key, port, port, process)


async def _prepare(database: str) -> str:
    """Make the tables, a municipality with a purpose, and an API key, which is returned."""
    city = Municipality(seed.MUNICIPALITY_ID, "voorbeeldstad", "Gemeente Voorbeeldstad", NUMBER, origins=(ORIGIN,))
    move = Purpose(seed.PURPOSE_ID, city.id, "verhuizing", "Verhuizing doorgeven", "Report a move", CONDISCON)
    async with open_store(database) as store:
        await migrate(store)
        async with store.begin() as tx:
            await tenants.add_municipality(tx, city)
            await tenants.add_purpose(tx, move, city)
        return await admin.add_api_key(store, "bench")


async def _answers(process: Child, port: int) -> None:
    what = f"the {process.name} answers"
    await until(lambda: port_is_open(port), what=what, seconds=START_SECONDS, child=process)
