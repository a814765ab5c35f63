"""How the verbs of `callcenter admin` reach the store: with tables of this version, and named in the audit trail."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from callcenter.logs import configure_logs
from callcenter.settings import Settings, load_settings
from callcenter.store import audit
from callcenter.store.database import Store, open_store
from callcenter.store.migrate import check_version

Result = TypeVar("Result")


def settings_with(*needed: str) -> Settings:
    """Return the settings, of which these are needed. Raises SettingsError."""
    settings = load_settings()
    configure_logs(settings.log_format)
    settings.require(*needed)
    return settings


def in_store(
    work: Callable[[Store], Awaitable[Result]], *, settings: Settings | None = None, any_version: bool = False
) -> Result:
    """Do this with the store. Raises SchemaMismatch, unless its tables may be of any version."""
    known = settings or settings_with()

    async def inside() -> Result:
        async with open_store(known.database_url) as store:
            if not any_version:
                await check_version(store)
            with audit.coming_from(audit.COMMAND_LINE):
                return await work(store)

    return asyncio.run(inside())
