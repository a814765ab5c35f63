"""What the store knows of attempts to log in, so that all dashboards share it and a restart forgets nothing.

Whom or what an attempt was about is in it as a keyed hash only; names that nobody has are kept as those of staff are.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import and_, bindparam, delete, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from callcenter.model.patience import FORGOTTEN_AFTER, KNOWN_FOR, Tried
from callcenter.store.database import Tx
from callcenter.store.entry_tables import log_in_try

# A dashboard checks some 20 passwords a second: it adds no more than 36,000 of these until they are forgotten.
MOST = 100_000  # of names and networks from which nobody was ever right


async def tried(tx: Tx, marks: Sequence[bytes]) -> dict[bytes, Tried]:
    """What is known of these, by mark; what was never tried is not in it."""
    rows = await tx.connection.execute(select(log_in_try).where(log_in_try.c.mark.in_(marks)))
    return {row.mark: Tried(row.wrong, row.last_at, row.right_at) for row in rows}


async def lock(tx: Tx, marks: Sequence[bytes], now: datetime) -> dict[bytes, Tried]:
    """The same, which nobody else can change before this transaction ends; in the order of their marks, always."""
    new = [{"mark": mark, "wrong": 0, "last_at": now} for mark in sorted(set(marks))]
    rows: Sequence[Any] = ()
    while len(rows) < len(new):  # the sweeper may delete one in between
        dialect = sqlite if tx.connection.dialect.name == "sqlite" else postgresql
        await tx.connection.execute(dialect.insert(log_in_try).values(new).on_conflict_do_nothing())
        of = select(log_in_try).where(log_in_try.c.mark.in_(marks)).order_by(log_in_try.c.mark).with_for_update()
        rows = (await tx.connection.execute(of)).all()
    return {row.mark: Tried(row.wrong, row.last_at, row.right_at) for row in rows}


async def save(tx: Tx, changed: Mapping[bytes, Tried]) -> None:
    """Keep what has become of these, which are locked; one of which nothing is left goes."""
    empty = [mark for mark, one in changed.items() if one.wrong == 0 and one.right_at is None]
    if empty:
        await tx.connection.execute(delete(log_in_try).where(log_in_try.c.mark.in_(empty)))
    kept = [
        {"of": mark, "wrong": one.wrong, "last_at": one.last_at, "right_at": one.right_at}
        for mark, one in changed.items()
        if mark not in empty
    ]
    if kept:
        await tx.connection.execute(update(log_in_try).where(log_in_try.c.mark == bindparam("of")), kept)


async def forget(tx: Tx, now: datetime, most: int = MOST) -> None:
    """Delete what is as if it had never been tried, and the oldest of more than `most` that were never right.

    What somebody else has locked is in use again; waiting for it could be waiting for one another.
    """
    long_silent = log_in_try.c.last_at <= now - FORGOTTEN_AFTER
    unknown = or_(log_in_try.c.right_at.is_(None), log_in_try.c.right_at <= now - KNOWN_FOR)
    over = (
        select(log_in_try.c.mark)
        .where(log_in_try.c.right_at.is_(None))
        .order_by(log_in_try.c.last_at.desc())
        .offset(most)
    )
    for idle in (select(log_in_try.c.mark).where(and_(long_silent, unknown)), over):
        locked = idle.with_for_update(skip_locked=True)
        await tx.connection.execute(delete(log_in_try).where(log_in_try.c.mark.in_(locked)))
