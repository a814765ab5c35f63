"""What the daily questions cost PostgreSQL: how many statements, and none that goes through a whole table."""

from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import event, text

from callcenter.model.code import code_hash
from callcenter.model.day import Day
from callcenter.store import calls, codes, queue, today, wrap_ups
from callcenter.store.database import Store, ToldByNobody, open_store
from callcenter.store.events import Change
from callcenter.store.quick import Prepared
from callcenter.store.sweeper import sweep
from tests.integration.store.town import CODE, KEY, NOW, Town, all_told, soon

GROWING = ("disclosure", "call", "audit", "guess_limit")


@pytest.fixture
async def store(postgres_store_url: str) -> AsyncIterator[Store]:
    async with open_store(postgres_store_url) as opened:
        yield opened


@contextmanager
def statements(store: Store) -> Iterator[list[tuple[str, Any]]]:
    """Every statement that the store sends, with its values."""
    seen: list[tuple[str, Any]] = []

    def note(_c: object, _cursor: object, statement: str, values: Any, *_rest: object) -> None:
        seen.append((statement, values))

    engine = store.engine.sync_engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(engine, "before_cursor_execute", note)


@contextmanager
def sent_straight(store: Store) -> Iterator[list[tuple[str, Any]]]:
    """Every statement that goes past SQLAlchemy, with its values."""
    seen: list[tuple[str, Any]] = []
    assert store.quick is not None
    rows = store.quick.rows

    async def note(statement: Prepared, given: Mapping[str, object]) -> list[Any]:
        seen.append((statement.text.decode(), statement.values(given)))
        return await rows(statement, given)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(store.quick, "rows", note)
        yield seen


async def plans(store: Store, seen: list[tuple[str, Any]]) -> list[str]:
    """How PostgreSQL would do these, if it went through a whole table only where there is no other way."""
    found = []
    async with store.begin() as tx:
        await tx.connection.execute(text("SET LOCAL enable_seqscan = off"))
        for statement, values in seen:
            if statement.startswith(("SELECT", "UPDATE", "DELETE")):
                rows = await tx.connection.exec_driver_sql(f"EXPLAIN {statement}", values)
                found.append("\n".join(row[0] for row in rows))
    return found


async def test_a_code_is_used_up_by_one_statement_that_also_tells(store: Store) -> None:
    """Given a proven disclosure, when its code is used up, then one statement does it and tells of it."""
    town = await Town.found(store)
    await town.disclosure()
    await all_told(store)
    reader = store.subscribe()
    with statements(store) as others, sent_straight(store) as seen:
        used = await codes.use_code_at_once(
            store, (code_hash(KEY, town.id, CODE),), town.id, "call", NOW, unless_limited=["a", "b"]
        )
    assert used is not None
    assert (await soon(reader)) == Change("disclosure", used.id, town.id)
    reader.close()

    assert (len(seen), others) == (1, [])
    (plan,) = await plans(store, seen)
    assert "uq_disclosure_code_hash" in plan
    assert "Seq Scan" not in plan


async def test_row_level_security_costs_the_use_of_a_code_nothing(store: Store, postgres_store_url: str) -> None:
    """Given the policies, when the api uses up a code, then the plan is that of whoever they don't hold for."""
    town = await Town.found(store)
    with sent_straight(store) as seen:
        await codes.use_code_at_once(store, (town.hash(),), town.id, "call", NOW, unless_limited=["a", "b"])
    async with open_store(postgres_store_url, "api") as api:
        assert await plans(api, seen) == await plans(store, seen)


async def test_whom_a_transaction_is_for_takes_no_message_of_its_own(store: Store) -> None:
    """Given a municipality, when something is asked for it, then BEGIN says so too, and the driver says none."""
    town = await Town.found(store)
    with statements(store) as seen:
        async with store.within(town.id).begin() as tx:
            await queue.queue_of(tx, town.id)
    begin, question = [statement for statement, _ in seen]
    assert begin.startswith("BEGIN; SET LOCAL")
    assert question.startswith("SELECT")


async def test_sweeping_goes_through_no_table_that_grows(store: Store) -> None:
    """Given years of calls, when the sweeper looks every few seconds, then an index leads it to what is overdue."""
    await Town.found(store)
    with statements(store) as seen:
        await sweep(store, NOW)

    assert len(seen) >= 5
    through = [plan for plan in await plans(store, seen) if any(f"Seq Scan on {name}" in plan for name in GROWING)]
    assert through == []


async def test_looking_for_wrap_ups_is_one_question_and_goes_through_no_table(store: Store) -> None:
    """Given years of calls, when it is asked twice a second whether a wrap-up is over, then one index knows."""
    await Town.found(store)
    with statements(store) as seen:
        await wrap_ups.erase_due(store, NOW)
    assert len(seen) == 1
    (plan,) = await plans(store, seen)
    assert "ix_call_wrap_up" in plan


async def test_who_has_which_call_goes_through_no_table_that_grows(store: Store) -> None:
    """Given years of calls, when a page asks who talks, or an agent takes a call, then indexes lead to it."""
    town = await Town.found(store)
    with statements(store) as seen:
        async with store.begin() as tx:
            await queue.taken_in(tx, town.id, NOW)
            await queue.call_of(tx, town.anna.id, town.id, NOW)
            await calls.claim(tx, "call", town.id, town.anna.id, "phone", NOW)
    through = [plan for plan in await plans(store, seen) if "Seq Scan on call" in plan]
    assert through == []


async def test_a_manager_s_day_is_two_questions_each_led_by_an_index(store: Store) -> None:
    """Given years of calls, when a manager looks at a day and at this moment, then only the calls of it are read."""
    town = await Town.found(store)
    with statements(store) as seen:
        async with store.begin() as tx:
            await today.tallies(tx, town.id, Day.of(NOW, "Europe/Amsterdam"), NOW)
            await today.right_now(tx, town.id, NOW)
    day, calls_now, agents_now = await plans(store, seen)
    assert "ix_call_day" in day
    assert "ix_call_live" in calls_now
    assert [plan for plan in (day, calls_now, agents_now) if "Seq Scan on call" in plan] == []


async def test_a_change_that_would_be_told_to_nobody_is_refused(store: Store) -> None:
    async with store.read() as tx:
        with pytest.raises(ToldByNobody):
            tx.announce(Change("call", "1", "town"))
