"""The staff of a municipality as their manager sees them, and what ends somebody's access."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, delete, func, select, update

from callcenter.model.staff import User
from callcenter.store import leaving, one_time_links, own_logins
from callcenter.store.database import Tx
from callcenter.store.events import Change
from callcenter.store.tables import one_time_link, phone, staff, staff_session
from callcenter.store.users import USER, user_of


@dataclass(frozen=True)
class Member:
    """Somebody of the staff. `phone`: whether it is registered, None for none. `seen_at`: when last logged in."""

    user: User
    disabled: bool
    has_password: bool
    link_until: datetime | None
    phone: bool | None
    logins: int
    seen_at: datetime | None


async def team(tx: Tx, municipality_id: str) -> list[Member]:
    """All staff of a municipality, by name."""
    return await _members(tx, staff.c.municipality_id == municipality_id)


async def member(tx: Tx, user_id: str) -> Member | None:
    """The member of staff with this id, of whichever municipality, unless they were removed."""
    found = await _members(tx, staff.c.id == user_id)
    return found[0] if found else None


async def everybody(tx: Tx, municipality_id: str) -> list[User]:
    """All who are or were of this team, by name."""
    rows = await tx.connection.execute(
        select(*USER).where(staff.c.municipality_id == municipality_id).order_by(func.lower(staff.c.name), staff.c.id)
    )
    return [user_of(row) for row in rows]


async def disable(tx: Tx, user: User, now: datetime) -> None:
    """Keep this user out until they are let in again."""
    await _end_access(tx, user, now, disabled_at=now)


async def enable(tx: Tx, user: User) -> None:
    """Let this user in again; they get a new phone when they ask for one."""
    await tx.connection.execute(update(staff).where(staff.c.id == user.id).values(disabled_at=None))
    tx.announce(Change("staff", user.id, user.municipality_id))


async def remove(tx: Tx, user: User, now: datetime) -> None:
    """Remove this user; what they did keeps their name, and their log-in name may be given again."""
    await _end_access(tx, user, now, removed_at=now, password_hash=None)


async def take_password(tx: Tx, user: User, now: datetime) -> None:
    """Let this user's password work no more."""
    await tx.connection.execute(update(staff).where(staff.c.id == user.id).values(password_hash=None))
    await end_logins(tx, user, now)


async def end_logins(tx: Tx, user: User, now: datetime) -> None:
    """End all log-ins of this user, half-way ones too; their pages are closed by the change."""
    await own_logins.end_all(tx, user.id)
    await leaving.leave(tx, user.id, now)


async def _end_access(tx: Tx, user: User, now: datetime, **changes: Any) -> None:
    await tx.connection.execute(update(staff).where(staff.c.id == user.id).values(**changes))
    await one_time_links.take_back(tx, user.id)
    await end_logins(tx, user, now)
    gone = await tx.connection.scalars(delete(phone).where(phone.c.staff_id == user.id).returning(phone.c.name))
    for name in gone.all():
        tx.announce(Change("phone", name, user.municipality_id))


async def _members(tx: Tx, of: ColumnElement[bool]) -> list[Member]:
    logins = (
        select(
            staff_session.c.staff_id,
            func.count().label("logins"),
            func.max(staff_session.c.seen_at).label("seen_at"),
        )
        .group_by(staff_session.c.staff_id)
        .subquery()
    )
    links = (
        select(one_time_link.c.staff_id, one_time_link.c.expires_at)
        .where(one_time_link.c.kind == one_time_links.Opens.PASSWORD.value)
        .subquery()
    )
    rows: Sequence[Row[*tuple[Any, ...]]] = (
        await tx.connection.execute(
            select(
                *USER,
                staff.c.disabled_at,
                staff.c.password_hash.is_not(None).label("has_password"),
                links.c.expires_at,
                phone.c.registered,
                logins.c.logins,
                logins.c.seen_at,
            )
            .select_from(
                staff.outerjoin(phone, phone.c.staff_id == staff.c.id)
                .outerjoin(logins, logins.c.staff_id == staff.c.id)
                .outerjoin(links, links.c.staff_id == staff.c.id)
            )
            .where(of, staff.c.removed_at.is_(None))
            .order_by(func.lower(staff.c.name), staff.c.id)
        )
    ).all()
    return [
        Member(
            user=user_of(row),
            disabled=row.disabled_at is not None,
            has_password=row.has_password,
            link_until=row.expires_at,
            phone=row.registered,
            logins=row.logins or 0,
            seen_at=row.seen_at,
        )
        for row in rows
    ]
