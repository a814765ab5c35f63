"""Passwords: checked with argon2id, at a pace that neither starves calls nor helps a guesser."""

import asyncio
import secrets

from pwdlib import PasswordHash

from callcenter.dashboard.patience import network_of
from callcenter.dashboard.waiting_room import WaitingRoom

AT_ONCE = 2  # checks that may run together; each takes about 0.1 s of a core and 64 MiB
WAITING = 20  # checks that may wait for that: about a second


class Passwords:
    """Checks passwords off the event loop."""

    def __init__(self) -> None:
        self._hash = PasswordHash.recommended()
        self.room = WaitingRoom(AT_ONCE, WAITING)
        self._nobodys = self._hash.hash(secrets.token_hex(16))

    async def right(self, password: str, password_hash: str | None, address: str) -> bool:
        """Tell whether this is the password; for None (no such user) it takes as long, and it is not.

        Raises TooManyLogIns when too many wait already.
        """
        async with self.room.place(network_of(address)):
            right = await asyncio.to_thread(self._hash.verify, password, password_hash or self._nobodys)
        return right and password_hash is not None

    @property
    def of_nobody(self) -> str:
        """The hash of a password that nobody knows: for who has none."""
        return self._nobodys

    async def hash(self, password: str, address: str) -> str:
        """Return what is kept of a new password. Raises TooManyLogIns."""
        async with self.room.place(network_of(address)):
            return await asyncio.to_thread(self._hash.hash, password)
