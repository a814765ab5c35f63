"""Passwords are checked right, at a pace; who waits for a check, and who gives way."""

import asyncio
from dataclasses import dataclass

import pytest
from pwdlib import PasswordHash

from callcenter.dashboard.passwords import Passwords
from callcenter.dashboard.waiting_room import TooManyLogIns, WaitingRoom


async def test_a_password_is_right_or_not_and_nobodys_never_is() -> None:
    passwords = Passwords()
    hashed = PasswordHash.recommended().hash("geheim")
    assert hashed.startswith("$argon2id$")
    assert await passwords.right("geheim", hashed, "192.0.2.1")
    assert not await passwords.right("Geheim", hashed, "192.0.2.1")
    assert not await passwords.right("geheim", None, "192.0.2.1")


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
