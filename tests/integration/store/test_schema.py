"""The migrations make exactly the tables of `tables.py`, also when two processes begin at once."""

import asyncio
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, text

from callcenter.store.database import Store, open_store
from callcenter.store.migrate import SchemaMismatch, check_version, migrate, versions
from callcenter.store.tables import metadata
from demo.postgres import new_database


def differences(connection: Connection) -> list[Any]:
    context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
    found: list[Any] = compare_metadata(context, metadata)
    return found


async def test_migrated_tables_are_those_of_the_program(store: Store) -> None:
    async with store.engine.connect() as connection:
        assert await connection.run_sync(differences) == []


async def test_the_version_is_the_wanted_one(store: Store) -> None:
    found, wanted = await versions(store)
    assert found == wanted is not None
    await check_version(store)


async def test_migrating_again_changes_nothing(store: Store) -> None:
    await migrate(store)
    async with store.engine.connect() as connection:
        assert await connection.run_sync(differences) == []


@pytest.mark.parametrize("dialect", ["sqlite", "postgresql"])
async def test_two_processes_may_migrate_at_once(dialect: str, postgres_url: str, tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/new.db" if dialect == "sqlite" else await new_database(postgres_url)
    async with open_store(url) as one, open_store(url) as other:
        with pytest.raises(SchemaMismatch, match="admin migrate"):
            await check_version(one)
        await asyncio.gather(migrate(one), migrate(other), migrate(one))
        await check_version(other)


@pytest.mark.parametrize("index", ["uq_call_agent_live", "uq_call_channel_live", "uq_disclosure_code_hash"])
async def test_the_indexes_that_rules_rest_on_are_unique_and_partial(store: Store, index: str) -> None:
    query = {
        "sqlite": "SELECT sql FROM sqlite_master WHERE name = :name",
        "postgresql": "SELECT indexdef FROM pg_indexes WHERE indexname = :name",
    }[store.dialect]
    async with store.engine.connect() as connection:
        definition = await connection.scalar(text(query), {"name": index})
    assert "UNIQUE" in definition
    assert "WHERE" in definition


async def test_nobody_else_may_read_the_file_of_sqlite(tmp_path: Path) -> None:
    async with open_store(f"sqlite:///{tmp_path}/new.db") as store:
        await migrate(store)
        modes = modes_of(tmp_path)
    assert modes.keys() == {"new.db", "new.db-wal", "new.db-shm"}
    assert set(modes.values()) == {0o600}


def modes_of(folder: Path) -> dict[str, int]:
    return {file.name: file.stat().st_mode & 0o777 for file in folder.iterdir()}
