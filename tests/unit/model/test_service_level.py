"""The figures that follow from what was counted."""

import pytest

from callcenter.model.service_level import Tally, total

# The example of the source (ICMI, "Service Level Calculations", 2002; there with 20 seconds): its fourth formula.
ICMI = Tally(offered=1060, answered=1000, in_time=860, abandoned=60, given_up_soon=20)


@pytest.mark.parametrize(
    ("tally", "level"),
    [
        (Tally(), None),
        (Tally(offered=1), None),  # who has just begun to wait
        (Tally(offered=1, abandoned=1, given_up_soon=1), None),
        (Tally(offered=1, late=1), 0),
        (Tally(offered=2, answered=1, in_time=1, abandoned=1), 0.5),
        (Tally(offered=4, answered=3, in_time=2, late=1), 0.5),
        (ICMI, 860 / 1040),
    ],
)
def test_the_service_level(tally: Tally, level: float | None) -> None:
    assert tally.service_level == level


def test_averages_are_of_those_whom_they_are_about() -> None:
    # given three who were answered after 90 s together, one of whom still talks
    tally = Tally(offered=5, answered=3, waited=90, handled=2, handling=500, abandoned=2)

    # then each is divided by its own number; of nobody there is no average
    assert (tally.speed_of_answer, tally.handling_time) == (30, 250)
    assert (Tally(offered=2).speed_of_answer, Tally(answered=1).handling_time) == (None, None)


def test_tallies_are_added_up_but_the_longest_wait_is_the_longest_of_all() -> None:
    one, other = Tally(offered=2, longest=41.5, closed=1), Tally(offered=3, longest=12, left=2)
    assert total([one, other]) == Tally(offered=5, longest=41.5, closed=1, left=2)
    assert total([one, other]).turned_away == 3
    assert total([]) == Tally()
