"""The same done twice at the same moment, on PostgreSQL: done once, and never answered with a fault of ours."""

import asyncio
import re
from collections import Counter

import httpx
from sqlalchemy import func, select

from callcenter.dashboard.app import create_dashboard
from callcenter.dashboard.desk import Desk
from callcenter.dashboard.sso import routes
from callcenter.model.single_sign_on import Person, SingleSignOn
from callcenter.model.staff import Role, User
from callcenter.store import keys, second_factors, single_sign_on
from callcenter.store.entry_tables import recovery_code, totp_offer
from callcenter.store.tables import municipality
from tests.e2e.dashboard.world import PASSWORD, World, dashboard_of
from tests.integration.dashboard.test_feed import browser_at
from tests.integration.dashboard.test_going_in import town  # noqa: F401 - a fixture

PERSON = Person("subject-1", "bea", "Bea", Role.AGENT)


async def test_a_key_of_one_form_is_made_once(town: World) -> None:  # noqa: F811
    await town.user("olga", "Olga", role=Role.OPERATOR, phone=None)
    async with dashboard_of(town) as url, browser_at(url, "olga") as olga:
        page = (await olga.get("/keys")).text
        olga.csrf = _value(page, "csrf")
        form = {"key": _value(page, "key"), "name": "centrale", "place": "voorbeeldstad", "scope": keys.RESOLVE}
        answers = await asyncio.gather(*(olga.send("/keys", form) for _ in range(6)))
    assert Counter(answer.status_code for answer in answers)[500] == 0
    async with town.store.begin() as tx:
        assert [one.key.name for one in await keys.all_keys(tx)] == ["centrale"]


async def test_an_app_is_offered_to_two_tabs_that_open_together(town: World) -> None:  # noqa: F811
    async with town.store.begin() as tx:
        await tx.connection.execute(municipality.update().values(second_factor=True))
    async with dashboard_of(town) as url, httpx.AsyncClient(base_url=url, headers={"Origin": url}) as client:
        await client.post("/login", data={"login": "anna", "password": PASSWORD})
        answers = await asyncio.gather(*(client.get("/login/enrol") for _ in range(6)))
    assert [answer.status_code for answer in answers] == [200] * 6
    async with town.store.begin() as tx:
        assert await tx.connection.scalar(select(func.count()).select_from(totp_offer)) == 1


async def test_of_recovery_codes_made_twice_one_set_is_left(town: World) -> None:  # noqa: F811
    async def make(letter: bytes) -> None:
        async with town.store.begin() as tx:
            hashes = [letter * 31 + bytes([number]) for number in range(10)]
            await second_factors.set_recovery_codes(tx, town.users["anna"].id, hashes)

    await asyncio.gather(*(make(letter) for letter in (b"a", b"b", b"c")))
    async with town.store.begin() as tx:
        assert await tx.connection.scalar(select(func.count()).select_from(recovery_code)) == 10


async def test_who_signs_on_for_the_first_time_in_two_tabs_is_one_person(town: World) -> None:  # noqa: F811
    desk: Desk = create_dashboard(town.settings, town.store, town.unsealer).state.desk
    place = town.town.municipality.id
    by = SingleSignOn(place, "https://login.example", "us", "roles", "agent", "manager", passwords=True)
    async with town.store.begin() as tx:
        await single_sign_on.set_provider(tx, by, b"closed")

    async def sign_on() -> User:
        async with town.store.begin() as tx:
            return await routes._user(desk, tx, by, PERSON, Role.AGENT, "nl")

    found = await asyncio.gather(*(sign_on() for _ in range(4)))
    assert len({user.id for user in found}) == 1


def _value(page: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]+)"', page)
    assert found, page
    return found[1]
