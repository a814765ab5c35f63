"""What each process may do in PostgreSQL, by trying it, and what it must be able to do."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import psycopg
import pytest
from psycopg.errors import InsufficientPrivilege
from sqlalchemy import select

from callcenter.model.call import CallState, Outcome
from callcenter.model.guessing import Kind, Limit
from callcenter.model.staff import Phone
from callcenter.store import audit, calls, guesses, leases, phones, users, wrap_ups
from callcenter.store.database import Store, open_store
from callcenter.store.migrations.rights import GRANTS
from callcenter.store.roles import PROCESSES, Process, as_name, role_of
from callcenter.store.sweeper import sweep
from callcenter.store.tables import audit as trail
from callcenter.store.tables import disclosure, metadata
from tests.integration.store.town import NOW, Town

# What may be tried with a table, each by the right that it takes; it changes nothing when it succeeds.
ATTEMPTS = {
    "SELECT": "SELECT * FROM {table} WHERE false",
    "INSERT": "INSERT INTO {table} SELECT (NULL::{table}).* WHERE false",
    "UPDATE": "UPDATE {table} SET {column} = NULL WHERE false",
    "DELETE": "DELETE FROM {table} WHERE false",
    "TRUNCATE": "TRUNCATE {table} CASCADE",
    "ALTER": "ALTER TABLE {table} DISABLE ROW LEVEL SECURITY",
    "DROP": "DROP TABLE {table} CASCADE",
}


@pytest.fixture
async def store(postgres_store_url: str) -> AsyncIterator[Store]:
    """The store as whoever migrates has it."""
    async with open_store(postgres_store_url) as opened:
        yield opened


@asynccontextmanager
async def acting_as(url: str, process: Process) -> AsyncIterator[psycopg.AsyncConnection]:
    """A connection that is this process's role from the beginning: it can't go back to being anybody else."""
    async with await psycopg.AsyncConnection.connect(url, autocommit=True) as connection:
        role = as_name(role_of(connection.info.dbname, process))
        await connection.execute(f"SET SESSION AUTHORIZATION {role}".encode())
        yield connection


@pytest.mark.parametrize("process", PROCESSES)
async def test_each_process_can_do_what_is_granted_and_nothing_else(postgres_store_url: str, process: Process) -> None:
    can: dict[str, set[str]] = {}
    async with acting_as(postgres_store_url, process) as connection:
        for table in metadata.tables.values():
            for right, attempt in ATTEMPTS.items():
                statement = attempt.format(table=table.name, column=table.c[0].name)
                with suppress(InsufficientPrivilege):
                    async with connection.transaction(force_rollback=True):
                        await connection.execute(statement.encode())
                    can.setdefault(table.name, set()).add(right)

    # Rights to some columns are no right to the whole table; those are tried below.
    granted = {table: {one for one in rights if one.isalpha()} for table, rights in GRANTS[process].items()}
    assert can == {table: rights for table, rights in granted.items() if rights and table in metadata.tables}


@pytest.mark.parametrize(
    ("process", "statement"),
    [
        ("api", "SELECT sealed FROM disclosure"),
        ("api", "UPDATE disclosure SET state = state RETURNING sealed"),
        ("api", "SELECT id FROM disclosure WHERE sealed > '\\x00'"),
        ("api", "SELECT password_hash FROM staff"),
        ("api", "SELECT * FROM audit"),
        ("conductor", "SELECT sealed FROM disclosure"),
        ("conductor", "SELECT id FROM disclosure WHERE sealed IS NOT NULL"),
        ("conductor", "SELECT irma_token FROM disclosure"),
        ("conductor", "SELECT password_hash FROM staff"),
        ("conductor", "UPDATE staff SET role = 'manager'"),
        ("conductor", "UPDATE phone SET digest = '0'"),
        ("conductor", "SELECT * FROM audit"),
        ("dashboard", "UPDATE audit SET action = 'other'"),
        ("dashboard", "DELETE FROM audit"),
        ("dashboard", "DELETE FROM staff"),
        ("dashboard", "INSERT INTO call SELECT * FROM call"),
        *(
            (process, statement)
            for process in PROCESSES
            for statement in (
                "CREATE TABLE mine (id int)",
                "DROP TRIGGER audit_no_change ON audit",
                "DROP POLICY others ON call",
                "CREATE POLICY mine ON call USING (true)",
                "CREATE OR REPLACE VIEW operator_name AS SELECT id, name, login FROM staff",
                "SET session_replication_role = replica",
                "ALTER ROLE CURRENT_USER BYPASSRLS",
                "CREATE ROLE mine",
            )
        ),
    ],
)
async def test_a_process_is_refused(postgres_store_url: str, process: Process, statement: str) -> None:
    async with acting_as(postgres_store_url, process) as connection:
        with pytest.raises(InsufficientPrivilege):
            await connection.execute(statement.encode())


async def test_the_api_sweeps(store: Store, town: Town, postgres_store_url: str) -> None:
    # given what is overdue: a caller whose call is over, and a line of the trail
    now = datetime.now(UTC)
    await town.wrapping_up(town.anna, NOW)
    await town.disclosure(code="1111111111")
    async with store.begin() as tx:
        await audit.note(tx, now - timedelta(days=400), "take", town.anna)

    # when the api sweeps, then it may erase all that, and count guesses and note an alarm
    async with open_store(postgres_store_url, "api") as api:
        assert await sweep(api, now + timedelta(days=1)) == 2
        async with api.begin() as tx:
            scope = guesses.Scope("call:1", Kind.CALL, Limit(3, 1))
            await guesses.save(tx, await guesses.lock(tx, [scope], now))
            await guesses.note_alarm(tx, now, Kind.TRUNK, town.id, "pbx1:provider")
    async with store.begin() as tx:
        assert await tx.connection.scalar(select(disclosure.c.sealed).where(disclosure.c.sealed.is_not(None))) is None
        assert [line.action for line in await tx.connection.execute(select(trail.c.action))] == ["guess-limit"]


async def test_the_conductor_conducts(store: Store, town: Town, postgres_store_url: str) -> None:
    now = datetime.now(UTC)
    phone = Phone("phone-anna", town.anna.id, "veilig-bellen", "0" * 32)
    async with store.begin() as tx:
        await phones.set_phone(tx, phone, town.id)
    verified = await town.call()
    one = await town.disclosure()
    await town.use_code(verified.id)
    await town.move_call(verified, disclosure_id=one.id)
    async with open_store(postgres_store_url, "conductor") as conductor:
        assert await leases.take_lease(conductor, "pbx1", "one", now, 60)
        assert await leases.take_lease(conductor, "pbx1", "one", now, 60)
        async with conductor.begin() as tx:
            assert await calls.claim(tx, verified.id, town.id, town.anna.id, "phone", now)
            await users.set_ready(tx, town.anna.id, ready=False, reason="no-answer")
            await phones.set_registered(tx, phone.name, True)
            assert await phones.all_phones(tx) == [replace(phone, registered=True)]
        await wrap_ups.erase_due(conductor, now)
        async with conductor.begin() as tx:
            found = await calls.find(tx, verified.id)
            assert found is not None
            ended = replace(found, state=CallState.ENDED, outcome=Outcome.ANSWERED, ended_at=now)
            assert await calls.save(tx, ended)
            assert await calls.erase(tx, verified.id) == 1
        await leases.release_lease(conductor, "pbx1", "one")
