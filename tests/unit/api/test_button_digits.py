"""The button's digits in groups: its own module, run by the Node.js that bundles it."""

import json
import subprocess
from pathlib import Path

import pytest

from demo.places import ROOT, made

MODULE = ROOT / "callcenter" / "api" / "button" / "src" / "groups.js"
WRITTEN = [
    ("+31243290000", "024 329 00 00"),
    ("+31201234567", "020 123 45 67"),
    ("+31411234567", "0411 23 45 67"),
    ("+31612345678", "06 12 34 56 78"),
    ("+31881234567", "088 123 45 67"),
    ("+3114024", "+3114024"),  # what we do not know how to group stays as it is
    ("+32470123456", "+32470123456"),
]


def run(function: str, given: str) -> str:
    """What the module's function makes of this."""
    program = f"import {{ {function} as f }} from {json.dumps(MODULE.as_uri())}; console.log(f({json.dumps(given)}))"
    node = Path(made("node")) / "bin" / "node"
    command = [str(node), "--no-warnings", "--input-type=module", "--eval", program]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return done.stdout.rstrip("\n")


@pytest.mark.parametrize(("number", "written"), WRITTEN)
def test_a_number_is_written_as_people_write_it(number: str, written: str) -> None:
    assert run("groupedNumber", number) == written


def test_a_code_stands_in_three_groups() -> None:
    assert run("groupedCode", "0123456789") == "012 345 6789"


def test_a_screen_reader_says_digit_by_digit_with_a_pause_between_groups() -> None:
    assert run("spelled", "024 329 00 00") == "0 2 4, 3 2 9, 0 0, 0 0"
