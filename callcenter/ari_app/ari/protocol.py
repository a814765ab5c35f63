"""ARI's REST over the events WebSocket, without the socket: requests become frames, frames become replies and events.

Source: Asterisk's documentation, "ARI REST over WebSocket" (since 22.4), and `res/ari/ari_websocket_requests.c`.
Nothing here waits, reads or sends; `connection.py` moves the frames.
"""

import itertools
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from callcenter.ari_app.ari import errors
from callcenter.ari_app.ari.events import Event, read_event

Method = Literal["GET", "POST", "PUT", "DELETE"]


@dataclass(frozen=True, slots=True)
class Reply:
    """What became of the request with this id: the JSON that Asterisk gave (None when empty), or the error to raise."""

    request_id: str
    result: Any = field(default=None, repr=False)
    error: errors.AriError | None = None


@dataclass(frozen=True, slots=True)
class Ignored:
    """A frame that is neither an event nor the answer to a request that still waits; `why` holds none of its text."""

    why: str


@dataclass(frozen=True, slots=True)
class _Request:
    """A request under way. `values` is all that was sent along: kept only to keep it out of error messages."""

    method: Method
    path: str
    values: tuple[str, ...] = field(repr=False)


class Protocol:
    """The conversation on one WebSocket: numbers the requests, and knows which still wait for their reply."""

    def __init__(self) -> None:
        self._numbers = itertools.count(1)
        self._waiting: dict[str, _Request] = {}
        self._ended: tuple[type[errors.AriError], str] | None = None

    def request(
        self, method: Method, path: str, query: Mapping[str, str] | None = None, body: Mapping[str, Any] | None = None
    ) -> tuple[str, str]:
        """Give the id of a new request and the frame to send.

        Args:
            method: one of the four that ARI knows.
            path: without slash in front, its parts percent-encoded: `channels/vb-agent-1-1/answer`.
            query: names and values as they are; nothing has to be encoded.
            body: becomes the JSON body.

        Raises:
            AriDisconnected, AriReplaced: this conversation has ended, see `end`.
            AriBadRequest: a value holds a character that Asterisk's JSON reader does not take (NUL, lone surrogate). It
                would answer such a frame without a request id, and write the whole frame into its log.
        """
        if self._ended is not None:
            kind, why = self._ended
            raise kind(f"{method} {path} was not sent: {why}", reason=why)
        request_id = str(next(self._numbers))
        frame: dict[str, Any] = {"type": "RESTRequest", "request_id": request_id, "method": method, "uri": path}
        if query:
            frame["query_strings"] = [{"name": name, "value": value} for name, value in query.items()]
        if body is not None:
            frame["content_type"] = "application/json"
            frame["message_body"] = json.dumps(body, ensure_ascii=False)
        texts = _texts(query, body)
        if not all(_can_be_sent(text) for text in texts):
            why = "a value holds a NUL or a lone surrogate, which can't be sent"
            raise errors.AriBadRequest(f"{method} {path} was not sent: {why}", reason=why)
        # Under 4 characters a repeated value gives nothing away, and is often a word of Asterisk's own.
        values = tuple(text for text in texts if len(text) > 3)
        self._waiting[request_id] = _Request(method, path, values)
        return request_id, json.dumps(frame, ensure_ascii=False)

    def receive(self, frame: str | bytes) -> Reply | Event | Ignored:
        """Say what a frame from Asterisk means. Never raises: what makes no sense is `Ignored`, or `Other`."""
        try:
            raw = json.loads(frame)
        except (ValueError, RecursionError):
            return Ignored("not JSON")
        kind = raw.get("type") if isinstance(raw, dict) else None
        if not isinstance(kind, str):
            return Ignored("not a message of ARI")
        if kind == "RESTResponse":
            return self._reply(raw)
        return read_event(kind, raw)

    def forget(self, request_id: str) -> None:
        """Stop waiting for a reply; if it comes after all, it is ignored."""
        self._waiting.pop(request_id, None)

    def end(self, kind: type[errors.AriError], why: str) -> list[Reply]:
        """Nothing comes any more: give each waiting request an error of this kind, and every later one too."""
        self._ended = kind, why
        waiting, self._waiting = self._waiting, {}
        return [
            Reply(request_id, error=kind(f"{request.method} {request.path} has no answer: {why}", reason=why))
            for request_id, request in waiting.items()
        ]

    def _reply(self, raw: dict[str, Any]) -> Reply | Ignored:
        request_id, status = raw.get("request_id"), raw.get("status_code")
        if not isinstance(request_id, str) or request_id not in self._waiting:
            return Ignored("a reply that nobody waits for")
        request = self._waiting.pop(request_id)
        try:
            result = json.loads(raw.get("message_body") or "null")
        except (ValueError, TypeError, RecursionError):
            status, result = 500, {"message": "the reply was not JSON"}
        if not isinstance(status, int):
            status, result = 500, {"message": "the reply had no status"}
        if 200 <= status < 300:
            return Reply(request_id, result)
        reason = _reason(raw, result, request.values)
        message = f"Asterisk answered {status} ({reason}) to {request.method} {request.path}"
        return Reply(request_id, error=errors.for_status(status, message, reason=reason))


def _reason(raw: dict[str, Any], result: object, values: tuple[str, ...]) -> str:
    """Asterisk's own words for a refusal; but only its standard phrase when they would repeat something we sent."""
    phrase = raw.get("reason_phrase")
    words = (result.get("message") or result.get("error")) if isinstance(result, dict) else None
    if isinstance(words, str) and not any(value in words for value in values):
        return words
    return phrase if isinstance(phrase, str) else "no reason given"


def _texts(query: Mapping[str, str] | None, body: object) -> list[str]:
    """All values of a request: of the query, and of the body however deep."""
    found = list((query or {}).values())
    rest = [body]
    while rest:
        match rest.pop():
            case str(text):
                found.append(text)
            case dict(inner):
                rest.extend(inner.values())
            case list(inner):
                rest.extend(inner)
    return found


def _can_be_sent(text: str) -> bool:
    return "\0" not in text and not any("\ud800" <= sign <= "\udfff" for sign in text)
