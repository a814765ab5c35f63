"""Staff, their log-ins and phones, API keys and the audit trail."""

from datetime import datetime, timedelta

import pytest

from callcenter.model.code import token_hash
from callcenter.model.preferences import USUAL, Preferences, Theme
from callcenter.model.staff import Phone, Role, User
from callcenter.store import audit, keys, logins, phones, users
from callcenter.store.database import Store
from callcenter.store.keys import RESOLVE
from callcenter.store.tables import api_key, staff_session
from callcenter.store.tables import audit as trail
from callcenter.store.users import LoginTaken
from tests.integration.store.town import NOW, Town, new_id

HOUR = timedelta(hours=1)
TOKEN = token_hash("session token")


async def find_login(store: Store, token: bytes = TOKEN) -> logins.LogIn | None:
    async with store.begin() as tx:
        return await logins.login(tx, token, idle_since=NOW - HOUR, oldest=NOW - 12 * HOUR)


async def test_how_somebody_likes_their_pages_is_kept(store: Store, town: Town) -> None:
    chosen = Preferences(Theme.DARK, sound=False, notices=True, keys=False)
    async with store.begin() as tx:
        await users.set_preferences(tx, town.anna, chosen)
        anna, bram = [await users.user_by_id(tx, one.id) for one in (town.anna, town.bram)]
    assert anna is not None
    assert bram is not None
    assert (anna.preferences, bram.preferences) == (chosen, USUAL)


async def test_a_user_comes_back_as_they_were_kept(store: Store, town: Town) -> None:
    olga = User(new_id(), "olga", "Olga", Role.OPERATOR, None, "en", ready=True, not_ready_reason="busy")
    async with store.begin() as tx:
        await users.add_user(tx, olga, "$argon2id$hash")
        assert await users.user_by_id(tx, olga.id) == olga
        assert await users.user_with_hash(tx, "olga") == (olga, "$argon2id$hash")
        assert await users.user_by_id(tx, new_id()) is None
        assert await users.user_with_hash(tx, "nobody") is None


async def test_a_log_in_name_is_given_once(store: Store, town: Town) -> None:
    twin = User(new_id(), town.anna.login, "Another Anna", Role.AGENT, town.id)
    with pytest.raises(LoginTaken, match="choose another"):
        async with store.begin() as tx:
            await users.add_user(tx, twin, "x")
    async with store.begin() as tx:
        assert await users.user_by_id(tx, twin.id) is None


async def test_why_an_agent_is_not_ready_is_kept_until_they_are(store: Store, town: Town) -> None:
    async with store.begin() as tx:
        await users.set_ready(tx, town.anna.id, False, "no-answer")
        anna = await users.user_by_id(tx, town.anna.id)
        assert anna is not None
        assert (anna.ready, anna.not_ready_reason) == (False, "no-answer")
        await users.set_ready(tx, town.anna.id, True, None)
        anna = await users.user_by_id(tx, town.anna.id)
        assert anna is not None
        assert (anna.ready, anna.not_ready_reason) == (True, None)


async def test_a_log_in_is_found_by_its_token_alone(store: Store, town: Town) -> None:
    async with store.begin() as tx:
        await logins.start_login(tx, TOKEN, "csrf", town.anna.id, NOW)
    found = await find_login(store)
    assert found is not None
    assert (found.user, found.csrf_token, found.started_at, found.seen_at) == (town.anna, "csrf", NOW, NOW)
    assert await find_login(store, token_hash("another")) is None


@pytest.mark.parametrize(
    ("started", "seen", "lasts"),
    [
        (NOW - 11 * HOUR, NOW - 0.9 * HOUR, True),
        (NOW - 11 * HOUR, NOW - HOUR, False),  # idle
        (NOW - 12 * HOUR, NOW, False),  # too long
    ],
)
async def test_a_log_in_ends_when_idle_or_old(
    store: Store, town: Town, started: datetime, seen: datetime, lasts: bool
) -> None:
    async with store.begin() as tx:
        await logins.start_login(tx, TOKEN, "csrf", town.anna.id, started)
        await logins.seen(tx, TOKEN, seen)
    assert (await find_login(store) is not None) == lasts
    async with store.begin() as tx:
        many = await logins.living(tx, [TOKEN, token_hash("other")], NOW - HOUR, NOW - 12 * HOUR)
        assert (TOKEN in many) == lasts
        await logins.forget_logins(tx, NOW - HOUR, NOW - 12 * HOUR)
        left = await tx.connection.execute(staff_session.select())
        assert len(left.all()) == int(lasts)


async def test_who_logs_out_is_out(store: Store, town: Town) -> None:
    async with store.begin() as tx:
        await logins.start_login(tx, TOKEN, "csrf", town.anna.id, NOW)
        await logins.end_login(tx, TOKEN)
        await logins.end_login(tx, TOKEN)
    assert await find_login(store) is None


async def test_a_new_phone_takes_the_place_of_the_old(store: Store, town: Town) -> None:
    async with store.begin() as tx:
        for name in ("phone-1", "phone-2"):
            await phones.set_phone(tx, Phone(name, town.anna.id, "veilig-bellen", "d" * 32), town.id)
        assert [phone.name for phone in await phones.all_phones(tx)] == ["phone-2"]
        assert await phones.phone_by_name(tx, "phone-1") is None
        of_anna = await phones.phone_of(tx, town.anna.id)
        assert of_anna is not None
        assert (of_anna.name, of_anna.registered) == ("phone-2", False)


async def test_a_phone_that_registers_is_told_once(store: Store, town: Town) -> None:
    async with store.begin() as tx:
        await phones.set_phone(tx, Phone("phone-1", town.anna.id, "veilig-bellen", "d" * 32), town.id)
    told = []
    for registered in (True, True, False):
        async with store.begin() as tx:
            await phones.set_registered(tx, "phone-1", registered)
            told.append([(change.kind, change.id, change.municipality_id) for change in tx.changes])
    assert told == [[("staff", town.anna.id, town.id)], [], [("staff", town.anna.id, town.id)]]


async def test_what_somebody_did_is_noted_and_some_things_once(store: Store, town: Town) -> None:
    async with store.begin() as tx:
        for _ in range(3):
            await audit.note(tx, NOW, "reveal", town.anna, "call-1", "a.b.c.bsn")
            await audit.note_once(tx, NOW, "view", town.anna, "call-1")
        await audit.note_once(tx, NOW, "view", town.anna, "call-2")
        rows = (await tx.connection.execute(trail.select())).all()
    assert sorted((row.action, row.call_id) for row in rows) == [
        *[("reveal", "call-1")] * 3,
        ("view", "call-1"),
        ("view", "call-2"),
    ]
    assert {(row.staff_id, row.municipality_id, row.at) for row in rows} == {(town.anna.id, town.id, NOW)}


async def test_an_api_key_is_found_by_its_token_until_it_is_revoked(store: Store, town: Town) -> None:
    async with store.begin() as tx:
        await keys.add_key(tx, "token", "conductor", (RESOLVE,), town.id, NOW)
        found = await keys.find_key(tx, "token")
        assert found is not None
        assert (found.name, found.scopes, found.municipality_id) == ("conductor", (RESOLVE,), town.id)
        assert await keys.find_key(tx, "toke") is None
        kept = (await tx.connection.execute(api_key.select())).one()
        assert kept.token_hash == token_hash("token")
        await keys.revoke_key(tx, found.id, NOW)
        revoked = await keys.find_key(tx, "token")
        assert revoked is not None
        assert not revoked.works(NOW)
