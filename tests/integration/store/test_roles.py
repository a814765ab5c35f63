"""How the roles in PostgreSQL come to be, and who may act as them."""

import re
from pathlib import Path

import psycopg
import pytest
from psycopg.errors import InsufficientPrivilege

from callcenter.store.database import open_store
from callcenter.store.migrate import check_version, migrate
from callcenter.store.roles import PROCESSES, MayNotAct, MayNotMakeRoles, as_name, role_of
from demo.postgres import new_database
from tests.integration.store.test_rights import acting_as

GUIDE = Path(__file__).parents[3] / "docs/operators.md"


async def test_two_installations_in_one_cluster_have_roles_of_their_own(postgres_url: str) -> None:
    urls = [await new_database(postgres_url) for _ in range(2)]
    for url in urls:
        async with open_store(url) as store:
            await migrate(store)
    there = role_of(_database(urls[1]), "api")
    async with acting_as(urls[0], "api") as connection:
        with pytest.raises(InsufficientPrivilege):
            await connection.execute(f"SET ROLE {as_name(there)}".encode())


async def test_without_tables_a_process_says_what_to_run(postgres_url: str) -> None:
    with pytest.raises(MayNotAct, match="callcenter admin migrate"):
        async with open_store(await new_database(postgres_url), "api"):
            pass


async def test_who_may_make_no_roles_is_told_what_to_run_first_and_that_will_do(postgres_url: str) -> None:
    # given an owner of a database who is nobody else
    url = await new_database(postgres_url)
    owner = f"owner_of_{_database(url)}"
    await _run_as_administrator(url, f"CREATE ROLE {owner} LOGIN; ALTER DATABASE {_database(url)} OWNER TO {owner}")
    theirs = url.replace("//vb@", f"//{owner}@")

    # when they migrate, then a sentence says what to run first
    async with open_store(theirs) as store:
        with pytest.raises(MayNotMakeRoles) as told:
            await migrate(store)
        made, granted = re.findall(r"(CREATE ROLE .*?); and if .*?: (GRANT .*)", str(told.value))[0]
        await _run_as_administrator(url, made)
        await migrate(store)
        await check_version(store)

    # and one log-in will do for all once it may act so
    with pytest.raises(MayNotAct, match="GRANT"):
        async with open_store(theirs, "dashboard"):
            pass
    await _run_as_administrator(url, granted)
    for process in PROCESSES:
        async with open_store(theirs, process) as store:
            await check_version(store)


async def test_each_process_with_a_log_in_of_its_own_as_the_guide_says(postgres_url: str) -> None:
    # given the guide's log-ins
    url = await new_database(postgres_url)
    async with open_store(url) as store:
        await migrate(store)
    guide = re.search(r"```sql\n(.*?)```", GUIDE.read_text(), re.DOTALL)
    assert guide
    database = _database(url)
    named = {"api": f"{database}_a", "conductor": f"{database}_c", "dashboard": f"{database}_d"}
    statements = guide[1]
    for process, login in named.items():
        statements = statements.replace(f"vb_{process}", login)
    statements = statements.replace("veilig_bellen", database)
    await _run_as_administrator(url, statements)

    # then each acts as its own process, and as no other
    for process in PROCESSES:
        theirs = url.replace("//vb@", f"//{named[process]}@")
        async with open_store(theirs, process) as store:
            await check_version(store)
        for other in set(PROCESSES) - {process}:
            with pytest.raises(MayNotAct, match="may not act"):
                async with open_store(theirs, other):
                    pass


def _database(url: str) -> str:
    found = re.search(r"/(vb_[0-9a-f]+)\?", url)
    assert found
    return found[1]


async def _run_as_administrator(url: str, statements: str) -> None:
    async with await psycopg.AsyncConnection.connect(url, autocommit=True) as connection:
        await connection.execute(statements.encode())
