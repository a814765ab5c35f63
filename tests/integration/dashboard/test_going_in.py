"""Log-ins that are under way while somebody ends all log-ins of that user: on PostgreSQL, over two connections."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import httpx
import pytest
from sqlalchemy import func, select

from callcenter.dashboard.desk import utc_now
from callcenter.model.staff import User
from callcenter.store import own_logins, team
from callcenter.store.database import Tx
from callcenter.store.entry_tables import half_login
from callcenter.store.tables import municipality, staff_session
from demo.postgres import postgres
from tests.e2e.dashboard.world import PASSWORD, World, dashboard_of, open_world
from tests.integration.store.test_wrap_ups import until_waits_for_a_lock

RIGHT = {"login": "anna", "password": PASSWORD}

Ends = Callable[[Tx, User], Awaitable[None]]


async def _reset(tx: Tx, user: User) -> None:
    await team.take_password(tx, user, utc_now())


async def _logged_out(tx: Tx, user: User) -> None:
    await team.end_logins(tx, user, utc_now())


async def _kept_out(tx: Tx, user: User) -> None:
    await team.disable(tx, user, utc_now())


async def _everywhere(tx: Tx, user: User) -> None:
    await own_logins.end_all(tx, user.id)


@pytest.fixture
async def town(tmp_path: Path) -> AsyncIterator[World]:
    """A world with Anna, on PostgreSQL."""
    async with postgres(tmp_path) as url, open_world(tmp_path, url) as world:
        await world.user("anna", "Anna")
        yield world


async def _log_ins(world: World) -> int:
    async with world.store.begin() as tx:
        whole = await tx.connection.scalar(select(func.count()).select_from(staff_session))
        half = await tx.connection.scalar(select(func.count()).select_from(half_login))
    return (whole or 0) + (half or 0)


@pytest.mark.parametrize("second_step", [False, True])
@pytest.mark.parametrize("ends", [_reset, _logged_out, _kept_out, _everywhere])
async def test_a_log_in_that_is_under_way_comes_to_nothing(town: World, ends: Ends, *, second_step: bool) -> None:
    async with town.store.begin() as tx:
        await tx.connection.execute(municipality.update().values(second_factor=second_step))
    async with dashboard_of(town) as url, httpx.AsyncClient(base_url=url, headers={"Origin": url}) as anna:
        # given a manager who is just ending Anna's log-ins
        async with town.store.begin() as tx:
            await ends(tx, town.users["anna"])

            # when her right password comes
            answer = asyncio.create_task(anna.post("/login", data=RIGHT))
            await until_waits_for_a_lock(town.store)

        # then it opens nothing
        assert (await answer).headers["location"] == "/login"
        assert await _log_ins(town) == 0


async def test_a_log_in_that_was_first_is_ended_with_the_others(town: World) -> None:
    async with dashboard_of(town) as url, httpx.AsyncClient(base_url=url, headers={"Origin": url}) as anna:
        assert (await anna.post("/login", data=RIGHT)).headers["location"] == "/"
        async with town.store.begin() as tx:
            await _everywhere(tx, town.users["anna"])
        assert await _log_ins(town) == 0

        # and she may log in again
        assert (await anna.post("/login", data=RIGHT)).headers["location"] == "/"
