"""Asks the internal api who is behind a code: the conductor's only way to a disclosure."""

import asyncio
from dataclasses import dataclass, field
from enum import Enum, auto
from types import TracebackType
from typing import Self

import httpx

from callcenter.model.code import is_code

DEADLINE_SECONDS = 2.0  # for the whole question
LONGEST_SECONDS = 60.0  # that a caller waits for one slot, whatever the answer says


class ResolveAway(Exception):
    """The internal api did not give an answer that can be used; its address and key are settings."""


class NoCaller(Enum):
    """Why a code leads to nobody."""

    WRONG = auto()  # unknown, used, too old, or of another municipality
    NOT_YET = auto()  # its disclosure is still under way: ask again in a moment
    SPENT = auto()  # there were too many wrong ones of late: it is not looked at


WRONG, NOT_YET, SPENT = NoCaller.WRONG, NoCaller.NOT_YET, NoCaller.SPENT


@dataclass(frozen=True)
class Slowed:
    """There were many wrong codes of late: this one is looked at when it is asked again, in so many seconds."""

    seconds: float


@dataclass(frozen=True)
class Origin:
    """From where a call came: limits on wrong codes hold for each. Kept nowhere but in memory, for the call's time."""

    number: str | None = field(default=None, repr=False)  # E.164; None: not known
    trunk: str | None = None


@dataclass(frozen=True)
class Resolved:
    """The disclosure behind a code, which is used up by this."""

    disclosure_id: str


NOWHERE = Origin()


class ResolveClient:
    """A client of `POST /v1/codes/resolve`, with its connections kept open."""

    def __init__(self, url: str, key: str, transport: httpx.AsyncBaseTransport | None = None) -> None:
        self._http = httpx.AsyncClient(
            base_url=url,
            headers={"Authorization": f"Bearer {key}"},
            timeout=DEADLINE_SECONDS,
            transport=transport,
            trust_env=False,
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._http.aclose()

    async def resolve(
        self, number: str, code: str, call_id: str, origin: Origin = NOWHERE
    ) -> Resolved | Slowed | NoCaller:
        """Return who typed `code` on a call to `number` (E.164); what is no ten digits is wrong without asking.

        Asking again for the same call gives the same answer. Raises ResolveAway.
        """
        if not is_code(code):
            return WRONG
        question = {"number": number, "code": code, "call": call_id, "caller": origin.number, "trunk": origin.trunk}
        try:
            async with asyncio.timeout(DEADLINE_SECONDS):
                response = await self._http.post("/v1/codes/resolve", json=question)
        except (httpx.HTTPError, TimeoutError) as error:
            raise ResolveAway(f"the internal api is away ({type(error).__name__})") from None
        match response.status_code, _said(response):
            case httpx.codes.OK, {"reference": str(disclosure_id)}:
                return Resolved(disclosure_id)
            # Its own words are wanted: a proxy or another server at this address says 404 too.
            case httpx.codes.NOT_FOUND, {"type": "code-unknown"}:
                return WRONG
            case httpx.codes.CONFLICT, {"type": "not-yet-proven"}:
                return NOT_YET
            case httpx.codes.TOO_MANY_REQUESTS, {"type": "slow-down", "retryAfter": float() | int() as seconds}:
                return Slowed(min(max(float(seconds), 0.0), LONGEST_SECONDS))
            case httpx.codes.TOO_MANY_REQUESTS, {"type": "too-many-tries"}:
                return SPENT
            case (httpx.codes.UNAUTHORIZED | httpx.codes.FORBIDDEN) as status, _:
                raise ResolveAway(f"the internal api answered {status}: check VB_INTERNAL_API_KEY")
            case status, _:
                raise ResolveAway(f"the internal api answered {status}: check VB_INTERNAL_API_URL, and its log")


def _said(response: httpx.Response) -> object:
    try:
        said: object = response.json()
    except ValueError:
        return None
    return said
