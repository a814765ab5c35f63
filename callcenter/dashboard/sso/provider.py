"""Speaks with an OpenID provider: where to send people, and what its answer says of them.

OpenID Connect Core 1.0 and Discovery 1.0; PKCE is RFC 7636. Nothing is kept between two log-ins: a provider that
exchanges its keys is followed at once.
"""

from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlencode

import httpx
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from callcenter.model.single_sign_on import SingleSignOn

SECONDS: Final = 5.0  # for each answer of a provider
LEEWAY: Final = 60  # seconds that its clock may be off
_ALGORITHMS: Final = ("RS256", "PS256", "ES256")
_KEY_TYPES: Final = ("RSA", "EC")  # others that a provider may publish are for something else
_LARGEST: Final = 200_000  # bytes of an answer
_SCOPE: Final = "openid profile email"


class ProviderFault(Exception):
    """A provider is away, or says what can't be believed; try again, or look at how it is set up.

    `reason`: a word for the log; the provider's own could hold anything.
    """

    def __init__(self, reason: str) -> None:
        super().__init__(f"the provider can't be used: {reason}")
        self.reason = reason


@dataclass(frozen=True)
class Question:
    """What a log-in was begun with, which its answer has to fit."""

    nonce: str
    verifier: str
    redirect_uri: str


async def address_to_ask(by: SingleSignOn, question: Question, state: str) -> str:
    """Return where to send a browser. Raises ProviderFault."""
    async with _client() as client:
        found = await _discovered(client, by)
    asked = urlencode({
        "response_type": "code", "client_id": by.client_id, "redirect_uri": question.redirect_uri, "scope": _SCOPE,
        "state": state, "nonce": question.nonce, "code_challenge_method": "S256",
        "code_challenge": create_s256_code_challenge(question.verifier),  # type: ignore[no-untyped-call]
    })  # fmt: skip
    endpoint = _address(found, "authorization_endpoint", by)
    return f"{endpoint}{'&' if '?' in endpoint else '?'}{asked}"


async def claims_of(by: SingleSignOn, secret: str, question: Question, code: str) -> dict[str, Any]:
    """Return what the provider says of whom this code is for. Raises ProviderFault."""
    async with _client() as client:
        found = await _discovered(client, by)
        form = {
            "grant_type": "authorization_code", "code": code, "redirect_uri": question.redirect_uri,
            "code_verifier": question.verifier, "client_id": by.client_id, "client_secret": secret,
        }  # fmt: skip
        answer = await _json(client, "POST", _address(found, "token_endpoint", by), data=form)
        keys = await _json(client, "GET", _address(found, "jwks_uri", by))
    return _believed(by, question, answer, keys)


def _believed(by: SingleSignOn, question: Question, answer: dict[str, Any], keys: dict[str, Any]) -> dict[str, Any]:
    """Check an ID token as OpenID Connect Core, 3.1.3.7 wants it. Raises ProviderFault."""
    try:
        known: Any = {"keys": [key for key in keys["keys"] if key["kty"] in _KEY_TYPES]}
        token = jwt.decode(str(answer["id_token"]), KeySet.import_key_set(known), algorithms=_ALGORITHMS)
        claims = CodeIDToken(
            token.claims, token.header,
            {"iss": {"essential": True, "value": by.issuer}, "aud": {"essential": True, "value": by.client_id}},
            {"nonce": question.nonce, "client_id": by.client_id, "access_token": answer.get("access_token")},
        )  # fmt: skip
        claims.validate(leeway=LEEWAY)
    except (JoseError, KeyError, TypeError, ValueError, AttributeError) as error:
        raise ProviderFault(f"token.{type(error).__name__}") from None
    return dict(claims)


def _client() -> httpx.AsyncClient:
    return httpx.AsyncClient(timeout=SECONDS, follow_redirects=False)


async def _discovered(client: httpx.AsyncClient, by: SingleSignOn) -> dict[str, Any]:
    found = await _json(client, "GET", f"{by.issuer.rstrip('/')}/.well-known/openid-configuration")
    if found.get("issuer") != by.issuer:  # Discovery, 4.3
        raise ProviderFault("other-issuer")
    return found


def _address(found: dict[str, Any], name: str, by: SingleSignOn) -> str:
    address = found.get(name)
    # Who is asked by https does not lead to where it would be in clear.
    if not isinstance(address, str) or not address.startswith(("https://", f"{by.issuer.partition(':')[0]}://")):
        raise ProviderFault(f"no.{name}")
    return address


async def _json(client: httpx.AsyncClient, method: str, url: str, **more: Any) -> dict[str, Any]:
    try:
        answer = await client.request(method, url, headers={"Accept": "application/json"}, **more)
        said = answer.json() if len(answer.content) <= _LARGEST else None
    except (httpx.HTTPError, ValueError) as error:
        raise ProviderFault(f"away.{type(error).__name__}") from None
    if answer.status_code != 200 or not isinstance(said, dict):
        raise ProviderFault(f"answers.{answer.status_code}")
    return said
