"""A town whose citizens can disclose and call: the real api beside a real IRMA server, and websites with the button.

Their calls go through the same moves of the store as the conductor makes.
"""

import secrets
import uuid
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
from fastapi import FastAPI
from fastapi.responses import HTMLResponse

from callcenter import admin, processes
from callcenter.api.button_script import NAME, ButtonScript
from callcenter.model.call import Call, CallState, Outcome
from callcenter.model.tenant import Condiscon, Municipality
from callcenter.purposes import add_purpose
from callcenter.serving import serving
from callcenter.settings import Settings, load_settings
from callcenter.store import calls
from callcenter.store.database import Store, open_store
from callcenter.store.migrate import migrate
from callcenter.store.sealing import make_key_pair
from callcenter.store.sweeper import sweep
from demo.irma import RunningIrma, irma_server
from demo.persons import PERSONAL_DATA, person
from demo.places import made
from demo.ports import LOOPBACK, free_port
from demo.site.app import create_site
from demo.wallet import Wallet

TOWN, NUMBER = "voorbeeldstad", "+31243290000"
CONDISCON: Condiscon = [[[f"{PERSONAL_DATA}.{name}" for name in ("bsn", "initials", "prefix", "familyname")]]]
CITIZEN = "zoe"


@dataclass
class Town:
    """What runs.

    Attributes:
        site: the municipality's website, with the panel of the demo and a strict policy.
        pages: origin of plain pages with a button each, `/?town=…&purpose=…&attributes=…&lang=…` and `/strict`; listed.
        unlisted: another origin of the same pages, that the municipality has not listed.
    """

    settings: Settings
    store: Store
    irma: RunningIrma
    municipality: Municipality
    wallet: Wallet
    key: str
    site: str
    pages: str
    unlisted: str

    async def call(self, code: str) -> str:
        """Somebody dials and types this code; return the call's id."""
        now, call_id = datetime.now(UTC), uuid.uuid4().hex
        question = {"number": NUMBER, "code": code, "call": call_id}
        async with httpx.AsyncClient(trust_env=False) as http:
            answer = await http.post(
                f"{self.settings.internal_api_url}/v1/codes/resolve",
                json=question,
                headers={"Authorization": f"Bearer {self.key}"},
            )
        reference: str = answer.json()["reference"]
        await self._add(call_id, CallState.WAITING, now, reference)
        return call_id

    async def somebody_waits(self) -> str:
        """Somebody else has been waiting for a minute; return their call's id."""
        call_id = uuid.uuid4().hex
        await self._add(call_id, CallState.WAITING, datetime.now(UTC) - timedelta(minutes=1), None)
        return call_id

    async def move(self, call_id: str, state: CallState, outcome: Outcome | None = None) -> None:
        """Bring a call to this state, and to how it ended."""
        async with self.store.begin() as tx:
            call = await calls.find(tx, call_id)
            assert call is not None
            ended_at = datetime.now(UTC) if state is CallState.ENDED else None
            await calls.save(tx, replace(call, state=state, ended_at=ended_at, outcome=outcome))
            if ended_at is not None:
                await calls.erase(tx, call_id)

    async def sweep(self, after: timedelta) -> None:
        """Sweep as it will be done after this time."""
        await sweep(self.store, datetime.now(UTC) + after)

    async def _add(self, call_id: str, state: CallState, since: datetime, disclosure_id: str | None) -> None:
        call = Call(
            id=call_id, municipality_id=self.municipality.id, pbx="pbx1", channel_id=call_id, arrived_at=since,
            state=state, waiting_since=since, disclosure_id=disclosure_id,
        )  # fmt: skip
        async with self.store.begin() as tx:
            await calls.add(tx, call)


@asynccontextmanager
async def open_town(folder: Path) -> AsyncIterator[Town]:
    """Run it for as long as the block lasts."""
    async with AsyncExitStack() as stack:
        irma = await stack.enter_async_context(irma_server(folder / "irma"))
        site_port, pages_port = free_port(), free_port()
        settings = _settings(folder, irma)
        store = await stack.enter_async_context(open_store(settings.database_url))
        await migrate(store)
        site, pages = (f"http://{LOOPBACK}:{port}" for port in (site_port, pages_port))
        municipality = await _settle(store, (site, pages))
        key = await admin.add_api_key(store, "conductor")
        await stack.enter_async_context(processes.running_api(settings, store))
        wallet = Wallet(folder / "wallet")
        await wallet.load(person(CITIZEN), irma)

        async def choose(_: str, session_ptr: dict[str, Any]) -> None:
            await wallet.disclose(session_ptr)

        website = create_site(settings.api_public_url, irma.url, TOWN, NUMBER, choose)
        await stack.enter_async_context(serving(website, LOOPBACK, site_port, "nothing: it was free"))
        plain = _plain_pages(settings.api_public_url, irma.url)
        await stack.enter_async_context(serving(plain, LOOPBACK, pages_port, "nothing: it was free"))
        unlisted = f"http://localhost:{pages_port}"
        yield Town(settings, store, irma, municipality, wallet, key, site, pages, unlisted)


def _settings(folder: Path, irma: RunningIrma) -> Settings:
    public_key, _ = make_key_pair(folder)
    port, internal_port = free_port(), free_port()
    return load_settings(
        database_url=f"sqlite:///{folder}/vb.db",
        api_port=port,
        api_public_url=f"http://{LOOPBACK}:{port}",
        internal_port=internal_port,
        internal_api_url=f"http://{LOOPBACK}:{internal_port}",
        code_key=secrets.token_hex(32),
        irma_url=irma.url,
        irma_token=irma.token,
        seal_public_key_file=public_key,
        button_file=made("button/veilig-bellen.js"),
    )


async def _settle(store: Store, origins: tuple[str, ...]) -> Municipality:
    settled = await admin.add_municipality(store, TOWN, "Gemeente Voorbeeldstad", NUMBER, origins=origins)
    await add_purpose(
        store, TOWN, "verhuizing", "Verhuizing", "Moving", CONDISCON, pairing=False, legal_basis="for a test"
    )
    await add_purpose(
        store, TOWN, "paspoort", "Paspoort", "Passport", CONDISCON, pairing=False, legal_basis="for a test"
    )
    return settled


def _plain_pages(api_url: str, irma_url: str) -> FastAPI:
    app = FastAPI(openapi_url=None)
    script = ButtonScript.read(made("button/veilig-bellen.js"))

    def html(lang: str, src: str, more: str, inside: str) -> str:
        return (
            f'<!doctype html><html lang={lang}><meta charset="utf-8"><title>Contact</title>'
            '<meta name="viewport" content="width=device-width">'
            f'<script src="{api_url}/{src}" {more} defer></script>{inside}'
            f'Bel <a href="tel:{NUMBER}">024 329 00 00</a></veilig-bellen>'
        )

    @app.get("/")
    def page(town: str = TOWN, purpose: str = "verhuizing", lang: str = "nl", attributes: str = "") -> HTMLResponse:
        # a site's style stays outside
        style = "<style>button, canvas, dd { display: none !important }</style>"
        given = f'purpose="{purpose}"' + (f' attributes="{attributes}"' if attributes else "")
        return HTMLResponse(html(lang, NAME, "", f'{style}<veilig-bellen municipality="{town}" {given}>'))

    @app.get("/strict")
    def strict(integrity: str = script.integrity) -> HTMLResponse:
        """As strict as a site can be: no style at all, these bytes alone, and only what agrees to be embedded."""
        policy = f"default-src 'none'; script-src {api_url}/v1/; connect-src {api_url} {irma_url}; style-src 'none'"
        policy += "; base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'"
        headers = {
            "Content-Security-Policy": policy,
            "Cross-Origin-Embedder-Policy": "require-corp",
            "Cross-Origin-Opener-Policy": "same-origin",
        }
        bound = f'integrity="{integrity}" crossorigin="anonymous"'
        button = f'<veilig-bellen municipality="{TOWN}" purpose="verhuizing">'
        return HTMLResponse(html("nl", script.hashed_name, bound, button), headers=headers)

    return app
