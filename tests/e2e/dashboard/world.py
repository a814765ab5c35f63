"""A municipality with staff and callers in a real store, and a real dashboard that shows them.

Callers come and go here as the conductor would let them: through the same moves of the model and queries of the store.
"""

import secrets
import uuid
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path

from callcenter import hashing
from callcenter.dashboard.app import create_dashboard
from callcenter.dashboard.desk import Clock, utc_now
from callcenter.model.call import Call, CallState, Outcome
from callcenter.model.disclosure import Disclosure, DisclosureState
from callcenter.model.staff import Phone, Role, User
from callcenter.model.tenant import Link, Municipality, Purpose
from callcenter.serving import serving
from callcenter.settings import Settings, load_settings
from callcenter.store import calls, codes, disclosures, phones, tenants, users, wrap_ups
from callcenter.store.database import Store, open_store
from callcenter.store.migrate import migrate
from callcenter.store.sealing import Attributes, Sealer, Unsealer, make_key_pair
from demo.ports import LOOPBACK, free_port

PASSWORD = "een-lang-genoeg-wachtwoord"
PASSWORD_HASH = hashing.PASSWORD_HASH.hash(PASSWORD)
PERSONAL = "pbdf.gemeente.personalData"
LINK_HOST = "zaak.voorbeeldstad.example"
MARIA: Attributes = {
    f"{PERSONAL}.bsn": "999990019",
    f"{PERSONAL}.initials": "M.J.",
    f"{PERSONAL}.firstnames": "Maria Johanna",
    f"{PERSONAL}.prefix": None,
    f"{PERSONAL}.familyname": "Zonneveld",
    f"{PERSONAL}.dateofbirth": "01-02-1980",
}


def new_id() -> str:
    """Return an id as the store keeps it."""
    return uuid.uuid4().hex


@dataclass(frozen=True)
class Town:
    """A municipality with the purposes that people call for, the most usual first."""

    municipality: Municipality
    purposes: tuple[Purpose, ...]


@dataclass
class World:
    """A store with one town, and what can happen in it.

    `store`: may do everything, as whoever migrates and as all processes together. `shown`: as the dashboard has it.
    """

    store: Store
    shown: Store
    settings: Settings
    sealer: Sealer
    unsealer: Unsealer
    town: Town
    neighbour: Town
    users: dict[str, User] = field(default_factory=dict)

    async def user(
        self, login: str, name: str, *, role: Role = Role.AGENT, town: Town | None = None, ready: bool = True,
        phone: bool | None = True, language: str = "nl", reason: str | None = None,
    ) -> User:  # fmt: skip
        """Add a member of staff. `phone`: registered, not registered, or None for no phone at all."""
        place = (town or self.town).municipality.id if role is not Role.OPERATOR else None
        user = User(new_id(), login, name, role, place, language, ready, reason)
        async with self.store.begin() as tx:
            await users.add_user(tx, user, PASSWORD_HASH)
            if phone is not None:
                given = Phone(f"phone-{user.id[:8]}", user.id, "veilig-bellen", "0" * 32)
                await phones.set_phone(tx, given, place)
                await phones.set_registered(tx, given.name, phone)
        self.users[login] = user
        return user

    async def caller(
        self, attributes: Attributes | None = None, *, waited: float = 0.0, purpose: int = 0, town: Town | None = None,
        call_id: str | None = None,
    ) -> str:  # fmt: skip
        """Let someone call who has waited for so many seconds; return the call's id. No attributes: not verified."""
        place = town or self.town
        since = utc_now() - timedelta(seconds=waited)
        call = Call(
            id=call_id or new_id(), municipality_id=place.municipality.id, pbx="pbx1", channel_id=new_id(),
            arrived_at=since, state=CallState.WAITING, waiting_since=since,
        )  # fmt: skip
        async with self.store.begin() as tx:
            await calls.add(tx, call)
            if attributes is not None:
                disclosure = Disclosure(
                    new_id(), place.municipality.id, place.purposes[purpose].id, DisclosureState.REQUESTED,
                    since, since + timedelta(minutes=15),
                )  # fmt: skip
                code = secrets.token_bytes(32)
                hashes = disclosures.Secrets(code, secrets.token_bytes(32), secrets.token_bytes(32), b"closed")
                await disclosures.add(tx, disclosure, [], hashes)
                sealed = self.sealer.seal(attributes, place.municipality.id, disclosure.id)
                await disclosures.move(tx, disclosure.id, DisclosureState.DISCLOSED, sealed)
                await codes.use_code(tx, (code,), place.municipality.id, call.id, since)
                await calls.save(tx, replace(call, disclosure_id=disclosure.id))
        return call.id

    async def answer(self, call_id: str) -> None:
        """The agent picks up the phone."""
        await self._move(call_id, state=CallState.CONNECTED, connected_at=utc_now())

    async def phone_fails(self, call_id: str, reason: str) -> None:
        """The agent's phone does not take the call: back to the queue, and the agent is not ready."""
        call = await self.call(call_id)
        await self._move(call_id, state=CallState.WAITING, agent_id=None, phone_name=None, offered_at=None)
        async with self.store.begin() as tx:
            await users.set_ready(tx, call.agent_id or "", ready=False, reason=reason)

    async def hang_up(self, call_id: str) -> None:
        """The caller hangs up: the call ends, and what is known of them is erased."""
        call = await self.call(call_id)
        outcome = Outcome.ANSWERED if call.connected_at else Outcome.ABANDONED
        await self._move(call_id, state=CallState.ENDED, ended_at=utc_now(), outcome=outcome)
        async with self.store.begin() as tx:
            await calls.erase(tx, call_id)

    async def wrap_up(self, call_id: str, seconds: float) -> None:
        """The caller hangs up, and the agent may see them for so many seconds more."""
        now = utc_now()
        ended = {"state": CallState.ENDED, "ended_at": now, "outcome": Outcome.ANSWERED, "held_since": None}
        await self._move(call_id, **ended, wrap_up_until=now + timedelta(seconds=seconds))

    async def wrap_ups_end(self) -> int:
        """What api and conductor do twice a second: erase callers whose wrap-up is over."""
        return await wrap_ups.erase_due(self.store, utc_now())

    async def claim(self, call_id: str, login: str) -> bool:
        """A colleague takes the call elsewhere."""
        user = self.users[login]
        async with self.store.begin() as tx:
            phone = await phones.phone_of(tx, user.id)
            name = phone.name if phone else "phone"
            return await calls.claim(tx, call_id, user.municipality_id or "", user.id, name, utc_now())

    async def past_call(self, login: str, minutes_ago: float, minutes: float, purpose: int = 0) -> None:
        """A call that this agent had earlier."""
        call_id = await self.caller(MARIA, purpose=purpose)
        await self.claim(call_id, login)
        began = utc_now() - timedelta(minutes=minutes_ago)
        await self._move(call_id, state=CallState.CONNECTED, connected_at=began)
        ended = began + timedelta(minutes=minutes)
        await self._move(call_id, state=CallState.ENDED, ended_at=ended, outcome=Outcome.ANSWERED)
        async with self.store.begin() as tx:
            await calls.erase(tx, call_id)

    async def call(self, call_id: str) -> Call:
        """The call as the store has it."""
        async with self.store.begin() as tx:
            call = await calls.find(tx, call_id)
        assert call is not None
        return call

    async def _move(self, call_id: str, **changes: object) -> None:
        call = await self.call(call_id)
        async with self.store.begin() as tx:
            assert await calls.save(tx, replace(call, **changes))  # type: ignore[arg-type]


@asynccontextmanager
async def open_world(folder: Path, database_url: str | None = None) -> AsyncIterator[World]:
    """Open a store (SQLite in this folder unless another is named) with two municipalities and nobody in them."""
    public_key, private_key = make_key_pair(folder)
    port = free_port()
    settings = load_settings(
        dashboard_host=LOOPBACK,
        dashboard_port=port,
        dashboard_public_url=f"http://{LOOPBACK}:{port}",
        staff_key=secrets.token_hex(32),
        operators_second_factor=False,
    )
    async with AsyncExitStack() as stack:
        store = shown = await stack.enter_async_context(open_store(database_url or f"sqlite:///{folder}/store.db"))
        await migrate(store)
        if database_url is not None:
            shown = await stack.enter_async_context(open_store(database_url, "dashboard"))
        sealer, unsealer = Sealer.from_file(public_key), Unsealer.from_file(private_key)
        town = await _found(store, "voorbeeldstad", "Gemeente Voorbeeldstad", "+31243290000")
        neighbour = await _found(store, "elders", "Gemeente Elders", "+31243290001")
        yield World(store, shown, settings, sealer, unsealer, town, neighbour)


@asynccontextmanager
async def dashboard_of(world: World, clock: Clock = utc_now) -> AsyncIterator[str]:
    """Run a dashboard on this world for as long as the block lasts; gives its address."""
    settings = world.settings
    app = create_dashboard(settings, world.shown, world.unsealer, clock)
    async with serving(app, settings.dashboard_host, settings.dashboard_port, "nothing: it was free"):
        yield settings.dashboard_public_url


async def _found(store: Store, slug: str, name: str, number: str) -> Town:
    municipality = Municipality(new_id(), slug, name, number, link_hosts=(LINK_HOST,), second_factor=False)
    links = (
        Link("Open in zaaksysteem", f"https://{LINK_HOST}/zaken?bsn={{bsn}}"),
        Link("Zoek op naam", f"https://{LINK_HOST}/zoek?naam={{familyname}}"),
    )
    named = (("verhuizing", "Verhuizing doorgeven", "Report a move"),
             ("paspoort", "Paspoort en identiteitskaart", "Passport and identity card"),
             ("belastingen", "Belastingen", "Taxes"))  # fmt: skip
    purposes = tuple(Purpose(new_id(), municipality.id, slug, nl, en, [[list(MARIA)]], links) for slug, nl, en in named)
    async with store.begin() as tx:
        await tenants.add_municipality(tx, municipality)
        for purpose in purposes:
            await tenants.add_purpose(tx, purpose, municipality)
    return Town(municipality, purposes)
