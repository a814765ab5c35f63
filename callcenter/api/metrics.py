"""Figures for Prometheus, of this process and of the limits that all share: counts only, nothing of a person."""

from functools import partial

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Gauge, generate_latest

from callcenter.irma.breaker import Breaker, BreakerState
from callcenter.irma.questions import QUESTIONS
from callcenter.model.guessing import Kind

MEDIA_TYPE = CONTENT_TYPE_LATEST
RESULTS = ("right", "wrong", "not-yet", "slowed", "spent")  # what became of a question about a code


class Metrics:
    """The figures of one api. Every label has a few values that are known beforehand."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self._guesses = Counter(
            "veilig_bellen_guesses",
            "Questions about a code, by what became of them; slowed and spent ones were not looked at.",
            ["result"],
            registry=self._registry,
        )
        self._alarms = Counter(
            "veilig_bellen_guess_alarms",
            "Limits on wrong codes that came in force, by what they are about.",
            ["kind"],
            registry=self._registry,
        )
        self._in_force = Gauge(
            "veilig_bellen_guess_limits_in_force",
            "Limits on wrong codes that are in force now, in the whole installation.",
            ["kind"],
            registry=self._registry,
        )
        self._irma = Counter(
            "veilig_bellen_irma_questions",
            "Questions to the IRMA server, by what became of them; paused ones were not asked.",
            ["answer"],
            registry=self._registry,
        )
        self._breaker = Gauge(
            "veilig_bellen_irma_breaker",
            "Whether the breaker of questions to the IRMA server is in this state: open when it is away.",
            ["state"],
            registry=self._registry,
        )
        for answer in QUESTIONS:
            self._irma.labels(answer)
        for result in RESULTS:
            self._guesses.labels(result)
        for kind in Kind:
            self._alarms.labels(kind.value)

    def guessed(self, result: str) -> None:
        """Count a question about a code. `result` is one of `RESULTS`."""
        self._guesses.labels(result).inc()

    def alarm(self, kind: Kind) -> None:
        """Count a limit that came in force."""
        self._alarms.labels(kind.value).inc()

    def asked_irma(self, answer: str) -> None:
        """Count a question to the IRMA server. `answer` is one of `QUESTIONS`."""
        self._irma.labels(answer).inc()

    def show_breaker(self, breaker: Breaker) -> None:
        """Show the state of this breaker from now on."""
        for state in BreakerState:
            self._breaker.labels(state.value).set_function(partial(_is_in, breaker, state))

    def text(self, in_force: dict[Kind, int]) -> bytes:
        """Return all of it, as Prometheus reads it."""
        for kind, count in in_force.items():
            self._in_force.labels(kind.value).set(count)
        return generate_latest(self._registry)


def _is_in(breaker: Breaker, state: BreakerState) -> float:
    return float(breaker.state is state)
