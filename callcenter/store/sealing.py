"""Sealing: attributes are encrypted for the dashboard's key by the process that receives them.

HPKE (RFC 9180), base mode: DHKEM(X25519), HKDF-SHA256, AES-256-GCM. The id of municipality and
disclosure are bound in, so that a sealed value can't be moved to another row. Sealed form:
8 bytes of key id, then the HPKE encapsulated key and ciphertext.
"""

import hashlib
import json
import os
import tempfile
import time
from contextlib import suppress
from pathlib import Path
from typing import Literal

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.x25519 import (
    X25519PrivateKey,
    X25519PublicKey,
)
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite

from callcenter.logs import Log, log

_SUITE = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)
_KEY_ID_BYTES = 8
_NONCE_BYTES = 12

NOT_SHOWN: Literal[False] = False
Attributes = dict[str, str | Literal[False] | None]
"""Values by attribute id. None: the citizen's card holds none. `NOT_SHOWN`: the citizen left it out, as they may."""

RELOAD_SECONDS = 5.0  # between two looks for a key that we have not got


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
    """Opens what was sealed for any of its keys. Only the dashboard has one."""

    def __init__(self, *private_keys: X25519PrivateKey) -> None:
        self._keys = {_key_id(key.public_key()): key for key in private_keys}
        self._path: Path | None = None
        self._read_at = float("-inf")

    @classmethod
    def from_file(cls, path: Path) -> "Unsealer":
        """Read a private key (PEM) that nobody else may read. Raises SealError."""
        return cls(read_private_key(path))

    @classmethod
    def watching(cls, path: Path) -> "Unsealer":
        """Read the private key at `path`, or those in this folder; and again when one turns up that is not among them.

        A key that can't be read is logged and left out: what was sealed for it is lost, and nothing else.
        """
        made = cls()
        made._path = path
        made._read()
        return made

    def unseal(self, sealed: bytes, municipality_id: str, disclosure_id: str) -> Attributes:
        """Return the attributes. Raises SealError when they are for none of the keys, or were moved."""
        key_id = sealed[:_KEY_ID_BYTES]
        if key_id not in self._keys and sealed and time.monotonic() - self._read_at > RELOAD_SECONDS:
            self._read()
        key = self._keys.get(key_id)
        if key is None:
            raise SealError("these attributes were sealed for another key")
        try:
            plain = _SUITE.decrypt(
                sealed[_KEY_ID_BYTES:],
                key,
                _context(municipality_id, disclosure_id),
            )
        except InvalidTag:
            raise SealError("these attributes were changed, or belong to another disclosure") from None
        attributes: Attributes = json.loads(plain)
        return attributes

    def _read(self) -> None:
        if self._path is None:
            return
        self._read_at = time.monotonic()
        files = private_key_files(self._path)
        if not files:
            log(Log.SEAL_KEY_LOST, file=self._path.name, error="NoKey")
        for file in files:
            try:
                key = read_private_key(file)
            except SealError:
                log(Log.SEAL_KEY_LOST, file=file.name, error="SealError")
            else:
                self._keys[_key_id(key.public_key())] = key


def private_key_files(path: Path) -> list[Path]:
    """The file itself, or the private keys in a folder, the newest first."""
    if not path.is_dir():
        return [path]
    return sorted(path.glob("*.private.pem"), key=lambda file: file.stat().st_mtime, reverse=True)


def read_private_key(path: Path) -> X25519PrivateKey:
    """Read a private key (PEM) that nobody else may read. Raises SealError."""
    try:
        if path.stat().st_mode & 0o077:
            raise SealError(f"{path}: others may read this private key; run `chmod 600 {path}`")
        key = serialization.load_pem_private_key(path.read_bytes(), None)
    except (OSError, ValueError, TypeError) as error:
        raise SealError(f"{path}: no private key in PEM can be read ({type(error).__name__})") from None
    if not isinstance(key, X25519PrivateKey):
        raise SealError(f"{path}: wanted an X25519 key; make one with `callcenter admin make-keys`")
    return key


def rotate_key_pair(folder: Path) -> tuple[Path, Path]:
    """Make a new pair under the same names; the old private key stays beside it, by its id. Raises SealError.

    At each moment every private key is in the folder, and the public key is of one of them.
    """
    public_file, private_file = _pair_in(folder)
    if private_file.exists():
        old = _key_id(read_private_key(private_file).public_key()).hex()
        private_file.rename(folder / f"seal.{old}.private.pem")
    with tempfile.TemporaryDirectory(dir=folder) as beside:
        new_public, new_private = make_key_pair(Path(beside))
        new_private.replace(private_file)
        new_public.replace(public_file)
    return public_file, private_file


def _pair_in(folder: Path) -> tuple[Path, Path]:
    return folder / "seal.public.pem", folder / "seal.private.pem"


def make_key_pair(folder: Path) -> tuple[Path, Path]:
    """Write `seal.public.pem` and `seal.private.pem` (mode 600). Raises SealError rather than overwrite a key."""
    private = X25519PrivateKey.generate()
    public_file, private_file = _pair_in(folder)
    for file in (public_file, private_file):
        if file.exists():
            raise SealError(f"{file} is there already; move it away first, or run `callcenter admin rotate-seal-key`")
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
