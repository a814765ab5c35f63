"""An api that runs: its public and internal side on real ports, before a real IRMA server, with two municipalities."""

import json
import secrets
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
from sqlalchemy import Table, update

from callcenter import admin, processes
from callcenter.ari_app.resolve import ResolveClient
from callcenter.model.call import Call, CallState
from callcenter.model.code import new_token
from callcenter.model.tenant import Municipality, Purpose
from callcenter.settings import Settings, load_settings
from callcenter.store import calls, disclosures, keys, tenants
from callcenter.store.database import Store
from callcenter.store.sealing import Attributes, Unsealer, make_key_pair
from demo.irma import RunningIrma
from demo.persons import PERSONAL_DATA, Person
from demo.ports import LOOPBACK, free_port
from demo.wallet import Wallet

SITE = "https://www.voorbeeldstad.example"
NUMBER, ELSEWHERE, HASTY = "+31243290000", "+31243290001", "+31243290002"
ASKED = [f"{PERSONAL_DATA}.{name}" for name in ("bsn", "initials", "prefix", "surname")]
CALL, OTHER_CALL = "c" * 32, "d" * 32


@dataclass
class Begun:
    """A disclosure as a citizen's browser knows it."""

    code: str = field(repr=False)
    status_token: str = field(repr=False)
    session_ptr: dict[str, Any] = field(repr=False)
    answer: dict[str, Any] = field(repr=False)

    @property
    def bearer(self) -> dict[str, str]:
        """The header that opens its status."""
        return {"Authorization": f"Bearer {self.status_token}"}


@dataclass
class Installation:
    """What runs, and short words for what tests do with it again and again. `served`: the store as the api has it."""

    settings: Settings
    store: Store
    served: Store
    municipality: Municipality
    elsewhere: Municipality
    key: str = field(repr=False)
    unsealer: Unsealer
    public: httpx.AsyncClient
    internal: httpx.AsyncClient

    async def start(self, municipality: str = "voorbeeldstad", **headers: str) -> Begun:
        """Start a disclosure, as the button does."""
        answer = await self.ask_to_start(municipality, **headers)
        assert answer.status_code == 200, answer.text
        body = answer.json()
        return Begun(body["code"], body["statusToken"], body["sessionPtr"], body)

    async def ask_to_start(self, municipality: str = "voorbeeldstad", **headers: str) -> httpx.Response:
        """The same, whatever the answer is."""
        wish = {"municipality": municipality, "purpose": "verhuizing"}
        return await self.public.post("/v1/disclosures", json=wish, headers=headers)

    async def wish(self, key: str | None = None, *, Origin: str = SITE, **wish: str) -> httpx.Response:  # noqa: N803
        """Ask for something else, or with an Idempotency-Key."""
        headers = {"Origin": Origin} | ({} if key is None else {"Idempotency-Key": key})
        wished = {"municipality": "voorbeeldstad", "purpose": "verhuizing"} | wish
        return await self.public.post("/v1/disclosures", json=wished, headers=headers)

    async def edit(self, table: Table, **values: object) -> None:
        """Change every row of this table."""
        async with self.store.begin() as tx:
            await tx.connection.execute(update(table).values(values))

    async def disclosed(self, wallet: Wallet, municipality: str = "voorbeeldstad") -> Begun:
        """A disclosure that the citizen has done."""
        begun = await self.start(municipality)
        await wallet.disclose(begun.session_ptr)
        return begun

    async def resolve(
        self, code: str, call: str = CALL, number: str = NUMBER, key: str | None = None
    ) -> httpx.Response:
        """Ask who is behind a code, as the conductor does."""
        question = {"number": number, "code": code, "call": call}
        headers = {"Authorization": f"Bearer {key or self.key}"}
        return await self.internal.post("/v1/codes/resolve", json=question, headers=headers)

    def resolver(self) -> ResolveClient:
        """The conductor's own client."""
        return ResolveClient(str(self.internal.base_url), self.key)

    async def status(self, begun: Begun) -> str:
        """The state that the citizen's page is told."""
        return str((await self.public.get("/v1/status", headers=begun.bearer)).json()["state"])

    @asynccontextmanager
    async def feed(self, begun: Begun) -> AsyncIterator[AsyncIterator[dict[str, Any]]]:
        """Follow a disclosure by server-sent events; the feed is cut off at the end of the block."""
        async with self.public.stream("GET", "/v1/status/events", headers=begun.bearer, timeout=30) as answer:
            assert answer.status_code == 200
            yield _events(answer)

    @asynccontextmanager
    async def again(self, **settings: Any) -> AsyncIterator["Installation"]:
        """A second api on the same store, with other settings."""
        api, internal = free_port(), free_port()
        ports = {
            "api_port": api,
            "api_public_url": f"http://{LOOPBACK}:{api}",
            "internal_port": internal,
            "internal_api_url": f"http://{LOOPBACK}:{internal}",
        }
        given = load_settings(**self.settings.model_dump() | ports | settings)
        async with _running(given, self.served) as (public, other):
            yield replace(self, settings=given, public=public, internal=other)

    async def add_key(self, *scopes: str, municipality_id: str | None = None) -> str:
        """Make an API key with these scopes."""
        token = new_token()
        async with self.store.begin() as tx:
            await keys.add_key(tx, token, "for a test", scopes, municipality_id, datetime.now(UTC))
        return token

    async def attributes(self, reference: str) -> Attributes:
        """What the dashboard reads behind a reference."""
        async with self.store.begin() as tx:
            sealed = await disclosures.sealed(tx, reference, self.municipality.id)
        assert sealed is not None
        return self.unsealer.unseal(sealed, self.municipality.id, reference)

    async def call(self, state: CallState, call_id: str = CALL) -> Call:
        """A caller, as the conductor keeps them."""
        now = datetime.now(UTC)
        waiting_since = None if state in (CallState.ARRIVING, CallState.ASKING) else now
        channel = secrets.token_hex(8)
        call = Call(call_id, self.municipality.id, "pbx1", channel, now, state=state, waiting_since=waiting_since)
        async with self.store.begin() as tx:
            await calls.add(tx, call)
        return call


def shows(person: Person) -> dict[str, str | None]:
    """What this person discloses when asked for `ASKED`."""
    return {name: person.shows(name) for name in ASKED}


@asynccontextmanager
async def installation(
    folder: Path, store: Store, irma: RunningIrma, served: Store | None = None, **settings: Any
) -> AsyncIterator[Installation]:
    """Run an api on this store for as long as the block lasts. `settings` go before what is usual.

    `served`: the same store as the api's role in PostgreSQL may see it.
    """
    served = served or store
    public_key, private_key = make_key_pair(folder)
    api, internal = free_port(), free_port()
    internal_url = f"http://{LOOPBACK}:{internal}"
    given = load_settings(
        **{
            "api_port": api,
            "api_public_url": f"http://{LOOPBACK}:{api}",
            "internal_port": internal,
            "internal_api_url": internal_url,
            "code_key": secrets.token_hex(32),
            "irma_url": irma.url,
            "irma_token": irma.token,
            "seal_public_key_file": public_key,
            "button_file": folder / "veilig-bellen.js",
        }
        | settings
    )
    (folder / "veilig-bellen.js").write_text("// the button")
    municipality = await _municipality(store, "voorbeeldstad", NUMBER, origins=(SITE,))
    elsewhere = await _municipality(store, "elders", ELSEWHERE, origins=("https://elders.example",))
    unsealer = Unsealer.from_file(private_key)
    async with _running(given, served) as clients:
        key = await admin.add_api_key(store, "conductor")
        yield Installation(given, store, served, municipality, elsewhere, key, unsealer, *clients)


@asynccontextmanager
async def _running(settings: Settings, store: Store) -> AsyncIterator[list[httpx.AsyncClient]]:
    """Gives a client of the public side, and one of the internal side."""
    urls = settings.api_public_url, f"http://{LOOPBACK}:{settings.internal_port}"
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(processes.running_api(settings, store))
        yield [
            await stack.enter_async_context(httpx.AsyncClient(base_url=url, trust_env=False, timeout=20))
            for url in urls
        ]


async def _municipality(store: Store, slug: str, number: str, **given: Any) -> Municipality:
    made = Municipality(secrets.token_hex(16), slug, f"Gemeente {slug}", number, **given)
    purpose = Purpose(secrets.token_hex(16), made.id, "verhuizing", "Verhuizing doorgeven", "Report a move", [[ASKED]])
    async with store.begin() as tx:
        await tenants.add_municipality(tx, made)
        await tenants.add_purpose(tx, purpose, made)
    return made


async def hasty(store: Store, code_seconds: int) -> None:
    """Add a municipality whose codes live for so many seconds."""
    await _municipality(store, "haast", HASTY, code_seconds=code_seconds)


async def _events(answer: httpx.Response) -> AsyncIterator[dict[str, Any]]:
    async for line in answer.aiter_lines():
        if line.startswith("data: "):
            yield json.loads(line.removeprefix("data: "))
