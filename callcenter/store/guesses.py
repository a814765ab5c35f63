"""What the store knows of wrong codes: how far each limit is used up, and which call waits for its slot."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, bindparam, delete, func, select, update
from sqlalchemy.dialects import postgresql, sqlite

from callcenter.model.guessing import MEMORY, Bucket, Kind, Limit
from callcenter.store import audit
from callcenter.store.database import Tx
from callcenter.store.tables import guess_limit

ALARM = "guess-limit"  # in the audit trail: a limit came in force


@dataclass(frozen=True)
class Scope:
    """What one limit holds for. `key` names it in the store, and holds no number or id of a caller.

    `of`: the municipality whose limit it is; None when it is the whole installation's.
    """

    key: str
    kind: Kind
    limit: Limit = field(compare=False)
    of: str | None = None


@dataclass(frozen=True)
class Kept:
    """What is kept of a scope. Of a call also the slot it waits for, and the keyed hash of its last wrong code."""

    bucket: Bucket
    slot_at: datetime | None = None
    wrong_code: bytes | None = None


def none_in_force(keys: Sequence[BindParameter[Any]], now: BindParameter[Any]) -> ColumnElement[bool]:
    """Return the condition that none of these limits is in force: a part of the one UPDATE that uses a code up."""
    in_force = select(guess_limit.c.scope).where(guess_limit.c.scope.in_(keys), guess_limit.c.opens_at > now)
    return ~in_force.exists()


async def lock(tx: Tx, scopes: Sequence[Scope], now: datetime) -> dict[str, Kept]:
    """Return what is kept of these scopes, by key, which nobody else can change before this transaction ends.

    Always in the order of their keys: two that want the same can't wait for one another.
    """
    in_order = sorted(scopes, key=lambda scope: scope.key)
    new = [{"scope": one.key, "kind": one.kind.value, **_columns(Kept(Bucket.empty(now)))} for one in in_order]
    ours = [scope.key for scope in in_order]
    rows: Sequence[Any] = ()
    while len(rows) < len(ours):  # the sweeper may delete one in between
        # With many rows in one statement they are made in their order; PostgreSQL's and SQLite's are spelled the same.
        dialect = sqlite if tx.connection.dialect.name == "sqlite" else postgresql
        await tx.connection.execute(dialect.insert(guess_limit).values(new).on_conflict_do_nothing())
        found = await tx.connection.execute(
            select(guess_limit).where(guess_limit.c.scope.in_(ours)).order_by(guess_limit.c.scope).with_for_update()
        )
        rows = found.all()
    return {row.scope: _kept(row) for row in rows}


async def save(tx: Tx, changed: Mapping[str, Kept]) -> None:
    """Keep what has become of scopes that are locked."""
    if changed:
        await tx.connection.execute(
            update(guess_limit).where(guess_limit.c.scope == bindparam("key")),
            [{"key": key, **_columns(kept)} for key, kept in changed.items()],
        )


async def note_alarm(tx: Tx, now: datetime, kind: Kind, municipality_id: str | None, trunk: str | None) -> None:
    """Add a line to the audit trail: this limit came in force. Of a caller it says no more than that."""
    what = f"{kind.value}:{trunk}" if trunk else kind.value
    await audit.note(tx, now, ALARM, None, attribute=what, municipality_id=municipality_id)


async def in_force(tx: Tx, now: datetime) -> dict[Kind, int]:
    """How many limits of each kind are in force."""
    rows = await tx.connection.execute(
        select(guess_limit.c.kind, func.count()).where(guess_limit.c.opens_at > now).group_by(guess_limit.c.kind)
    )
    return dict.fromkeys(Kind, 0) | {Kind(kind): count for kind, count in rows}


async def forget(tx: Tx, now: datetime) -> None:
    """Delete what is as if it had never been, half an hour after it was used up no more.

    What somebody else has locked is in use again; waiting for it could be waiting for one another.
    """
    idle = select(guess_limit.c.scope).where(guess_limit.c.free_at <= now - MEMORY).with_for_update(skip_locked=True)
    await tx.connection.execute(delete(guess_limit).where(guess_limit.c.scope.in_(idle)))


def _columns(kept: Kept) -> dict[str, Any]:
    bucket = kept.bucket
    return {
        "free_at": bucket.free_at,
        "opens_at": bucket.opens_at,
        "wrong": bucket.wrong,
        "alarmed": bucket.alarmed,
        "slot_at": kept.slot_at,
        "wrong_code": kept.wrong_code,
    }


def _kept(row: Any) -> Kept:
    return Kept(Bucket(row.free_at, row.opens_at, row.wrong, row.alarmed), row.slot_at, row.wrong_code)
