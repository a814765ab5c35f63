"""Runs the real IRMA server for the demo and the tests: offline, on loopback, with our scheme and its own keys."""

import json
import secrets
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

from demo.places import made
from demo.ports import LOOPBACK, free_port
from demo.process import Child, child, until

START_SECONDS = 20.0
REQUESTOR = "veilig-bellen"

# The server logs each request with its return URL, which holds the code, and session tokens. In 1.3.0 it does so
# whatever -q and -v say (its command line never hands them to the logger). So what it says goes through a sieve: of
# a warning or worse the message up to the first quotation mark, and what is no log line at all (a crash).
_COMMAND = 'setpriv --pdeathsig TERM "$0" irma server --config "$1" 2>&1 | sed -un "$2"'
_ONLY_WARNINGS = r'/^time=/!p; s/^time="[^"]*" level=\(warning\|error\|fatal\|panic\) msg="\?\([^"]*\).*/\1: \2/p'


@dataclass(frozen=True)
class RunningIrma:
    """An IRMA server that answers.

    Attributes:
        url: for requestors and apps alike.
        token: the requestor token, which may disclose and issue everything of the scheme.
        child: its process, for tests that end it early.
    """

    url: str
    token: str = field(repr=False)
    child: Child

    @property
    def public_key_url(self) -> str:
        """Where the key is that signs its callbacks."""
        return f"{self.url}/publickey"


@asynccontextmanager
async def irma_server(
    folder: Path, *, port: int | None = None, public_url: str | None = None
) -> AsyncIterator[RunningIrma]:
    """Run an IRMA server for as long as the block lasts.

    Args:
        folder: for its configuration, keys, schemes and log. A server that starts in the same folder again has the same
            token and signs with the same key; remove `jwt.pem` to give it a new one.
        port: TCP port on 127.0.0.1; a free one unless given.
        public_url: what apps are told to connect to; the server itself unless given.

    Raises:
        ChildEndedError, NotInTimeError: it did not start; the message holds the end of its log.
    """
    port = port or free_port()
    url = f"http://{LOOPBACK}:{port}"
    token = _prepare(folder, port, public_url or url)
    command: list[str | Path] = ["sh", "-c", _COMMAND, made("yivi"), folder / "irma.json", _ONLY_WARNINGS]
    async with child("IRMA server", command, log=folder / "irma.log", cwd=folder) as running:
        irma = RunningIrma(url, token, running)
        async with httpx.AsyncClient(trust_env=False) as http:

            async def ours() -> bool:
                # Its own key tells it from another server that was at this port before.
                try:
                    return (await http.get(irma.public_key_url)).text.strip() == _public_key(folder)
                except httpx.TransportError:
                    return False

            await until(ours, what=f"the IRMA server answers at {url}", seconds=START_SECONDS, child=running)
        yield irma


def _prepare(folder: Path, port: int, public_url: str) -> str:
    """Writes what the server needs in its folder; returns the requestor token."""
    folder.mkdir(parents=True, exist_ok=True)
    # It may write in its schemes: a copy, so that no two servers share one.
    shutil.copytree(made("scheme"), folder / "schemes", dirs_exist_ok=True)
    token = _secret(folder / "requestor-token")
    _signing_key(folder / "jwt.pem")
    _write_secret(folder / "irma.json", json.dumps(_configuration(folder, port, public_url, token), indent=2))
    return token


def _configuration(folder: Path, port: int, public_url: str, token: str) -> dict[str, Any]:
    """The server's own words for its settings: `yivi irma server --help`, with `_` for `-`."""
    return {
        "schemes_path": str(folder / "schemes"),
        "schemes_assets_path": "",
        "schemes_update": 0,
        "url": public_url,
        "listen_addr": LOOPBACK,
        "port": port,
        "no_auth": False,
        "requestors": {
            REQUESTOR: {
                "auth_method": "token",
                "key": token,
                "disclose_perms": ["*"],
                "issue_perms": ["*"],
            }
        },
        "jwt_privkey_file": str(folder / "jwt.pem"),
    }


def _secret(file: Path) -> str:
    if not file.exists():
        _write_secret(file, secrets.token_hex(16))
    return file.read_text()


def _signing_key(file: Path) -> None:
    if not file.exists():
        key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        pem = key.private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption())
        _write_secret(file, pem.decode())


def _public_key(folder: Path) -> str:
    key = load_pem_private_key((folder / "jwt.pem").read_bytes(), password=None)
    return key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode().strip()


def _write_secret(file: Path, text: str) -> None:
    file.touch(mode=0o600)
    file.write_text(text)
