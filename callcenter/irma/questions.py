"""What becomes of the questions to an IRMA server: tells the breaker and the figures; knows since when it is away."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from callcenter.irma.breaker import Breaker
from callcenter.irma.errors import IrmaAway, IrmaError, IrmaPaused
from callcenter.logs import Log, log

SLOW_SECONDS = 0.8  # an answer takes some ms; the shortest deadline of those who ask is 1 s
QUESTIONS = ("answered", "failed", "paused", "cut-off")  # what became of one, for the figures


class Questions:
    """The questions of one client.

    Args:
        breaker: decides who may ask; None: everybody.
        clock: seconds, as time.monotonic.
        note: is told what became of each question, a word of `QUESTIONS`.
    """

    def __init__(self, breaker: Breaker | None, clock: Callable[[], float], note: Callable[[str], None]) -> None:
        self._breaker = breaker
        self._clock = clock
        self._note = note
        self.away_since: datetime | None = None  # when the first question failed since it last answered

    @contextmanager
    def asking(self) -> Iterator[None]:
        """Around one question: ask the breaker first, and tell it how it went. Raises IrmaPaused.

        A question may be cut off while it waits. What counts is how long it had waited, not why it was cut off: after
        `SLOW_SECONDS` the server is slow, and that is a failure, as for an asker with a deadline shorter than ours.
        Before, the asker has gone (a browser left, we stop): that tells nothing of the server.
        """
        began = self._clock()
        if self._breaker is not None and (wait := self._breaker.admit(began)):
            self._note("paused")
            raise IrmaPaused(wait)
        try:
            yield
        except IrmaAway as error:
            self._lost(error)
            raise
        except IrmaError:
            self._back()  # it said no, but it is there
            raise
        except asyncio.CancelledError as cut:
            self._cut_off(cut, self._clock() - began)
            raise
        else:
            self._back()

    def _lost(self, error: BaseException) -> None:
        self._note("failed")
        self.away_since = self.away_since or datetime.now(UTC)
        if self._breaker is not None and self._breaker.failed(self._clock()):
            log(Log.IRMA_LOST, error=type(error).__name__)

    def _cut_off(self, cut: asyncio.CancelledError, waited: float) -> None:
        if waited >= SLOW_SECONDS:
            self._lost(cut)
            return
        self._note("cut-off")
        if self._breaker is not None:
            self._breaker.left(self._clock())

    def _back(self) -> None:
        self._note("answered")
        self.away_since = None
        if self._breaker is not None and self._breaker.succeeded():
            log(Log.IRMA_BACK)
