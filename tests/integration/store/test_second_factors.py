"""Second factors and log-ins half-way, in the store: what serves once serves once, also for two at the same time."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta

from sqlalchemy import func, select

from callcenter.model.code import token_hash
from callcenter.store import half_logins, logins, own_logins, second_factors
from callcenter.store.database import Store, Tx
from callcenter.store.entry_tables import spent_challenge, totp, totp_offer
from callcenter.store.tables import staff_session
from tests.integration.store.town import NOW, Town

TOKEN = token_hash("a token")
MINUTE = timedelta(minutes=1)


async def _twice_at_once(store: Store, use: Callable[[Tx], Awaitable[bool]]) -> list[bool]:
    async def once() -> bool:
        async with store.begin() as tx:
            return await use(tx)

    return sorted(await asyncio.gather(once(), once()))


async def test_a_time_step_is_used_once_and_none_before_it(store: Store, town: Town) -> None:
    async with store.begin() as tx:
        await second_factors.set_app(tx, town.anna.id, b"closed", 100, NOW)
    assert await _twice_at_once(store, lambda tx: second_factors.app_used(tx, town.anna.id, 101)) == [False, True]
    assert await _twice_at_once(store, lambda tx: second_factors.app_used(tx, town.anna.id, 100)) == [False, False]


async def test_wrong_codes_are_counted_until_a_right_one(store: Store, town: Town) -> None:
    async with store.begin() as tx:
        await second_factors.set_app(tx, town.anna.id, b"closed", 100, NOW)
        for _ in range(3):
            await second_factors.app_wrong(tx, town.anna.id, NOW)
        app = await second_factors.app_of(tx, town.anna.id)
        assert app == second_factors.App(b"closed", 100, 3, NOW)
        await second_factors.app_used(tx, town.anna.id, 101)
        assert await second_factors.app_of(tx, town.anna.id) == second_factors.App(b"closed", 101, 0, None)
        assert await second_factors.app_of(tx, town.bram.id) is None


async def test_an_app_is_offered_to_one_log_in_for_a_time(store: Store, town: Town) -> None:
    async with store.begin() as tx:
        for secret in (b"first", b"second"):
            await second_factors.offer_app(tx, TOKEN, town.anna.id, secret, NOW)
        assert await second_factors.offered_app(tx, TOKEN, town.anna.id, NOW - MINUTE) == b"second"
        assert await second_factors.offered_app(tx, TOKEN, town.anna.id, NOW) is None
        assert await second_factors.offered_app(tx, TOKEN, town.bram.id, NOW - MINUTE) is None
        assert await second_factors.offered_app(tx, token_hash("other"), town.anna.id, NOW - MINUTE) is None


async def test_a_recovery_code_is_used_once_and_by_its_user(store: Store, town: Town) -> None:
    async with store.begin() as tx:
        await second_factors.set_recovery_codes(tx, town.anna.id, [b"o" * 32])
        await second_factors.set_recovery_codes(tx, town.anna.id, [b"a" * 32, b"b" * 32])
        assert not await second_factors.use_recovery_code(tx, town.bram.id, b"a" * 32)
        assert not await second_factors.use_recovery_code(tx, town.anna.id, b"o" * 32)
    used = await _twice_at_once(store, lambda tx: second_factors.use_recovery_code(tx, town.anna.id, b"a" * 32))
    assert used == [False, True]
    async with store.begin() as tx:
        assert (await second_factors.factors_of(tx, town.anna.id)).codes_left == 1


async def test_a_passkey_is_one_users(store: Store, town: Town) -> None:
    # given a passkey of Anna's
    async with store.begin() as tx:
        assert await second_factors.add_passkey(tx, town.anna.id, b"id", b"public", 0, "sleutel", NOW)

    # when somebody adds it again, then it stays Anna's, and the transaction goes on
    async with store.begin() as tx:
        assert not await second_factors.add_passkey(tx, town.bram.id, b"id", b"other", 0, "van mij", NOW)
        kept = await second_factors.find_passkey(tx, b"id")
        assert kept is not None
        assert (kept.user, kept.public_key) == (town.anna, b"public")
        await second_factors.passkey_used(tx, kept.id, 7, NOW + MINUTE)
        key = (await second_factors.factors_of(tx, town.anna.id)).passkeys[0]
        assert (key.name, key.since, key.used_at) == ("sleutel", NOW, NOW + MINUTE)

        # and nobody else removes it
        assert not await second_factors.remove_passkey(tx, town.bram.id, key.id)
        assert await second_factors.remove_passkey(tx, town.anna.id, key.id)
        assert await second_factors.find_passkey(tx, b"id") is None


async def test_a_challenge_is_spent_once_and_forgotten(store: Store) -> None:
    spend = second_factors.spend_challenge
    assert await _twice_at_once(store, lambda tx: spend(tx, b"one", NOW, NOW - MINUTE)) == [False, True]
    async with store.begin() as tx:
        assert await spend(tx, b"two", NOW + 2 * MINUTE, NOW + MINUTE)
        assert await tx.connection.scalar(select(func.count()).select_from(spent_challenge)) == 1


async def test_a_reset_takes_everything_of_one_user(store: Store, town: Town) -> None:
    async with store.begin() as tx:
        for user in (town.anna, town.bram):
            await second_factors.set_app(tx, user.id, b"closed", 100, NOW)
            await second_factors.offer_app(tx, token_hash(user.id), user.id, b"closed", NOW)
            await second_factors.add_passkey(tx, user.id, user.id.encode(), b"public", 0, "sleutel", NOW)
            await second_factors.set_recovery_codes(tx, user.id, [b"a" * 32])
        await second_factors.remove_all(tx, town.anna.id)
        factors = await second_factors.factors_of(tx, town.anna.id)
        assert (factors.any, factors.codes_left) == (False, 0)
        factors = await second_factors.factors_of(tx, town.bram.id)
        assert (factors.count, factors.codes_left) == (2, 1)
        for table in (totp, totp_offer):
            assert await tx.connection.scalar(select(func.count()).select_from(table)) == 1


async def test_half_way_has_so_many_tries_and_ends(store: Store, town: Town) -> None:
    async with store.begin() as tx:
        await half_logins.begin(tx, TOKEN, town.anna.id, NOW)
        assert await half_logins.whose(tx, TOKEN, NOW - MINUTE) == town.anna
        assert await half_logins.whose(tx, TOKEN, NOW) is None
        assert [await half_logins.count_try(tx, TOKEN, 2) for _ in range(3)] == [True, True, False]
        assert await half_logins.end(tx, TOKEN)
        assert not await half_logins.end(tx, TOKEN)
        assert not await half_logins.count_try(tx, TOKEN, 2)


async def test_half_way_is_forgotten(store: Store, town: Town) -> None:
    async with store.begin() as tx:
        await half_logins.begin(tx, TOKEN, town.anna.id, NOW)
        await second_factors.offer_app(tx, TOKEN, town.anna.id, b"closed", NOW)
        await half_logins.forget(tx, NOW)
        assert await half_logins.whose(tx, TOKEN, NOW - MINUTE) is None
        assert await second_factors.offered_app(tx, TOKEN, town.anna.id, NOW - MINUTE) is None


async def test_my_log_ins_are_listed_and_ended(store: Store, town: Town) -> None:
    since = (NOW - MINUTE, NOW - MINUTE)
    async with store.begin() as tx:
        for number, user in enumerate((town.anna, town.anna, town.bram)):
            hashed = token_hash(str(number))
            await logins.start_login(tx, hashed, "csrf", user.id, NOW + number * MINUTE, "Firefox/Windows", "192.0.2.7")
        await half_logins.begin(tx, TOKEN, town.anna.id, NOW)
        mine = await own_logins.log_ins_of(tx, town.anna.id, *since)
        assert [one.token_hash for one in mine] == [token_hash("1"), token_hash("0")]
        assert (mine[0].browser, mine[0].address) == ("Firefox/Windows", "192.0.2.7")
        theirs = (await own_logins.log_ins_of(tx, town.bram.id, *since))[0]
        assert not await own_logins.end_one(tx, town.anna.id, theirs.id)
        await own_logins.end_all(tx, town.anna.id, but=token_hash("0"))
        assert [one.token_hash for one in await own_logins.log_ins_of(tx, town.anna.id, *since)] == [token_hash("0")]
        assert await half_logins.whose(tx, TOKEN, NOW - MINUTE) is None
        await own_logins.end_all(tx, town.anna.id)
        assert await tx.connection.scalar(select(func.count()).select_from(staff_session)) == 1


async def test_the_change_of_an_ended_log_in_is_told(store: Store, town: Town) -> None:
    async with store.begin() as tx:
        await logins.start_login(tx, TOKEN, "csrf", town.anna.id, NOW)
    subscription = store.subscribe()
    async with store.begin() as tx:
        await own_logins.end_all(tx, town.anna.id)
    change = await asyncio.wait_for(anext(aiter(subscription)), 10)
    subscription.close()
    assert (change.kind, change.id) == ("staff", town.anna.id)


async def test_it_is_known_when_a_user_showed_who_they_are(store: Store, town: Town) -> None:
    async with store.begin() as tx:
        assert await own_logins.proven_at(tx, TOKEN) is None
        await logins.start_login(tx, TOKEN, "csrf", town.anna.id, NOW)
        assert await own_logins.proven_at(tx, TOKEN) == NOW
        await own_logins.note_proven(tx, TOKEN, NOW + MINUTE)
        assert await own_logins.proven_at(tx, TOKEN) == NOW + MINUTE
