"""What the store knows of staff, their log-ins, their phones, and what they did (the audit trail)."""

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from callcenter.model.staff import Phone, Role, User
from callcenter.store.database import Tx
from callcenter.store.events import Change
from callcenter.store.tables import audit, phone, staff, staff_session

_USER = (
    staff.c.id,
    staff.c.login,
    staff.c.name,
    staff.c.role,
    staff.c.municipality_id,
    staff.c.language,
    staff.c.ready,
    staff.c.not_ready_reason,
)


class LoginTaken(Exception):
    """Another user has this log-in name; choose another."""


@dataclass(frozen=True)
class LogIn:
    """A log-in under way: who, and the token that each of their forms must carry."""

    user: User
    csrf_token: str
    started_at: datetime
    seen_at: datetime


async def add_user(tx: Tx, new: User, password_hash: str) -> None:
    """Keep a new user. Raises LoginTaken."""
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
            )
        )
    except IntegrityError:
        raise LoginTaken(f"the log-in name {new.login!r} is taken; choose another") from None
    tx.announce(Change("staff", new.id, new.municipality_id))


async def user_with_hash(tx: Tx, login: str) -> tuple[User, str] | None:
    """The user with this log-in name, and the hash of their password."""
    row = (
        await tx.connection.execute(select(*_USER, staff.c.password_hash).where(staff.c.login == login))
    ).one_or_none()
    return None if row is None else (_user(row), row.password_hash)


async def user_by_id(tx: Tx, id_: str) -> User | None:
    """The user with this id."""
    row = (await tx.connection.execute(select(*_USER).where(staff.c.id == id_))).one_or_none()
    return None if row is None else _user(row)


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


async def start_login(tx: Tx, token_hash: bytes, csrf_token: str, user_id: str, now: datetime) -> None:
    """Keep a log-in."""
    await tx.connection.execute(
        insert(staff_session).values(
            token_hash=token_hash,
            staff_id=user_id,
            csrf_token=csrf_token,
            started_at=now,
            seen_at=now,
        )
    )


async def login(tx: Tx, token_hash: bytes, idle_since: datetime, oldest: datetime) -> LogIn | None:
    """The log-in with this token, unless it was last seen before, or started before, these moments."""
    row = (
        await tx.connection.execute(
            select(
                *_USER,
                staff_session.c.csrf_token,
                staff_session.c.started_at,
                staff_session.c.seen_at,
            )
            .join(staff_session, staff_session.c.staff_id == staff.c.id)
            .where(
                staff_session.c.token_hash == token_hash,
                staff_session.c.seen_at > idle_since,
                staff_session.c.started_at > oldest,
            )
        )
    ).one_or_none()
    return None if row is None else LogIn(_user(row), row.csrf_token, row.started_at, row.seen_at)


async def logins(tx: Tx, token_hashes: list[bytes], idle_since: datetime, oldest: datetime) -> dict[bytes, LogIn]:
    """Those of these log-ins that are not over, by the hash of their token, in one query."""
    rows = await tx.connection.execute(
        select(
            *_USER,
            staff_session.c.token_hash,
            staff_session.c.csrf_token,
            staff_session.c.started_at,
            staff_session.c.seen_at,
        )
        .join(staff_session, staff_session.c.staff_id == staff.c.id)
        .where(
            staff_session.c.token_hash.in_(token_hashes),
            staff_session.c.seen_at > idle_since,
            staff_session.c.started_at > oldest,
        )
    )
    return {row.token_hash: LogIn(_user(row), row.csrf_token, row.started_at, row.seen_at) for row in rows}


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


async def set_phone(tx: Tx, new: Phone, municipality_id: str | None) -> None:
    """Give a user this phone in place of the one they had."""
    await tx.connection.execute(delete(phone).where(phone.c.staff_id == new.staff_id))
    await tx.connection.execute(
        insert(phone).values(
            name=new.name,
            staff_id=new.staff_id,
            realm=new.realm,
            digest=new.digest,
            registered=False,
        )
    )
    tx.announce(Change("phone", new.name, municipality_id))


async def phones(tx: Tx) -> list[Phone]:
    """All phones."""
    return [_phone(row) for row in await tx.connection.execute(select(phone))]


async def phone_by_name(tx: Tx, name: str) -> Phone | None:
    """The phone with this name."""
    row = (await tx.connection.execute(select(phone).where(phone.c.name == name))).one_or_none()
    return None if row is None else _phone(row)


async def phone_of(tx: Tx, user_id: str) -> Phone | None:
    """The phone of this user."""
    row = (await tx.connection.execute(select(phone).where(phone.c.staff_id == user_id))).one_or_none()
    return None if row is None else _phone(row)


async def set_registered(tx: Tx, name: str, registered: bool) -> None:  # noqa: FBT001 - it is what is set
    """Note whether a phone is registered; announced only when that has changed."""
    row = (
        await tx.connection.execute(
            update(phone)
            .where(phone.c.name == name, phone.c.registered != registered)
            .values(registered=registered)
            .returning(phone.c.staff_id)
        )
    ).one_or_none()
    if row is None:
        return
    user = await user_by_id(tx, row.staff_id)
    tx.announce(Change("staff", row.staff_id, user.municipality_id if user else None))


async def note(
    tx: Tx,
    now: datetime,
    action: str,
    user: User | None,
    call_id: str | None = None,
    attribute: str | None = None,
) -> None:
    """Add a line to the audit trail: who did what, to which call, when. It holds no person's data."""
    await tx.connection.execute(
        insert(audit).values(
            id=uuid.uuid4().hex,
            at=now,
            action=action,
            staff_id=user.id if user else None,
            municipality_id=user.municipality_id if user else None,
            call_id=call_id,
            attribute=attribute,
        )
    )


async def note_once(tx: Tx, now: datetime, action: str, user: User, call_id: str) -> None:
    """Add a line to the audit trail, unless this user has one for this action and call already."""
    found = await tx.connection.scalar(
        select(audit.c.id)
        .where(audit.c.staff_id == user.id, audit.c.action == action, audit.c.call_id == call_id)
        .limit(1)
    )
    if found is None:
        await note(tx, now, action, user, call_id)


def _user(row: Row[*tuple[Any, ...]]) -> User:
    return User(
        id=row.id,
        login=row.login,
        name=row.name,
        role=Role(row.role),
        municipality_id=row.municipality_id,
        language=row.language,
        ready=row.ready,
        not_ready_reason=row.not_ready_reason,
    )


def _phone(row: Row[*tuple[Any, ...]]) -> Phone:
    return Phone(row.name, row.staff_id, row.realm, row.digest, row.registered)
