"""The whole installation on loopback, for the demo and the end-to-end tests: every part is the real one.

`async with stage(folder) as it:` starts the IRMA server, Asterisk, our processes in this event loop on
embedded SQLite, two agents' softphones, a sample municipality's site and its case system, all on free ports.
"""

import asyncio
import secrets
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from pydantic import SecretStr

from callcenter import admin, processes
from callcenter.model.call import Unverified
from callcenter.model.staff import Phone, Role
from callcenter.model.tenant import Condiscon, Link, Municipality
from callcenter.purposes import add_purpose
from callcenter.serving import serving
from callcenter.settings import Settings, load_settings
from callcenter.store import phones, users
from callcenter.store.database import Store, open_store
from callcenter.store.migrate import migrate
from callcenter.store.sealing import make_key_pair
from demo.asterisk import Pbx, asterisk
from demo.baresip import Baresip
from demo.case_system import case_system
from demo.citizen import Citizens
from demo.irma import RunningIrma, irma_server
from demo.persons import PERSONAL_DATA
from demo.ports import LOOPBACK, free_port
from demo.process import until
from demo.site.app import create_site
from demo.softphone import softphone

MUNICIPALITY = "voorbeeldstad"
NUMBER = "+31243290000"
PASSWORD = "voorbeeld-wachtwoord"
CONDISCON: Condiscon = [[[f"{PERSONAL_DATA}.{name}" for name in ("bsn", "initials", "prefix", "surname")]]]
LEGAL_BASIS = "Wet algemene bepalingen burgerservicenummer, artikel 10 (demo)"
Tell = Callable[[str], None]


@dataclass
class Agent:
    """An invented agent with a softphone that answers by itself."""

    login: str
    name: str
    phone: Phone
    phone_password: str = field(repr=False)
    softphone: Baresip | None = None

    @property
    def speaking(self) -> Baresip:
        """Their softphone, which is there once the stage is up."""
        if self.softphone is None:
            raise LookupError("this agent's softphone has not been started yet")
        return self.softphone


@dataclass
class Stage:
    """Everything that runs."""

    folder: Path
    settings: Settings
    store: Store
    irma: RunningIrma
    pbx: Pbx
    municipality: Municipality
    agents: list[Agent]
    citizens: Citizens
    site_url: str

    @property
    def dashboard_url(self) -> str:
        """Where agents log in."""
        return self.settings.dashboard_public_url


@asynccontextmanager
async def stage(folder: Path, tell: Tell = lambda _: None) -> AsyncIterator[Stage]:
    """Run everything for as long as the block lasts; `tell` is given a line for each part that is up."""
    async with AsyncExitStack() as stack:
        tell("IRMA server and Asterisk")
        irma, pbx = await _start_servers(stack, folder)
        site_url = f"http://{LOOPBACK}:{(site_port := free_port())}"
        settings = _settings(folder, irma, pbx)
        store = await stack.enter_async_context(open_store(settings.database_url))
        await migrate(store)
        system_url = await stack.enter_async_context(case_system(folder))
        municipality = await _make_municipality(store, site_url, system_url)
        agents = [await _make_agent(store, "anna", "Anna"), await _make_agent(store, "bram", "Bram")]
        await admin.add_user(store, "mia", "Mia", Role.MANAGER, MUNICIPALITY, PASSWORD)
        await admin.add_user(store, "olga", "Olga", Role.OPERATOR, None, PASSWORD)
        key = await admin.add_api_key(store, "conductor of the demo")
        settings = settings.model_copy(update={"internal_api_key": SecretStr(key)})
        tell("api, dashboard, conductor")
        await stack.enter_async_context(processes.running_api(settings, store))
        await stack.enter_async_context(processes.running_dashboard(settings, store))
        await stack.enter_async_context(processes.running_conductor(settings, store))
        citizens = Citizens(folder, irma, pbx)
        stack.push_async_callback(citizens.close)
        site = create_site(settings.api_public_url, irma.url, MUNICIPALITY, NUMBER, citizens.choose)
        await stack.enter_async_context(serving(site, LOOPBACK, site_port, "nothing: it was free"))
        tell("two agents' phones")
        for agent in agents:
            await _plug_in(stack, folder, store, pbx, agent)
        yield Stage(folder, settings, store, irma, pbx, municipality, agents, citizens, site_url)


async def _start_servers(stack: AsyncExitStack, folder: Path) -> tuple[RunningIrma, Pbx]:
    for name in ("irma", "pbx"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    return await asyncio.gather(
        stack.enter_async_context(irma_server(folder / "irma")),
        stack.enter_async_context(asterisk(folder / "pbx")),
    )


def _settings(folder: Path, irma: RunningIrma, pbx: Pbx) -> Settings:
    public_key, private_key = make_key_pair(folder)
    api, internal, dashboard = free_port(), free_port(), free_port()
    return load_settings(
        database_url=f"sqlite:///{folder}/veilig-bellen.db",
        api_port=api,
        api_public_url=f"http://{LOOPBACK}:{api}",
        internal_port=internal,
        internal_api_url=f"http://{LOOPBACK}:{internal}",
        dashboard_port=dashboard,
        dashboard_public_url=f"http://{LOOPBACK}:{dashboard}",
        code_key=secrets.token_hex(32),
        staff_key=secrets.token_hex(32),
        operators_second_factor=False,
        irma_url=irma.url,
        irma_token=irma.token,
        seal_public_key_file=public_key,
        seal_private_key_file=private_key,
        ari_url=pbx.ari_url,
        ari_user=pbx.ari_user,
        ari_password=pbx.ari_password,
        sip_server=f"{pbx.sip_host}:{pbx.sip_port}",
    )


async def _make_municipality(store: Store, site_url: str, system_url: str) -> Municipality:
    municipality = await admin.add_municipality(
        store,
        MUNICIPALITY,
        "Gemeente Voorbeeldstad",
        NUMBER,
        unverified=Unverified.WAIT,
        origins=(site_url,),
        link_hosts=(LOOPBACK,),
    )
    await admin.set_second_factor(store, MUNICIPALITY, must=False)
    link = Link("Open in zaaksysteem", f"{system_url}/zaken?bsn={{bsn}}")
    for slug, nl, en in (
        ("verhuizing", "Verhuizing doorgeven", "Report a move"),
        ("paspoort", "Paspoort en identiteitskaart", "Passport and identity card"),
    ):
        await add_purpose(store, MUNICIPALITY, slug, nl, en, CONDISCON, (link,), pairing=False, legal_basis=LEGAL_BASIS)
    return municipality


async def _make_agent(store: Store, login: str, name: str) -> Agent:
    user, phone, password = await admin.add_user(store, login, name, Role.AGENT, MUNICIPALITY, PASSWORD)
    if phone is None:
        raise LookupError("an agent is given a phone")
    async with store.begin() as tx:
        await users.set_ready(tx, user.id, ready=True, reason=None)
    return Agent(login, name, phone, password)


async def _plug_in(stack: AsyncExitStack, folder: Path, store: Store, pbx: Pbx, agent: Agent) -> None:
    """Start the phone once the PBX has its account, and wait until the store knows that it is registered."""

    async def account_made() -> bool:
        return "Unable to find" not in await pbx.cli(f"pjsip show endpoint {agent.phone.name}")

    await until(account_made, what=f"the PBX has {agent.name}'s account")
    home = folder / f"phone-{agent.login}"
    home.mkdir()
    agent.softphone = await stack.enter_async_context(
        softphone(home, user=agent.phone.name, password=agent.phone_password, pbx_port=pbx.sip_port)
    )

    async def known() -> bool:
        async with store.begin() as tx:
            phone = await phones.phone_by_name(tx, agent.phone.name)
        return phone is not None and phone.registered

    await until(known, what=f"{agent.name}'s phone is known to be registered")
