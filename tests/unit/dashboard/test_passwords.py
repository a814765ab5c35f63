"""How long a guesser waits, and for whom."""

import asyncio
from dataclasses import dataclass

import pytest
from pwdlib import PasswordHash

from callcenter.dashboard.passwords import (
    ADDRESS_FREE_TRIES,
    FORGOTTEN_AFTER,
    LONGEST_ADDRESS_DELAY,
    LONGEST_DELAY,
    REMEMBERED,
    Passwords,
    Patience,
)
from callcenter.dashboard.waiting_room import TooManyLogIns, WaitingRoom


class Clock:
    """A clock that a test puts forward."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        """The seconds that it shows."""
        return self.now


def wait_and_fail(patience: Patience, clock: Clock) -> float:
    """Wait as long as is asked, then be wrong again; returns how long the next wait is."""
    clock.now += patience.seconds_left("anna", "192.0.2.1")
    patience.wrong("anna", "192.0.2.1")
    return patience.seconds_left("anna", "192.0.2.1")


def test_the_wait_doubles_after_a_few_free_tries() -> None:
    clock = Clock()
    patience = Patience(clock)
    waits = [wait_and_fail(patience, clock) for _ in range(12)]
    assert waits == [0, 0, 1, 2, 4, 8, 16, 32, LONGEST_DELAY, LONGEST_DELAY, LONGEST_DELAY, LONGEST_DELAY]


def test_only_this_name_from_this_address_waits() -> None:
    clock = Clock()
    patience = Patience(clock)
    for _ in range(5):
        wait_and_fail(patience, clock)
    assert patience.seconds_left("anna", "192.0.2.2") == 0
    assert patience.seconds_left("bram", "192.0.2.1") == 0


def test_the_right_password_or_a_quiet_quarter_of_an_hour_ends_it() -> None:
    clock = Clock()
    patience = Patience(clock)
    for _ in range(5):
        wait_and_fail(patience, clock)
    patience.right("anna", "192.0.2.1")
    assert patience.seconds_left("anna", "192.0.2.1") == 0
    for _ in range(5):
        wait_and_fail(patience, clock)
    clock.now += FORGOTTEN_AFTER + 1
    assert wait_and_fail(patience, clock) == 0


def test_it_remembers_no_more_than_it_has_room_for() -> None:
    patience = Patience(Clock())
    for number in range(REMEMBERED + 10):
        patience.wrong(f"niemand{number}", "192.0.2.1")
    assert len(patience._by_name) == REMEMBERED


async def test_a_password_is_right_or_not_and_nobodys_never_is() -> None:
    passwords = Passwords()
    hashed = PasswordHash.recommended().hash("geheim")
    assert hashed.startswith("$argon2id$")
    assert await passwords.right("geheim", hashed, "192.0.2.1")
    assert not await passwords.right("Geheim", hashed, "192.0.2.1")
    assert not await passwords.right("geheim", None, "192.0.2.1")


def test_one_password_tried_with_many_names_makes_the_address_wait() -> None:
    # given somebody who tries one name after another from one network
    clock = Clock()
    patience = Patience(clock)
    for number in range(ADDRESS_FREE_TRIES + 2):
        assert patience.seconds_left(f"naam{number}", "192.0.2.1") <= LONGEST_ADDRESS_DELAY
        patience.wrong(f"naam{number}", "192.0.2.1")

    # then that network waits for any further name, and no other does
    assert patience.seconds_left("anna", "192.0.2.1") > 0
    assert patience.seconds_left("anna", "192.0.2.2") == 0

    # and a right password of their own does not free them
    patience.wrong("eigen", "192.0.2.1")
    patience.right("eigen", "192.0.2.1")
    assert patience.seconds_left("anna", "192.0.2.1") > 0


def test_who_was_right_from_there_before_does_not_wait_for_a_sprayer() -> None:
    # given Anna, who has logged in from this address before
    patience = Patience(Clock())
    patience.wrong("anna", "192.0.2.1")
    patience.right("anna", "192.0.2.1")

    # when somebody there tries many names, then she need not wait
    for number in range(ADDRESS_FREE_TRIES + 10):
        patience.wrong(f"naam{number}", "192.0.2.1")
    assert patience.seconds_left("anna", "192.0.2.1") == 0
    assert patience.seconds_left("bram", "192.0.2.1") > 0


def test_the_addresses_of_one_ipv6_network_are_one() -> None:
    # RFC 6177: a home gets a /64 or more, so that one guesser has as many addresses as they like
    patience = Patience(Clock())
    for number in range(6):
        patience.wrong("anna", f"2001:db8:1:2::{number + 1:x}")
    assert patience.seconds_left("anna", "2001:db8:1:2:ffff::1") > 0
    assert patience.seconds_left("anna", "2001:db8:1:3::1") == 0


def test_an_attempt_that_was_not_looked_at_does_not_count() -> None:
    patience = Patience(Clock())
    for _ in range(20):
        patience.wrong("anna", "192.0.2.1")
        patience.not_looked_at("anna", "192.0.2.1")
    assert patience.seconds_left("anna", "192.0.2.1") == 0


async def test_only_so_many_wait_and_the_busiest_address_gives_way() -> None:
    # given more who wait from one address than there is room for
    room = WaitingRoom(at_once=1, waiting=4)
    inside = await _enter(room, "192.0.2.1")
    crowd = [await _enter(room, "192.0.2.1") for _ in range(4)]

    # then one more from there is turned away at once
    with pytest.raises(TooManyLogIns):
        async with room.place("192.0.2.1"):
            pass

    # and one from elsewhere is let in, for whom the last of the crowd is turned away
    colleague = await _enter(room, "198.51.100.1")
    with pytest.raises(TooManyLogIns):
        await crowd.pop().task
    for visit in (inside, *crowd, colleague):
        await asyncio.wait_for(visit.entered.wait(), 5)
        visit.leave.set()
        await visit.task

    # and then all of the room is free again
    async with asyncio.timeout(5), room.place("192.0.2.1"):
        pass


async def test_who_goes_away_while_waiting_leaves_no_gap() -> None:
    # given one inside and three who wait, of whom one goes away, and one just when it is their turn
    room = WaitingRoom(at_once=1, waiting=4)
    inside, first, second, third = [await _enter(room, "192.0.2.1") for _ in range(4)]
    first.task.cancel()
    inside.leave.set()
    await inside.task
    second.task.cancel()
    await asyncio.gather(first.task, second.task, return_exceptions=True)

    # then the last one gets in
    await asyncio.wait_for(third.entered.wait(), 5)
    third.leave.set()
    await third.task
    async with asyncio.timeout(5), room.place("192.0.2.1"):
        pass


@dataclass
class Visit:
    """One who is in the room, or waits for it."""

    task: asyncio.Task[None]
    entered: asyncio.Event
    leave: asyncio.Event


async def _enter(room: WaitingRoom, address: str) -> Visit:
    """Have somebody ask for a place, and let them get as far as they can."""
    entered, leave = asyncio.Event(), asyncio.Event()

    async def visit() -> None:
        async with room.place(address):
            entered.set()
            await leave.wait()

    one = Visit(asyncio.create_task(visit()), entered, leave)
    await asyncio.sleep(0)
    return one
