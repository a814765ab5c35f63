"""The measurements still measure: one row, with the smallest numbers. What it finds is nobody's concern here."""

from pathlib import Path

from bench.__main__ import run
from bench.ground import TINY


async def test_a_row_is_measured_beside_its_ceiling(tmp_path: Path) -> None:
    """Given real servers, when a row is measured with tiny numbers, then both have figures, whatever they are."""
    told: list[str] = []

    (row,) = await run(tmp_path, TINY, ["resolves"], told.append)

    assert row.met is not None, told
    assert "of the ceiling" in row.measured
    assert "bare FastAPI endpoint" in row.ceiling


async def test_a_change_is_timed_until_it_is_on_every_screen(tmp_path: Path) -> None:
    """Given a real dashboard with a small team, when changes are timed, then there is a figure, whatever it is."""
    told: list[str] = []

    (row,) = await run(tmp_path, TINY, ["screens"], told.append)

    assert row.met is not None, told
    assert "p95" in row.measured
    assert "0 lost" in "".join(told)
