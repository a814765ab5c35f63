"""What is kept of attempts to log in, on both databases: nothing is lost between processes, and nothing fills it."""

import asyncio
from datetime import datetime, timedelta

from sqlalchemy import func, select

from callcenter.dashboard.patience import Attempt, Patience
from callcenter.model.patience import FORGOTTEN_AFTER, KNOWN_FOR
from callcenter.store import log_in_tries
from callcenter.store.database import Store, open_store
from callcenter.store.entry_tables import log_in_try
from callcenter.store.staff_secrets import StaffBox
from callcenter.store.sweeper import sweep
from tests.integration.store.town import NOW

BOX = StaffBox(b"k" * 32)
LAPTOP = "a token of hers"
HOME, ELSEWHERE = "192.0.2.1", "198.51.100.1"


class Clock:
    """A clock that a test puts forward."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        """The moment that it shows."""
        return self.now


def patience(store: Store, clock: Clock | None = None) -> Patience:
    return Patience(store, BOX.mark, clock or Clock())


async def kept(store: Store) -> int:
    async with store.begin() as tx:
        return await tx.connection.scalar(select(func.count()).select_from(log_in_try)) or 0


async def test_only_this_name_from_this_network_waits(store: Store) -> None:
    one = patience(store)
    assert [await one.begin(Attempt("anna", HOME)) for _ in range(4)] == [0, 0, 0, 1]
    assert await one.begin(Attempt("anna", ELSEWHERE)) == 0
    assert await one.begin(Attempt("bram", HOME)) == 0


async def test_an_attempt_that_is_too_early_does_not_make_the_wait_longer(store: Store) -> None:
    clock = Clock()
    one = patience(store, clock)
    for _ in range(20):
        await one.begin(Attempt("anna", HOME))
    clock.now += timedelta(seconds=1)
    assert await one.begin(Attempt("anna", HOME)) == 0


async def test_a_restart_forgets_nothing_and_another_dashboard_knows_it(store_url: str) -> None:
    async with open_store(store_url) as before:
        for _ in range(3):
            await patience(before).begin(Attempt("anna", HOME))
    async with open_store(store_url) as after, open_store(store_url) as other:
        assert await patience(after).begin(Attempt("anna", HOME)) == 1
        assert await patience(other).begin(Attempt("anna", HOME)) == 1


async def test_of_many_at_once_at_several_dashboards_three_are_looked_at(store_url: str) -> None:
    async with open_store(store_url) as one, open_store(store_url) as two, asyncio.timeout(30):
        dashboards = (patience(one), patience(two))
        waits = await asyncio.gather(*(dashboards[n % 2].begin(Attempt("anna", HOME)) for n in range(20)))
    assert sorted(waits) == [0.0] * 3 + [1.0] * 17


async def test_the_right_password_forgets_the_wrong_ones(store: Store) -> None:
    one = patience(store)
    for _ in range(3):
        await one.begin(Attempt("anna", HOME))
    await one.right(Attempt("anna", HOME), LAPTOP)
    assert await one.begin(Attempt("anna", HOME)) == 0


async def test_a_guesser_in_the_same_network_keeps_no_known_browser_out(store: Store) -> None:
    # given Anna, who was right in her browser, and a colleague who guesses her password from the same office
    one = patience(store)
    await one.begin(Attempt("anna", HOME))
    await one.right(Attempt("anna", HOME), LAPTOP)
    for _ in range(20):
        await one.begin(Attempt("anna", HOME))
    assert await one.begin(Attempt("anna", HOME)) == 1

    # then she gets in by it, there and elsewhere; and it helps with no other name
    assert await one.begin(Attempt("anna", HOME, LAPTOP)) == 0
    assert await one.begin(Attempt("anna", ELSEWHERE, LAPTOP)) == 0
    for _ in range(3):
        await one.begin(Attempt("bram", HOME))
    assert await one.begin(Attempt("bram", HOME, LAPTOP)) == 1

    # and who has her browser can't guess without end either
    await one.begin(Attempt("anna", HOME, LAPTOP))
    assert await one.begin(Attempt("anna", HOME, LAPTOP)) == 1

    # nor by making a token up
    assert await one.begin(Attempt("anna", HOME, "made up")) == 1
    assert await one.begin(Attempt("anna", HOME, "")) == 1


async def test_a_sprayer_waits_and_who_was_right_from_there_does_not(store: Store) -> None:
    one = patience(store)
    await one.begin(Attempt("anna", HOME))
    await one.right(Attempt("anna", HOME), LAPTOP)
    waits = [await one.begin(Attempt(f"naam{number}", HOME)) for number in range(32)]
    assert waits == [0] * 30 + [1, 1]
    assert await one.begin(Attempt("anna", HOME)) == 0

    # and a right password frees nobody else of it
    await one.right(Attempt("anna", HOME), LAPTOP)
    assert await one.begin(Attempt("bram", HOME)) == 1


async def test_the_addresses_of_one_ipv6_network_are_one(store: Store) -> None:
    # RFC 6177: a home gets a /64 or more, so that one guesser has as many addresses as they like
    one = patience(store)
    for number in range(3):
        await one.begin(Attempt("anna", f"2001:db8:1:2::{number + 1:x}"))
    assert await one.begin(Attempt("anna", "2001:db8:1:2:ffff::1")) == 1
    assert await one.begin(Attempt("anna", "2001:db8:1:3::1")) == 0


async def test_who_was_right_from_there_is_known_there_and_nowhere_else(store: Store) -> None:
    one = patience(store)
    await one.begin(Attempt("anna", HOME))
    assert not await one.knows(Attempt("anna", HOME))
    await one.right(Attempt("anna", HOME), "browser")
    assert await one.knows(Attempt("anna", HOME))
    assert await one.knows(Attempt("anna", "2001:db8:9::1", "browser"))
    assert not await one.knows(Attempt("bram", HOME, "browser"))
    assert not await one.knows(Attempt("anna", "2001:db8:9::1"))


async def test_made_up_names_leave_nothing_while_their_network_waits(store: Store) -> None:
    one = patience(store)
    for number in range(200):
        await one.begin(Attempt(f"naam{number}", HOME))
    assert await kept(store) == 31  # thirty names, and the network


async def test_it_is_forgotten_after_a_quarter_of_an_hour_but_not_who_was_right(store: Store) -> None:
    clock = Clock()
    one = patience(store, clock)
    await one.begin(Attempt("anna", HOME))
    await one.right(Attempt("anna", HOME), LAPTOP)
    await one.begin(Attempt("niemand", ELSEWHERE))
    await sweep(store, NOW + FORGOTTEN_AFTER)
    assert await kept(store) == 2  # her name there, and her browser
    await sweep(store, NOW + KNOWN_FOR)
    assert await kept(store) == 0


async def test_of_too_many_the_oldest_go_and_nobody_who_was_right(store: Store) -> None:
    clock = Clock()
    one = patience(store, clock)
    await one.begin(Attempt("anna", HOME))
    await one.right(Attempt("anna", HOME), LAPTOP)
    for number in range(10):
        clock.now += timedelta(seconds=1)
        await one.begin(Attempt(f"naam{number}", f"192.0.2.{number + 10}"))
    async with store.begin() as tx:
        await log_in_tries.forget(tx, clock.now, most=4)
        left = (await tx.connection.execute(select(log_in_try))).all()
    assert len(left) == 6
    assert {row.last_at for row in left} == {NOW, clock.now, clock.now - timedelta(seconds=1)}


async def test_no_name_and_no_address_can_be_read_in_it(store: Store) -> None:
    await patience(store).begin(Attempt("anna", HOME))
    async with store.begin() as tx:
        rows = (await tx.connection.execute(select(log_in_try))).all()
    assert not [row for row in rows if b"anna" in row.mark or HOME.encode() in row.mark]
    assert {len(row.mark) for row in rows} == {32}
