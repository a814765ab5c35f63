"""The day's one chart, laid out: for each hour a bar, of who was answered in time, later, or not at all. Pure.

The picture is stretched to the width that the page has, so it holds no text: labels stand beside it, as columns and
rows of the page itself. Lengths are in the picture's own units.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from callcenter.model.service_level import Tally

HEIGHT = 100
STEP = 10  # from one bar to the next
BAR_WIDTH = 6
_DIGITS = (2, 3, 4, 5, 6, 8, 10)  # with which round numbers begin


@dataclass(frozen=True)
class Piece:
    """A part of a bar: `kind` says of whom."""

    kind: str
    y: float
    height: float


@dataclass(frozen=True)
class Bar:
    """An hour: its label, and the parts of its bar from the ground up."""

    label: str
    x: float
    pieces: tuple[Piece, ...]


@dataclass(frozen=True)
class Chart:
    """All of it; `top` and `half` are the numbers of callers at the highest line and the one below it."""

    width: int
    height: int
    bar_width: int
    top: int
    half: int
    bars: tuple[Bar, ...]


def chart_of(hours: Sequence[tuple[str, Tally]]) -> Chart:
    """Return the chart of these hours, each with its label."""
    top = _round_up(max((sum(_parts(tally).values()) for _, tally in hours), default=0))
    bars = tuple(
        Bar(label, number * STEP + (STEP - BAR_WIDTH) / 2, _pieces(tally, top))
        for number, (label, tally) in enumerate(hours)
    )
    return Chart(len(hours) * STEP, HEIGHT, BAR_WIDTH, top, top // 2, bars)


def _parts(tally: Tally) -> dict[str, int]:
    return {"in-time": tally.in_time, "later": tally.answered - tally.in_time, "abandoned": tally.abandoned}


def _pieces(tally: Tally, top: int) -> tuple[Piece, ...]:
    pieces, below = [], 0
    for kind, count in _parts(tally).items():
        if count:
            below += count
            pieces.append(Piece(kind, round(HEIGHT * (1 - below / top), 2), round(HEIGHT * count / top, 2)))
    return tuple(pieces)


def _round_up(most: int) -> int:
    """Return the number that the highest line stands for: round, and with a half that is a whole number."""
    scale = 1
    while True:
        for top in (digit * scale for digit in _DIGITS):
            if top >= most and top % 2 == 0:
                return top
        scale *= 10
