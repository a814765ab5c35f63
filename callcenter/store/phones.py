"""What the store knows of agents' phones, which are SIP accounts."""

from typing import Any

from sqlalchemy import Row, delete, insert, select, update

from callcenter.model.staff import Phone
from callcenter.store.database import Tx
from callcenter.store.events import Change
from callcenter.store.tables import phone
from callcenter.store.users import lock, user_by_id


async def set_phone(tx: Tx, new: Phone, municipality_id: str | None) -> None:
    """Give a user this phone in place of the one they had, which the PBX forgets."""
    await lock(tx, new.staff_id)
    old = await tx.connection.scalars(delete(phone).where(phone.c.staff_id == new.staff_id).returning(phone.c.name))
    for name in old.all():
        tx.announce(Change("phone", name, municipality_id))
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


async def all_phones(tx: Tx) -> list[Phone]:
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


def _phone(row: Row[*tuple[Any, ...]]) -> Phone:
    return Phone(row.name, row.staff_id, row.realm, row.digest, row.registered)
