"""What `/v1/openapi.json` says beyond what the routes say themselves: who may ask, every problem, examples.

One table, so that who reads it sees the interface whole; a route that is missing from it fails the tests.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from fastapi import FastAPI

from callcenter import __version__
from callcenter.api.problems import MEDIA_TYPE
from callcenter.model.closing import LONGEST_TEXT

PATH = "/v1/openapi.json"

# Each problem's status, and when it is the answer.
PROBLEMS: Mapping[str, tuple[int, str]] = {
    "attributes-unknown": (404, "the purpose has no such set of attributes"),
    "busy": (503, "the queue is full"),
    "call-unknown": (404, "no such call of this municipality, or it ended over an hour ago"),
    "callback-refused": (400, "not signed by our IRMA server"),
    "certificate-missing": (403, "a client certificate is wanted here"),
    "closed": (409, "the municipality is closed; `opensAt` says until when, if known, `closing` what it says itself"),
    "code-unknown": (404, "wrong, used, too old, or another municipality's: that is not told apart"),
    "fault": (500, "something is wrong on our side"),
    "invalid-request": (422, "the request is not as described here; `detail` names the fields"),
    "irma-away": (503, "the IRMA server does not answer"),
    "key-expired": (401, "the API key's time is over"),
    "key-missing": (401, "no API key was sent"),
    "key-revoked": (401, "the API key was revoked"),
    "key-unknown": (401, "there is no such API key"),
    "key-used": (409, "what this Idempotency-Key began is over"),
    "key-used-otherwise": (422, "this Idempotency-Key was sent with another wish"),
    "not-yet-proven": (409, "the citizen is not done: ask again in a second"),
    "number-refused": (403, "the API key is not for calls to this number"),
    "origin-refused": (403, "the municipality has not listed this website"),
    "out-of-order": (409, "the call is further already"),
    "purpose-unknown": (404, "no such municipality or purpose"),
    "scope-missing": (403, "the API key does not open this"),
    "slow-down": (429, "a turn has been reserved: ask again after `retryAfter` seconds"),
    "token-missing": (401, "no status token was sent"),
    "token-unknown": (404, "the status token is unknown or too old"),
    "too-large": (413, "the body is too large"),
    "too-many": (429, "too many were begun: from this address, for this municipality, or in all"),
    "too-many-tries": (429, "no more codes are looked at for this call"),
    "try-again": (503, "we are away for a moment"),
}
_ANY = ("fault", "try-again", "too-large", "invalid-request")
_RETRIES = frozenset({"busy", "irma-away", "slow-down", "too-many", "try-again"})
_KEY = ("certificate-missing", "key-missing", "key-unknown", "key-revoked", "key-expired", "scope-missing")
_TOKEN = ("token-missing", "token-unknown")
_REFERENCE = "m2Tqk3x0bGv8V5b1cN0yHq7uWmJ4rL9sZp6Ka1dEf2g"
_STATUS = {"state": "waiting", "place": 3}


@dataclass(frozen=True)
class _Operation:
    """What is told of one route."""

    problems: tuple[str, ...]
    security: str | None = None
    asked: Any = None  # an example of the body
    asked_as_text: str | None = None
    answers: Mapping[str, Any] = field(default_factory=dict)  # examples of what is answered, by status
    any: tuple[str, ...] = _ANY


_OPERATIONS: Mapping[tuple[str, str], _Operation] = {
    ("get", "/v1/health"): _Operation(
        (),
        answers={
            "200": {"state": "works"},
            "503": {"state": "identification-away", "since": "2026-11-24T12:15:00Z"},
        },
        any=("fault", "too-large"),
    ),
    ("post", "/v1/disclosures"): _Operation(
        (
            *("purpose-unknown", "attributes-unknown", "origin-refused", "closed", "busy", "too-many", "irma-away"),
            *("key-used", "key-used-otherwise"),
        ),
        asked={"municipality": "voorbeeldstad", "purpose": "verhuizing"},
        answers={
            "200": {
                "sessionPtr": {"u": "https://irma.example.nl/irma/session/example", "irmaqr": "disclosing"},
                "frontendRequest": {"authorization": "example", "minProtocolVersion": "1.0"},
                "statusToken": "example",
                "number": "+31243290000",
                "code": "5362149328",
                "telUrl": "tel:+31243290000,,5362149328",
                "expiresAt": "2026-11-23T12:15:00+00:00",
                "pairing": True,
                "validSeconds": 900,
            }
        },
    ),
    ("get", "/v1/status"): _Operation(_TOKEN, "statusToken", answers={"200": _STATUS}),
    ("post", "/v1/status/look"): _Operation((*_TOKEN, "origin-refused"), "statusToken", answers={"200": _STATUS}),
    ("get", "/v1/status/events"): _Operation(_TOKEN, "statusToken"),
    ("post", "/v1/codes/resolve"): _Operation(
        (*_KEY, "number-refused", "code-unknown", "not-yet-proven", "slow-down", "too-many-tries"),
        "apiKey",
        asked={"number": "+31243290000", "code": "5362149328", "call": "1700000000.12"},
        answers={"200": {"reference": _REFERENCE}},
    ),
    ("get", "/v1/calls/{reference}"): _Operation(
        (*_KEY, "call-unknown"), "apiKey", answers={"200": {"state": "called"}}
    ),
    ("post", "/v1/calls/{reference}"): _Operation(
        (*_KEY, "call-unknown", "out-of-order"),
        "apiKey",
        asked={"state": "connected"},
        answers={"200": {"state": "connected"}},
    ),
    ("post", "/irma/callback/{secret}"): _Operation(
        ("callback-refused",), asked_as_text="the session's result: a JWT that the IRMA server has signed"
    ),
}

_SECURITY = {
    "apiKey": {"type": "http", "scheme": "bearer", "description": "from `callcenter admin add-api-key`"},
    "statusToken": {"type": "http", "scheme": "bearer", "description": "`statusToken` of POST /v1/disclosures"},
}
_PROBLEM = {
    "type": "object",
    "description": "Problem details (RFC 9457): `type` for programs, `detail` for people.",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "retryAfter": {"type": "number", "description": "seconds; with `slow-down`"},
        "opensAt": {"type": "string", "format": "date-time", "description": "with `closed`"},
        "closing": {
            "type": "object",
            "description": "with `closed`: the municipality's own words for citizens, by language; plain text",
            "properties": {one: {"type": "string", "maxLength": LONGEST_TEXT} for one in ("nl", "en")},
        },
    },
}
_EVENTS = (
    "Server-sent events: `id:` to resume after (`Last-Event-ID`), `data:` with the JSON of a Status. A line that begins"
    " with a colon says that we are still here. It ends after a final state; before that, come back after `retry:`"
    " milliseconds. One token has eight feeds at most: a ninth ends the oldest."
)


def describe(app: FastAPI, description: str) -> None:
    """Let `app` tell all this at `PATH`."""
    generate = app.openapi

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.version, app.description = __version__, description
            _complete(generate())
        assert app.openapi_schema is not None  # noqa: S101 - generate() has made it
        return app.openapi_schema

    app.openapi = openapi  # type: ignore[method-assign]


def _complete(schema: dict[str, Any]) -> None:
    used: set[str] = set()
    for path, methods in schema["paths"].items():
        for method, operation in methods.items():
            told = _OPERATIONS[method, path]
            _tell(operation, told)
            if told.security is not None:
                used.add(told.security)
    parts = schema.setdefault("components", {})
    parts["securitySchemes"] = {name: _SECURITY[name] for name in sorted(used)}
    schemas = parts.setdefault("schemas", {})
    for theirs in ("HTTPValidationError", "ValidationError"):
        schemas.pop(theirs, None)
    schemas["Problem"] = _PROBLEM


def _tell(operation: dict[str, Any], told: _Operation) -> None:
    responses = operation["responses"]
    responses.pop("422", None)
    for answered, example in told.answers.items():
        responses[answered]["content"]["application/json"]["example"] = example
    if told.asked is not None:
        operation["requestBody"]["content"]["application/json"]["example"] = told.asked
    if told.asked_as_text is not None:
        body = {"schema": {"type": "string"}, "example": told.asked_as_text}
        operation["requestBody"] = {"required": True, "content": {"text/plain": body}}
    if told.security is not None:
        operation["security"] = [{told.security: []}]
    if "text/event-stream" in responses.get("200", {}).get("content", {}):
        responses["200"]["description"] = _EVENTS
        responses["204"] = {"description": "The page has seen the end."}
    by_status: dict[int, list[str]] = {}
    for kind in (*told.problems, *told.any):
        by_status.setdefault(PROBLEMS[kind][0], []).append(kind)
    for status, kinds in sorted(by_status.items()):
        responses[str(status)] = _problems(status, kinds)


def _problems(status: int, kinds: list[str]) -> dict[str, Any]:
    examples = {
        kind: {
            "summary": PROBLEMS[kind][1],
            "value": {"type": kind, "title": kind.replace("-", " "), "status": status, "detail": "What to do."},
        }
        for kind in kinds
    }
    answer: dict[str, Any] = {
        "description": "; ".join(f"`{kind}`: {PROBLEMS[kind][1]}" for kind in kinds),
        "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}, "examples": examples}},
    }
    if _RETRIES & set(kinds):
        answer["headers"] = {
            "Retry-After": {"schema": {"type": "integer"}, "description": "seconds; not with every problem"}
        }
    return answer
