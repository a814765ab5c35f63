"""The audit trail only grows: the database says so, to the program as to anybody."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import delete, text, update
from sqlalchemy.exc import DBAPIError

from callcenter.model.staff import Role, User
from callcenter.store import audit
from callcenter.store.database import Store, open_store
from callcenter.store.sweeper import sweep
from callcenter.store.tables import AUDIT_DAYS, municipality
from callcenter.store.tables import audit as trail
from tests.integration.store.town import NOW, Town, new_id

DAY = timedelta(days=1)


@pytest.mark.parametrize(
    "change",
    [
        update(trail).values(action="something else"),
        update(trail).values(keep_days=0),
        delete(trail),
        text("DELETE FROM audit WHERE action = 'take'"),
    ],
    ids=["change", "keep for less long", "delete", "delete by hand"],
)
async def test_no_line_can_be_changed_or_deleted(store: Store, town: Town, change: object) -> None:
    async with store.begin() as tx:
        await audit.note(tx, datetime.now(UTC), "take", town.anna, "call-1")
    with pytest.raises(DBAPIError, match="only grows"):
        async with store.begin() as tx:
            await tx.connection.execute(change)  # type: ignore[call-overload]
    async with store.begin() as tx:
        (line,) = (await tx.connection.execute(trail.select())).all()
    assert (line.action, line.keep_days) == ("take", AUDIT_DAYS)


async def test_sqlite_puts_no_line_in_the_place_of_another(sqlite_url: str) -> None:
    async with open_store(sqlite_url) as store:
        async with store.begin() as tx:
            await audit.note(tx, datetime.now(UTC), "take", None, "call-1")
        again = text("INSERT OR REPLACE INTO audit (id, at, action, keep_days) SELECT id, at, 'other', 0 FROM audit")
        with pytest.raises(DBAPIError, match="only grows"):
            async with store.begin() as tx:
                await tx.connection.execute(again)


async def test_postgresql_empties_it_for_nobody(postgres_store_url: str) -> None:
    async with open_store(postgres_store_url) as store:
        with pytest.raises(DBAPIError, match="only grows"):
            async with store.begin() as tx:
                await tx.connection.execute(text("TRUNCATE audit"))


async def test_lines_are_kept_as_long_as_was_set_when_they_were_written(store: Store, town: Town) -> None:
    # given a municipality that keeps them for thirty days, and one as it was made
    now = datetime.now(UTC)
    other = await Town.found(store, "elders", "+31243290009")
    async with store.begin() as tx:
        await tx.connection.execute(update(municipality).where(municipality.c.id == town.id).values(audit_days=30))
        for user in (town.anna, other.anna):
            for days in (29, 32, AUDIT_DAYS + 2):
                await audit.note(tx, now - days * DAY, f"{days} days ago", user)

    # when the sweeper comes by
    await sweep(store, now)

    # then what is older is gone, and nothing else
    async with store.begin() as tx:
        left = [
            [line.action for line in await audit.lines(tx, place.id, now - 999 * DAY, now)] for place in (town, other)
        ]
    assert left == [["29 days ago"], ["29 days ago", "32 days ago"]]


async def test_the_trail_is_read_by_municipality_day_action_and_user(store: Store, town: Town) -> None:
    # given lines of two municipalities
    mia = User(new_id(), "mia", "Mia", Role.MANAGER, town.id)
    other = await Town.found(store, "elders", "+31243290009")
    async with store.begin() as tx:
        with audit.coming_from("192.0.2.7"):
            await audit.note(tx, NOW, "take", town.anna, "call-1")
        await audit.note(tx, NOW + timedelta(hours=1), "staff-disabled", mia, about=town.anna)
        await audit.note(tx, NOW + DAY, "take", town.bram, "call-2")
        await audit.note(tx, NOW, "take", other.anna, "call-3")
        await audit.note(tx, NOW, "staff-invited", None, about=other.anna)

        async def found(**wanted: object) -> list[str | None]:
            lines = await audit.lines(tx, town.id, NOW, NOW + 2 * DAY, **wanted)  # type: ignore[arg-type]
            return [line.call_id or line.about_name for line in lines]

        # then each is found where it belongs, the newest first
        assert await found() == ["call-2", "Anna", "call-1"]
        assert await found(action="take") == ["call-2", "call-1"]
        assert await found(user_id=town.anna.id) == ["Anna", "call-1"]
        assert await found(most=1) == ["call-2"]
        assert [line.call_id for line in await audit.lines(tx, town.id, NOW, NOW + DAY)] == [None, "call-1"]
        assert len(await audit.lines(tx, other.id, NOW, NOW + DAY)) == 2
