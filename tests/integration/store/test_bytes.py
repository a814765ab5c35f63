"""Erased means gone from the bytes of SQLite's files: database, write-ahead log, journal and index."""

import asyncio
import random
import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from callcenter.model.call import CallState, Outcome
from callcenter.model.code import token_hash
from callcenter.model.disclosure import Disclosure, DisclosureState
from callcenter.store import calls, codes, disclosures, wrap_ups
from callcenter.store.database import Store, open_store
from callcenter.store.disclosures import Secrets
from callcenter.store.sealing import Sealer
from callcenter.store.sweeper import sweep
from tests.integration.store.town import LATER, NOW, Town, new_id

BSN, SURNAME, CODE, CALLER = "999990019", "Voorbeeldsma", "0412345678", "31201234567"


@dataclass(frozen=True)
class Marked:
    """A disclosure whose every secret is made of pieces that are found nowhere else."""

    disclosure: Disclosure
    call_id: str
    marks: dict[str, bytes]


@pytest.fixture
async def store(sqlite_url: str) -> AsyncIterator[Store]:
    async with open_store(sqlite_url) as opened:
        yield opened


@pytest.fixture
def files(sqlite_url: str) -> Path:
    return Path(sqlite_url.removeprefix("sqlite:///"))


def found_in(file: Path, marks: dict[str, bytes]) -> list[str]:
    """Which of these marks are in which of the database's files."""
    contents = {one.name: one.read_bytes() for one in file.parent.glob(f"{file.name}*")}
    return [
        f"{what} in {name}" for name, content in contents.items() for what, mark in marks.items() if mark in content
    ]


async def plant(town: Town, size: int) -> Marked:
    """A proven disclosure with a call, its secrets filled with marks so that any leftover piece is seen."""
    one = Disclosure(new_id(), town.id, town.purpose.id, DisclosureState.SCANNED, NOW, LATER)
    marks = {what: random.randbytes(8) for what in ("sealed", "code hash", "irma token", "irma session")}
    secrets = Secrets(
        marks["code hash"] * 4,
        token_hash(f"s{one.id}"),
        token_hash(f"c{one.id}"),
        marks["irma token"] * 9,
        marks["irma session"] * 9,
    )
    call = await town.call(CallState.CONNECTED)
    async with town.store.begin() as tx:
        await disclosures.add(tx, one, [], secrets)
        assert await disclosures.move(tx, one.id, DisclosureState.DISCLOSED, marks["sealed"] * (size // 8))
        assert await codes.use_code(tx, (secrets.code_hash,), town.id, call.id, NOW)
    await town.move_call(call, disclosure_id=one.id)
    return Marked(one, call.id, marks)


async def end(town: Town, planted: Marked) -> None:
    """Hang up, as the conductor does it: one transaction, and nothing else to be remembered."""
    async with town.store.begin() as tx:
        call = await calls.find(tx, planted.call_id)
        assert call is not None
        ended = {"state": CallState.ENDED, "ended_at": LATER, "outcome": Outcome.ANSWERED}
        assert await calls.save(tx, type(call)(**{**vars(call), **ended}))
        await calls.erase(tx, planted.call_id)


@contextmanager
def reading(file: Path) -> Iterator[None]:
    """Another process that reads meanwhile, such as a backup or an operator's shell."""
    reader = sqlite3.connect(file, isolation_level=None)
    reader.execute("BEGIN")
    reader.execute("SELECT count(*) FROM disclosure").fetchall()
    try:
        yield
    finally:
        reader.close()


async def test_what_a_citizen_disclosed_and_typed_is_in_no_file_at_any_moment(store: Store, files: Path) -> None:
    town = await Town.found(store)
    plain = {"bsn": BSN.encode(), "surname": SURNAME.encode(), "code": CODE.encode(), "caller": CALLER.encode()}
    sealer = Sealer(X25519PrivateKey.generate().public_key())
    one = await town.disclosure(DisclosureState.SCANNED, CODE)
    sealed = sealer.seal({"a.b.c.bsn": BSN, "a.b.c.surname": SURNAME}, town.id, one.id)
    async with store.begin() as tx:
        await disclosures.move(tx, one.id, DisclosureState.DISCLOSED, sealed)
    call = await town.call()
    await town.use_code(call.id)
    await town.move_call(call, disclosure_id=one.id)
    assert found_in(files, {"sealed": sealed}) != []  # we do look in the right place
    assert found_in(files, plain) == []


async def test_after_the_end_nothing_sealed_or_hashed_is_in_any_file(store: Store, files: Path) -> None:
    town = await Town.found(store)
    planted = await plant(town, 400)
    assert len(found_in(files, planted.marks)) >= 3
    await end(town, planted)
    assert found_in(files, planted.marks) == []


async def test_nor_after_many_calls_of_all_sizes_in_any_order(store: Store, files: Path) -> None:
    """Rows that move between pages, pages that split and join: no copy is left behind in one of them."""
    town = await Town.found(store)
    living: list[Marked] = []
    for size in random.choices([64, 200, 600, 1500, 4000, 9000], k=120):
        living.append(await plant(town, size))
        while len(living) > random.randint(10, 60):
            gone = living.pop(random.randrange(len(living)))
            await end(town, gone)
            assert found_in(files, gone.marks) == []
    random.shuffle(living)
    while living:
        gone = living.pop()
        await end(town, gone)
        assert found_in(files, gone.marks) == []


async def test_nor_when_others_are_in_the_middle_of_theirs(store: Store, files: Path) -> None:
    town = await Town.found(store)
    planted = [await plant(town, 800) for _ in range(20)]

    async def others() -> None:
        for _ in range(100):
            async with store.begin() as tx:
                await calls.count_waiting(tx, town.id)

    await asyncio.gather(*(end(town, one) for one in planted), *(others() for _ in range(5)))
    assert [found_in(files, one.marks) for one in planted] == [[]] * 20


async def test_nor_when_a_wrap_up_is_over(store: Store, files: Path) -> None:
    town = await Town.found(store)
    planted = await plant(town, 400)
    ended = {"state": CallState.ENDED, "ended_at": NOW, "wrap_up_until": LATER, "agent_id": "a", "phone_name": "p"}
    async with store.begin() as tx:
        call = await calls.find(tx, planted.call_id)
        assert call is not None
        assert await calls.save(tx, type(call)(**{**vars(call), **ended}))
    await sweep(store, NOW)
    assert len(found_in(files, planted.marks)) >= 3
    await wrap_ups.erase_due(store, LATER)
    assert found_in(files, planted.marks) == []


async def test_nor_what_expired(store: Store, files: Path) -> None:
    town = await Town.found(store)
    one = await town.disclosure()
    marks = {"code hash": town.hash()}
    assert found_in(files, marks) != []
    await sweep(store, one.expires_at + timedelta(seconds=1))
    assert found_in(files, marks) == []


async def test_while_another_process_reads_the_sweeper_tries_again(store: Store, files: Path) -> None:
    town = await Town.found(store)
    planted = await plant(town, 400)
    with reading(files):
        await end(town, planted)
        assert not await store.truncate_wal()  # SQLite can't: the reader still needs the log
        assert found_in(files, planted.marks) != []
    await sweep(store, NOW)
    assert found_in(files, planted.marks) == []
    assert await store.truncate_wal()


async def test_a_process_that_died_before_emptying_the_log_is_finished_by_the_next(
    sqlite_url: str, files: Path
) -> None:
    async with open_store(sqlite_url) as first:
        town = await Town.found(first)
        planted = await plant(town, 400)
        with reading(files):
            await end(town, planted)
            keep = {file: file.read_bytes() for file in files.parent.glob(f"{files.name}*")}
    for file, content in keep.items():  # as if it had never closed them
        file.write_bytes(content)
    async with open_store(sqlite_url) as second:
        await sweep(second, NOW)
        assert found_in(files, planted.marks) == []
