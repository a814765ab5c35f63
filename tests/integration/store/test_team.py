"""The team: whose access ends, what is left of them, and links that open one thing once."""

import asyncio
from datetime import timedelta

from callcenter.model.code import token_hash
from callcenter.model.staff import Phone, Role, User
from callcenter.store import audit, logins, one_time_links, phones, team, users
from callcenter.store.database import Store, Tx
from callcenter.store.events import Change
from callcenter.store.one_time_links import Opens
from tests.integration.store.town import NOW, Town, new_id

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
TOKEN, LINK = token_hash("session"), token_hash("link")
LIMITS = (NOW - HOUR, NOW - 12 * HOUR)


async def _settle(tx: Tx, user: User) -> None:
    """Log them in, and give them a phone and a link."""
    await logins.start_login(tx, TOKEN, "csrf", user.id, NOW)
    await phones.set_phone(tx, Phone("phone-1", user.id, "veilig-bellen", "d" * 32), user.municipality_id)
    await one_time_links.give(tx, LINK, user.id, Opens.PASSWORD, NOW + DAY)


async def test_a_team_is_that_of_one_municipality(store: Store, town: Town) -> None:
    elsewhere = await Town.found(store, "elders", "+31243290009")
    async with store.begin() as tx:
        await _settle(tx, town.anna)
        members = {one.user.id: one for one in await team.team(tx, town.id)}
        assert members.keys() == {town.anna.id, town.bram.id}
        assert elsewhere.anna.id not in members
        anna, bram = members[town.anna.id], members[town.bram.id]
    assert (anna.logins, anna.seen_at, anna.phone, anna.link_until) == (1, NOW, False, NOW + DAY)
    assert (bram.logins, bram.seen_at, bram.phone, bram.link_until) == (0, None, None, None)
    assert anna.has_password
    assert not anna.disabled


async def test_who_is_kept_out_has_no_way_in_until_let_in_again(store: Store, town: Town) -> None:
    async with store.begin() as tx:
        await _settle(tx, town.anna)
        await users.set_ready(tx, town.anna.id, True, None)
    async with store.begin() as tx:
        await team.disable(tx, town.anna, NOW)
        told = {(change.kind, change.id) for change in tx.changes}
    assert {("staff", town.anna.id), ("phone", "phone-1")} <= told
    async with store.begin() as tx:
        assert await logins.login(tx, TOKEN, *LIMITS) is None
        assert await users.user_with_hash(tx, town.anna.login) is None
        assert await one_time_links.whose(tx, LINK, Opens.PASSWORD, NOW) is None
        assert await phones.phone_of(tx, town.anna.id) is None
        # and a log-in that was being checked at that moment opens nothing either
        await logins.start_login(tx, TOKEN, "csrf", town.anna.id, NOW)
        assert await logins.login(tx, TOKEN, *LIMITS) is None
        assert await logins.living(tx, [TOKEN], *LIMITS) == {}
        found = await team.member(tx, town.anna.id)
        assert found is not None
        assert found.disabled
        assert not found.user.ready

        await team.enable(tx, town.anna)
        assert await users.user_with_hash(tx, town.anna.login) is not None


async def test_who_is_removed_stays_as_a_name_and_frees_their_log_in(store: Store, town: Town) -> None:
    async with store.begin() as tx:
        with audit.coming_from("192.0.2.7"):
            await audit.note(tx, NOW, "reveal", town.anna, "call-1", "bsn")
        await team.remove(tx, town.anna, NOW)
        assert [one.user.id for one in await team.team(tx, town.id)] == [town.bram.id]
        assert await team.member(tx, town.anna.id) is None
        assert await users.user_with_hash(tx, town.anna.login) is None
        again = User(new_id(), town.anna.login, "Anna Anders", Role.AGENT, town.id)
        await users.add_user(tx, again, None)
        (line,) = await audit.lines(tx, town.id, NOW, NOW + HOUR)
    assert (line.staff_name, line.staff_id, line.call_id) == ("Anna", town.anna.id, "call-1")
    assert (line.attribute, line.address) == ("bsn", "192.0.2.7")


async def test_who_has_no_password_is_nobody_s_to_be(store: Store, town: Town) -> None:
    async with store.begin() as tx:
        await logins.start_login(tx, TOKEN, "csrf", town.anna.id, NOW)
        await team.take_password(tx, town.anna, NOW)
        known = await users.user_with_hash(tx, town.anna.login)
        assert known is not None
        assert known[1] is None
        assert await logins.login(tx, TOKEN, *LIMITS) is None
        await users.set_password(tx, town.anna.id, "$argon2id$new")
        found = await users.user_with_hash(tx, town.anna.login)
        assert found is not None
        assert found[1] == "$argon2id$new"


async def test_a_new_phone_takes_the_old_account_from_the_pbx(store: Store, town: Town) -> None:
    async with store.begin() as tx:
        await phones.set_phone(tx, Phone("phone-1", town.anna.id, "veilig-bellen", "d" * 32), town.id)
    async with store.begin() as tx:
        await phones.set_phone(tx, Phone("phone-2", town.anna.id, "veilig-bellen", "d" * 32), town.id)
        assert tx.changes == [Change("phone", "phone-1", town.id), Change("phone", "phone-2", town.id)]


async def test_of_clicks_at_once_on_a_new_phone_one_gives_it(store: Store, town: Town) -> None:
    async def click(number: int) -> None:
        async with store.begin() as tx:
            await phones.set_phone(tx, Phone(f"phone-{number}", town.anna.id, "veilig-bellen", "d" * 32), town.id)

    await asyncio.gather(*(click(number) for number in range(8)))
    async with store.begin() as tx:
        assert len(await phones.all_phones(tx)) == 1


async def test_of_clicks_at_once_on_a_new_link_one_gives_it(store: Store, town: Town) -> None:
    links = [token_hash(f"link {number}") for number in range(8)]

    async def click(link: bytes) -> None:
        async with store.begin() as tx:
            await one_time_links.give(tx, link, town.anna.id, Opens.PASSWORD, NOW + DAY)

    await asyncio.gather(*map(click, links))
    async with store.begin() as tx:
        found = [await one_time_links.whose(tx, link, Opens.PASSWORD, NOW) for link in links]
    assert [one for one in found if one is not None] == [town.anna]


async def test_a_link_works_once_in_time_and_for_one_thing(store: Store, town: Town) -> None:
    async with store.begin() as tx:
        await one_time_links.give(tx, LINK, town.anna.id, Opens.PASSWORD, NOW + DAY)
        assert await one_time_links.whose(tx, LINK, Opens.PHONE, NOW) is None
        assert await one_time_links.whose(tx, LINK, Opens.PASSWORD, NOW + DAY) is None
        assert await one_time_links.whose(tx, token_hash("other"), Opens.PASSWORD, NOW) is None
        assert await one_time_links.whose(tx, LINK, Opens.PASSWORD, NOW) == town.anna

    async def use() -> User | None:
        async with store.begin() as tx:
            return await one_time_links.use(tx, LINK, Opens.PASSWORD, NOW)

    used = await asyncio.gather(use(), use(), use())
    assert [one for one in used if one is not None] == [town.anna]


async def test_a_link_that_is_tried_for_another_thing_still_works(store: Store, town: Town) -> None:
    async with store.begin() as tx:
        await one_time_links.give(tx, LINK, town.anna.id, Opens.PASSWORD, NOW + DAY)
        assert await one_time_links.use(tx, LINK, Opens.PHONE, NOW) is None
        assert await one_time_links.use(tx, LINK, Opens.PASSWORD, NOW) == town.anna


async def test_the_newest_link_works_alone_and_the_sweeper_forgets_old_ones(store: Store, town: Town) -> None:
    newer = token_hash("newer")
    async with store.begin() as tx:
        await one_time_links.give(tx, LINK, town.anna.id, Opens.PASSWORD, NOW + DAY)
        await one_time_links.give(tx, newer, town.anna.id, Opens.PASSWORD, NOW + DAY)
        assert await one_time_links.whose(tx, LINK, Opens.PASSWORD, NOW) is None
        await one_time_links.forget(tx, NOW + HOUR)
        assert await one_time_links.whose(tx, newer, Opens.PASSWORD, NOW) == town.anna
        await one_time_links.forget(tx, NOW + DAY)
        assert await one_time_links.whose(tx, newer, Opens.PASSWORD, NOW) is None
