"""How the installation is: numbers and times for operators, and nothing of a person."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, column, func, select, table

from callcenter.store.database import Tx
from callcenter.store.tables import lease, municipality, phone, staff, staff_session

# A view of the migration 0003: operators may count calls, and see none.
_UNDER_WAY = table("calls_under_way", column("municipality_id"), column("state"), column("calls"))


@dataclass(frozen=True)
class Conductor:
    """A PBX, and until when its conductor has said that it is there."""

    pbx: str
    until: datetime


@dataclass(frozen=True)
class Busyness:
    """What goes on in a municipality: calls that wait and calls that are talked in, phones, and who is ready."""

    name: str
    waiting: int
    talking: int
    phones: int
    ready: int


async def conductors(tx: Tx) -> list[Conductor]:
    """Every PBX that was ever conducted, by name."""
    rows = await tx.connection.execute(select(lease.c.pbx, lease.c.until).order_by(lease.c.pbx))
    return [Conductor(row.pbx, row.until) for row in rows]


async def busyness(tx: Tx, idle_since: datetime, oldest: datetime) -> list[Busyness]:
    """Every municipality, by name. Ready is who has a log-in too, seen and started after these moments."""
    calls = {(row.municipality_id, row.state): row.calls for row in await tx.connection.execute(select(_UNDER_WAY))}
    phones = await _counted(
        tx,
        select(staff.c.municipality_id, phone.c.registered, func.count())
        .join(staff, staff.c.id == phone.c.staff_id)
        .where(phone.c.registered.is_(True)),
    )
    logged_in = select(staff_session.c.staff_id).where(
        staff_session.c.seen_at > idle_since, staff_session.c.started_at > oldest
    )
    ready = await _counted(
        tx,
        select(staff.c.municipality_id, staff.c.ready, func.count()).where(
            staff.c.ready.is_(True), staff.c.id.in_(logged_in)
        ),
    )
    rows = await tx.connection.execute(select(municipality.c.id, municipality.c.name).order_by(municipality.c.name))
    return [
        Busyness(
            name=row.name,
            waiting=calls.get((row.id, "waiting"), 0) + calls.get((row.id, "offered"), 0),
            talking=calls.get((row.id, "connected"), 0),
            phones=phones.get((row.id, True), 0),
            ready=ready.get((row.id, True), 0),
        )
        for row in rows
    ]


async def _counted(tx: Tx, query: Select[Any]) -> dict[tuple[str, Any], int]:
    """How many there are for each pair of the first two columns."""
    rows = await tx.connection.execute(query.group_by(*list(query.selected_columns)[:2]))
    return {(row[0], row[1]): row[2] for row in rows}
