"""Passwords are checked right, at a pace; who waits for a check, and who gives way."""

import asyncio
from dataclasses import dataclass

import pytest

from callcenter.dashboard.passwords import Passwords
from callcenter.dashboard.waiting_room import TooManyLogIns, WaitingRoom
from callcenter.hashing import PASSWORD_HASH


async def test_a_password_is_right_or_not_and_nobodys_never_is() -> None:
    passwords = Passwords()
    hashed = PASSWORD_HASH.hash("geheim")
    assert hashed.startswith("$argon2id$")
    assert await passwords.right("geheim", hashed)
    assert not await passwords.right("Geheim", hashed)
    assert not await passwords.right("geheim", None)


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
    for visit in (inside, crowd[0], colleague, *crowd[1:]):
        await _goes(visit)

    # and then all of the room is free again
    async with asyncio.timeout(5), room.place("192.0.2.1"):
        pass


async def test_addresses_take_turns_also_where_there_is_one_place() -> None:
    # given a crowd from one address, of whom one has had a turn, and a colleague from elsewhere who came last
    room = WaitingRoom(at_once=1, waiting=9)
    crowd = [await _enter(room, "203.0.113.1") for _ in range(5)]
    await _goes(crowd[0])
    await asyncio.wait_for(crowd[1].entered.wait(), 5)
    colleague = await _enter(room, "198.51.100.1")

    # when the place is free, then it is the colleague's
    await _goes(crowd[1])
    await asyncio.wait_for(colleague.entered.wait(), 5)
    assert not crowd[2].entered.is_set()
    for visit in (colleague, *crowd[2:]):
        await _goes(visit)


async def test_who_is_known_goes_first_and_strangers_from_everywhere_give_way() -> None:
    # given a room full of strangers, each from another network
    room = WaitingRoom(at_once=1, waiting=3)
    inside = await _enter(room, "203.0.113.1")
    strangers = [await _enter(room, f"203.0.113.{number}") for number in (2, 3, 4)]

    # then one more stranger is turned away, and for somebody who is known one of them is
    with pytest.raises(TooManyLogIns):
        async with room.place("203.0.113.5"):
            pass
    colleague = await _enter(room, "198.51.100.1", known=True)
    turned_away = strangers.pop()
    with pytest.raises(TooManyLogIns):
        await asyncio.wait_for(turned_away.task, 5)

    # and the colleague is the next to go in
    inside.leave.set()
    await asyncio.wait_for(colleague.entered.wait(), 5)
    for visit in (colleague, *strangers):
        await asyncio.wait_for(visit.entered.wait(), 5)
        visit.leave.set()
        await visit.task
    await inside.task


async def test_strangers_never_put_out_who_is_known() -> None:
    # given a room full of colleagues from one office
    room = WaitingRoom(at_once=1, waiting=3)
    office = [await _enter(room, "198.51.100.1", known=True) for _ in range(4)]

    # then a stranger finds no place, and a colleague from another office does
    with pytest.raises(TooManyLogIns):
        async with room.place("203.0.113.5"):
            pass
    elsewhere = await _enter(room, "198.51.100.2", known=True)
    with pytest.raises(TooManyLogIns):
        await office.pop().task
    for visit in (*office, elsewhere):
        visit.leave.set()
    await asyncio.wait_for(asyncio.gather(*(visit.task for visit in (*office, elsewhere))), 5)


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


async def _goes(visit: Visit) -> None:
    """Let this one, whose turn it is, do what they came for and go."""
    await asyncio.wait_for(visit.entered.wait(), 5)
    visit.leave.set()
    await visit.task


async def _enter(room: WaitingRoom, address: str, *, known: bool = False) -> Visit:
    """Have somebody ask for a place, and let them get as far as they can."""
    entered, leave = asyncio.Event(), asyncio.Event()

    async def visit() -> None:
        async with room.place(address, known=known):
            entered.set()
            await leave.wait()

    one = Visit(asyncio.create_task(visit()), entered, leave)
    await asyncio.sleep(0)
    return one
