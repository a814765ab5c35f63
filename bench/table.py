"""The table of what was measured: how a row reads, on the screen and in docs/performance.md."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from bench.plans import Load

BEGIN, END = "<!-- written by make bench: begin -->", "<!-- written by make bench: end -->"
HEADINGS = ("what", "measured", "ceiling in the same run", "goal", "met")


@dataclass(frozen=True)
class Row:
    """One line of the table. `met` None: not measured; `measured` says why."""

    what: str
    measured: str
    ceiling: str
    goal: str
    met: bool | None

    def cells(self) -> tuple[str, ...]:
        """The line, a text for each column."""
        verdict = {True: "yes", False: "**no**", None: "not measured"}[self.met]
        return self.what, self.measured, self.ceiling, self.goal, verdict


def skipped(what: str, goal: str, why: str) -> Row:
    """A row that could not be measured here."""
    return Row(what, why, "–", goal, None)


def rate(loads: Sequence[Load]) -> float:
    """The median of the rounds' answers a second."""
    return median(load.rate for load in loads)


def p99(loads: Sequence[Load]) -> float:
    """The median of the rounds' 99th percentiles, in ms."""
    return median(load.p99 for load in loads)


def spread(loads: Sequence[Load]) -> str:
    """Median and range of the rounds, such as `412/s (398–430)`."""
    rates = [load.rate for load in loads]
    return f"{median(rates):.0f}/s ({min(rates):.0f}–{max(rates):.0f})"


def ratio(ours: Sequence[Load], theirs: Sequence[Load]) -> float:
    """The median over the rounds of ours divided by theirs: what disturbs one half of a round disturbs both."""
    return median(a.rate / b.rate for a, b in zip(ours, theirs, strict=True))


def markdown(rows: Sequence[Row]) -> str:
    """The table for the documentation."""
    lines = [HEADINGS, ("---",) * len(HEADINGS), *(row.cells() for row in rows)]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def write(file: Path, text: str) -> None:
    """Put `text` between the marks of a documentation file."""
    before, _, rest = file.read_text().partition(BEGIN)
    _, found, after = rest.partition(END)
    if not found:
        raise LookupError(f"{file.name} lacks the lines {BEGIN} and {END}")
    file.write_text(f"{before}{BEGIN}\n{text}\n{END}{after}")
