"""How long a guesser waits, and who waits for what others do."""

from datetime import UTC, datetime, timedelta

import pytest

from callcenter.model.patience import BY_NAME, BY_NETWORK, FORGOTTEN_AFTER, KNOWN_FOR, Tried, seconds_to_wait

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
A_SECOND = timedelta(seconds=1)


def wrong(times: int, at: datetime = NOW) -> Tried:
    """So many wrong ones in a row."""
    return Tried(times, at)


@pytest.mark.parametrize(
    ("times", "seconds"), [(0, 0), (2, 0), (3, 1), (4, 2), (5, 4), (8, 32), (9, 60), (10, 60), (10_000, 60)]
)
def test_the_wait_doubles_after_a_few_free_tries(times: int, seconds: float) -> None:
    assert wrong(times).seconds_left(BY_NAME, NOW) == seconds


def test_it_is_over_when_it_has_passed() -> None:
    assert wrong(5).seconds_left(BY_NAME, NOW + 3 * A_SECOND) == 1
    assert wrong(5).seconds_left(BY_NAME, NOW + 4 * A_SECOND) == 0


def test_a_clock_of_another_dashboard_makes_nobody_wait_longer() -> None:
    assert wrong(5, NOW + timedelta(hours=1)).seconds_left(BY_NAME, NOW) == 4


def test_a_quiet_quarter_of_an_hour_ends_it() -> None:
    later = NOW + FORGOTTEN_AFTER + A_SECOND
    assert wrong(50).seconds_left(BY_NAME, later) == 0
    assert wrong(50).one_more(later) == Tried(1, later)


def test_each_further_one_counts_and_one_that_was_right_does_not() -> None:
    assert wrong(2).one_more(NOW) == wrong(3)
    assert wrong(2).one_more(NOW).one_less() == wrong(2)
    assert wrong(0).one_less() == wrong(0)


def test_the_right_password_ends_it() -> None:
    assert wrong(9).was_right(NOW).seconds_left(BY_NAME, NOW) == 0


def test_a_network_waits_later_and_for_less_long() -> None:
    assert seconds_to_wait(None, wrong(BY_NETWORK.free - 1), NOW) == 0
    assert seconds_to_wait(None, wrong(BY_NETWORK.free), NOW) == 1
    assert seconds_to_wait(None, wrong(10_000), NOW) == BY_NETWORK.longest


def test_who_was_right_from_there_before_does_not_wait_for_a_sprayer() -> None:
    known = wrong(0).was_right(NOW)
    assert seconds_to_wait(known, wrong(10_000), NOW) == 0

    # but for what is tried with their own name
    assert seconds_to_wait(Tried(9, NOW, NOW), wrong(10_000), NOW) == BY_NAME.longest

    # and not for ever
    later = NOW + KNOWN_FOR
    assert seconds_to_wait(known, wrong(10_000, later), later) == BY_NETWORK.longest


def test_what_was_never_tried_waits_for_nothing() -> None:
    assert seconds_to_wait(None, None, NOW) == 0
