"""Callbacks that our IRMA server signed are believed; others are not, and cost little."""

import asyncio
import base64
import json
import time
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from callcenter.irma.callback import Callbacks
from callcenter.irma.errors import CallbackRefused, IrmaAway, IrmaRefused, ResultMalformed
from callcenter.model.proof import SessionStatus

OURS = rsa.generate_private_key(public_exponent=65537, key_size=2048)
NEXT = rsa.generate_private_key(public_exponent=65537, key_size=2048)
STRANGERS = rsa.generate_private_key(public_exponent=65537, key_size=2048)


class Keys:
    """A server whose key can be exchanged, and that counts how often it is asked."""

    def __init__(self, key: rsa.RSAPrivateKey = OURS) -> None:
        self.pem = pem(key)
        self.asked = 0
        self.away = False

    async def public_key(self) -> str:
        """The key that signs now, or nothing when it is away."""
        self.asked += 1
        await asyncio.sleep(0)
        if self.away:
            raise IrmaAway("away")
        return self.pem


class Clock:
    """A clock that stands still until told."""

    def __init__(self) -> None:
        self.now = 1000.0

    def read(self) -> float:
        """The time that it stands at."""
        return self.now


def pem(key: rsa.RSAPrivateKey) -> str:
    return key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


def claims(**changes: object) -> dict[str, Any]:
    now = int(time.time())
    good = {
        "iss": "irmaserver",
        "sub": "disclosing_result",
        "iat": now,
        "exp": now + 3600,  # a test may come long after its parameters were made
        "token": "exBFu1vBFZ4CmpvvUzgI",
        "type": "disclosing",
        "status": "CANCELLED",
    }
    return {name: value for name, value in (good | changes).items() if value is not None}


def signed(key: rsa.RSAPrivateKey = OURS, **changes: object) -> str:
    return jwt.encode(claims(**changes), key, algorithm="RS256")


def encoded(part: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode()


@pytest.mark.parametrize("body", [signed(), signed().encode(), signed() + "\n"])
async def test_a_callback_of_our_server_is_believed(body: str | bytes) -> None:
    result = await Callbacks(Keys()).verify(body)
    assert (result.token, result.status) == ("exBFu1vBFZ4CmpvvUzgI", SessionStatus.CANCELLED)


async def test_the_key_is_fetched_once() -> None:
    keys = Keys()
    callbacks = Callbacks(keys)
    await asyncio.gather(*(callbacks.verify(signed()) for _ in range(20)))
    assert keys.asked == 1


@pytest.mark.parametrize(
    "body",
    [
        "",
        "x",
        "a.b.c",
        "{}",
        "é",
        signed(STRANGERS),
        signed()[:-6] + "AAAAAA",
        ".".join([signed().split(".")[0], encoded(claims(status="DONE")), signed().split(".")[2]]),
        encoded({"alg": "none"}) + "." + encoded(claims()) + ".",
        signed(iss="somebody"),
        signed(iss=None),
        signed(sub="issuing_result"),
        signed(sub="disclosure_result"),
        signed(sub=None),
        signed(exp=None),
        signed(iat=None),
        signed(exp=int(time.time()) - 60),
        signed(iat=int(time.time()) + 600),
    ],
)
async def test_any_other_body_is_refused(body: str) -> None:
    with pytest.raises(CallbackRefused):
        await Callbacks(Keys()).verify(body)


async def test_our_public_key_is_no_secret_to_sign_with() -> None:
    # The old trick: a JWT signed by HMAC, with what everybody can fetch as its key.
    head, body = encoded({"alg": "HS256", "typ": "JWT"}), encoded(claims())
    algorithm = jwt.algorithms.HMACAlgorithm(jwt.algorithms.HMACAlgorithm.SHA256)
    signature = algorithm.sign(f"{head}.{body}".encode(), pem(OURS).encode())
    forged = f"{head}.{body}.{base64.urlsafe_b64encode(signature).rstrip(b'=').decode()}"
    with pytest.raises(CallbackRefused):
        await Callbacks(Keys()).verify(forged)


async def test_a_signed_body_that_is_no_result_is_told_apart() -> None:
    with pytest.raises(ResultMalformed):
        await Callbacks(Keys()).verify(signed(status="FINISHED"))


async def test_a_new_key_of_the_server_is_fetched_when_the_old_one_does_not_fit() -> None:
    keys, clock = Keys(), Clock()
    callbacks = Callbacks(keys, clock=clock.read)
    await callbacks.verify(signed())
    keys.pem = pem(NEXT)
    clock.now += 30
    await callbacks.verify(signed(NEXT))
    assert keys.asked == 2
    with pytest.raises(CallbackRefused):
        await callbacks.verify(signed(OURS))


async def test_a_stranger_can_not_make_us_fetch_again_and_again() -> None:
    keys, clock = Keys(), Clock()
    callbacks = Callbacks(keys, clock=clock.read)
    await callbacks.verify(signed())
    clock.now += 30
    answers = await asyncio.gather(*(callbacks.verify(signed(STRANGERS)) for _ in range(50)), return_exceptions=True)
    assert all(isinstance(answer, CallbackRefused) for answer in answers)
    assert keys.asked == 2


async def test_without_a_key_and_a_server_nothing_is_believed() -> None:
    keys = Keys()
    keys.away = True
    callbacks = Callbacks(keys)
    with pytest.raises(IrmaAway):
        await callbacks.verify(signed())
    keys.away = False
    assert (await callbacks.verify(signed())).kind == "disclosing"


async def test_a_known_key_outlives_the_server() -> None:
    keys, clock = Keys(), Clock()
    callbacks = Callbacks(keys, clock=clock.read)
    await callbacks.verify(signed())
    keys.away = True
    clock.now += 30
    with pytest.raises(IrmaAway):
        await callbacks.verify(signed(STRANGERS))
    assert (await callbacks.verify(signed())).kind == "disclosing"


@pytest.mark.parametrize("text", ["", "OK", "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n"])
async def test_what_is_no_key_is_refused_in_words(text: str) -> None:
    keys = Keys()
    keys.pem = text
    with pytest.raises(IrmaRefused, match="VB_IRMA_URL"):
        await Callbacks(keys).verify(signed())
