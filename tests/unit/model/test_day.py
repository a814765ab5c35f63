"""A day by the clock of its place: also when that is put forward or back."""

from datetime import UTC, date, datetime

import pytest

from callcenter.model.day import Day

HERE = "Europe/Amsterdam"


@pytest.mark.parametrize(
    ("day", "begins", "hours"),
    [
        (date(2026, 11, 24), datetime(2026, 11, 23, 23, tzinfo=UTC), [*range(24)]),
        (date(2026, 7, 1), datetime(2026, 6, 30, 22, tzinfo=UTC), [*range(24)]),
        (date(2026, 3, 29), datetime(2026, 3, 28, 23, tzinfo=UTC), [0, 1, *range(3, 24)]),
        (date(2026, 10, 25), datetime(2026, 10, 24, 22, tzinfo=UTC), [0, 1, 2, *range(2, 24)]),
    ],
    ids=["winter", "summer", "of 23 hours", "of 25 hours"],
)
def test_its_hours_are_those_of_the_clock(day: date, begins: datetime, hours: list[int]) -> None:
    one = Day(day, HERE)
    assert one.begins == begins
    assert [hour.hour for hour in one.hours()] == hours
    assert one.hours()[0] == one.begins
    assert one.ends == one.beside(1).begins
    assert (one.ends - one.begins).total_seconds() == len(hours) * 3600


@pytest.mark.parametrize(
    ("at", "day"),
    [
        (datetime(2026, 11, 23, 22, 59, 59, tzinfo=UTC), date(2026, 11, 23)),
        (datetime(2026, 11, 23, 23, 0, tzinfo=UTC), date(2026, 11, 24)),
        (datetime(2026, 6, 30, 22, 0, tzinfo=UTC), date(2026, 7, 1)),
    ],
)
def test_a_moment_is_in_the_day_of_the_place(at: datetime, day: date) -> None:
    assert Day.of(at, HERE) == Day(day, HERE)
