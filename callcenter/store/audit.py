"""The audit trail: who did what, to which call, when. It holds no person's data."""

import uuid
from datetime import datetime

from sqlalchemy import insert, select

from callcenter.model.staff import User
from callcenter.store.database import Tx
from callcenter.store.tables import audit


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
