"""Listening for changes goes on after a fault, and what was missed meanwhile is made good."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from callcenter import keeping
from callcenter.api.gate import Gate
from callcenter.api.status import Status
from callcenter.api.status_hub import StatusHub
from callcenter.keeping import keep
from callcenter.model.code import new_token
from callcenter.model.disclosure import DisclosureState
from callcenter.store import keys
from callcenter.store.database import Store, open_store
from callcenter.store.events import Change
from callcenter.store.migrate import migrate
from callcenter.store.progress import Progress
from demo.process import until
from tests.integration.store.town import Town


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    async with open_store(f"sqlite:///{tmp_path}/store.db") as opened:
        await migrate(opened)
        yield opened


@pytest.fixture(autouse=True)
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keeping, "AGAIN_SECONDS", 0.01)


class _BreaksOnce:
    """Does what it stands for, but for the first time."""

    def __init__(self, work: Any) -> None:
        self._work = work
        self.times = 0

    def __call__(self, *given: Any) -> Any:
        self.times += 1
        if self.times == 1:
            raise RuntimeError("a fault")
        return self._work(*given)


async def test_a_key_that_changes_after_a_fault_is_forgotten(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    # given a gate that knows a key, and fails at the first change of it
    gate, token = Gate(store), new_token()
    async with store.begin() as tx:
        await keys.add_key(tx, token, "centrale", (keys.RESOLVE,), None, datetime.now(UTC), id_="k")
    breaks = _BreaksOnce(gate.forget_keys)
    monkeypatch.setattr(gate, "forget_keys", breaks)
    task = asyncio.create_task(keep("api", gate.forget_changed_keys, breaks))
    await asyncio.sleep(0)
    assert await gate._find(token) is not None

    # when the key is revoked
    async with store.begin() as tx:
        await keys.revoke_key(tx, "k", datetime.now(UTC))

    # then it is forgotten all the same, and so is the next one
    await until(lambda: not gate._known, what="the gate has forgotten")
    assert breaks.times == 2
    known = await gate._find(token)
    assert known is not None
    assert known.revoked_at is not None
    async with store.begin() as tx:
        tx.announce(Change("key", "k"))
    await until(lambda: not gate._known, what="the gate listens on")
    task.cancel()


async def test_feeds_are_told_after_a_fault(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    # given a feed whose disclosure goes on while the hub fails
    town = await Town.found(store)
    one = await town.disclosure()
    hub = StatusHub(store)
    breaks = _BreaksOnce(hub.note)
    monkeypatch.setattr(hub, "note", breaks)
    seen = Progress(one.id, town.id, None, DisclosureState.REQUESTED, None, None, None)
    async with hub.running():
        with hub.watch(seen, Status(state="requested"), hub.noted) as watch:
            async with store.begin() as tx:
                tx.announce(Change("disclosure", one.id, town.id))

            # then it is looked up again, with all others
            await until(lambda: watch.status == Status(state="disclosed"), what="the feed is told")
    assert breaks.times == 2
