"""How long a guesser of passwords waits: longer after each wrong one. No I/O, and no clock of its own."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

FORGOTTEN_AFTER = timedelta(minutes=15)  # without an attempt
KNOWN_FOR = timedelta(days=30)  # since a right password from there
_MOST_DOUBLINGS = 60  # past these any longest delay is long over, and a float is not


@dataclass(frozen=True)
class Pace:
    """`free` wrong ones without waiting; then 1 s, 2 s, 4 s… for the next, and never more than `longest` seconds."""

    free: int
    longest: float


BY_NAME = Pace(free=3, longest=60.0)  # one name from one network
BY_NETWORK = Pace(free=30, longest=15.0)  # all names from one network, which a whole office may have


@dataclass(frozen=True)
class Tried:
    """What is known of attempts: how many were wrong, when the last was, and when one was right (None: never)."""

    wrong: int
    last_at: datetime
    right_at: datetime | None = None

    def seconds_left(self, pace: Pace, now: datetime) -> float:
        """How many seconds until the next attempt is looked at; 0 when it may be now."""
        if self.wrong < pace.free or self._is_forgotten(now):
            return 0.0
        delay = min(2.0 ** min(self.wrong - pace.free, _MOST_DOUBLINGS), pace.longest)
        # Another dashboard's clock may be ahead of ours.
        return min(max(0.0, (self.last_at - now).total_seconds() + delay), delay)

    def one_more(self, now: datetime) -> "Tried":
        """Return it with one more attempt that was wrong."""
        return replace(self, wrong=1 if self._is_forgotten(now) else self.wrong + 1, last_at=now)

    def one_less(self) -> "Tried":
        """Return it without the last attempt, which was not wrong."""
        return replace(self, wrong=max(0, self.wrong - 1))

    def was_right(self, now: datetime) -> "Tried":
        """Return it after a right password: what was wrong before is forgotten."""
        return Tried(0, now, now)

    def is_known(self, now: datetime) -> bool:
        """Whether this name was right from there of late."""
        return self.right_at is not None and now - self.right_at < KNOWN_FOR

    def _is_forgotten(self, now: datetime) -> bool:
        return now - self.last_at > FORGOTTEN_AFTER


def seconds_to_wait(name: Tried | None, network: Tried | None, now: datetime) -> float:
    """Return how long an attempt waits, by what is known of its name from there and of all names from there.

    Who was right from there before does not wait for what others there do.
    """
    left = name.seconds_left(BY_NAME, now) if name else 0.0
    if network is None or (name is not None and name.is_known(now)):
        return left
    return max(left, network.seconds_left(BY_NETWORK, now))
