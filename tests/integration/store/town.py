"""A municipality with two agents and a purpose, and short words for what tests do there again and again."""
# ruff: noqa: D102 - their names say what they do

import asyncio
import uuid
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from callcenter.model.call import Call, CallState, Outcome
from callcenter.model.code import code_hash, token_hash
from callcenter.model.disclosure import Disclosure, DisclosureState
from callcenter.model.staff import Role, User
from callcenter.model.tenant import Link, Municipality, Purpose
from callcenter.store import calls, codes, disclosures, progress, tenants, users
from callcenter.store.database import Store, Tx
from callcenter.store.disclosures import Secrets
from callcenter.store.events import Change, Subscription

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
LATER = NOW + timedelta(hours=2)
KEY = b"k" * 32
CODE = "0412345678"
SEALED = b"sealed attributes of one citizen, long enough to be looked for"


@dataclass(frozen=True)
class Town:
    """Who and what is there."""

    store: Store
    municipality: Municipality
    purpose: Purpose
    anna: User
    bram: User

    @classmethod
    async def found(cls, store: Store, slug: str = "voorbeeldstad", number: str = "+31243290000") -> "Town":
        municipality = Municipality(new_id(), slug, f"Gemeente {slug}", number, link_hosts=("zaken.example",))
        link = Link("Zaaksysteem", "https://zaken.example/?bsn={bsn}")
        purpose = Purpose(
            new_id(), municipality.id, "verhuizing", "Verhuizing", "Moving", [[["a.b.c.bsn"]]], links=(link,)
        )
        anna = User(new_id(), f"anna@{slug}", "Anna", Role.AGENT, municipality.id)
        bram = User(new_id(), f"bram@{slug}", "Bram", Role.AGENT, municipality.id)
        async with store.begin() as tx:
            await tenants.add_municipality(tx, municipality)
            await tenants.add_purpose(tx, purpose, municipality)
            for user in (anna, bram):
                await users.add_user(tx, user, "$argon2id$invented")
        return cls(store, municipality, purpose, anna, bram)

    @property
    def id(self) -> str:
        return self.municipality.id

    async def disclosure(
        self,
        state: DisclosureState = DisclosureState.DISCLOSED,
        code: str = CODE,
        expires_at: datetime = NOW + timedelta(minutes=15),
    ) -> Disclosure:
        """A disclosure that went its ordinary way to this state (up to `disclosed`)."""
        new = Disclosure(new_id(), self.id, self.purpose.id, DisclosureState.REQUESTED, NOW, expires_at)
        async with self.store.begin() as tx:
            await disclosures.add(tx, new, self.purpose.condiscon, self.secrets(new, code))
            if state is not DisclosureState.REQUESTED:
                sealed = SEALED if state is DisclosureState.DISCLOSED else None
                assert await disclosures.move(tx, new.id, state, sealed)
        return replace(new, state=state)

    def secrets(self, of: Disclosure, code: str = CODE) -> Secrets:
        return Secrets(
            self.hash(code), token_hash(f"status {of.id}"), token_hash(f"callback {of.id}"), b"closed irma token"
        )

    def hash(self, code: str = CODE) -> bytes:
        return code_hash(KEY, self.id, code)

    async def call(self, state: CallState = CallState.WAITING, waiting_since: datetime = NOW) -> Call:
        """A caller on `pbx1`."""
        new = Call(new_id(), self.id, "pbx1", new_id(), NOW, state=state, waiting_since=waiting_since)
        async with self.store.begin() as tx:
            await calls.add(tx, new)
        return new

    async def claim(self, call: Call, by: User) -> bool:
        async with self.store.begin() as tx:
            return await calls.claim(tx, call.id, self.id, by.id, f"phone-{by.name}", NOW)

    async def use_code(self, call_id: str, code: str = CODE, at: datetime = NOW) -> Disclosure | None:
        return await codes.use_code_at_once(self.store, (self.hash(code),), self.id, call_id, at)

    async def reload(self, call: Call) -> Call:
        async with self.store.begin() as tx:
            found = await calls.find(tx, call.id)
        assert found is not None
        return found

    async def wrapping_up(self, by: User, until: datetime, code: str = CODE) -> tuple[Call, Disclosure]:
        """A call of this agent that ended at NOW, with a wrap-up until then."""
        one = await self.disclosure(code=code)
        call = await self.call()
        assert await self.use_code(call.id, code)
        await self.move_call(call, disclosure_id=one.id)
        assert await self.claim(call, by)
        await self.move_call(call, state=CallState.CONNECTED, connected_at=NOW)
        ended = {"state": CallState.ENDED, "outcome": Outcome.ANSWERED, "ended_at": NOW, "wrap_up_until": until}
        return await self.move_call(call, **ended), one

    async def move_call(self, call: Call, **changes: object) -> Call:
        """Save the call with these changes."""
        async with self.store.begin() as tx:
            await save(tx, replace(await self._found(tx, call.id), **changes))  # type: ignore[arg-type]
        return await self.reload(call)

    @staticmethod
    async def _found(tx: Tx, call_id: str) -> Call:
        found = await calls.find(tx, call_id)
        assert found is not None
        return found

    async def state_of(self, one: Disclosure) -> DisclosureState | None:
        async with self.store.begin() as tx:
            found = await progress.progress(tx, token_hash(f"status {one.id}"))
        return None if found is None else found.state


async def all_told(store: Store) -> None:
    """Wait until everybody has been told of what was done so far."""
    last = Change("call", new_id())
    with closing(store.subscribe()) as reader:
        async with store.begin() as tx:
            tx.announce(last)
        while await soon(reader) != last:
            pass


async def soon(reader: Subscription) -> Change:
    return await asyncio.wait_for(reader.next(), 10)


async def save(tx: Tx, call: Call) -> None:
    assert await calls.save(tx, call)


def new_id() -> str:
    return uuid.uuid4().hex
