"""The doctor on who asks PostgreSQL: a user whom nothing binds, a table that is open, a log-in of one process."""

from collections.abc import AsyncIterator

import pytest
from sqlalchemy import text

from callcenter import admin
from callcenter.doctor import examine
from callcenter.doctor_rights import examine_rights
from callcenter.finding import Finding
from callcenter.settings import load_settings
from callcenter.store.database import Store, open_store
from callcenter.store.migrate import migrate
from callcenter.store.roles import PROCESSES, Process, as_name, role_of
from demo.postgres import new_database
from tests.integration.store.conftest import postgres_url

__all__ = ["postgres_url"]


@pytest.fixture
async def url(postgres_url: str) -> str:
    """The URL of a database with tables and a municipality, as a superuser."""
    made = await new_database(postgres_url)
    async with open_store(made) as store:
        await migrate(store)
        await admin.add_municipality(store, "voorbeeldstad", "Gemeente Voorbeeldstad", "+31243290000")
    return made


@pytest.fixture
async def store(url: str) -> AsyncIterator[Store]:
    async with open_store(url) as opened:
        yield opened


async def log_in_of(store: Store, url: str, process: Process | None) -> str:
    """The URL of a new log-in, that is a member of this process's role."""
    async with store.engine.begin() as connection:
        database = await connection.scalar(text("SELECT current_database()"))
        login = f"{database}_{process or 'nobody'}_log_in"
        await connection.execute(text(f"CREATE ROLE {login} LOGIN"))
        if process is not None:
            await connection.execute(text(f"GRANT {as_name(role_of(str(database), process))} TO {login}"))
    return url.replace("//vb@", f"//{login}@")


def advice(found: list[Finding], name: str, *, ok: bool) -> str:
    (one,) = [one for one in found if one.name == name]
    assert one.ok is ok, one
    return one.advice


async def test_a_superuser_is_told_of(store: Store) -> None:
    assert "superuser" in advice(await examine_rights(store), "database user", ok=False)


async def test_a_table_that_is_open_is_told_of_with_what_closes_it(store: Store) -> None:
    async with store.engine.begin() as connection:
        await connection.execute(text("ALTER TABLE call DISABLE ROW LEVEL SECURITY"))
    told = advice(await examine_rights(store), "row level security", ok=False)
    async with store.engine.begin() as connection:
        await connection.execute(text(told.partition("run: ")[2]))
    assert advice(await examine_rights(store), "row level security", ok=True)


async def test_who_may_act_as_no_process_is_told_so(store: Store, url: str) -> None:
    async with open_store(await log_in_of(store, url, None)) as theirs:
        assert "may act as no process" in advice(await examine_rights(theirs), "database user", ok=False)


@pytest.mark.parametrize("process", PROCESSES)
async def test_with_the_log_in_of_one_process_it_looks_at_what_that_may_see(
    store: Store, url: str, process: Process
) -> None:
    theirs = await log_in_of(store, url, process)
    found = await examine(load_settings(database_url=theirs, internal_api_key="a-key-that-is-not-known"))
    assert advice(found, "database user", ok=True).endswith(f"_{process}")
    assert advice(found, "tables", ok=True)
    not_looked_at = process == "conductor"
    assert ("not looked at" in advice(found, "API key of the conductor", ok=not_looked_at)) is not_looked_at
    assert ("not looked at" in advice(found, "municipalities", ok=True)) is not_looked_at
