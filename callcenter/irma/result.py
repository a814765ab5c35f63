"""Reads the IRMA server's JSON about a session; what it proves is decided in `callcenter.model.proof`."""

from collections.abc import Mapping
from typing import Any

from callcenter.irma.errors import ResultMalformed
from callcenter.model.proof import AttributeStatus, SessionResult, SessionStatus, ShownAttribute


def read_result(body: object) -> SessionResult:
    """Translate a session result, as posted to a callback URL or answered by `GET /session/{token}/result`.

    Raises:
        ResultMalformed: it is not a session result. The message says where, never what.
    """
    if not isinstance(body, Mapping):
        raise ResultMalformed("The IRMA server's session result is not an object")
    try:
        return SessionResult(
            token=_text(body["token"]),
            kind=_text(body["type"]),
            status=SessionStatus(body["status"]),
            proof_status=_text(body.get("proofStatus", "")),
            shown=tuple(tuple(_attribute(item) for item in group or ()) for group in body.get("disclosed") or ()),
            error=_text((body.get("error") or {}).get("error", "")),
        )
    except (KeyError, TypeError, ValueError, AttributeError) as fault:
        # The fault's own message may hold a citizen's attribute.
        raise ResultMalformed(f"The IRMA server's session result can't be read ({type(fault).__name__})") from None


def _attribute(item: Mapping[str, Any]) -> ShownAttribute:
    value = item["rawvalue"]
    return ShownAttribute(
        id=_text(item["id"]),
        status=AttributeStatus(item["status"]),
        value=None if value is None else _text(value),
    )


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value
