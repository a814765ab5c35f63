"""A row in every table for each of two municipalities, whatever tables there are: what the tests of rights look for."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Boolean, Column, Integer, LargeBinary, Table, insert
from sqlalchemy.types import JSON, String

from callcenter.store.database import Tx
from callcenter.store.tables import Moment, metadata
from tests.integration.store.town import NOW


@dataclass(frozen=True)
class Place:
    """A municipality, and what every one of its rows has in it."""

    letter: str

    @property
    def id(self) -> str:
        """The id of its municipality."""
        return self._id_in("municipality")

    def row(self, table: Table) -> dict[str, Any]:
        """A row of this table that is of this place."""
        wanted = [one for one in table.c if not one.nullable or one.foreign_keys]
        return {one.name: self._value(one) for one in wanted}

    def key(self, table: Table) -> tuple[Any, ...]:
        """What the primary key of that row is."""
        row = self.row(table)
        return tuple(row[one.name] for one in table.primary_key)

    def _id_in(self, table: str) -> str:
        return f"{self.letter}-{table}"

    def _value(self, column: Column[Any]) -> Any:
        for other in column.foreign_keys:
            return self._id_in(other.column.table.name)
        if column.name == "id":
            return self._id_in(column.table.name)
        kind = column.type
        if isinstance(kind, String):
            return f"{self.letter}-{column.name}"[: kind.length]
        if isinstance(kind, LargeBinary):
            return self.letter.encode() * 32
        values: dict[type, Any] = {Boolean: False, Integer: 1, Moment: NOW, JSON: {}}
        return next(value for known, value in values.items() if isinstance(kind, known))


HERE, ELSEWHERE = Place("a"), Place("b")


async def fill(tx: Tx) -> None:
    """Put a row of each place in every table."""
    for table in metadata.sorted_tables:
        for place in (HERE, ELSEWHERE):
            await tx.connection.execute(insert(table).values(place.row(table)))
