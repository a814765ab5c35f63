"""A whole call centre behind the real Asterisk, for the conductor's tests: store, internal api, conductor.

Only the citizens' side is left out: disclosures are put in the store as proven ones, because what they
are made of is tested elsewhere.
"""

import uuid
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from pydantic import SecretStr
from sqlalchemy import select

from callcenter import admin, processes
from callcenter.model.call import Call, CallState, Outcome, Unverified
from callcenter.model.code import code_hash, new_token, token_hash
from callcenter.model.disclosure import Disclosure, DisclosureState
from callcenter.model.staff import Phone, Role, User
from callcenter.model.tenant import Municipality, Purpose
from callcenter.purposes import add_purpose
from callcenter.settings import Settings, load_settings
from callcenter.store import calls, disclosures, users
from callcenter.store.database import Store, open_store
from callcenter.store.migrate import migrate
from callcenter.store.sealing import TokenBox, make_key_pair
from callcenter.store.tables import call as call_table
from demo.asterisk import Pbx
from demo.ports import free_port
from demo.process import Child, until

NUMBER = "+31201234567"  # what the scenarios dial, in full
CODE = "1029384756"
CODE_KEY = "5e" * 32
SLUG = "voorbeeldstad"
RING_SECONDS = 5
PLACE_SECONDS = 60


@dataclass(frozen=True)
class Agent:
    """An agent and the account of their phone."""

    user: User
    phone: Phone
    password: str = field(repr=False)


@dataclass(frozen=True)
class Past:
    """What is left of a call that has ended."""

    outcome: Outcome
    was_verified: bool
    disclosure_id: str | None


@dataclass
class CallCentre:
    """What a test holds in its hands."""

    pbx: Pbx
    store: Store
    settings: Settings
    municipality: Municipality
    purpose: Purpose

    async def disclosed(
        self,
        code: str = CODE,
        state: DisclosureState = DisclosureState.DISCLOSED,
        lives_seconds: float = 900,
    ) -> str:
        """Keep a disclosure with this code; return its id."""
        now = datetime.now(UTC)
        new = Disclosure(
            id=uuid.uuid4().hex,
            municipality_id=self.municipality.id,
            purpose_id=self.purpose.id,
            state=DisclosureState.REQUESTED,
            requested_at=now,
            expires_at=now + timedelta(seconds=lives_seconds),
        )
        key = bytes.fromhex(self.settings.code_key.get_secret_value())
        secrets = disclosures.Secrets(
            code_hash(key, self.municipality.id, code),
            token_hash(new_token()),
            token_hash(new_token()),
            TokenBox(key).close("inventedtoken", new.id),
        )
        async with self.store.begin() as tx:
            await disclosures.add(tx, new, [], secrets)
        if state is DisclosureState.DISCLOSED:
            await self.prove(new.id)
        return new.id

    async def prove(self, disclosure_id: str) -> None:
        """Let a disclosure become proven now."""
        async with self.store.begin() as tx:
            await disclosures.move(tx, disclosure_id, DisclosureState.DISCLOSED, b"sealed attributes")

    async def agent(self, login: str = "anna") -> Agent:
        """Make an agent who is ready, with a phone whose account the PBX has."""
        user, phone, password = await admin.add_user(
            self.store, login, login.title(), Role.AGENT, SLUG, "voorbeeld-wachtwoord"
        )
        assert phone is not None
        async with self.store.begin() as tx:
            await users.set_ready(tx, user.id, ready=True, reason=None)

        async def made() -> bool:
            return "Unable to find" not in await self.pbx.cli(f"pjsip show endpoint {phone.name}")

        await until(made, what=f"the PBX has the account of {login}")
        return Agent(user, phone, password)

    async def live(self) -> list[Call]:
        """The calls that have not ended."""
        async with self.store.begin() as tx:
            return await calls.live_on_pbx(tx, self.settings.pbx_name)

    async def call_is(self, state: CallState, also: Callable[[Call], bool] = lambda _: True) -> Call:
        """Wait until there is a live call in this state; return it."""

        async def found() -> list[Call]:
            return [call for call in await self.live() if call.state is state and also(call)]

        async def is_there() -> bool:
            return bool(await found())

        await until(is_there, what=f"a call is {state}", seconds=30)
        return (await found())[0]

    async def ended(self, count: int = 1) -> list[Past]:
        """Wait until so many calls have ended and nothing is left at the PBX; return what is left of them."""

        async def over() -> bool:
            return len(await self._past()) >= count and not await self.live()

        await until(over, what=f"{count} call(s) have ended", seconds=30)
        await self.nothing_left()
        return await self._past()

    async def hang_up_all(self) -> None:
        """Let the trunk end every call."""
        await self.pbx.cli("channel request hangup all")

    async def nothing_left(self) -> None:
        """Wait until the PBX has no channel and no bridge."""

        async def empty() -> bool:
            bridges = (await self.pbx.cli("bridge show all")).splitlines()[1:]
            return await self.pbx.channels() == 0 and not bridges

        await until(empty, what="the PBX has no channel and no bridge", seconds=15)

    async def _past(self) -> list[Past]:
        async with self.store.begin() as tx:
            rows = await tx.connection.execute(
                select(call_table.c.outcome, call_table.c.was_verified, call_table.c.disclosure_id)
                .where(call_table.c.state == CallState.ENDED.value)
                .order_by(call_table.c.arrived_at)
            )
            return [Past(Outcome(row[0]), row[1], row[2]) for row in rows]

    async def take(self, agent: Agent, call: Call) -> bool:
        """Click Take."""
        async with self.store.begin() as tx:
            return await calls.claim(
                tx,
                call.id,
                self.municipality.id,
                agent.user.id,
                agent.phone.name,
                datetime.now(UTC),
            )

    async def ask_hangup(self, agent: Agent, call: Call) -> None:
        """Click Hang up."""
        async with self.store.begin() as tx:
            assert await calls.ask_hangup(tx, call.id, agent.user.id)

    async def reason(self, agent: Agent) -> str | None:
        """Why this agent is not ready; None while they are."""
        async with self.store.begin() as tx:
            user = await users.user_by_id(tx, agent.user.id)
        assert user is not None
        return None if user.ready else user.not_ready_reason

    async def bridged(self) -> None:
        """Wait until caller and agent are in one bridge."""

        async def joined() -> bool:
            lines = (await self.pbx.cli("bridge show all")).splitlines()[1:]
            return len(lines) == 1 and " 2 " in lines[0]

        await until(joined, what="caller and agent are in one bridge", seconds=5)

    @asynccontextmanager
    async def conductor(self) -> AsyncIterator[None]:
        """Run a conductor for as long as the block lasts."""
        async with processes.running_conductor(self.settings, self.store) as task:
            await self.connected()
            yield
            if task.done():
                task.result()

    async def tidy(self) -> None:
        """End what is left of calls, so that the next test finds an empty PBX."""
        await self.hang_up_all()
        await self.nothing_left()

    async def connected(self, conductor: Child | None = None) -> None:
        """Wait until a conductor (this process, if given) has the application."""

        async def there() -> bool:
            # Not `ari show apps`: an application stays known there after its connection is gone.
            return "callcenter" in await self.pbx.cli("ari show websocket sessions")

        await until(there, what="the conductor is connected", seconds=60, child=conductor)


@asynccontextmanager
async def call_centre(
    folder: Path,
    pbx: Pbx,
    *,
    unverified: Unverified = Unverified.REFUSE,
    database_url: str | None = None,
    **changes: object,
) -> AsyncIterator[CallCentre]:
    """Run the internal api and open the store for as long as the block lasts; the conductor is started apart."""
    url = database_url or f"sqlite:///{folder}/store.db"
    async with open_store(url) as store:
        await migrate(store)
        municipality = await admin.add_municipality(
            store, SLUG, "Gemeente Voorbeeldstad", NUMBER, unverified=unverified
        )
        purpose = await add_purpose(store, SLUG, "verhuizing", "Verhuizing", "Moving", [[["a.b.c.surname"]]])
        key = await admin.add_api_key(store, "conductor")
        public_key, _ = make_key_pair(folder)
        settings = load_settings(
            **{
                "database_url": url,
                "ari_url": pbx.ari_url,
                "ari_user": pbx.ari_user,
                "ari_password": pbx.ari_password,
                "api_port": free_port(),
                "internal_port": (internal := free_port()),
                "internal_api_url": f"http://127.0.0.1:{internal}",
                "internal_api_key": key,
                "code_key": CODE_KEY,
                "irma_url": "http://127.0.0.1:9",  # nobody is there: none is needed
                "irma_token": SecretStr("none"),
                "seal_public_key_file": public_key,
                "ring_seconds": RING_SECONDS,
                "place_seconds": PLACE_SECONDS,
                "late_proof_seconds": 5,
                "lease_seconds": 2,
                **changes,
            }
        )
        async with processes.running_api(settings, store):
            yield CallCentre(pbx, store, settings, municipality, purpose)
