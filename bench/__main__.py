"""The command `python -m bench`: measures and prints the table; a whole run is written into docs/performance.md."""

import argparse
import asyncio
import tempfile
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path

from bench import machine
from bench.ground import FULL, QUICK, TINY, Ground, Size, ground
from bench.rows import agents, button, callbacks, many, speed
from bench.table import Row, markdown, skipped, write
from demo.places import ROOT

DOCUMENT = ROOT / "docs/performance.md"
ROWS: dict[str, Callable[[Ground], Awaitable[list[Row]]]] = {
    "sessions": speed.sessions,
    "idle": many.sessions,
    "resolves": speed.resolves,
    "past": speed.past,
    "callbacks": callbacks.callbacks,
    "feeds": many.feeds,
    "button": button.button,
    "screens": agents.screens,
    "pages": agents.pages,
    "log-ins": agents.log_ins,
    "page": agents.page,
}


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make bench ARGS=…", description=__doc__)
    parser.add_argument("--only", nargs="+", choices=ROWS, metavar="ROW", help=f"measure these: {', '.join(ROWS)}")
    parser.add_argument("--quick", action="store_true", help="small numbers: what is slow, not how slow exactly")
    parser.add_argument("--tiny", action="store_true", help="as little as can be: whether it works at all")
    return parser.parse_args()


async def run(folder: Path, size: Size, names: list[str], tell: Callable[[str], None]) -> list[Row]:
    """Measure these rows; one that can't be measured says why, and does not end the run."""
    rows: list[Row] = []
    async with ground(folder, size, tell) as it:
        for name in names:
            began = time.monotonic()
            tell(f"  {name} …")
            try:
                rows += await ROWS[name](it)
            except Exception as error:  # noqa: BLE001 -- told in the table, and by the exit status
                rows.append(skipped(name, "–", f"{type(error).__name__}, told during the run"))
                tell(f"  {name} could not be measured: {error}")
            tell(f"  {name}: {time.monotonic() - began:.0f} s")
    return rows


def main() -> int:
    """Run the command; 0 when every goal was met."""
    given = _arguments()
    size = TINY if given.tiny else QUICK if given.quick else FULL
    machine.raise_file_limit()
    began = time.monotonic()
    print(f"Measuring on {machine.described()}")
    with tempfile.TemporaryDirectory(prefix="vb-bench-") as folder:
        rows = asyncio.run(run(Path(folder), size, given.only or list(ROWS), lambda line: print(line, flush=True)))
    said = _told(rows, time.monotonic() - began)
    print(said)
    if given.only is None and size is FULL:
        write(DOCUMENT, said)
        print(f"Written into {DOCUMENT.relative_to(ROOT)}.")
    return 0 if all(row.met for row in rows) else 1


def _told(rows: list[Row], seconds: float) -> str:
    when = f"{datetime.now(UTC):%-d %B %Y}, in {seconds / 60:.0f} minutes"
    return f"Measured {when}, on {machine.described()}.\n\n{markdown(rows)}"


if __name__ == "__main__":
    raise SystemExit(main())
