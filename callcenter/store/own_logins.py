"""One user's own log-ins: a list of them, ending them, and when it was last shown that it is they."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select, update

from callcenter.store.database import Tx
from callcenter.store.entry_tables import half_login
from callcenter.store.events import Change
from callcenter.store.tables import staff, staff_session


@dataclass(frozen=True)
class OwnLogIn:
    """A log-in as its user sees it. `browser`: a word of ours, such as `firefox-windows`, or empty."""

    id: str
    token_hash: bytes
    started_at: datetime
    seen_at: datetime
    browser: str
    address: str


async def log_ins_of(tx: Tx, user_id: str, idle_since: datetime, oldest: datetime) -> list[OwnLogIn]:
    """The log-ins of this user that are not over, the last used first."""
    rows = await tx.connection.execute(
        select(
            staff_session.c.id,
            staff_session.c.token_hash,
            staff_session.c.started_at,
            staff_session.c.seen_at,
            staff_session.c.browser,
            staff_session.c.address,
        )
        .where(
            staff_session.c.staff_id == user_id,
            staff_session.c.seen_at > idle_since,
            staff_session.c.started_at > oldest,
        )
        .order_by(staff_session.c.seen_at.desc(), staff_session.c.id)
    )
    return [OwnLogIn(row.id, row.token_hash, row.started_at, row.seen_at, row.browser, row.address) for row in rows]


async def end_one(tx: Tx, user_id: str, id_: str) -> bool:
    """End this log-in if it is this user's; tell whether there was one."""
    gone = await tx.connection.execute(
        delete(staff_session).where(staff_session.c.id == id_, staff_session.c.staff_id == user_id)
    )
    if gone.rowcount:
        tx.announce(Change("staff", user_id))
    return bool(gone.rowcount)


async def end_all(tx: Tx, user_id: str, but: bytes | None = None) -> None:
    """End all log-ins of this user, whole, half, and under way, but perhaps the one with this token's hash."""
    # First: a log-in that is going in has this row locked, and is then there to be deleted.
    one_more = {"logins_ended": staff.c.logins_ended + 1}
    await tx.connection.execute(update(staff).where(staff.c.id == user_id).values(one_more))
    of = [staff_session.c.staff_id == user_id]
    if but is not None:
        of.append(staff_session.c.token_hash != but)
    await tx.connection.execute(delete(staff_session).where(*of))
    await tx.connection.execute(delete(half_login).where(half_login.c.staff_id == user_id))
    tx.announce(Change("staff", user_id))


async def proven_at(tx: Tx, token_hash: bytes) -> datetime | None:
    """When it was last shown, by a password or a factor, that whoever has this log-in is its user."""
    at: datetime | None = await tx.connection.scalar(
        select(staff_session.c.proven_at).where(staff_session.c.token_hash == token_hash)
    )
    return at


async def note_proven(tx: Tx, token_hash: bytes, now: datetime) -> None:
    """Note that it has been shown just now."""
    await tx.connection.execute(
        update(staff_session).where(staff_session.c.token_hash == token_hash).values(proven_at=now)
    )
