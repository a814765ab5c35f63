"""A circuit breaker: after failures in a row nobody waits for a server that is away, until one probe finds it back.

    closed --failures in a row--> open --after a while--> half-open (one probe) --it worked--> closed
                                    ^------------------------- it failed ------------|

No I/O, and no clock of its own: `now` is seconds of any clock that never goes back.
"""

from dataclasses import dataclass, field
from enum import StrEnum


class BreakerState(StrEnum):
    """Whether questions are let through."""

    CLOSED = "closed"  # all of them: current flows
    OPEN = "open"  # none
    HALF_OPEN = "half-open"  # one, to find out


@dataclass
class Breaker:
    """Decides who may ask.

    Args:
        failures: how many in a row open it.
        open_seconds: from opening to the first probe, and from one probe that failed to the next.
        probe_seconds: after which a probe that told nothing (its asker is gone) no longer counts.
    """

    failures: int = 5
    open_seconds: float = 5.0
    probe_seconds: float = 10.0
    state: BreakerState = field(default=BreakerState.CLOSED, init=False)
    _failed: int = field(default=0, init=False)
    _until: float = field(default=0.0, init=False)

    def admit(self, now: float) -> float:
        """Return 0 for who may ask now, and must tell how it went; else the seconds until it pays to try again."""
        if self.state is BreakerState.CLOSED:
            return 0.0
        if now < self._until:
            return self._until - now
        self.state, self._until = BreakerState.HALF_OPEN, now + self.probe_seconds
        return 0.0

    def succeeded(self) -> bool:
        """It answered; tell whether that closed the breaker."""
        closed = self.state is not BreakerState.CLOSED
        self.state, self._failed = BreakerState.CLOSED, 0
        return closed

    def left(self, now: float) -> None:
        """Who asked went away before anything was known: a probe gives its turn to the next who asks."""
        if self.state is BreakerState.HALF_OPEN:
            self.state, self._until = BreakerState.OPEN, now

    def failed(self, now: float) -> bool:
        """It did not answer; tell whether that opened the breaker (a probe that failed leaves it open)."""
        self._failed += 1
        if self.state is BreakerState.CLOSED and self._failed < self.failures:
            return False
        opened = self.state is BreakerState.CLOSED
        self.state, self._until = BreakerState.OPEN, now + self.open_seconds
        return opened
