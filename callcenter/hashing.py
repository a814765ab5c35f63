"""How passwords are kept: argon2id (RFC 9106), one thread and 46 MiB each, as OWASP's Password Storage sheet asks.

One thread, for with four (pwdlib's own choice) a few log-ins at once leave no core for anything else.
"""

from typing import Final

from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

PASSWORD_HASH: Final = PasswordHash((Argon2Hasher(time_cost=1, memory_cost=46 * 1024, parallelism=1),))
