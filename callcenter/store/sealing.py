"""Sealing: attributes are encrypted for the dashboard's key by the process that receives them.

HPKE (RFC 9180), base mode: DHKEM(X25519), HKDF-SHA256, AES-256-GCM. The id of municipality and
disclosure are bound in, so that a sealed value can't be moved to another row. Sealed form:
8 bytes of key id, then the HPKE encapsulated key and ciphertext.
"""

import hashlib
import json
import os
from contextlib import suppress
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.x25519 import (
    X25519PrivateKey,
    X25519PublicKey,
)
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite

_SUITE = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)
_KEY_ID_BYTES = 8
_NONCE_BYTES = 12

Attributes = dict[str, str | None]


class SealError(Exception):
    """A sealed value can't be opened, or a key file can't be used; the message says why."""


class Sealer:
    """Seals what only the holder of the private key can read."""

    def __init__(self, public_key: X25519PublicKey) -> None:
        self._key = public_key
        self._id = _key_id(public_key)

    @classmethod
    def from_file(cls, path: Path) -> "Sealer":
        """Read a public key (PEM). Raises SealError."""
        try:
            key = serialization.load_pem_public_key(path.read_bytes())
        except (OSError, ValueError) as error:
            raise SealError(f"{path}: no public key in PEM can be read ({type(error).__name__})") from None
        if not isinstance(key, X25519PublicKey):
            raise SealError(f"{path}: wanted an X25519 key; make one with `callcenter admin make-keys`")
        return cls(key)

    def seal(self, attributes: Attributes, municipality_id: str, disclosure_id: str) -> bytes:
        """Return the attributes, sealed for this disclosure of this municipality."""
        plain = json.dumps(attributes).encode()
        return self._id + _SUITE.encrypt(plain, self._key, _context(municipality_id, disclosure_id))


class Unsealer:
    """Opens what was sealed for its key. Only the dashboard has one."""

    def __init__(self, private_key: X25519PrivateKey) -> None:
        self._key = private_key
        self._id = _key_id(private_key.public_key())

    @classmethod
    def from_file(cls, path: Path) -> "Unsealer":
        """Read a private key (PEM) that nobody else may read. Raises SealError."""
        try:
            if path.stat().st_mode & 0o077:
                raise SealError(f"{path}: others may read this private key; run `chmod 600 {path}`")
            key = serialization.load_pem_private_key(path.read_bytes(), None)
        except (OSError, ValueError, TypeError) as error:
            raise SealError(f"{path}: no private key in PEM can be read ({type(error).__name__})") from None
        if not isinstance(key, X25519PrivateKey):
            raise SealError(f"{path}: wanted an X25519 key; make one with `callcenter admin make-keys`")
        return cls(key)

    def unseal(self, sealed: bytes, municipality_id: str, disclosure_id: str) -> Attributes:
        """Return the attributes. Raises SealError when they are not for this key, or were moved."""
        if sealed[:_KEY_ID_BYTES] != self._id:
            raise SealError("these attributes were sealed for another key")
        try:
            plain = _SUITE.decrypt(
                sealed[_KEY_ID_BYTES:],
                self._key,
                _context(municipality_id, disclosure_id),
            )
        except InvalidTag:
            raise SealError("these attributes were changed, or belong to another disclosure") from None
        attributes: Attributes = json.loads(plain)
        return attributes


def make_key_pair(folder: Path) -> tuple[Path, Path]:
    """Write `seal.public.pem` and `seal.private.pem` (mode 600). Raises SealError rather than overwrite a key."""
    private = X25519PrivateKey.generate()
    public_file, private_file = folder / "seal.public.pem", folder / "seal.private.pem"
    for file in (public_file, private_file):
        if file.exists():
            raise SealError(f"{file} is there already; move it away first")
    pem = serialization.Encoding.PEM
    secret = private.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    public = private.public_key().public_bytes(pem, serialization.PublicFormat.SubjectPublicKeyInfo)
    try:
        for file, content, mode in ((private_file, secret, 0o600), (public_file, public, 0o644)):
            with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as opened:
                opened.write(content)
    except OSError as error:
        raise SealError(f"{error.filename} can't be written ({error.strerror})") from None
    return public_file, private_file


class TokenBox:
    """Keeps IRMA's tokens readable for the api alone (AES-256-GCM, key from the code key).

    What was closed under any of the keys is opened; what is new is closed under the first.
    """

    def __init__(self, *code_keys: bytes) -> None:
        self._aeads = [AESGCM(hashlib.sha256(b"veilig-bellen irma token" + key).digest()) for key in code_keys]

    def close(self, token: str, disclosure_id: str) -> bytes:
        """Return the token, encrypted for this disclosure."""
        nonce = os.urandom(_NONCE_BYTES)
        return nonce + self._aeads[0].encrypt(nonce, token.encode(), disclosure_id.encode())

    def open(self, closed: bytes, disclosure_id: str) -> str:
        """Return the token. Raises SealError."""
        nonce, rest = closed[:_NONCE_BYTES], closed[_NONCE_BYTES:]
        for aead in self._aeads:
            with suppress(InvalidTag, ValueError):  # changed or of another key; or cut short
                return aead.decrypt(nonce, rest, disclosure_id.encode()).decode()
        raise SealError("this IRMA token was kept under another VB_CODE_KEY")


def _key_id(key: X25519PublicKey) -> bytes:
    return hashlib.sha256(key.public_bytes_raw()).digest()[:_KEY_ID_BYTES]


def _context(municipality_id: str, disclosure_id: str) -> bytes:
    return f"veilig-bellen/1/{municipality_id}/{disclosure_id}".encode()
