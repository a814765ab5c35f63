"""Log-ins of which only the password has been shown: they open the second step, and nothing else."""

from datetime import datetime

from sqlalchemy import delete, insert, select, update

from callcenter.model.staff import User
from callcenter.store.database import Tx
from callcenter.store.entry_tables import half_login, totp_offer
from callcenter.store.tables import staff
from callcenter.store.users import IN_SERVICE, USER, user_of


async def begin(tx: Tx, token_hash: bytes, user_id: str, now: datetime) -> None:
    """Keep that this user's password has been shown."""
    await tx.connection.execute(
        insert(half_login).values(token_hash=token_hash, staff_id=user_id, began_at=now, tries=0)
    )


async def whose(tx: Tx, token_hash: bytes, since: datetime) -> User | None:
    """The user whose password was shown with this token, unless that was before this moment."""
    row = (
        await tx.connection.execute(
            select(*USER)
            .join(half_login, half_login.c.staff_id == staff.c.id)
            .where(half_login.c.token_hash == token_hash, half_login.c.began_at > since, IN_SERVICE)
        )
    ).one_or_none()
    return None if row is None else user_of(row)


async def count_try(tx: Tx, token_hash: bytes, most: int) -> bool:
    """Count a try at the second step before it is looked at; tell whether there was one left."""
    counted = await tx.connection.execute(
        update(half_login)
        .where(half_login.c.token_hash == token_hash, half_login.c.tries < most)
        .values(tries=half_login.c.tries + 1)
    )
    return bool(counted.rowcount)


async def end(tx: Tx, token_hash: bytes) -> bool:
    """End it: it has become a log-in, or was given up; of two at once one is told that there was one."""
    gone = await tx.connection.execute(delete(half_login).where(half_login.c.token_hash == token_hash))
    return bool(gone.rowcount)


async def forget(tx: Tx, before: datetime) -> None:
    """Delete those that began before this moment, and the apps that were offered before it."""
    await tx.connection.execute(delete(half_login).where(half_login.c.began_at <= before))
    await tx.connection.execute(delete(totp_offer).where(totp_offer.c.offered_at <= before))
