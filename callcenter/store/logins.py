"""What the store knows of log-ins: who is logged in, since when, and when that was last used."""

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, delete, insert, select, update

from callcenter.model.staff import User
from callcenter.store.database import Tx
from callcenter.store.events import Change
from callcenter.store.tables import municipality, staff, staff_session
from callcenter.store.users import IN_SERVICE, USER, user_of


@dataclass(frozen=True)
class LogIn:
    """A log-in under way: who, the token that each of their forms must carry, and what their municipality is called.

    `networks`: from which they may come; none: from anywhere.
    """

    user: User
    csrf_token: str
    started_at: datetime
    seen_at: datetime
    networks: tuple[str, ...]
    municipality: str


async def start_login(
    tx: Tx, token_hash: bytes, csrf_token: str, user_id: str, now: datetime, browser: str = "", address: str = ""
) -> None:
    """Keep a log-in, by which browser (a word of ours), and from where."""
    await tx.connection.execute(
        insert(staff_session).values(
            token_hash=token_hash,
            staff_id=user_id,
            csrf_token=csrf_token,
            started_at=now,
            seen_at=now,
            proven_at=now,
            id=uuid.uuid4().hex,
            browser=browser,
            address=address,
        )
    )


async def login(tx: Tx, token_hash: bytes, idle_since: datetime, oldest: datetime) -> LogIn | None:
    """The log-in with this token, unless it was last seen before, or started before, these moments."""
    return (await living(tx, [token_hash], idle_since, oldest)).get(token_hash)


async def living(tx: Tx, token_hashes: list[bytes], idle_since: datetime, oldest: datetime) -> dict[bytes, LogIn]:
    """Those of these log-ins that are not over, by the hash of their token, in one query."""
    rows = await tx.connection.execute(
        select(
            *USER,
            staff_session.c.token_hash,
            staff_session.c.csrf_token,
            staff_session.c.started_at,
            staff_session.c.seen_at,
            municipality.c.networks,
            municipality.c.name.label("municipality"),
        )
        .join(staff_session, staff_session.c.staff_id == staff.c.id)
        .outerjoin(municipality, municipality.c.id == staff.c.municipality_id)
        .where(
            staff_session.c.token_hash.in_(token_hashes),
            staff_session.c.seen_at > idle_since,
            staff_session.c.started_at > oldest,
            IN_SERVICE,
        )
    )
    return {row.token_hash: _log_in(row) for row in rows}


async def seen(tx: Tx, token_hash: bytes, now: datetime) -> None:
    """Note that a log-in is in use."""
    await tx.connection.execute(
        update(staff_session).where(staff_session.c.token_hash == token_hash).values(seen_at=now)
    )


async def end_login(tx: Tx, token_hash: bytes) -> None:
    """End a log-in; its other tabs are told by the change of its user."""
    row = (
        await tx.connection.execute(
            delete(staff_session).where(staff_session.c.token_hash == token_hash).returning(staff_session.c.staff_id)
        )
    ).one_or_none()
    if row is not None:
        tx.announce(Change("staff", row.staff_id))


async def forget_logins(tx: Tx, idle_since: datetime, oldest: datetime) -> None:
    """Delete the log-ins that are over."""
    await tx.connection.execute(
        delete(staff_session).where((staff_session.c.seen_at <= idle_since) | (staff_session.c.started_at <= oldest))
    )


def _log_in(row: Row[*tuple[Any, ...]]) -> LogIn:
    networks = tuple(row.networks or ())
    return LogIn(user_of(row), row.csrf_token, row.started_at, row.seen_at, networks, row.municipality or "")
