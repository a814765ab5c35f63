"""The breaker: opens after failures in a row, lets one probe through at a time, closes by itself."""

from hypothesis import given
from hypothesis import strategies as st

from callcenter.irma.breaker import Breaker, BreakerState


def opened(at: float = 0.0) -> Breaker:
    breaker = Breaker(failures=3, open_seconds=5.0, probe_seconds=10.0)
    for _ in range(3):
        assert breaker.admit(at) == 0
        breaker.failed(at)
    return breaker


def test_failures_in_a_row_open_it_and_a_success_between_them_counts_them_anew() -> None:
    """Given two failures, a success and two failures, then it is closed; the third in a row opens it, and says so."""
    breaker = Breaker(failures=3)
    assert [breaker.failed(0), breaker.failed(0), breaker.succeeded()] == [False, False, False]
    assert [breaker.failed(0), breaker.failed(0)] == [False, False]
    assert breaker.admit(0) == 0

    assert breaker.failed(0)
    assert breaker.state is BreakerState.OPEN


def test_while_open_nobody_asks_and_everybody_is_told_how_long() -> None:
    """Given an open breaker, when somebody asks, then they hear after how many seconds to try again."""
    breaker = opened(at=100.0)
    assert [breaker.admit(100.0), breaker.admit(103.5)] == [5.0, 1.5]


def test_one_probe_at_a_time() -> None:
    """Given the time is over, when several ask, then one may; the others wait for what it tells."""
    breaker = opened()
    assert breaker.admit(5.0) == 0
    assert breaker.state is BreakerState.HALF_OPEN
    assert breaker.admit(5.0) > 0
    assert breaker.admit(14.9) > 0


def test_a_probe_that_works_closes_it_at_once() -> None:
    """Given a probe, when it is answered, then it is closed, says so once, and one failure does not open it."""
    breaker = opened()
    breaker.admit(5.0)
    assert [breaker.succeeded(), breaker.succeeded()] == [True, False]
    assert not breaker.failed(6.0)
    assert breaker.admit(6.0) == 0


def test_a_probe_that_fails_leaves_it_open_and_is_no_news() -> None:
    """Given a probe, when it fails, then it stays open for as long again, and nothing is told."""
    breaker = opened()
    breaker.admit(5.0)
    assert not breaker.failed(9.0)
    assert breaker.admit(9.0) == 5.0
    assert breaker.admit(14.0) == 0


def test_a_probe_whose_asker_is_gone_blocks_nobody_for_long() -> None:
    """Given a probe that never told, when its time is over, then another may ask."""
    breaker = opened()
    breaker.admit(5.0)
    assert breaker.admit(15.0) == 0


def test_a_probe_that_left_gives_its_turn_to_the_next() -> None:
    """Given a probe that left without a word, then the next who asks is the probe; a closed breaker takes no notice."""
    breaker = opened()
    breaker.admit(5.0)
    breaker.left(6.0)
    assert [breaker.admit(6.0), breaker.admit(6.0)] == [0, 10.0]
    breaker.succeeded()
    breaker.left(7.0)
    assert breaker.state is BreakerState.CLOSED


@given(st.lists(st.tuples(st.sampled_from(["ask", "works", "fails", "leaves"]), st.floats(0, 60))))
def test_whatever_happens_it_lets_somebody_through_in_the_end(steps: list[tuple[str, float]]) -> None:
    """Given any history, when enough time passes, then somebody may ask, and an answer closes it."""
    breaker, now = Breaker(), 0.0
    for what, seconds in steps:
        now += seconds
        if what == "ask":
            assert 0 <= breaker.admit(now) <= max(breaker.open_seconds, breaker.probe_seconds)
        elif what == "works":
            breaker.succeeded()
        elif what == "leaves":
            breaker.left(now)
        else:
            breaker.failed(now)
    now += max(breaker.open_seconds, breaker.probe_seconds)
    assert breaker.admit(now) == 0
    breaker.succeeded()
    assert breaker.state is BreakerState.CLOSED
