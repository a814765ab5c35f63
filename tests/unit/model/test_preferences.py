"""Preferences as the store keeps them, and whatever else may stand there."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callcenter.model.preferences import USUAL, Preferences, Theme, read_preferences


@given(st.builds(Preferences))
def test_what_is_kept_is_read_back(chosen: Preferences) -> None:
    assert read_preferences(chosen.to_json()) == chosen


@pytest.mark.parametrize("kept", [{}, {"theme": "pink"}, {"theme": 3}, {"theme": None, "more": 1}])
def test_what_makes_no_sense_is_as_usual(kept: dict[str, object]) -> None:
    assert read_preferences(kept) == USUAL


def test_a_switch_is_on_or_off() -> None:
    assert read_preferences({"sound": "yes", "keys": False}) == Preferences(Theme.AUTO, sound=False, keys=False)
