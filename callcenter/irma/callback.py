"""Verifies a callback: the session result as a JWT (RS256) that only our IRMA server can have signed.

The server's key is fetched when first needed, and again (seldom) when a signature does not fit: it may be a new one.
"""

import asyncio
import time
from collections.abc import Callable
from typing import Any, Protocol

import jwt
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from callcenter.irma.errors import CallbackRefused, IrmaAway, IrmaRefused
from callcenter.irma.result import read_result
from callcenter.model.proof import SessionResult

SUBJECT = "disclosing_result"  # server.ResultJwt in irmago 1.3.0: the type of session and "_result"
CLOCK_SKEW_SECONDS = 30
# The IRMA server waits about 4 s for the callback's answer, and only then lets the citizen's app go on.
KEY_DEADLINE_SECONDS = 2.0


class KeySource(Protocol):
    """Where the key comes from: an `IrmaServer`."""

    async def public_key(self) -> str:
        """Return the PEM of the key that signs now."""
        ...


class Callbacks:
    """Turns callback bodies into session results that can be believed."""

    def __init__(
        self,
        keys: KeySource,
        *,
        issuer: str = "irmaserver",  # the server's --jwt-issuer
        refetch_seconds: float = 30.0,  # shortest time between two fetches of the key
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._keys = keys
        self._issuer = issuer
        self._refetch_seconds = refetch_seconds
        self._clock = clock
        self._key: RSAPublicKey | None = None
        self._fetched_at = float("-inf")
        self._fetching = asyncio.Lock()

    async def verify(self, body: str | bytes) -> SessionResult:
        """Return the session result in a callback's body.

        Raises:
            CallbackRefused: it is not signed by our server, is too old, or is not about a disclosure.
            ResultMalformed: it is, but can't be read.
            IrmaAway, IrmaRefused: the server's key was needed and could not be had.
        """
        token = body.decode("ascii", "replace") if isinstance(body, bytes) else body
        key = self._key or await self._fetch(other_than=None)
        try:
            claims = self._claims(token, key)
        except jwt.InvalidSignatureError:
            key = await self._fetch(other_than=key)
            try:
                claims = self._claims(token, key)
            except jwt.InvalidSignatureError:
                raise CallbackRefused("The callback is not signed by our IRMA server: look who sends it") from None
        return read_result(claims)

    def _claims(self, token: str, key: RSAPublicKey) -> dict[str, Any]:
        try:
            claims: dict[str, Any] = jwt.decode(
                token.strip(),
                key,
                algorithms=["RS256"],
                issuer=self._issuer,
                leeway=CLOCK_SKEW_SECONDS,
                options={"require": ["exp", "iat", "iss", "sub"]},
            )
        except jwt.InvalidSignatureError:
            raise
        except jwt.InvalidTokenError as fault:
            raise CallbackRefused(
                f"The callback's JWT was refused ({type(fault).__name__}): check the clocks of both machines, and"
                " the IRMA server's --jwt-issuer"
            ) from None
        if claims["sub"] != SUBJECT:
            raise CallbackRefused("The callback is signed, but not the result of a disclosure")
        return claims

    async def _fetch(self, other_than: RSAPublicKey | None) -> RSAPublicKey:
        """The server's key: the one that we have by now when that is another, else asked for, but not too often."""
        async with self._fetching:
            if self._key is not None and (self._key != other_than or not self._may_fetch()):
                return self._key
            self._fetched_at = self._clock()
            try:
                async with asyncio.timeout(KEY_DEADLINE_SECONDS):
                    self._key = _rsa(await self._keys.public_key())
            except TimeoutError:
                raise IrmaAway(f"The IRMA server did not give its key within {KEY_DEADLINE_SECONDS} s") from None
            return self._key

    def _may_fetch(self) -> bool:
        return self._clock() - self._fetched_at >= self._refetch_seconds


def _rsa(pem: str) -> RSAPublicKey:
    try:
        key = load_pem_public_key(pem.encode())
    except ValueError:
        key = None
    if not isinstance(key, RSAPublicKey):
        raise IrmaRefused(200, "NO_RSA_KEY", "what answers at VB_IRMA_URL is no IRMA server")
    return key
