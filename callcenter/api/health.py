"""Health: does identification work now? One look every few seconds, however many ask; no detail of what is wrong."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy.exc import SQLAlchemyError

from callcenter.irma.client import IrmaServer
from callcenter.irma.errors import IrmaAway, IrmaError
from callcenter.store import alive
from callcenter.store.database import Store

REMEMBER_SECONDS = 5.0
LOOK_SECONDS = 2.0  # in which database and IRMA server have to answer

State = Literal["works", "identification-away", "database-away"]


class Health(BaseModel):
    """How it goes here now."""

    model_config = ConfigDict(frozen=True)

    state: State
    since: datetime | None = Field(None, description="when what is away was first found so")


class HealthLook:
    """Looks for one process."""

    def __init__(self, store: Store, irma: IrmaServer) -> None:
        self._store = store
        self._irma = irma
        self._turn = asyncio.Lock()
        self._seen = Health(state="works")
        self._looked_at = float("-inf")
        self._database_away_since: datetime | None = None

    async def now(self) -> Health:
        """How it goes, as of some seconds ago at most."""
        async with self._turn:  # of many at once one looks
            if time.monotonic() - self._looked_at >= REMEMBER_SECONDS:
                self._seen = await self._look()
                self._looked_at = time.monotonic()
        return self._seen

    async def identification_is_away(self) -> bool:
        """The same for a page that has to be quick: looks only where a question has failed already."""
        return self._irma.away_since is not None and (await self.now()).state == "identification-away"

    async def _look(self) -> Health:
        database, irma = await asyncio.gather(_answers(self._ask_store), _answers(self._irma.public_key))
        self._database_away_since = None if database else self._database_away_since or datetime.now(UTC)
        if not database:
            return Health(state="database-away", since=self._database_away_since)
        if not irma:
            return Health(state="identification-away", since=self._irma.away_since or datetime.now(UTC))
        return Health(state="works")

    async def _ask_store(self) -> None:
        async with self._store.read() as tx:
            await alive.answer(tx)


async def _answers(ask: Callable[[], Awaitable[object]]) -> bool:
    try:
        async with asyncio.timeout(LOOK_SECONDS):
            await ask()
    except (IrmaAway, SQLAlchemyError, OSError):  # TimeoutError is an OSError
        return False
    except IrmaError:
        return True  # it said no, but it is there
    return True
