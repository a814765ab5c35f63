"""Which ID tokens are believed (OpenID Connect Core, 3.1.3.7): one test a lie."""

import base64
import hmac
import json
import time
from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import RSAKey

from callcenter.dashboard.sso.provider import LEEWAY, ProviderFault, Question, _believed
from callcenter.model.single_sign_on import SingleSignOn

BY = SingleSignOn("m", "https://login.example", "bellen", "roles", "agent", "manager")
QUESTION = Question("the nonce", "the verifier", "https://bellen.example/login/sso/back")
KEY = RSAKey.generate_key(2048, {"kid": "1"})
KEYS = {"keys": [KEY.as_dict(private=False)]}
NOW = int(time.time())
CLAIMS = {
    "iss": "https://login.example", "aud": "bellen", "sub": "1", "nonce": "the nonce", "iat": NOW, "exp": NOW + 86_400,
}  # fmt: skip


def _signed(key: Any = KEY, alg: str = "RS256", **changes: Any) -> str:
    claims = {name: value for name, value in (CLAIMS | changes).items() if value is not None}
    return jwt.encode({"alg": alg, "kid": "1"}, claims, key, algorithms=[alg])


def _parts(alg: str) -> bytes:
    return b".".join(_text(json.dumps(part).encode()) for part in ({"alg": alg, "kid": "1"}, CLAIMS))


def _text(raw: bytes) -> bytes:
    return base64.urlsafe_b64encode(raw).rstrip(b"=")


def _unsigned() -> str:
    return (_parts("none") + b".").decode()


def _by_hmac(secret: bytes) -> str:
    return b".".join([_parts("HS256"), _text(hmac.digest(secret, _parts("HS256"), "sha256"))]).decode()


@pytest.mark.parametrize(
    "token",
    [
        _signed(),
        _signed(aud=["bellen", "another"], azp="bellen"),
        _signed(alg="PS256"),
    ],
)
def test_what_fits_is_believed(token: str) -> None:
    assert _believed(BY, QUESTION, {"id_token": token}, KEYS)["sub"] == "1"


@pytest.mark.parametrize(
    "token",
    [
        _signed(iss="https://login.elsewhere.example"),
        _signed(aud="another"),
        _signed(aud=["another"], azp="another"),
        _signed(azp="another"),
        _signed(nonce="of another log-in"),
        _signed(nonce=None),
        _signed(exp=NOW - LEEWAY - 30),
        _signed(exp=None),
        _signed(iat=NOW + 86_400),
        _signed(sub=None),
        _signed(RSAKey.generate_key(2048, {"kid": "1"})),
        _by_hmac(KEY.as_pem(private=False)),  # its public key taken for a shared secret
        _unsigned(),
        _signed()[:-4],
        "",
    ],
)
def test_a_lie_is_not(token: str) -> None:
    with pytest.raises(ProviderFault):
        _believed(BY, QUESTION, {"id_token": token}, KEYS)


def test_a_providers_clock_may_be_a_minute_off() -> None:
    just_over = _signed(exp=int(time.time()) - LEEWAY + 30)
    assert _believed(BY, QUESTION, {"id_token": just_over}, KEYS)["sub"] == "1"


@pytest.mark.parametrize("keys", [{}, {"keys": []}, {"keys": "x"}, {"keys": [{"kty": "RSA"}]}])
def test_keys_that_are_none_are_a_fault(keys: Any) -> None:
    with pytest.raises(ProviderFault):
        _believed(BY, QUESTION, {"id_token": _signed()}, keys)


def test_an_answer_without_a_token_is_a_fault() -> None:
    with pytest.raises(ProviderFault):
        _believed(BY, QUESTION, {}, KEYS)
