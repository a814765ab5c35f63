"""What the store knows of staff: who they are, and whether they take calls."""

from typing import Any

from sqlalchemy import Row, and_, insert, select, update
from sqlalchemy.exc import IntegrityError

from callcenter.model.preferences import Preferences, read_preferences
from callcenter.model.staff import Role, User
from callcenter.store.database import Tx
from callcenter.store.events import Change
from callcenter.store.tables import staff

USER = (
    staff.c.id,
    staff.c.login,
    staff.c.name,
    staff.c.role,
    staff.c.municipality_id,
    staff.c.language,
    staff.c.ready,
    staff.c.not_ready_reason,
    staff.c.preferences,
    staff.c.logins_ended,
)
IN_SERVICE = and_(staff.c.disabled_at.is_(None), staff.c.removed_at.is_(None))


class LoginTaken(Exception):
    """Another user has this log-in name; choose another."""


async def add_user(tx: Tx, new: User, password_hash: str | None) -> None:
    """Keep a new user; without a password nobody can log in as them. Raises LoginTaken."""
    try:
        await tx.connection.execute(
            insert(staff).values(
                id=new.id,
                login=new.login,
                name=new.name,
                role=new.role.value,
                municipality_id=new.municipality_id,
                password_hash=password_hash,
                language=new.language,
                ready=new.ready,
                not_ready_reason=new.not_ready_reason,
                preferences=new.preferences.to_json(),
                logins_ended=new.logins_ended,
            )
        )
    except IntegrityError:
        raise LoginTaken(f"the log-in name {new.login!r} is taken; choose another") from None
    tx.announce(Change("staff", new.id, new.municipality_id))


async def user_with_hash(tx: Tx, login: str) -> tuple[User, str | None] | None:
    """The user with this log-in name, and the hash of their password if they have one; nobody who is kept out."""
    row = (
        await tx.connection.execute(select(*USER, staff.c.password_hash).where(staff.c.login == login, IN_SERVICE))
    ).one_or_none()
    return None if row is None else (user_of(row), row.password_hash)


async def user_by_id(tx: Tx, id_: str) -> User | None:
    """The user with this id."""
    row = (await tx.connection.execute(select(*USER).where(staff.c.id == id_))).one_or_none()
    return None if row is None else user_of(row)


async def is_in_service(tx: Tx, user_id: str) -> bool:
    """Tell whether this user is neither kept out nor removed."""
    return await tx.connection.scalar(select(staff.c.id).where(staff.c.id == user_id, IN_SERVICE)) is not None


async def lock(tx: Tx, user_id: str) -> None:
    """Let no other transaction change this user, or what is theirs alone, until this one has ended (SQLite has one)."""
    # Not a plain FOR UPDATE: it would keep every row waiting that is to name this user, such as a call they take.
    await tx.connection.execute(select(staff.c.id).where(staff.c.id == user_id).with_for_update(key_share=True))


async def may_still_go_in(tx: Tx, user: User) -> bool:
    """Tell whether a log-in that was begun by this user may go on; none can be ended until this transaction has.

    Not when all their log-ins have been ended since, or they have been kept out or removed.
    """
    await lock(tx, user.id)
    ended = await tx.connection.scalar(select(staff.c.logins_ended).where(staff.c.id == user.id, IN_SERVICE))
    return bool(ended == user.logins_ended)


async def set_password(tx: Tx, user_id: str, password_hash: str) -> None:
    """Keep another password of this user, by its hash."""
    await tx.connection.execute(update(staff).where(staff.c.id == user_id).values(password_hash=password_hash))


async def set_ready(tx: Tx, user_id: str, ready: bool, reason: str | None) -> None:  # noqa: FBT001 - it is what is set
    """Note whether this user takes calls, and if not, why."""
    row = (
        await tx.connection.execute(
            update(staff)
            .where(staff.c.id == user_id)
            .values(ready=ready, not_ready_reason=reason)
            .returning(staff.c.municipality_id)
        )
    ).one_or_none()
    if row is not None:
        tx.announce(Change("staff", user_id, row.municipality_id))


async def set_language(tx: Tx, user_id: str, language: str) -> None:
    """Note the language ('nl' or 'en') of this user's screens."""
    await tx.connection.execute(update(staff).where(staff.c.id == user_id).values(language=language))


async def set_preferences(tx: Tx, user: User, preferences: Preferences) -> None:
    """Note how this user likes their pages."""
    await tx.connection.execute(update(staff).where(staff.c.id == user.id).values(preferences=preferences.to_json()))
    tx.announce(Change("staff", user.id, user.municipality_id))


def user_of(row: Row[*tuple[Any, ...]]) -> User:
    """Return the user that a row with the columns of `USER` holds."""
    return User(
        id=row.id,
        login=row.login,
        name=row.name,
        role=Role(row.role),
        municipality_id=row.municipality_id,
        language=row.language,
        ready=row.ready,
        not_ready_reason=row.not_ready_reason,
        preferences=read_preferences(row.preferences),
        logins_ended=row.logins_ended,
    )
