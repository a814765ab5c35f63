"""The audit trail: who did what, to which call or colleague, when, from where. It holds no citizen's data.

It only grows: the database itself refuses to change a line, or to delete one before its days have passed (triggers of
the migration 0002).
"""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import and_, column, delete, func, insert, literal, or_, select, table

from callcenter.model.staff import User
from callcenter.store.database import Tx
from callcenter.store.tables import AUDIT_DAYS, audit, municipality, staff

COMMAND_LINE = "command-line"  # in place of an address: `callcenter admin`, by whoever has the machine
LONGEST_ADDRESS = 45  # characters, of IPv6 with IPv4 in it
# Where the request under way comes from; set at the edge of an app, so that no line can forget it.
_ADDRESS: ContextVar[str | None] = ContextVar("address", default=None)
# A view of the migration 0003: the rest of an operator is for operators.
_OPERATOR = table("operator_name", column("id"), column("name"), column("login"))
_CLOCKS_DIFFER = timedelta(days=1)  # the database lets a line go by its own clock


@dataclass(frozen=True)
class Line:
    """A line as a manager reads it; the names are those of now, also of colleagues who were removed."""

    id: str
    at: datetime
    action: str
    staff_id: str | None
    staff_name: str | None
    staff_login: str | None
    about_id: str | None
    about_name: str | None
    call_id: str | None
    attribute: str | None
    detail: str | None
    address: str | None


@contextmanager
def coming_from(address: str | None) -> Iterator[None]:
    """Note this address with every line that is added within the block."""
    token = _ADDRESS.set(address[:LONGEST_ADDRESS] if address else None)
    try:
        yield
    finally:
        _ADDRESS.reset(token)


async def note(
    tx: Tx,
    now: datetime,
    action: str,
    user: User | None,
    call_id: str | None = None,
    attribute: str | None = None,
    *,
    about: User | None = None,
    detail: str | None = None,
    municipality_id: str | None = None,
) -> None:
    """Add a line to the audit trail, with the address of `coming_from`.

    Args:
        tx: within which what is noted is done.
        now: an aware datetime.
        action: a word of ours.
        user: who did it.
        call_id: to which call.
        attribute: which of the caller's attributes, by its short name.
        about: to which member of staff.
        detail: which settings, by their names.
        municipality_id: in whose trail, where it is not that of who did it or of whom it was done to.
    """
    place = municipality_id or _place_of(user, about)
    kept = select(municipality.c.audit_days).where(municipality.c.id == place).scalar_subquery()
    await tx.connection.execute(
        insert(audit).values(
            id=uuid.uuid4().hex,
            at=now,
            action=action,
            staff_id=user.id if user else None,
            municipality_id=place,
            call_id=call_id,
            attribute=attribute,
            about_id=about.id if about else None,
            detail=detail,
            address=_ADDRESS.get(),
            keep_days=func.coalesce(kept, literal(AUDIT_DAYS)),
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


async def lines(
    tx: Tx,
    municipality_id: str,
    since: datetime,
    until: datetime,
    *,
    action: str | None = None,
    user_id: str | None = None,
    most: int | None = None,
    after: Line | None = None,
) -> list[Line]:
    """The lines of a municipality from one moment (inclusive) till another, the newest first.

    `user_id`: those that they did, or that were done to them. `most`: no more than so many. `after`: what follows on
    this line, for who reads them a piece at a time.
    """
    about = staff.alias("about")
    wanted = [audit.c.municipality_id == municipality_id, audit.c.at >= since, audit.c.at < until]
    if action is not None:
        wanted.append(audit.c.action == action)
    if user_id is not None:
        wanted.append(or_(audit.c.staff_id == user_id, audit.c.about_id == user_id))
    if after is not None:
        wanted.append(or_(audit.c.at < after.at, and_(audit.c.at == after.at, audit.c.id > after.id)))
    rows = await tx.connection.execute(
        select(
            *(audit.c[name] for name in Line.__annotations__ if name in audit.c),
            func.coalesce(staff.c.name, _OPERATOR.c.name).label("staff_name"),
            func.coalesce(staff.c.login, _OPERATOR.c.login).label("staff_login"),
            about.c.name.label("about_name"),
        )
        .select_from(
            audit.outerjoin(staff, staff.c.id == audit.c.staff_id)
            .outerjoin(_OPERATOR, _OPERATOR.c.id == audit.c.staff_id)
            .outerjoin(about, about.c.id == audit.c.about_id)
        )
        .where(*wanted)
        .order_by(audit.c.at.desc(), audit.c.id)
        .limit(most)
    )
    return [Line(**row._mapping) for row in rows]  # noqa: SLF001 - SQLAlchemy's own name for what is public


async def forget(tx: Tx, now: datetime) -> int:
    """Delete the lines whose days have passed; return how many."""
    gone, days = 0, await tx.connection.scalar(select(func.min(audit.c.keep_days)))
    while days is not None:  # a step each through the index, for there are few, and many lines
        overdue = audit.c.at < now - timedelta(days=days) - _CLOCKS_DIFFER
        gone += (await tx.connection.execute(delete(audit).where(audit.c.keep_days == days, overdue))).rowcount
        days = await tx.connection.scalar(select(func.min(audit.c.keep_days)).where(audit.c.keep_days > days))
    return gone


def _place_of(user: User | None, about: User | None) -> str | None:
    """The municipality whose trail it is: of who did it, or of whom it was done to."""
    of = [one.municipality_id for one in (user, about) if one is not None and one.municipality_id is not None]
    return of[0] if of else None
