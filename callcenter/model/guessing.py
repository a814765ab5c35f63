"""Limits on guesses: how many wrong codes are checked at once, and how long the next try waits. No clock of its own.

Each scope (a call, a calling number, a municipality, …) has a bucket, by the generic cell rate algorithm (GCRA, ITU-T
I.371 annex A): one moment says it all. In any period T at most `burst + T / seconds` wrong codes are checked in a
scope, whatever their order; plus those that were under way when the limit came in force, see `docs/security.md`.
"""

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from fractions import Fraction
from functools import cache

DAY = 86_400  # seconds
CALLER_GROWTH = 2.0
TRUNK_SHARE = Fraction(2, 3)  # of its municipality's limit, and of the installation's: other trunks keep the rest
_CALL_SECONDS = 3600.0  # until a call whose tries are spent has another: longer than a caller keeps trying
_LONGEST_DELAY = 900.0  # seconds; with it and the next, nothing of a caller is kept for more than an hour
MEMORY = timedelta(minutes=30)  # since a bucket was empty, until its wrong codes are forgotten
_LIMIT = re.compile(r"([1-9][0-9]{0,5})/([0-9]{1,5}(?:\.[0-9]{1,3})?)")


class Kind(StrEnum):
    """Of what there is a limit."""

    CALL = "call"
    CALLER = "caller"  # a calling number
    ANONYMOUS = "anonymous"  # all callers of a municipality whose number is not known
    TRUNK = "trunk"
    MUNICIPALITY = "municipality"
    INSTALLATION = "installation"


class Lane(StrEnum):
    """Trunks, municipalities and the installation have two limits of the same size, each with tries of its own.

    So who tries again and again, or hides their number, does not keep out those who try for the first time.
    """

    FIRST = "first"  # callers with a known number, from which no wrong code came of late
    OTHER = "other"


@dataclass(frozen=True)
class Limit:
    """`burst` wrong codes without waiting; each further one takes `seconds`, `growth` times as many each time."""

    burst: int
    seconds: float
    growth: float = 1.0

    def __post_init__(self) -> None:
        if self.burst < 1 or self.seconds <= 0 or self.growth < 1:
            raise ValueError(f"a limit has a burst of 1 or more, seconds above 0, and grows by 1 or more, not {self}")

    def cost(self, wrong: int) -> timedelta:
        """How long one more takes, after so many."""
        steps = max(0, wrong + 1 - self.burst)
        grown = self.seconds * self.growth ** min(steps, 30)
        return timedelta(seconds=max(self.seconds, min(grown, _LONGEST_DELAY)))

    @property
    def tolerance(self) -> timedelta:
        """How far ahead of time a bucket may be filled before one has to wait."""
        return timedelta(seconds=(self.burst - 1) * self.seconds)

    def share(self, part: Fraction) -> "Limit":
        """A part of it: fewer without waiting, and longer for each."""
        return replace(self, burst=max(1, math.floor(self.burst * part)), seconds=self.seconds / float(part))

    def in_a_day(self) -> float:
        """How many wrong codes a day it lets through, at most."""
        return self.burst + DAY / self.seconds


def read_limit(text: str, growth: float = 1.0) -> Limit:
    """Read `BURST/SECONDS`. Raises ValueError."""
    found = _LIMIT.fullmatch(text)
    if not found:
        raise ValueError(f"{text!r} is no limit; write wrong codes at once / seconds for each more, such as 60/20")
    return Limit(int(found[1]), float(found[2]), growth)


@cache
def call_limit(tries: int) -> Limit:
    """So many tries in one call, and then no more."""
    return Limit(tries, _CALL_SECONDS)


@dataclass(frozen=True)
class Limits:
    """All limits of an installation, but that of a call, which each municipality sets.

    Attributes:
        caller: for each calling number; its delay doubles.
        anonymous: for all callers of one municipality together who show no number.
        municipality: in each of two lanes.
        installation: in each of two lanes, over all municipalities.
        longest_wait: seconds; who would have to wait longer is not checked at all.
    """

    caller: Limit = Limit(5, 15, CALLER_GROWTH)
    anonymous: Limit = Limit(20, 30)
    municipality: Limit = Limit(60, 20)
    installation: Limit = Limit(600, 2)
    longest_wait: float = 20.0


@dataclass(frozen=True)
class Bucket:
    """How far the limit of one scope is used up.

    Attributes:
        free_at: when it will be empty, if nothing is added (GCRA's theoretical arrival time).
        opens_at: when the next try may be checked; the limit is in force until then.
        wrong: tries that have not been forgotten; the delay grows with them.
        alarmed: that it came in force has been told, and it has not been half empty since.
    """

    free_at: datetime
    opens_at: datetime
    wrong: int = 0
    alarmed: bool = False

    @classmethod
    def empty(cls, now: datetime) -> "Bucket":
        """Return one from which nothing was used.

        It has long been open: of two questions the later may come first, and clocks of several machines differ.
        """
        return cls(now, now - MEMORY)

    def in_force(self, now: datetime) -> bool:
        """Whether a try has to wait now."""
        return self.opens_at > now

    def is_forgotten(self, now: datetime) -> bool:
        """Whether it is as if nothing had ever been tried."""
        return self.wrong == 0 or self.free_at <= now - MEMORY


def after_wrong(limit: Limit, bucket: Bucket, at: datetime) -> Bucket:
    """Return the bucket after a wrong code that is checked at that moment, which may be to come."""
    wrong = 0 if bucket.is_forgotten(at) else bucket.wrong
    free_at = max(bucket.free_at, at) + limit.cost(wrong)
    half_empty = bucket.free_at - at < limit.tolerance / 2
    opens_at = free_at - limit.tolerance
    return Bucket(free_at, opens_at, wrong + 1, alarmed=(bucket.alarmed and not half_empty) or opens_at > at)


def came_in_force(before: Bucket, after: Bucket) -> bool:
    """Whether this is the one moment of an episode at which the alarm is to be given."""
    return after.alarmed and not before.alarmed


def next_slot(buckets: Iterable[Bucket], now: datetime) -> datetime:
    """Return when a try that all these buckets count may be checked: now, or later."""
    return max([now, *(bucket.opens_at for bucket in buckets)])


def lane_of(caller: Bucket | None, now: datetime) -> Lane:
    """Return the lane of a try, by the bucket of its calling number (None: the number is not known)."""
    return Lane.FIRST if caller is not None and caller.is_forgotten(now) else Lane.OTHER


def chance_to_plan_for(limits: Limits) -> float:
    """Return `chance_a_day` of a busy municipality, with 100 living codes, against 30 lines with a try each 5 s."""
    return min(chance_a_day(100, 30, 5, one) for one in (limits.municipality, limits.installation))


def chance_a_day(
    living_codes: int,
    lines: int,
    seconds_a_try: float,
    limit: Limit | None,
    digits: int = 10,
) -> float:
    """Return the chance that in a day some guess hits some living code, against `lines` that try without a pause.

    `limit`: that of the municipality (or the installation, with all its living codes), each of whose two lanes is used
    to the full, with a new calling number for each try; None: no limit. What is under way on every line when the limit
    comes in force is counted too.
    """
    tries = lines * DAY / seconds_a_try
    if limit is not None:
        tries = min(tries, len(Lane) * limit.in_a_day() + lines)
    one = living_codes / 10**digits
    return 1.0 if one >= 1 else -math.expm1(tries * math.log1p(-one))
