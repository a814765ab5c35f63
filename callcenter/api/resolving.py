"""Resolving: who is behind a code that was typed on a call to a municipality's number?"""

import asyncio
import math
import time
from contextlib import AbstractAsyncContextManager, nullcontext
from dataclasses import dataclass, field
from datetime import UTC, datetime

from callcenter.api.elsewhere import Elsewhere
from callcenter.api.guessing import CodeUnknown, Guessing, Judged, NoAnswer, NotYetProven, Scopes, SlowDown, TriesSpent
from callcenter.api.metrics import Metrics
from callcenter.api.problems import Problem
from callcenter.api.taking import Taking
from callcenter.irma.errors import IrmaError
from callcenter.logs import Log, log
from callcenter.model.code import CodeKeys
from callcenter.model.disclosure import Disclosure
from callcenter.model.phone_number import calling_number
from callcenter.model.tenant import Municipality
from callcenter.store import codes, tenants
from callcenter.store.database import Store, Tx
from callcenter.store.keys import ApiKey

FIND_OUT_SECONDS = 1.0  # for asking the IRMA server; the conductor, with a caller on the line, waits 2 s for our answer
AT_ONCE = 8  # codes that one key of another call centre has looked at together: a limit is late by so many
TENANT_SECONDS = 5.0  # how long we go by what we know of a municipality
_RESULTS: dict[type[NoAnswer], str] = {
    CodeUnknown: "wrong",
    NotYetProven: "not-yet",
    SlowDown: "slowed",
    TriesSpent: "spent",
}


class NumberRefused(Exception):
    """This key is of one municipality, and the number is not that one's: whose it is, if anybody's, is not told."""


@dataclass(frozen=True)
class Asked:
    """A code, on which call to which number it was typed, and from where that call came, as far as is known."""

    number: str = field(repr=False)
    code: str = field(repr=False)
    call_id: str
    caller: str | None = field(default=None, repr=False)
    trunk: str | None = None


@dataclass(frozen=True)
class _Question:
    """The same, with what we know of it."""

    of: Municipality
    code_hashes: tuple[bytes, ...] = field(repr=False)
    call_id: str  # by which we keep it
    scopes: Scopes
    outside_until: datetime | None  # until when another call centre may tell how the call goes on


def problem_of(why: NoAnswer) -> Problem:
    """Return what the asker is told."""
    match why:
        case NotYetProven():
            return Problem(409, "not-yet-proven", "The citizen is not done yet: ask again in a moment.")
        case SlowDown(seconds):
            wait = {"Retry-After": str(math.ceil(seconds))}
            detail = "Ask again for this call in so many seconds; let the caller hear that it takes a moment."
            return Problem(429, "slow-down", detail, wait, retryAfter=round(seconds, 3))
        case TriesSpent():
            detail = "No more codes are looked at for this call: go on without one, or let the caller call later."
            return Problem(429, "too-many-tries", detail)
        case _:
            return Problem(404, "code-unknown", "Nobody is behind this code: let the caller type it again.")


class Resolving:
    """Uses codes up, each for one call."""

    def __init__(
        self,
        store: Store,
        code_keys: CodeKeys,
        taking: Taking,
        elsewhere: Elsewhere,
        guessing: Guessing,
        metrics: Metrics,
    ) -> None:
        self._store = store
        self._code_keys = code_keys
        self._taking = taking
        self._elsewhere = elsewhere
        self._guessing = guessing
        self._metrics = metrics
        self._known: dict[str, tuple[float, Municipality]] = {}  # by number, and until when
        self._turns: dict[str, asyncio.Semaphore] = {}  # by the id of a key

    async def resolve(self, asked: Asked, key: ApiKey) -> Disclosure:
        """Return the disclosure behind a code, and use the code up for this call.

        Raises NumberRefused, CodeUnknown, NotYetProven, SlowDown, TriesSpent.
        """
        of = await self._municipality(asked.number)
        if key.municipality_id is not None and (of is None or of.id != key.municipality_id):
            raise NumberRefused
        if of is None:
            raise CodeUnknown
        call_id, until = self._elsewhere.known_as(key, asked.call_id, datetime.now(UTC))
        # What is no number is a word for none, such as "anonymous".
        caller = calling_number(asked.caller)
        scopes = self._guessing.scopes(of, call_id, caller, asked.trunk, key)
        question = _Question(of, self._code_keys.hashes(of.id, asked.code), call_id, scopes, until)
        async with self._turn(key):
            answer = await self._answer(question)
        if isinstance(answer, NotYetProven):
            answer = await self._late(question)
        self._tell(question, answer)
        if isinstance(answer, NoAnswer):
            raise answer
        return answer

    def _turn(self, key: ApiKey) -> AbstractAsyncContextManager[None]:
        """Wait for a turn: who asks by program has no lines that are few, and a wrong code counts only afterwards."""
        return nullcontext() if key.ours else self._turns.setdefault(key.id, asyncio.Semaphore(AT_ONCE))

    async def _answer(self, question: _Question) -> Disclosure | NoAnswer:
        """The daily case is one UPDATE: no limit is in force, and the code is right."""
        now = datetime.now(UTC)
        found = await codes.use_code_at_once(
            self._store,
            question.code_hashes,
            question.of.id,
            question.call_id,
            now,
            unless_limited=question.scopes.keys,
            outside_until=question.outside_until,
        )
        if found is not None:
            return found
        async with self._store.begin() as tx:
            judged = await self._judge(tx, question, now)
        for alarm in judged.alarms:
            self._metrics.alarm(alarm.kind)
            where = None if alarm.municipality is None else question.of.slug
            log(Log.GUESS_LIMIT, kind=alarm.kind, municipality=where, trunk=alarm.trunk)
        return judged.answer

    async def _judge(self, tx: Tx, question: _Question, now: datetime) -> Judged:
        return await self._guessing.judge(
            tx, question.scopes, question.code_hashes[0], now, lambda: self._look(tx, question, now)
        )

    @staticmethod
    async def _look(tx: Tx, question: _Question, now: datetime) -> Disclosure | NoAnswer:
        # In this order: the proof may come in between.
        nearly = await codes.code_is_nearly_proven(tx, question.code_hashes, question.of.id, now)
        found = await codes.use_code(
            tx, question.code_hashes, question.of.id, question.call_id, now, outside_until=question.outside_until
        )
        return found or (NotYetProven() if nearly else CodeUnknown())

    async def _late(self, question: _Question) -> Disclosure | NoAnswer:
        """The citizen may be done and the callback lost: ask the IRMA server once, now."""
        try:
            async with asyncio.timeout(FIND_OUT_SECONDS):
                await self._taking.find_out_by_code(question.code_hashes, question.of.id)
        except (IrmaError, TimeoutError) as error:
            log(Log.IRMA_AWAY, error=type(error).__name__)
        async with self._store.begin() as tx:
            return await self._look(tx, question, datetime.now(UTC))

    async def _municipality(self, number: str) -> Municipality | None:
        """Whose number this is. Only those that there are, are remembered."""
        until, of = self._known.get(number, (0.0, None))
        if of is not None and time.monotonic() < until:
            return of
        async with self._store.read() as tx:
            found = await tenants.municipality_by_number(tx, number)
        if found is None:
            self._known.pop(number, None)
        else:
            self._known[number] = (time.monotonic() + TENANT_SECONDS, found)
        return found

    def _tell(self, question: _Question, answer: Disclosure | NoAnswer) -> None:
        if isinstance(answer, NoAnswer):
            self._metrics.guessed(_RESULTS[type(answer)])
            return
        self._metrics.guessed("right")
        log(Log.CODE_RESOLVED, disclosure=answer.id, municipality=question.of.slug, result="right")
