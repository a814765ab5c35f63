"""How a queue served its callers: what is counted, and the figures that follow from it. No person is in any of them.

A call belongs to the day and the hour in which it came in.

- *offered*: it joined the queue. Who is turned away before (closed, no room, no right code) was never offered.
- *answered*: an agent and the caller heard each other. *Abandoned*: it was offered and ended without.
- *waited*: from joining the queue until the answer; what an agent's phone rang is part of it. Where the agent was lost
  and another took over: until the other answered.
- *in time*: within `IN_TIME_SECONDS`, those included.
- *handled*: answered and over, wrap-up included.

Of the five service levels in use (ICMI, "Service Level Calculations", 2002) this is the fourth, by which who hangs up
in time counts for nothing: there was no chance left to answer them in time. All others who were not answered in time
count against it, also those who still wait, so that it is true at each moment and not only at the end of the day.
"""

from collections.abc import Iterable
from dataclasses import dataclass, fields

IN_TIME_SECONDS = 30
TARGET = 0.8  # of the callers, to be answered in time


@dataclass(frozen=True)
class Tally:
    """Calls counted and times added up, in seconds.

    Attributes:
        in_time: of those answered.
        given_up_soon: of those abandoned, in time.
        late: still waiting, and not in time any more.
        waited: by all who were answered together; `longest` is the longest wait of anybody offered.
        handling: of all that were handled together: from the answer until the end of the wrap-up.
        closed, busy, refused, failed: turned away before the queue.
        left: hung up before the queue, mostly while typing the code.
    """

    offered: int = 0
    answered: int = 0
    in_time: int = 0
    abandoned: int = 0
    given_up_soon: int = 0
    late: int = 0
    waited: float = 0
    longest: float = 0
    handled: int = 0
    handling: float = 0
    closed: int = 0
    busy: int = 0
    refused: int = 0
    failed: int = 0
    left: int = 0

    def __add__(self, other: "Tally") -> "Tally":
        added = {one.name: getattr(self, one.name) + getattr(other, one.name) for one in fields(Tally)}
        return Tally(**added | {"longest": max(self.longest, other.longest)})

    @property
    def service_level(self) -> float | None:
        """Which part of the callers was answered in time (0 to 1); None while there is nobody to say it of."""
        counted = self.answered + self.abandoned - self.given_up_soon + self.late
        return self.in_time / counted if counted else None

    @property
    def speed_of_answer(self) -> float | None:
        """How long callers who were answered waited, on average, in seconds; None when nobody was."""
        return self.waited / self.answered if self.answered else None

    @property
    def handling_time(self) -> float | None:
        """How long a call took its agent, wrap-up included, on average, in seconds; None when none is over."""
        return self.handling / self.handled if self.handled else None

    @property
    def turned_away(self) -> int:
        """How many never joined the queue."""
        return self.closed + self.busy + self.refused + self.failed + self.left


def total(tallies: Iterable[Tally]) -> Tally:
    """Return all of these together."""
    return sum(tallies, Tally())
