"""The store on each of its two databases: every test that asks for `store` runs on both."""

import shutil
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest
import pytest_asyncio
from psycopg import sql

from callcenter.store.database import Store, open_store
from callcenter.store.migrate import migrate
from callcenter.store.tables import metadata
from demo.postgres import new_database, postgres
from tests.integration.store.town import Town


@dataclass(frozen=True)
class Migrated:
    """Databases with the tables in them: one of PostgreSQL's, emptied for each test, and a file, copied for each."""

    postgres_url: str
    sqlite_file: Path


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def postgres_url(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[str]:
    async with postgres(tmp_path_factory.mktemp("postgres")) as url:
        yield url


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def migrated(postgres_url: str, tmp_path_factory: pytest.TempPathFactory) -> Migrated:
    made = Migrated(await new_database(postgres_url), tmp_path_factory.mktemp("sqlite") / "empty.db")
    for url in (made.postgres_url, f"sqlite:///{made.sqlite_file}"):
        async with open_store(url) as store:
            await migrate(store)
            await store.truncate_wal()
    return made


@pytest.fixture
async def postgres_store_url(migrated: Migrated) -> str:
    return await emptied(migrated.postgres_url)


@pytest.fixture
def sqlite_url(migrated: Migrated, tmp_path: Path) -> str:
    file = shutil.copy(migrated.sqlite_file, tmp_path / "veilig-bellen.db")
    return f"sqlite:///{file}"


@pytest.fixture(params=["sqlite", "postgresql"])
async def store_url(request: pytest.FixtureRequest, migrated: Migrated, sqlite_url: str) -> str:
    return sqlite_url if request.param == "sqlite" else await emptied(migrated.postgres_url)


@pytest.fixture
async def store(store_url: str) -> AsyncIterator[Store]:
    async with open_store(store_url) as opened:
        yield opened


@pytest.fixture
async def town(store: Store) -> Town:
    return await Town.found(store)


async def emptied(url: str) -> str:
    """The same database, with nothing in its tables."""
    tables = sql.SQL(", ").join(sql.Identifier(name) for name in metadata.tables)
    async with await psycopg.AsyncConnection.connect(url, autocommit=True) as connection:
        await connection.execute("SET session_replication_role = replica")  # else the audit trail only grows
        await connection.execute(sql.SQL("TRUNCATE {}").format(tables))
    return url
