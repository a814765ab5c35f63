"""A room with few places, for what costs much: who comes too many is turned away, and nobody crowds out the rest."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager


class TooManyLogIns(Exception):
    """Too many wait to log in; try again in a few seconds."""


class WaitingRoom:
    """Lets `at_once` in; up to `waiting` others wait.

    Addresses take turns: next is who has waited longest of those whose address has the fewest inside. When there is
    no room to wait, the last to come from the address that most wait from gives way. So a flood from one
    place keeps nobody elsewhere out, and hardly waiting.
    """

    def __init__(self, at_once: int, waiting: int) -> None:
        self.at_once = at_once
        self.waiting = waiting
        self._inside: Counter[str] = Counter()
        self._queue: list[tuple[str, asyncio.Future[None]]] = []

    @asynccontextmanager
    async def place(self, address: str) -> AsyncIterator[None]:
        """Have a place for as long as the block runs. Raises TooManyLogIns when there is no room to wait for one."""
        await self._enter(address)
        try:
            yield
        finally:
            self._leave(address)

    async def _enter(self, address: str) -> None:
        if self._inside.total() < self.at_once:
            self._inside[address] += 1
            return
        if len(self._queue) >= self.waiting:
            self._make_room(address)
        turn = asyncio.get_running_loop().create_future()
        self._queue.append((address, turn))
        try:
            await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled() and turn.exception() is None:
                self._leave(address)  # went away in the moment in which it was their turn
            self._queue = [one for one in self._queue if one[1] is not turn]
            raise

    def _make_room(self, address: str) -> None:
        """Turn away who gives way to somebody from this address. Raises TooManyLogIns when it is they themselves."""
        crowd = Counter(where for where, _ in self._queue)
        busiest, most = crowd.most_common(1)[0]
        if crowd[address] + 1 >= most:
            raise TooManyLogIns
        last = max(place for place, (where, _) in enumerate(self._queue) if where == busiest)
        _, turn = self._queue.pop(last)
        if not turn.done():
            turn.set_exception(TooManyLogIns())

    def _leave(self, address: str) -> None:
        self._inside[address] -= 1
        if not self._inside[address]:
            del self._inside[address]
        waiting = [one for one in self._queue if not one[1].done()]  # the others have gone away
        if waiting:
            following = min(waiting, key=lambda one: self._inside[one[0]])
            waiting.remove(following)
            self._inside[following[0]] += 1
            following[1].set_result(None)
        self._queue = waiting
