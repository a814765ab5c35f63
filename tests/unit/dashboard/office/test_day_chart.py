"""The day's chart as lengths: bars that stand on the ground, and a scale of round numbers above them."""

import pytest

from callcenter.dashboard.office.day_chart import HEIGHT, Piece, chart_of
from callcenter.model.service_level import Tally


def test_a_bar_is_made_of_who_was_answered_in_time_later_and_not_at_all() -> None:
    # given an hour with twelve callers, two of whom still wait, and one without
    chart = chart_of([("09:00", Tally(offered=12, answered=5, in_time=4, abandoned=5)), ("10:00", Tally())])

    # then the parts stand upon each other; who still waits is in none
    first, second = chart.bars
    assert first.pieces == (Piece("in-time", 60, 40), Piece("later", 50, 10), Piece("abandoned", 0, 50))
    assert (chart.top, chart.half) == (10, 5)
    assert second.pieces == ()
    assert (first.label, first.x, second.x, chart.width) == ("09:00", 2, 12, 20)


@pytest.mark.parametrize(
    ("most", "top"),
    [
        (0, 2),
        (1, 2),
        (2, 2),
        (3, 4),
        (5, 6),
        (7, 8),
        (9, 10),
        (11, 20),
        (24, 30),
        (41, 50),
        (61, 80),
        (101, 200),
        (999, 1000),
    ],
)
def test_the_scale_ends_at_a_round_number_that_has_a_half(most: int, top: int) -> None:
    chart = chart_of([("09:00", Tally(abandoned=most))])
    assert (chart.top, chart.half * 2) == (top, top)
    assert all(0 <= piece.y < HEIGHT for bar in chart.bars for piece in bar.pieces)
