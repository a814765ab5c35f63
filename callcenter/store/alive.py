"""Whether the store answers at all."""

from sqlalchemy import literal, select

from callcenter.store.database import Tx


async def answer(tx: Tx) -> None:
    """Ask for nothing. Raises SQLAlchemyError, OSError when the store is away."""
    await tx.connection.execute(select(literal(1)))
