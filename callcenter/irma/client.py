"""The IRMA server's requestor side: start a disclosure, ask how it stands, end it.

Written beside the session requests chapter of the IRMA documentation and `server/requestorserver` of irmago 1.3.0.
Every request has a deadline. The server's state is its own: nothing here is kept between two calls.
"""

import asyncio
import ssl
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import TracebackType
from typing import Any, Self

import httpx
from pydantic import SecretStr

from callcenter.irma.breaker import Breaker
from callcenter.irma.condiscon import attribute_ids
from callcenter.irma.errors import IrmaAway, IrmaFailed, IrmaRefused, SessionUnknown
from callcenter.irma.questions import Questions
from callcenter.irma.result import read_result
from callcenter.model.proof import SessionResult, SessionStatus
from callcenter.model.tenant import Condiscon

DISCLOSURE = "https://irma.app/ld/request/disclosure/v2"
UNAUTHORIZED = 403

Labels = Mapping[int, Mapping[str, str]]
"""For each disjunction, by index, what the app calls it, by language ("nl", "en")."""


@dataclass(frozen=True)
class Session:
    """A disclosure session that was started at the IRMA server.

    Attributes:
        token: opens status, result and cancelling; never for a browser.
        session_ptr: what the citizen's app wants to know, for the QR code.
        frontend_request: what the browser needs for pairing and status.
    """

    token: SecretStr
    session_ptr: dict[str, Any] = field(repr=False)
    frontend_request: dict[str, Any] = field(repr=False)

    @property
    def id(self) -> str:
        """The IRMA session id: the last part of the session pointer's URL (irmago's ClientToken).

        By it the app finds the session. It opens no result: for that the server wants the requestor token. So it is
        what another system may be told of a session that is over; while it is open, it would let a stranger scan.
        """
        return str(self.session_ptr.get("u", "")).rstrip("/").rpartition("/")[2]


@dataclass(frozen=True)
class AttributeCheck:
    """What the IRMA server thinks of a request for attributes.

    Attributes:
        unknown: ids that its schemes do not have.
        forbidden: ids that our requestor may not ask.
        combination: whether each is fine, but not all together in this way.
    """

    unknown: tuple[str, ...] = ()
    forbidden: tuple[str, ...] = ()
    combination: bool = False

    @property
    def ok(self) -> bool:
        """Whether citizens can be asked for this."""
        return self.fault is None

    @property
    def fault(self) -> str | None:
        """What is wrong, and what to do about it."""
        if self.unknown:
            return f"the IRMA server does not know {', '.join(self.unknown)}: a slip?"
        if self.forbidden:
            return f"our requestor may not ask {', '.join(self.forbidden)}: allow it there (disclose_perms)"
        if self.combination:
            return "each is known, but not together: at most one of several cards an option"
        return None


class IrmaServer:
    """A client of one IRMA server (or several behind one URL)."""

    def __init__(
        self,
        url: str,
        token: SecretStr,
        *,
        deadline: float = 5.0,  # seconds for a whole request, connecting included
        tls: ssl.SSLContext | bool = True,  # how to verify the server's certificate
        breaker: Breaker | None = None,  # so that not everybody waits for a server that is away
        clock: Callable[[], float] = time.monotonic,
        note: Callable[[str], None] = lambda _: None,  # is told what became of each question, a word of `QUESTIONS`
    ) -> None:
        self._url = url.rstrip("/")
        self._token = token
        self._deadline = deadline
        self._questions = Questions(breaker, clock, note)
        # Proxies of the environment are for the internet; this server is ours.
        self._http = httpx.AsyncClient(base_url=self._url, timeout=deadline, verify=tls, trust_env=False)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    @property
    def away_since(self) -> datetime | None:
        """When the first question failed since it last answered; None: none did."""
        return self._questions.away_since

    async def close(self) -> None:
        """Close its connections."""
        await self._http.aclose()

    async def start_disclosure(
        self,
        condiscon: Condiscon,
        *,
        callback_url: str | None = None,
        return_url: str | None = None,
        labels: Labels | None = None,
        result_seconds: int = 120,
        scan_seconds: int = 300,
    ) -> Session:
        """Start a session in which a citizen is asked for these attributes.

        Args:
            condiscon: the request for attributes, as `check_condiscon` returns it.
            callback_url: where the server posts the signed result; it adds a `/` at the end.
            return_url: where the app goes when done, such as `tel:+31243290000,5362149328`.
            labels: what the app calls each disjunction.
            result_seconds: how long the signed result stays valid.
            scan_seconds: how long the citizen has to scan; at most 900.

        Raises:
            IrmaAway, IrmaRefused
        """
        request: dict[str, Any] = {"@context": DISCLOSURE, "disclose": condiscon}
        if labels:
            request["labels"] = {str(index): dict(label) for index, label in labels.items()}
        if return_url is not None:
            request["clientReturnUrl"] = return_url
        body: dict[str, Any] = {"validity": result_seconds, "timeout": scan_seconds, "request": request}
        if callback_url is not None:
            body["callbackUrl"] = callback_url
        answer = await self._ask("POST", "/session", json=body, authorized=True)
        match _json(answer):
            case {"token": str(token), "sessionPtr": dict(session_ptr), "frontendRequest": dict(frontend_request)}:
                return Session(SecretStr(token), session_ptr, frontend_request)
            case _:
                raise _no_irma(answer)

    async def status(self, token: SecretStr) -> SessionStatus:
        """Tell where the session is. Raises IrmaAway, IrmaRefused, SessionUnknown."""
        answer = await self._ask("GET", f"/session/{_path(token)}/status")
        try:
            return SessionStatus(str(_json(answer)))
        except ValueError:
            raise _no_irma(answer) from None

    async def result(self, token: SecretStr) -> SessionResult:
        """Return how the session stands, with what was shown. Raises IrmaAway, IrmaRefused, SessionUnknown."""
        return read_result(_json(await self._ask("GET", f"/session/{_path(token)}/result")))

    async def cancel(self, token: SecretStr) -> None:
        """End the session if it still runs. Raises IrmaAway, IrmaRefused, SessionUnknown."""
        await self._ask("DELETE", f"/session/{_path(token)}")

    async def public_key(self) -> str:
        """Return the PEM of the key with which the server signs results. Raises IrmaAway, IrmaRefused."""
        return (await self._ask("GET", "/publickey")).text

    async def check(self, condiscon: Condiscon) -> AttributeCheck:
        """Ask the server whether it knows these attributes and lets us ask them, by starting and ending sessions.

        For an id that it does not know, the server first looks on the internet for a newer scheme: that may take
        until our deadline, and then raises IrmaAway.

        Raises:
            IrmaAway: it can't be reached, or looked for an unknown attribute for too long.
            IrmaRefused: it does not know our requestor token, or may not ask any of these.
        """
        try:
            await self._start_and_end(condiscon)
        except IrmaRefused as refusal:
            return await self._find_the_wrong_ones(attribute_ids(condiscon), refusal)
        return AttributeCheck()

    async def _find_the_wrong_ones(self, ids: list[str], refusal: IrmaRefused) -> AttributeCheck:
        unknown: list[str] = []
        forbidden: list[str] = []
        for name in ids:
            try:
                await self._start_and_end([[[name]]])
            except IrmaRefused as fault:
                (forbidden if fault.status == UNAUTHORIZED else unknown).append(name)
        if len(forbidden) == len(ids):
            raise refusal
        return AttributeCheck(tuple(unknown), tuple(forbidden), combination=not unknown and not forbidden)

    async def _start_and_end(self, condiscon: Condiscon) -> None:
        session = await self.start_disclosure(condiscon)
        await self.cancel(session.token)

    async def _ask(self, method: str, path: str, *, json: object = None, authorized: bool = False) -> httpx.Response:
        headers = {"Authorization": self._token.get_secret_value()} if authorized else {}
        with self._questions.asking():
            return await self._answered(method, path, json, headers)

    async def _answered(self, method: str, path: str, json: object, headers: dict[str, str]) -> httpx.Response:
        try:
            async with asyncio.timeout(self._deadline):
                answer = await self._http.request(method, path, json=json, headers=headers)
        except (httpx.HTTPError, TimeoutError) as fault:
            raise IrmaAway(
                f"The IRMA server at {self._url} did not answer within {self._deadline} s ({type(fault).__name__}):"
                " check that it runs, and the setting VB_IRMA_URL"
            ) from None
        if not answer.is_success:
            raise _error(answer)
        return answer


_ADVICE = {
    "UNAUTHORIZED": "check VB_IRMA_TOKEN, and which attributes this requestor may ask there (disclose_perms)",
    "UNSUPPORTED": "give it a private key to sign results with (--jwt-privkey-file)",
    "INVALID_REQUEST": "check the attribute ids (`callcenter doctor` names the unknown ones) and the return URL",
}


def _error(answer: httpx.Response) -> IrmaAway | IrmaRefused | SessionUnknown:
    # The error's `message` is left out: it may repeat what was sent.
    try:
        name = str(answer.json()["error"])
    except (ValueError, KeyError, TypeError):
        name = "without a name"
    if name == "SESSION_UNKNOWN":
        return SessionUnknown()
    if answer.status_code >= 500 and name != "UNSUPPORTED":
        return IrmaFailed(f"The IRMA server failed with {answer.status_code} {name}: look at its log, and try again")
    return IrmaRefused(answer.status_code, name, _ADVICE.get(name, "check VB_IRMA_URL"))


def _no_irma(answer: httpx.Response) -> IrmaRefused:
    return IrmaRefused(answer.status_code, "UNREADABLE", "what answers at VB_IRMA_URL is no IRMA server")


def _json(answer: httpx.Response) -> object:
    try:
        value: object = answer.json()
    except ValueError:
        raise _no_irma(answer) from None
    return value


def _path(token: SecretStr) -> str:
    text = token.get_secret_value()
    if not text.isalnum():  # else it could lead to another path
        raise SessionUnknown
    return text
