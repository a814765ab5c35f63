"""The figures of a day as people read them, and which of its hours are shown."""

from datetime import date, time

import pytest

from callcenter.dashboard.office.today import by_the_hour, percent, row_of
from callcenter.model.day import Day
from callcenter.model.service_level import Tally
from callcenter.model.tenant import Hours
from callcenter.store.today import Counted

ZONE = "Europe/Amsterdam"
MONDAY = Day(date(2026, 11, 23), ZONE)
NINE_TO_FIVE = Hours({0: (time(9), time(17)), 6: (time(1), time(4))}, ZONE)
ONE = Tally(offered=1)


@pytest.mark.parametrize(
    ("part", "text"),
    [
        (0.8, "80\u00a0%"),
        (0.29, "29\u00a0%"),
        (0.7999, "79\u00a0%"),
        (0.57, "57\u00a0%"),
        (1, "100\u00a0%"),
        (0, "0\u00a0%"),
    ],
)
def test_a_percentage_is_rounded_down(part: float, text: str) -> None:
    assert percent(part) == text


def test_averages_of_nobody_are_a_dash() -> None:
    row = row_of("09:00", ONE)
    assert (row.level, row.speed, row.handling) == ("–", "–", "–")
    row = row_of("09:00", Tally(answered=2, in_time=1, waited=81, handled=1, handling=3723))
    assert (row.level, row.speed, row.handling) == ("50\u00a0%", "0:40", "1:02:03")


def shown(hours: Hours, *counted: Counted, day: Day = MONDAY) -> list[str]:
    return [label for label, _ in by_the_hour(counted, day, hours)]


def test_the_hours_shown_are_those_when_it_is_open_and_when_somebody_came() -> None:
    assert shown(NINE_TO_FIVE) == [f"{hour:02d}:00" for hour in range(9, 17)]
    early, late = Counted(7, True, ONE), Counted(18, False, ONE)
    assert shown(NINE_TO_FIVE, early, late) == [f"{hour:02d}:00" for hour in range(7, 19)]
    # who was turned away in the night moves nothing
    assert len(shown(NINE_TO_FIVE, Counted(3, False, Tally(closed=1)))) == 8
    half_past = Hours({0: (time(8, 30), time(17, 30))}, ZONE)
    assert shown(half_past)[0] == "08:00"
    assert shown(half_past)[-1] == "17:00"


def test_a_day_without_hours_shows_where_somebody_came_and_some_hours_beside_it() -> None:
    assert shown(Hours()) == []
    assert shown(Hours(), Counted(9, True, ONE)) == [f"{hour:02d}:00" for hour in range(9, 17)]
    assert shown(Hours(), Counted(23, True, ONE)) == [f"{hour:02d}:00" for hour in range(16, 24)]
    closed = Hours({0: (time(9), time(17))}, ZONE, {MONDAY.date: "feestdag"})
    assert shown(closed) == []


def test_an_hour_that_the_clock_goes_through_twice_is_shown_twice_and_counted_apart() -> None:
    back = Day(date(2026, 10, 25), ZONE)
    rows = by_the_hour([Counted(2, True, ONE), Counted(3, True, Tally(offered=2))], back, NINE_TO_FIVE)
    assert [label for label, _ in rows][:4] == ["01:00", "02:00", "02:00", "03:00"]
    assert [tally.offered for _, tally in rows][:4] == [0, 1, 2, 0]
    forward = Day(date(2026, 3, 29), ZONE)
    assert shown(NINE_TO_FIVE, day=forward)[:2] == ["01:00", "03:00"]
