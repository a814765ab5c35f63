"""A question of the dashboard that forgets its filter shows nothing of another municipality, whatever table it asks."""

from collections.abc import AsyncIterator
from contextlib import closing
from typing import Any

import pytest
from psycopg.errors import ForeignKeyViolation, InsufficientPrivilege
from sqlalchemy import Table, delete, insert, select, text, update
from sqlalchemy.exc import DBAPIError, ProgrammingError

from callcenter.store import single_sign_on, users
from callcenter.store.database import Store, Tx, open_store
from callcenter.store.roles import ENTRANCE, INSTALLATION
from callcenter.store.tables import call, metadata, staff
from tests.integration.store.everything import ELSEWHERE, HERE, fill
from tests.integration.store.town import soon

TABLES = list(metadata.tables.values())
# Of no municipality. What they hold of two is the same for each: limits, PBXs, hashes of what passkeys have signed.
NOBODYS = {"guess_limit", "lease", "log_in_try", "spent_challenge"}
# Of a municipality, and yet not for its staff: other systems' keys are an operator's, and who is out has no attempt.
NOT_FOR_STAFF = {"api_key", "sso_attempt"}
OF_SOMEBODY = [table for table in TABLES if table.name not in NOBODYS]
CITIZENS = {"call", "disclosure", "audit"}


@pytest.fixture
async def store(postgres_store_url: str) -> AsyncIterator[Store]:
    """The store as whoever migrates has it."""
    async with open_store(postgres_store_url) as opened:
        yield opened


@pytest.fixture
async def dashboard(store: Store, postgres_store_url: str) -> AsyncIterator[Store]:
    """The store as the dashboard has it, with a row of two municipalities in every table."""
    async with store.begin() as tx:
        await fill(tx)
    async with open_store(postgres_store_url, "dashboard") as opened:
        yield opened


async def seen(tx: Tx, table: Table) -> list[tuple[Any, ...]]:
    """The primary keys of all rows that show; none where the table may not be read at all."""
    try:
        async with tx.connection.begin_nested():
            rows = await tx.connection.execute(select(*table.primary_key))
    except ProgrammingError as error:
        if not isinstance(error.orig, InsufficientPrivilege):
            raise
        return []
    return [tuple(row) for row in rows]


@pytest.mark.parametrize("table", OF_SOMEBODY, ids=str)
async def test_a_question_without_a_filter_shows_nothing_of_another_municipality(
    dashboard: Store, table: Table
) -> None:
    async with dashboard.within(HERE.id).begin() as tx:
        found = await seen(tx, table)
    assert found == ([] if table.name in NOT_FOR_STAFF else [HERE.key(table)])


@pytest.mark.parametrize("table", OF_SOMEBODY, ids=str)
async def test_a_change_without_a_filter_reaches_nothing_of_another_municipality(
    store: Store, dashboard: Store, table: Table
) -> None:
    for change in (update(table).values({one.name: one for one in list(table.c)[-1:]}), delete(table)):
        try:
            async with dashboard.within(HERE.id).begin() as tx:
                await tx.connection.execute(change)
        except DBAPIError as error:  # it may not at all, or others name what is to go
            if not isinstance(error.orig, InsufficientPrivilege | ForeignKeyViolation):
                raise
    async with store.begin() as tx:
        assert ELSEWHERE.key(table) in await seen(tx, table)


async def test_nothing_can_be_put_in_another_municipality(dashboard: Store) -> None:
    manager = ELSEWHERE.row(staff) | {"id": "c", "login": "c", "role": "manager"}
    for change in (insert(staff).values(manager), update(staff).values(municipality_id=ELSEWHERE.id)):
        with pytest.raises(DBAPIError, match="row-level security"):
            async with dashboard.within(HERE.id).begin() as tx:
                await tx.connection.execute(change)


@pytest.mark.parametrize("table", TABLES, ids=str)
async def test_who_says_nothing_of_whom_it_is_for_sees_nothing(dashboard: Store, table: Table) -> None:
    async with dashboard.within(HERE.id).begin():
        pass  # what it said is over with its transaction, also for who has its connection next
    for store in (dashboard, dashboard.within(""), dashboard.within("nowhere")):
        async with store.begin() as tx:
            assert await seen(tx, table) == []


@pytest.mark.parametrize(
    ("place", "hidden"),
    [(ENTRANCE, CITIZENS | {"purpose", "api_key", "municipality_style"}), (INSTALLATION, CITIZENS | {"sso_identity"})],
)
async def test_before_the_log_in_and_as_an_operator_no_citizen_shows(
    dashboard: Store, place: str, hidden: set[str]
) -> None:
    async with dashboard.within(place).begin() as tx:
        shown = {table.name for table in TABLES if await seen(tx, table)}
    assert shown.isdisjoint(hidden)
    assert {"municipality", "staff", "staff_session", "passkey"} <= shown


async def test_the_words_are_no_municipality(dashboard: Store) -> None:
    for place in (f"{HERE.id}' OR true --", "%s", '"', "'; RESET ROLE; --"):
        async with dashboard.within(place).begin() as tx:
            assert await seen(tx, call) == []


async def test_every_table_is_guarded_and_every_view_is_known(store: Store) -> None:
    query = text(
        "SELECT relname, relkind, relrowsecurity FROM pg_class WHERE relnamespace = 'public'::regnamespace"
        " AND relkind IN ('r', 'p', 'v', 'm') AND relname <> 'alembic_version'"
    )
    async with store.begin() as tx:
        found = (await tx.connection.execute(query)).all()
    assert {one.relname for one in found if one.relrowsecurity} == metadata.tables.keys()
    # A view shows what its owner may see: to each of these belongs a sentence in the migration 0003.
    assert {one.relname for one in found if not one.relrowsecurity} == {"calls_under_way", "operator_name"}


async def test_what_the_dashboard_changes_is_told(store: Store, dashboard: Store) -> None:
    with closing(store.subscribe()) as reader:
        async with dashboard.within(HERE.id).begin() as tx:
            await users.set_ready(tx, HERE.row(staff)["id"], ready=True, reason=None)
        assert (await soon(reader)).kind == "staff"


async def test_the_entrance_knows_providers(dashboard: Store) -> None:
    async with dashboard.within(ENTRANCE).read() as tx:
        assert len(await single_sign_on.names_with_provider(tx, 5)) == 2
