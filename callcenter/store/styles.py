"""What the store knows of how municipalities' pages look."""

from sqlalchemy import delete, insert, select

from callcenter.model.style import Style
from callcenter.store.database import Tx
from callcenter.store.tables import municipality_style
from callcenter.store.tenants import lock_municipality


async def save(tx: Tx, municipality_id: str, style: Style) -> None:
    """Keep how the pages of a municipality look; this takes the place of what was kept before."""
    await lock_municipality(tx, municipality_id)
    await tx.connection.execute(
        delete(municipality_style).where(municipality_style.c.municipality_id == municipality_id)
    )
    await tx.connection.execute(
        insert(municipality_style).values(
            municipality_id=municipality_id, light=style.light, dark=style.dark, logo=style.logo
        )
    )


async def find(tx: Tx, municipality_id: str) -> Style:
    """How the pages of a municipality look; as ours when it has chosen nothing."""
    row = (
        await tx.connection.execute(
            select(municipality_style.c.light, municipality_style.c.dark, municipality_style.c.logo).where(
                municipality_style.c.municipality_id == municipality_id
            )
        )
    ).one_or_none()
    return Style() if row is None else Style(*row)
