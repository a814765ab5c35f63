"""Asks our internal api, as any call centre of another kind does: over HTTPS, with an API key, and nothing else."""

import asyncio
import re
import ssl
from dataclasses import dataclass, field
from enum import StrEnum
from types import TracebackType
from typing import Any, Self

import httpx

DEADLINE_SECONDS = 4.0  # for one question; somebody is on the line
_SAFE = re.compile(r"[A-Za-z0-9_-]{1,200}")  # what goes into a channel variable


class Result(StrEnum):
    """What the dialplan reads in VB_RESULT."""

    RIGHT = "right"
    WRONG = "wrong"  # unknown, used, too old, or another municipality's
    NONE = "none"  # nothing was typed
    NOT_YET = "not-yet"  # the citizen is not done disclosing
    TOO_MANY = "too-many"  # wrong codes on this call, or in a short time: no more are looked at
    AWAY = "away"  # our api did not answer, or not to this key


class SlowDown(Exception):
    """The api has a turn for this call, so many seconds from now."""

    def __init__(self, seconds: float) -> None:
        super().__init__()
        self.seconds = seconds


@dataclass(frozen=True)
class Found:
    """What became of a question."""

    result: Result
    reference: str | None = None
    irma_session: str | None = field(default=None, repr=False)


@dataclass(frozen=True)
class Typed:
    """A code that was typed on a call to `number` (E.164). `caller` and `trunk` serve the limits on guessing."""

    number: str
    code: str = field(repr=False)
    call: str
    caller: str | None = field(default=None, repr=False)
    trunk: str | None = None


class CallCentreApi:
    """A client of the internal api, with its connections kept open. `tls`: whom to trust, and our own certificate."""

    def __init__(self, url: str, key: str, tls: ssl.SSLContext | bool = True) -> None:  # noqa: FBT001, FBT002 - httpx's
        headers = {"Authorization": f"Bearer {key}"}
        self._http = httpx.AsyncClient(
            base_url=url, headers=headers, timeout=DEADLINE_SECONDS, verify=tls, trust_env=False
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._http.aclose()

    async def resolve(self, typed: Typed) -> Found:
        """Return who typed this. Raises SlowDown."""
        question = {"number": typed.number, "code": typed.code, "call": typed.call}
        question |= {name: it for name in ("caller", "trunk") if (it := getattr(typed, name)) is not None}
        status, said = await self._post("/v1/codes/resolve", question)
        match status, said:
            case 200, {"reference": str(reference)} if _SAFE.fullmatch(reference):
                session = said.get("irmaSession")
                safe = isinstance(session, str) and _SAFE.fullmatch(session)
                return Found(Result.RIGHT, reference, session if safe else None)
            case 404, {"type": "code-unknown"}:
                return Found(Result.WRONG)
            case 409, {"type": "not-yet-proven"}:
                return Found(Result.NOT_YET)
            case 429, {"type": "slow-down", "retryAfter": float() | int() as seconds}:
                raise SlowDown(float(seconds))
            case 429, _:
                return Found(Result.TOO_MANY)
            case _:
                return Found(Result.AWAY)

    async def tell(self, reference: str, state: str) -> bool:
        """Tell how the call behind a reference goes on; tell whether it was taken."""
        if not _SAFE.fullmatch(reference):
            return False
        status, _ = await self._post(f"/v1/calls/{reference}", {"state": state})
        return status == httpx.codes.OK

    async def _post(self, path: str, body: dict[str, str]) -> tuple[int, Any]:
        """Return status and JSON of the answer; status 0 when there was none."""
        try:
            async with asyncio.timeout(DEADLINE_SECONDS):
                answer = await self._http.post(path, json=body)
            return answer.status_code, answer.json()
        except (httpx.HTTPError, TimeoutError, ValueError):
            return 0, None
