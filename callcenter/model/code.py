"""Codes: ten random digits that stand for one disclosure, kept only as a keyed hash."""

import hashlib
import hmac
import secrets
from dataclasses import dataclass, field

CODE_LENGTH = 10  # digits; fixed, because a `tel:` URL can carry no terminator
KEY_BYTES = 32


def new_code() -> str:
    """Return ten digits from the system's CSPRNG; every value is as likely, `0000000000` too."""
    return f"{secrets.randbelow(10**CODE_LENGTH):0{CODE_LENGTH}d}"


def is_code(digits: str) -> bool:
    """Tell whether these are ten ASCII digits."""
    return len(digits) == CODE_LENGTH and digits.isascii() and digits.isdigit()


def code_hash(key: bytes, municipality_id: str, code: str) -> bytes:
    """Return the 32 bytes by which the store knows a code (HMAC-SHA-256, RFC 2104).

    The municipality is part of it: dialled at another's number a code is as wrong as any. Raises ValueError for a
    key of less than 32 bytes: with it, ten digits would soon be found back.
    """
    if len(key) < KEY_BYTES:
        raise ValueError(f"the key of the codes has {len(key)} bytes; wanted at least {KEY_BYTES}")
    return hmac.new(key, f"code/{municipality_id}/{code}".encode(), hashlib.sha256).digest()


@dataclass(frozen=True)
class CodeKeys:
    """The key under which codes are hashed, and another that still (or already) counts while keys are changed."""

    newest: bytes = field(repr=False)
    other: bytes | None = field(default=None, repr=False)

    @property
    def all(self) -> tuple[bytes, ...]:
        """Both, the newest first."""
        return (self.newest,) if self.other is None else (self.newest, self.other)

    def hash(self, municipality_id: str, code: str) -> bytes:
        """Return the hash by which a new code is kept."""
        return code_hash(self.newest, municipality_id, code)

    def hashes(self, municipality_id: str, code: str) -> tuple[bytes, ...]:
        """Return the hashes by which a code that was typed may be known."""
        return tuple(code_hash(key, municipality_id, code) for key in self.all)


def start_key_hash(key: bytes, start_key: str) -> bytes:
    """Return the 32 bytes by which the store knows an Idempotency-Key: keyed, because a website may choose it badly."""
    return hmac.new(key, f"start/{start_key}".encode(), hashlib.sha256).digest()


def new_token() -> str:
    """Return an unguessable token of 256 bits, safe in a URL."""
    return secrets.token_urlsafe(32)


def token_hash(token: str) -> bytes:
    """Return the 32 bytes by which the store knows a token. A token is random: no key is needed."""
    return hashlib.sha256(token.encode()).digest()
