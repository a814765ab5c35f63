"""Looks for what should be gone after a call: in the rows, and in the bytes of the database's files."""

from sqlalchemy import or_, select

from callcenter.store.tables import call, disclosure
from demo.caller import INVENTED_NUMBER
from demo.persons import Person
from demo.stage import Stage


async def what_is_left(it: Stage, person: Person) -> list[str]:
    """Return what of this person is still in the store: names of what was found, never values."""
    found = []
    async with it.store.begin() as tx:
        rows = await tx.connection.execute(
            select(disclosure.c.id).where(
                or_(
                    disclosure.c.sealed.is_not(None),
                    disclosure.c.code_hash.is_not(None),
                    disclosure.c.irma_token.is_not(None),
                )
            )
        )
        if rows.first() is not None:
            found.append("sealed attributes, a code's hash or an IRMA token")
        ties = select(call.c.id).where(call.c.disclosure_id.is_not(None))
        if (await tx.connection.execute(ties)).first() is not None:
            found.append("the tie between a call and a disclosure")
    planted = {
        "bsn": person.bsn,
        "surname": person.surname,
        "first names": person.firstnames,
        "the caller's number": INVENTED_NUMBER.lstrip("0"),
    }
    for file in it.folder.glob("veilig-bellen.db*"):
        content = file.read_bytes()
        found += [f"{name} in {file.suffix}" for name, text in planted.items() if text.encode() in content]
    return found
