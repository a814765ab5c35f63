"""Links that open one thing once: kept as hashes, dead after use or when their time is over."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, delete, insert, select

from callcenter.model.staff import User
from callcenter.store.database import Tx
from callcenter.store.tables import one_time_link, staff
from callcenter.store.users import IN_SERVICE, USER, lock, user_of


class Opens(StrEnum):
    """What a link opens: the choice of a password, or the settings of one's phone."""

    PASSWORD = "password"  # noqa: S105 - its name
    PHONE = "phone"


async def give(tx: Tx, token_hash: bytes, user_id: str, opens: Opens, expires_at: datetime) -> None:
    """Keep a new link; the one of this kind that this user had works no more."""
    await lock(tx, user_id)
    await take_back(tx, user_id, opens)
    await tx.connection.execute(
        insert(one_time_link).values(token_hash=token_hash, staff_id=user_id, kind=opens.value, expires_at=expires_at)
    )


async def take_back(tx: Tx, user_id: str, opens: Opens | None = None) -> None:
    """Let this user's links work no more; those of one kind, or all."""
    of = [one_time_link.c.staff_id == user_id]
    if opens is not None:
        of.append(one_time_link.c.kind == opens.value)
    await tx.connection.execute(delete(one_time_link).where(*of))


async def whose(tx: Tx, token_hash: bytes, opens: Opens, now: datetime) -> User | None:
    """The user whom this link is for, if it works."""
    row = (
        await tx.connection.execute(
            select(*USER)
            .join(one_time_link, one_time_link.c.staff_id == staff.c.id)
            .where(*_works(token_hash, opens, now), IN_SERVICE)
        )
    ).one_or_none()
    return None if row is None else user_of(row)


async def use(tx: Tx, token_hash: bytes, opens: Opens, now: datetime) -> User | None:
    """Use a link up, and return whom it is for; of two at once one gets it."""
    user_id = await tx.connection.scalar(
        delete(one_time_link).where(*_works(token_hash, opens, now)).returning(one_time_link.c.staff_id)
    )
    row = (await tx.connection.execute(select(*USER).where(staff.c.id == user_id, IN_SERVICE))).one_or_none()
    return None if row is None else user_of(row)


async def forget(tx: Tx, now: datetime) -> None:
    """Delete the links whose time is over."""
    await tx.connection.execute(delete(one_time_link).where(one_time_link.c.expires_at <= now))


def _works(token_hash: bytes, opens: Opens, now: datetime) -> tuple[ColumnElement[bool], ...]:
    return (
        one_time_link.c.token_hash == token_hash,
        one_time_link.c.kind == opens.value,
        one_time_link.c.expires_at > now,
    )
