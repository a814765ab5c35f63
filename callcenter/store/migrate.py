"""Brings the tables of a store to the version that this program wants."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

from callcenter.store import entry_tables  # noqa: F401 -- who migrates knows all tables
from callcenter.store.database import Store

_FOLDER = Path(__file__).parent / "migrations"
_LOCK = 7_236_104  # any number, as long as it is always this one


class SchemaMismatch(Exception):
    """The tables are not of this program's version; the message says what to do."""


async def check_version(store: Store) -> None:
    """Raise SchemaMismatch unless the tables are of the version that this program wants."""
    found, wanted = await versions(store)
    if found != wanted:
        raise SchemaMismatch(
            f"the tables are at version {found or 'none'}, wanted {wanted}; run `callcenter admin migrate`"
        )


async def migrate(store: Store) -> None:
    """Run the migrations that the store has not had."""

    def run(connection: Connection) -> None:
        command.upgrade(_config(connection), "head")

    async with store.engine.begin() as connection:
        if store.dialect == "postgresql":  # two at once: the second finds it done (SQLite locks by itself)
            await connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
        await connection.run_sync(run)


async def versions(store: Store) -> tuple[str | None, str | None]:
    """Return the version of the store's tables, and the version that this program wants."""

    def read(connection: Connection) -> str | None:
        return MigrationContext.configure(connection).get_current_revision()

    async with store.engine.connect() as connection:
        found = await connection.run_sync(read)
    return found, ScriptDirectory(str(_FOLDER)).get_current_head()


def _config(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(_FOLDER))
    config.attributes["connection"] = connection
    return config
