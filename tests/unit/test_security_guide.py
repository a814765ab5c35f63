"""The guide on security says what the program does: its figures are the program's, and the tests it names are there."""

import re
from pathlib import Path

from callcenter.model.guessing import Limits, chance_a_day
from callcenter.settings import Settings

ROOT = Path(__file__).parents[2]
GUIDE = (ROOT / "docs/security.md").read_text()
AGAINST = [(10, 1, 13), (100, 1, 13), (100, 30, 13), (100, 30, 5), (100, 300, 5), (1000, 30, 13)]


def chances() -> str:
    """The table of chances, as the guide should have it."""
    rows = [
        "| living codes | lines | seconds a try | without limits | with the default limits |",
        "|---|---|---|---|---|",
    ]
    for codes, lines, seconds in AGAINST:
        free = chance_a_day(codes, lines, seconds, None)
        limited = chance_a_day(codes, lines, seconds, Limits().municipality)
        rows.append(f"| {codes} | {lines} | {seconds} | {free:.1e} | {limited:.1e} |")
    return "\n".join(rows)


def test_the_table_of_chances_is_what_the_function_says() -> None:
    found = re.search(r"<!-- the chance: begin -->\n(.*)\n<!-- the chance: end -->", GUIDE, re.DOTALL)

    assert found
    assert found[1] == chances()


def test_the_limits_in_it_are_the_defaults_and_those_of_the_settings() -> None:
    limits = Limits()

    assert Settings(database_url="sqlite:///x").guess_limits() == limits
    for limit, name in (
        (limits.caller, "calling number"),
        (limits.anonymous, "all callers of a municipality without a number"),
        (limits.municipality, "municipality, in each of two lanes"),
        (limits.installation, "installation, in each of two lanes"),
    ):
        assert f"| {name} | {limit.burst} | {limit.seconds:g} s |" in GUIDE
    assert f"({limits.longest_wait:g} s)" in GUIDE


def test_the_tests_that_it_names_are_there() -> None:
    named = set(re.findall(r"`(tests/\S+\.py)`", GUIDE))

    assert len(named) > 10
    assert [name for name in named if not (ROOT / name).exists()] == []
