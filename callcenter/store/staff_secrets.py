"""What only the dashboard may read or make: secrets of authenticator apps, and challenges for passkeys.

All under one key outside the database (`VB_STAFF_KEY`): who has the database has no second factor of anybody's.
"""

import hashlib
import hmac
import os
from pathlib import Path
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from callcenter.store.sealing import SealError

_NONCE_BYTES: Final = 12
_TAG_BYTES: Final = 32
_STAMP_BYTES: Final = 8


class StaffBox:
    """Closes and opens what belongs to one user (AES-256-GCM), and makes challenges that it knows again."""

    def __init__(self, key: bytes) -> None:
        self._aead = AESGCM(hashlib.sha256(b"veilig-bellen staff secret" + key).digest())
        self._challenges = hashlib.sha256(b"veilig-bellen passkey challenge" + key).digest()
        self._marks = hashlib.sha256(b"veilig-bellen log-in try" + key).digest()

    def close(self, secret: str, user_id: str) -> bytes:
        """Return the secret, encrypted for this user."""
        nonce = os.urandom(_NONCE_BYTES)
        return nonce + self._aead.encrypt(nonce, secret.encode(), user_id.encode())

    def open(self, closed: bytes, user_id: str) -> str:
        """Return the secret. Raises SealError when it was closed under another key, or for another user."""
        try:
            return self._aead.decrypt(closed[:_NONCE_BYTES], closed[_NONCE_BYTES:], user_id.encode()).decode()
        except (InvalidTag, ValueError):
            raise SealError("this second factor was kept under another VB_STAFF_KEY; reset it") from None

    def challenge(self, purpose: str, now: float) -> bytes:
        """Return a random challenge for a passkey, good for this purpose only."""
        stamped = int(now).to_bytes(_STAMP_BYTES, "big") + os.urandom(16)
        return stamped + self._sign(purpose, stamped)

    def knows(self, challenge: bytes, purpose: str, now: float, seconds: float) -> bool:
        """Tell whether this is a challenge of ours for this purpose, made within these seconds."""
        stamped, tag = challenge[:-_TAG_BYTES], challenge[-_TAG_BYTES:]
        made = int.from_bytes(stamped[:_STAMP_BYTES], "big")
        return hmac.compare_digest(tag, self._sign(purpose, stamped)) and now - seconds <= made <= now + 1

    def mark(self, text: str) -> bytes:
        """Return the hash by which the store knows a text that it must not have."""
        return hmac.digest(self._marks, text.encode(), "sha256")

    def _sign(self, purpose: str, stamped: bytes) -> bytes:
        return hmac.digest(self._challenges, purpose.encode() + b"\0" + stamped, "sha256")


def make_staff_key(folder: Path) -> Path:
    """Write `staff.key` (mode 600) unless it is there: a new one would make every second factor useless."""
    file = folder / "staff.key"
    try:
        with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as opened:
            opened.write(os.urandom(32).hex() + "\n")
    except FileExistsError:
        return file
    except OSError as error:
        raise SealError(f"{error.filename} can't be written ({error.strerror})") from None
    return file
