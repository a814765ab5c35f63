"""A room with few places, for what costs much: who comes too many is turned away, and nobody crowds out the rest."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass


class TooManyLogIns(Exception):
    """Too many wait to log in; try again in a few seconds."""


@dataclass(eq=False)
class _Visit:
    """One who waits: from which address, whether they were right from there before, and their turn."""

    address: str
    known: bool
    turn: "asyncio.Future[None]"


class WaitingRoom:
    """Lets `at_once` in; up to `waiting` others wait.

    Who is known goes before who is not. Among either, addresses take turns: next is who has waited longest of the
    address that has the fewest inside, and had its last turn longest ago. When there is no room to wait, the last
    stranger from the address that most strangers wait from gives way. So a flood from one place keeps nobody elsewhere
    out, and one from everywhere nobody who was right from where they are before.
    """

    def __init__(self, at_once: int, waiting: int) -> None:
        self.at_once = at_once
        self.waiting = waiting
        self._inside: Counter[str] = Counter()
        self._queue: list[_Visit] = []
        self._turns = 0
        self._last_turn: dict[str, int] = {}  # of addresses from which somebody waits

    @property
    def is_full(self) -> bool:
        """Whether the next to come will have to wait."""
        return self._inside.total() >= self.at_once

    @asynccontextmanager
    async def place(self, address: str, *, known: bool = False) -> AsyncIterator[None]:
        """Have a place for as long as the block runs. Raises TooManyLogIns when there is no room to wait for one."""
        await self._enter(address, known=known)
        try:
            yield
        finally:
            self._leave(address)

    async def _enter(self, address: str, *, known: bool) -> None:
        if not self.is_full:
            self._inside[address] += 1
            return
        if len(self._queue) >= self.waiting:
            self._make_room(address, known=known)
        mine = _Visit(address, known, asyncio.get_running_loop().create_future())
        self._queue.append(mine)
        try:
            await mine.turn
        except asyncio.CancelledError:
            if mine.turn.done() and not mine.turn.cancelled() and mine.turn.exception() is None:
                self._leave(address)  # went away in the moment in which it was their turn
            self._queue = [one for one in self._queue if one is not mine]
            raise

    def _make_room(self, address: str, *, known: bool) -> None:
        """Turn away who gives way to somebody from this address. Raises TooManyLogIns when it is they themselves."""
        strangers = [one for one in self._queue if not one.known]
        if not (known or strangers):
            raise TooManyLogIns
        below = strangers or self._queue
        crowd = Counter(one.address for one in below)
        most = max(crowd.values())
        alike = known == below[0].known
        if alike and crowd[address] + 1 >= most:
            raise TooManyLogIns
        last = [one for one in below if crowd[one.address] == most][-1]
        self._queue.remove(last)
        if not last.turn.done():
            last.turn.set_exception(TooManyLogIns())

    def _leave(self, address: str) -> None:
        self._inside[address] -= 1
        if not self._inside[address]:
            del self._inside[address]
        waiting = [one for one in self._queue if not one.turn.done()]  # the others have gone away
        if waiting:
            following = min(waiting, key=self._rank)
            waiting.remove(following)
            self._inside[following.address] += 1
            self._turns += 1
            self._last_turn[following.address] = self._turns
            following.turn.set_result(None)
        self._queue = waiting
        addresses = {one.address for one in waiting}
        self._last_turn = {one: turn for one, turn in self._last_turn.items() if one in addresses}

    def _rank(self, visit: _Visit) -> tuple[bool, int, int]:
        return not visit.known, self._inside[visit.address], self._last_turn.get(visit.address, 0)
