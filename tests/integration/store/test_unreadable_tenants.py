"""A municipality whose row can't be read is away by itself: the others are served as ever."""

import io
from typing import Any

import pytest
from sqlalchemy import update

from callcenter.logs import configure_logs
from callcenter.model.tenant import TenantError
from callcenter.store import tenants
from callcenter.store.database import Store
from callcenter.store.tables import municipality
from tests.integration.store.town import Town

BAD: list[dict[str, Any]] = [
    {"language": "fr"},
    {"slug": "No Slug"},
    {"unverified": "perhaps"},
    {"hours": {"zone": "Europe/Voorbeeldstad", "days": {}}},
    {"hours": {"days": {}}},
    {"hours": []},
    {"hours": {"zone": "Europe/Amsterdam", "days": {"monday": ["09:00", "17:00"]}}},
    {"hours": {"zone": "Europe/Amsterdam", "days": {"0": ["17:00", "09:00"]}}},
    {"hours": {"zone": "Europe/Amsterdam", "days": {"0": "09:00"}}},
    {"origins": ["*"]},
    {"origins": 5},
    {"link_hosts": ["zaken.example; script-src *"]},
    {"link_hosts": [None]},
]


@pytest.mark.parametrize("bad", BAD, ids=str)
async def test_a_row_that_cannot_be_read_keeps_no_other_away(store: Store, bad: dict[str, Any]) -> None:
    # given: a municipality with a row of before it was checked, and a neighbour
    town = await Town.found(store)
    neighbour = await Town.found(store, slug="elders", number="+31243290001")
    async with store.begin() as tx:
        await tx.connection.execute(update(municipality).where(municipality.c.id == town.id).values(bad))
    said = io.StringIO()
    configure_logs("json", said)

    # when: all are read
    async with store.begin() as tx:
        every = await tenants.municipalities(tx)

        # then: the neighbour is there, and the log names the other
        assert [one.id for one in every] == [neighbour.id]
        assert await tenants.municipality_by_number(tx, "+31243290001") == neighbour.municipality
        assert '"VB501"' in said.getvalue()
        assert town.id in said.getvalue()

        # and: who asks for that one is told
        with pytest.raises(TenantError, match=f"{town.id} can't be read"):
            await tenants.municipality_by_id(tx, town.id)
        with pytest.raises(TenantError):
            await tenants.municipality_by_number(tx, "+31243290000")
