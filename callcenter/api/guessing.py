"""Guessing: decides whether a code may be looked at now, has it looked at, and counts it when it was wrong.

While a limit is in force a try gets a slot, and is looked at no sooner: a right one too, or the limit would tell.
"""

import hmac
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import lru_cache
from typing import NamedTuple

from callcenter.model.disclosure import Disclosure
from callcenter.model.guessing import (
    TRUNK_SHARE,
    Kind,
    Lane,
    Limits,
    after_wrong,
    call_limit,
    came_in_force,
    lane_of,
    next_slot,
)
from callcenter.model.tenant import Municipality
from callcenter.store import guesses
from callcenter.store.database import Tx
from callcenter.store.guesses import Kept, Scope
from callcenter.store.keys import ApiKey

SLOT = timedelta(seconds=60)  # that a slot waits for its call to ask again


class NoAnswer(Exception):
    """Why a code led to nobody. Inside a transaction it is returned and not raised: raising would undo the counting."""


class CodeUnknown(NoAnswer):
    """Nobody is behind this code: wrong, used, too old, of another municipality, or not for this key to know."""


class NotYetProven(NoAnswer):
    """Its disclosure is still under way: ask again in a moment."""


class SlowDown(NoAnswer):
    """A limit is in force. This call has a slot, `seconds` from now: ask again then. The code was not looked at."""

    __match_args__ = ("seconds",)

    def __init__(self, seconds: float) -> None:
        super().__init__(seconds)
        self.seconds = seconds


class TriesSpent(NoAnswer):
    """This call has had its tries, or would have to wait too long. The code was not looked at."""


class Alarm(NamedTuple):
    """A limit came in force."""

    kind: Kind
    municipality: str | None  # its id; None: the limit is the whole installation's
    trunk: str | None


@dataclass(frozen=True)
class Scopes:
    """The limits that a try falls under, with those of both lanes."""

    trunk: str | None
    call: Scope
    caller: Scope
    lanes: Mapping[Lane, tuple[Scope, ...]]

    @property
    def all(self) -> tuple[Scope, ...]:
        """All of them, of both lanes."""
        return (self.call, self.caller, *self.lanes[Lane.FIRST], *self.lanes[Lane.OTHER])

    @property
    def keys(self) -> tuple[str, ...]:
        """Their names in the store."""
        return tuple(scope.key for scope in self.all)

    def of_lane(self, kept: Mapping[str, Kept], now: datetime) -> tuple[Scope, ...]:
        """Return those that this try counts for: it takes one lane."""
        known = self.caller.kind is Kind.CALLER
        lane = lane_of(kept[self.caller.key].bucket if known else None, now)
        return (self.call, self.caller, *self.lanes[lane])


@dataclass(frozen=True)
class Judged:
    """What came of a try, and the alarms to give when that has been committed."""

    answer: Disclosure | NoAnswer
    alarms: tuple[Alarm, ...] = ()


Look = Callable[[], Awaitable[Disclosure | NoAnswer]]


class Guessing:
    """The limits of an installation. Without state: that is in the database, for all processes."""

    def __init__(self, code_key: bytes, limits: Limits) -> None:
        self._key = hmac.digest(code_key, b"scopes of limits", "sha256")  # never the key of the codes itself
        self._limits = limits
        self._lanes = lru_cache(maxsize=1000)(self._make_lanes)  # the same for each call over a trunk

    def scopes(self, of: Municipality, call: str, caller: str | None, trunk: str | None, key: ApiKey) -> Scopes:
        """Return the limits for a try on this call. `caller`: the calling number, None when it isn't known."""
        limits = self._limits
        # A key of one municipality can fill no limit of another's callers.
        whose = key.municipality_id or "all"
        if caller is None:
            by_number = Scope(f"anonymous/{of.id}", Kind.ANONYMOUS, limits.anonymous, of.id)
        else:
            by_number = Scope(f"caller/{self._closed(whose, caller)}", Kind.CALLER, limits.caller, of.id)
        calls = Scope(f"call/{self._closed(key.id, call)}", Kind.CALL, call_limit(of.rules.tries), of.id)
        # What another call centre calls a trunk is its own word: with a new one for each try it would have no limit.
        line = f"{key.id}/{trunk or ''}" if key.ours else key.id
        return Scopes(trunk, calls, by_number, self._lanes(of.id, line))

    def _make_lanes(self, municipality_id: str, line: str) -> Mapping[Lane, tuple[Scope, ...]]:
        limits = self._limits
        shared = (
            Scope(
                f"trunk/{municipality_id}/{line}", Kind.TRUNK, limits.municipality.share(TRUNK_SHARE), municipality_id
            ),
            Scope(f"trunk/{line}", Kind.TRUNK, limits.installation.share(TRUNK_SHARE)),
            Scope(f"municipality/{municipality_id}", Kind.MUNICIPALITY, limits.municipality, municipality_id),
            Scope("installation", Kind.INSTALLATION, limits.installation),
        )
        return {lane: tuple(replace(one, key=f"{one.key}/{lane}") for one in shared) for lane in Lane}

    def _closed(self, whose: str, name: str) -> str:
        return hmac.digest(self._key, f"{whose}/{name}".encode(), "sha256").hex()

    async def judge(self, tx: Tx, scopes: Scopes, code_hash: bytes, now: datetime, look: Look) -> Judged:
        """Look at a code if it may be looked at now, and count it if it was wrong; else give its call a slot."""
        kept = await guesses.lock(tx, scopes.all, now)
        call = kept[scopes.call.key]
        if call.wrong_code is not None and hmac.compare_digest(call.wrong_code, code_hash):
            return Judged(CodeUnknown())  # asked again, as when our answer was lost: no other guess
        if call.slot_at is not None and now <= call.slot_at + SLOT:
            if call.slot_at > now:
                return Judged(_slow_down(call.slot_at, now))
            return await self._in_slot(tx, scopes, call, code_hash, look)
        return await self._anew(tx, scopes, kept, code_hash, now, look)

    async def _anew(
        self, tx: Tx, scopes: Scopes, kept: Mapping[str, Kept], code_hash: bytes, now: datetime, look: Look
    ) -> Judged:
        call, counted = kept[scopes.call.key], scopes.of_lane(kept, now)
        at = next_slot((kept[scope.key].bucket for scope in counted), now)
        if at - now > timedelta(seconds=self._limits.longest_wait):
            return Judged(TriesSpent())
        if at > now:
            alarms = await self._count(tx, scopes, counted, kept, at, replace(call, slot_at=at))
            return Judged(_slow_down(at, now), alarms)
        answer = await look()
        if not isinstance(answer, CodeUnknown):
            return Judged(answer)
        tried = replace(call, slot_at=None, wrong_code=code_hash)
        return Judged(answer, await self._count(tx, scopes, counted, kept, now, tried))

    async def _in_slot(self, tx: Tx, scopes: Scopes, call: Kept, code_hash: bytes, look: Look) -> Judged:
        """This try was counted when it got its slot, as if it were wrong."""
        answer = await look()
        if not isinstance(answer, NotYetProven):  # who is nearly there asks again, in the same slot
            wrong = code_hash if isinstance(answer, CodeUnknown) else call.wrong_code
            await guesses.save(tx, {scopes.call.key: replace(call, slot_at=None, wrong_code=wrong)})
        return Judged(answer)

    @staticmethod
    async def _count(
        tx: Tx, scopes: Scopes, counted: Iterable[Scope], kept: Mapping[str, Kept], at: datetime, call: Kept
    ) -> tuple[Alarm, ...]:
        """Count a wrong code that is looked at then, in each of these scopes; return the limits that came in force."""
        alarms: list[Alarm] = []
        changed: dict[str, Kept] = {}
        for scope in counted:
            before = call if scope is scopes.call else kept[scope.key]
            after = after_wrong(scope.limit, before.bucket, at)
            changed[scope.key] = replace(before, bucket=after)
            if came_in_force(before.bucket, after) and scope.kind is not Kind.CALL:  # that is daily business
                alarms.append(Alarm(scope.kind, scope.of, scopes.trunk if scope.kind is Kind.TRUNK else None))
        await guesses.save(tx, changed)
        for alarm in alarms:
            await guesses.note_alarm(tx, at, *alarm)
        return tuple(alarms)


def _slow_down(at: datetime, now: datetime) -> SlowDown:
    return SlowDown((at - now).total_seconds())
