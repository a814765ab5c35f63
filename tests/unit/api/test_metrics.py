"""The figures for Prometheus: every label from the start, and no label that could be a person."""

import re

from callcenter.api.metrics import RESULTS, Metrics
from callcenter.irma.breaker import Breaker, BreakerState
from callcenter.irma.questions import QUESTIONS
from callcenter.model.guessing import Kind


def shown(metrics: Metrics, in_force: dict[Kind, int] | None = None) -> dict[str, float]:
    lines = metrics.text(in_force or {}).decode().splitlines()
    return {name: float(value) for name, value in (line.rsplit(" ", 1) for line in lines if not line.startswith("#"))}


def test_what_is_counted_is_shown() -> None:
    metrics = Metrics()
    metrics.guessed("wrong")
    metrics.guessed("wrong")
    metrics.alarm(Kind.MUNICIPALITY)

    figures = shown(metrics, {Kind.CALLER: 2, Kind.TRUNK: 0})

    assert figures['veilig_bellen_guesses_total{result="wrong"}'] == 2
    assert figures['veilig_bellen_guess_alarms_total{kind="municipality"}'] == 1
    assert figures['veilig_bellen_guess_limits_in_force{kind="caller"}'] == 2
    assert figures['veilig_bellen_guess_limits_in_force{kind="trunk"}'] == 0


def test_the_breaker_and_the_questions_to_the_irma_server_are_shown() -> None:
    """Given a breaker that opens, when the figures are read, then they say so, and what became of the questions."""
    metrics, breaker = Metrics(), Breaker(failures=1)
    metrics.show_breaker(breaker)
    assert shown(metrics)['veilig_bellen_irma_breaker{state="closed"}'] == 1

    breaker.failed(0.0)
    metrics.asked_irma("failed")

    figures = shown(metrics)
    assert [figures[f'veilig_bellen_irma_breaker{{state="{state}"}}'] for state in BreakerState] == [0, 1, 0]
    assert figures['veilig_bellen_irma_questions_total{answer="failed"}'] == 1


def test_every_label_is_there_from_the_start_and_no_other() -> None:
    """Given a new process, then its figures stand at nought: an alarm on their growth misses none."""
    labels = re.findall(r'\{(\w+)="([^"]*)"\}', Metrics().text({}).decode())

    assert {value for name, value in labels if name == "result"} == set(RESULTS)
    assert {value for name, value in labels if name == "kind"} == {kind.value for kind in Kind}
    assert {value for name, value in labels if name == "answer"} == set(QUESTIONS)
    assert {name for name, _ in labels} == {"result", "kind", "answer"}


def test_two_of_them_do_not_mix() -> None:
    one, other = Metrics(), Metrics()
    one.guessed("right")

    assert shown(other)['veilig_bellen_guesses_total{result="right"}'] == 0
