"""The table of the measurements: what it says, and where it is written."""

from pathlib import Path

import pytest

from bench.plans import Load
from bench.table import BEGIN, END, Row, markdown, p99, ratio, skipped, spread, write


def load(rate: float, p99: float = 1.0) -> Load:
    return Load(int(rate * 2), 2.0, {"200": int(rate * 2)}, 0.5, p99, p99, 0.1)


def test_the_ratio_is_of_each_round() -> None:
    """Given a machine that slows down during the run, when ours is always half as fast, then the ratio says half."""
    assert ratio([load(50), load(20), load(10)], [load(100), load(40), load(20)]) == 0.5


def test_what_is_shown_is_the_median_with_the_range() -> None:
    loads = [load(90, 5), load(100, 7), load(130, 6)]

    assert spread(loads) == "100/s (90–130)"
    assert p99(loads) == 6


def test_a_goal_that_was_missed_or_not_measured_is_said_so() -> None:
    table = markdown([Row("a", "1/s", "2/s", "≥ 1", met=False), skipped("b", "≥ 2", "no Asterisk here")])

    assert "| a | 1/s | 2/s | ≥ 1 | **no** |" in table
    assert "| b | no Asterisk here | – | ≥ 2 | not measured |" in table


def test_the_document_keeps_what_was_written_by_hand(tmp_path: Path) -> None:
    document = tmp_path / "performance.md"
    document.write_text(f"before\n{BEGIN}\nold\n{END}\nafter\n")

    write(document, "new")

    assert document.read_text() == f"before\n{BEGIN}\nnew\n{END}\nafter\n"


def test_a_document_without_the_marks_is_left_alone(tmp_path: Path) -> None:
    document = tmp_path / "performance.md"
    document.write_text("by hand")

    with pytest.raises(LookupError, match="lacks the lines"):
        write(document, "new")
    assert document.read_text() == "by hand"
