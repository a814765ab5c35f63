"""API keys of the internal interface: kept as hashes, each with the scopes that it opens."""

import uuid
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import insert, select

from callcenter.model.code import token_hash
from callcenter.store.database import Tx
from callcenter.store.tables import api_key

RESOLVE = "resolve"


@dataclass(frozen=True)
class ApiKey:
    """A key that may be used; `municipality_id` None means for every municipality (the conductor's)."""

    id: str
    name: str
    scopes: tuple[str, ...]
    municipality_id: str | None


async def add_key(
    tx: Tx,
    token: str,
    name: str,
    scopes: tuple[str, ...],
    municipality_id: str | None,
    now: datetime,
) -> None:
    """Keep a new key, by its hash."""
    await tx.connection.execute(
        insert(api_key).values(
            id=uuid.uuid4().hex,
            token_hash=token_hash(token),
            name=name,
            scopes=list(scopes),
            municipality_id=municipality_id,
            made_at=now,
        )
    )


async def find_key(tx: Tx, token: str) -> ApiKey | None:
    """The key with this token, unless it has been revoked."""
    row = (
        await tx.connection.execute(
            select(api_key).where(
                api_key.c.token_hash == token_hash(token),
                api_key.c.revoked_at.is_(None),
            )
        )
    ).one_or_none()
    return None if row is None else ApiKey(row.id, row.name, tuple(row.scopes), row.municipality_id)
