"""The status feed: what the citizen's page may know, asked once or followed to the end of the call."""

import asyncio
from collections.abc import AsyncIterator

from pydantic import BaseModel
from sqlalchemy.exc import SQLAlchemyError

from callcenter.api.problems import Problem
from callcenter.logs import Log, fault, log
from callcenter.model.call import CallState
from callcenter.model.disclosure import Disclosure, DisclosureState
from callcenter.store import disclosures
from callcenter.store.database import Store
from callcenter.store.events import Subscription, Topic

HEARTBEAT_SECONDS = 15.0

FINAL = ("ended", "cancelled", "expired", "failed")
_OF_CALL = {
    CallState.ARRIVING: "called",
    CallState.ASKING: "called",
    CallState.WAITING: "waiting",
    CallState.OFFERED: "offered",
    CallState.CONNECTED: "connected",
    CallState.ENDED: "ended",
}


class Status(BaseModel):
    """How it goes: the disclosure's state, or that of its call; `place` while waiting (1 is next)."""

    state: str
    place: int | None = None


class StatusFeed:
    """Tells how disclosures go. A feed that is idle holds no connection to the database."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def now(self, status_hash: bytes) -> Status:
        """How it goes now. Raises Problem when the token is unknown."""
        return (await self._look(status_hash))[1]

    async def events(self, status_hash: bytes) -> AsyncIterator[str]:
        """Server-sent events, one at each change, until the state is final.

        Ends early when the store is away: the citizen's page comes back by itself.
        """
        changes = self._store.subscribe()
        try:
            status = await self._follow(changes, status_hash)
            yield _event(status)
            while status.state not in FINAL:
                try:
                    await asyncio.wait_for(changes.next(), HEARTBEAT_SECONDS)
                except TimeoutError:
                    yield ": still here\n\n"
                    continue
                before = status
                status = await self._follow(changes, status_hash)
                if status != before:
                    yield _event(status)
        except Problem:
            pass  # forgotten meanwhile: who asks again is told so
        except SQLAlchemyError as error:
            log(Log.FAILED, process="api", **fault(error))
        finally:
            changes.close()

    async def _follow(self, changes: Subscription, status_hash: bytes) -> Status:
        """How it goes now, with `changes` following what that hangs on."""
        while True:
            disclosure, status = await self._look(status_hash)
            if not changes.follow(*topics(disclosure, status)):
                return status  # else something may have happened before we followed it

    async def _look(self, status_hash: bytes) -> tuple[Disclosure, Status]:
        async with self._store.read() as tx:
            progress = await disclosures.progress(tx, status_hash)
        if progress is None:
            raise Problem(404, "token-unknown", "This status token is unknown or too old: start anew.")
        return progress.disclosure, shown(progress)


def shown(progress: disclosures.Progress) -> Status:
    """What of this the citizen's page is told."""
    state = progress.disclosure.state
    if state is DisclosureState.CALLED and progress.call_state is not None:
        return Status(state=_OF_CALL[progress.call_state], place=progress.place)
    return Status(state=state.value)


def topics(disclosure: Disclosure, status: Status) -> tuple[Topic, ...]:
    """What it hangs on: itself, its call; and while it waits its municipality's other calls, which move it up."""
    of = [Topic("disclosure", disclosure.id)]
    if disclosure.call_id is not None:
        of.append(Topic("call", disclosure.call_id))
    if status.state == CallState.WAITING:
        of.append(Topic("call", disclosure.municipality_id))
    return tuple(of)


def _event(status: Status) -> str:
    return f"data: {status.model_dump_json()}\n\n"
