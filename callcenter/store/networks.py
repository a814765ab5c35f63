"""What the store knows of the networks that a municipality's staff may come from, and of where they are now."""

from datetime import datetime

from sqlalchemy import select, update

from callcenter.model.tenant import Municipality
from callcenter.store.database import Tx
from callcenter.store.tables import municipality, staff, staff_session


async def networks_of(tx: Tx, municipality_id: str | None) -> tuple[str, ...]:
    """The networks that the staff of this municipality may come from; none: from anywhere."""
    # Never IS NULL: for a name that nobody has, the same statement.
    of = select(municipality.c.networks).where(municipality.c.id == (municipality_id or ""))
    return tuple(await tx.connection.scalar(of) or ())


async def some_have_networks(tx: Tx) -> bool:
    """Whether there is a municipality whose staff may come from some networks only."""
    return any((await tx.connection.scalars(select(municipality.c.networks))).all())


async def save_networks(tx: Tx, of: Municipality) -> None:
    """Keep the networks that the staff of this municipality may come from."""
    await tx.connection.execute(
        update(municipality).where(municipality.c.id == of.id).values(networks=list(of.networks))
    )


async def addresses_of(tx: Tx, municipality_id: str, idle_since: datetime, oldest: datetime) -> list[str]:
    """From which addresses the staff of a municipality are logged in, in order."""
    rows = await tx.connection.scalars(
        select(staff_session.c.address)
        .distinct()
        .join(staff, staff.c.id == staff_session.c.staff_id)
        .where(
            staff.c.municipality_id == municipality_id,
            staff_session.c.seen_at > idle_since,
            staff_session.c.started_at > oldest,
        )
        .order_by(staff_session.c.address)
    )
    return list(rows.all())
