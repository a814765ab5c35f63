"""Passwords: checked with argon2id, at a pace that neither starves calls nor helps a guesser."""

import asyncio
import os
import secrets
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractAsyncContextManager
from typing import TypeVar

from callcenter.dashboard.patience import network_of
from callcenter.dashboard.waiting_room import WaitingRoom
from callcenter.hashing import PASSWORD_HASH

AT_ONCE = 1  # checks at a time; each takes some 30 ms of a core and 46 MiB
WAITING = 40  # checks that may wait for that: one or two seconds
NICENESS = 5  # of the thread that checks: agents' pages and calls on this machine go before (setpriority(2))

_T = TypeVar("_T")


class Passwords:
    """Checks passwords off the event loop."""

    def __init__(self) -> None:
        self.room = WaitingRoom(AT_ONCE, WAITING)
        self._nobodys = PASSWORD_HASH.hash(secrets.token_hex(16))
        self._threads = ThreadPoolExecutor(AT_ONCE, "passwords", _give_way)

    def place(self, address: str, *, known: bool = False) -> AbstractAsyncContextManager[None]:
        """A place among those who may be looked at, for as long as the block runs; who is `known` goes first.

        Raises TooManyLogIns when too many wait already.
        """
        return self.room.place(network_of(address), known=known)

    async def right(self, password: str, password_hash: str | None) -> bool:
        """Tell whether this is the password; for None (no such user) it takes as long, and it is not."""
        right = await self._aside(lambda: PASSWORD_HASH.verify(password, password_hash or self._nobodys))
        return right and password_hash is not None

    @property
    def of_nobody(self) -> str:
        """The hash of a password that nobody knows: for who has none."""
        return self._nobodys

    async def hash(self, password: str) -> str:
        """Return what is kept of a new password."""
        return await self._aside(lambda: PASSWORD_HASH.hash(password))

    async def _aside(self, work: Callable[[], _T]) -> _T:
        return await asyncio.get_running_loop().run_in_executor(self._threads, work)


def _give_way() -> None:
    os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), NICENESS)  # on Linux of this thread alone
