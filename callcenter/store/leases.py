"""The lease of a PBX: one conductor holds it at a time, and standbys wait for it."""

from datetime import datetime, timedelta

from sqlalchemy import delete, insert, update
from sqlalchemy.exc import IntegrityError

from callcenter.store.database import Store
from callcenter.store.tables import lease


async def take_lease(store: Store, pbx: str, holder: str, now: datetime, seconds: float) -> bool:
    """Take or renew the lease of this PBX, for so many seconds; tell whether `holder` has it now."""
    until = now + timedelta(seconds=seconds)
    async with store.begin() as tx:
        renewed = await tx.connection.execute(
            update(lease)
            .where(lease.c.pbx == pbx, (lease.c.holder == holder) | (lease.c.until < now))
            .values(holder=holder, until=until)
        )
    if renewed.rowcount:
        return True
    try:
        async with store.begin() as tx:
            await tx.connection.execute(insert(lease).values(pbx=pbx, holder=holder, until=until))
    except IntegrityError:
        return False  # another holds it
    return True


async def release_lease(store: Store, pbx: str, holder: str) -> None:
    """Give the lease back, so that a standby need not wait for its end."""
    async with store.begin() as tx:
        await tx.connection.execute(delete(lease).where(lease.c.pbx == pbx, lease.c.holder == holder))
