"""API keys of the internal interface: kept as hashes, each with the scopes that it opens and until when."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import Row, insert, or_, select, update
from sqlalchemy.exc import IntegrityError

from callcenter.model.code import token_hash
from callcenter.store.database import Tx
from callcenter.store.events import Change
from callcenter.store.tables import api_key, municipality

RESOLVE = "resolve"
RESOLVE_IRMA = "resolve:irma"

NOTE_USE_EVERY = timedelta(minutes=1)  # so exact is the last use of a key, which costs a write


class Scope(StrEnum):
    """What a key may open: our own reference, or the IRMA session id as well."""

    RESOLVE = RESOLVE
    RESOLVE_IRMA = RESOLVE_IRMA


@dataclass(frozen=True)
class ApiKey:
    """A key; `municipality_id` None means for every municipality: a conductor's, that belongs to the installation."""

    id: str
    name: str
    scopes: tuple[str, ...]
    municipality_id: str | None
    expires_at: datetime | None = None
    revoked_at: datetime | None = None

    @property
    def ours(self) -> bool:
        """Whether it is a conductor's, which shares our store, and not of another call centre."""
        return self.municipality_id is None

    def works(self, now: datetime) -> bool:
        """Tell whether it may be used."""
        return self.revoked_at is None and (self.expires_at is None or now < self.expires_at)


@dataclass(frozen=True)
class KeptKey:
    """A key as operators see it."""

    key: ApiKey
    municipality_slug: str | None
    made_at: datetime
    used_at: datetime | None


async def add_key(
    tx: Tx,
    token: str,
    name: str,
    scopes: tuple[str, ...],
    municipality_id: str | None,
    now: datetime,
    expires_at: datetime | None = None,
    id_: str | None = None,
) -> bool:
    """Keep a new key, by its hash; `id_` for one that is to have this id. Tell whether no other key has it."""
    row = insert(api_key).values(
        id=id_ or secrets.token_hex(4),  # short: operators type it
        token_hash=token_hash(token),
        name=name,
        scopes=list(scopes),
        municipality_id=municipality_id,
        made_at=now,
        expires_at=expires_at,
    )
    try:
        async with tx.connection.begin_nested():
            await tx.connection.execute(row)
    except IntegrityError:
        return False
    return True


async def find_key(tx: Tx, token: str) -> ApiKey | None:
    """The key with this token, also when it works no more."""
    row = (await tx.connection.execute(select(api_key).where(api_key.c.token_hash == token_hash(token)))).one_or_none()
    return None if row is None else _key(row)


async def use_key(tx: Tx, token: str, now: datetime) -> ApiKey | None:
    """The same, noting that it was used, if that was not noted in the last minute."""
    key = await find_key(tx, token)
    if key is not None and key.works(now):
        long_ago = or_(api_key.c.used_at.is_(None), api_key.c.used_at < now - NOTE_USE_EVERY)
        await tx.connection.execute(update(api_key).where(api_key.c.id == key.id, long_ago).values(used_at=now))
    return key


async def all_keys(tx: Tx) -> list[KeptKey]:
    """Every key, the newest last."""
    rows = await tx.connection.execute(
        select(api_key, municipality.c.slug)
        .select_from(api_key.outerjoin(municipality, municipality.c.id == api_key.c.municipality_id))
        .order_by(api_key.c.made_at)
    )
    return [KeptKey(_key(row), row.slug, row.made_at, row.used_at) for row in rows]


async def key_by_id(tx: Tx, key_id: str) -> ApiKey | None:
    """The key with this id, also when it works no more."""
    row = (await tx.connection.execute(select(api_key).where(api_key.c.id == key_id))).one_or_none()
    return None if row is None else _key(row)


async def change_token(tx: Tx, key_id: str, token: str) -> bool:
    """Let another token open what this key opens, if nobody has used it yet; tell whether that is so."""
    result = await tx.connection.execute(
        update(api_key)
        .where(api_key.c.id == key_id, api_key.c.used_at.is_(None), api_key.c.revoked_at.is_(None))
        .values(token_hash=token_hash(token))
    )
    tx.announce(Change("key", key_id))
    return bool(result.rowcount)


async def expire_key(tx: Tx, key_id: str, at: datetime) -> None:
    """Let a key work until then and no longer."""
    await tx.connection.execute(update(api_key).where(api_key.c.id == key_id).values(expires_at=at))
    tx.announce(Change("key", key_id))


async def revoke_key(tx: Tx, key_id: str, now: datetime) -> bool:
    """Let a key work no more; tell whether there is such a key."""
    result = await tx.connection.execute(
        update(api_key).where(api_key.c.id == key_id, api_key.c.revoked_at.is_(None)).values(revoked_at=now)
    )
    tx.announce(Change("key", key_id))
    return bool(result.rowcount)


def _key(row: Row[*tuple[Any, ...]]) -> ApiKey:
    return ApiKey(row.id, row.name, tuple(row.scopes), row.municipality_id, row.expires_at, row.revoked_at)
