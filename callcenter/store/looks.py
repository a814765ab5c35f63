"""When to ask the IRMA server about open sessions: which are due, each for one process; all after an outage."""

from datetime import datetime

from sqlalchemy import bindparam, select, update

from callcenter.model.disclosure import next_look
from callcenter.store.database import Tx
from callcenter.store.disclosures import OpenSession, open_sessions
from callcenter.store.tables import disclosure

_LOOKED = update(disclosure).where(disclosure.c.id == bindparam("looked_id")).values(look_at=bindparam("next_look_at"))


async def claim_due(tx: Tx, now: datetime, limit: int) -> list[OpenSession]:
    """Return sessions that are due, the longest due first; they are not due again before their next time.

    So of several processes one asks about each. Should it die over that, the next look makes up for it.
    """
    rows = (
        await tx.connection.execute(
            select(disclosure.c.id, disclosure.c.requested_at, disclosure.c.expires_at)
            .where(disclosure.c.look_at <= now, disclosure.c.expires_at > now)
            .order_by(disclosure.c.look_at)
            .limit(limit)
            .with_for_update(skip_locked=True)  # SQLite has one writer at a time anyway
        )
    ).all()
    if not rows:
        return []
    times = [(row.id, next_look(row.requested_at, row.expires_at, now)) for row in rows]
    await tx.connection.execute(_LOOKED, [{"looked_id": id_, "next_look_at": at} for id_, at in times])
    return await open_sessions(tx, [row.id for row in rows])


async def look_again(tx: Tx, now: datetime) -> None:
    """Make every open session due now."""
    await tx.connection.execute(update(disclosure).where(disclosure.c.look_at > now).values(look_at=now))


async def look_soon(tx: Tx, disclosure_id: str, now: datetime) -> None:
    """Make this one due now, if its session is open."""
    await tx.connection.execute(
        update(disclosure).where(disclosure.c.id == disclosure_id, disclosure.c.look_at > now).values(look_at=now)
    )
