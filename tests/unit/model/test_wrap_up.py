"""How long a wrap-up lasts, and how long when it is extended."""

from datetime import UTC, datetime, timedelta

import pytest

from callcenter.model.wrap_up import LONGEST_SECONDS, begun, extended

ENDED = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


def after(seconds: int) -> datetime:
    return ENDED + timedelta(seconds=seconds)


def test_a_municipality_without_a_wrap_up_keeps_nothing() -> None:
    assert begun(ENDED, 0) is None


def test_a_wrap_up_begins_when_the_call_ends() -> None:
    assert begun(ENDED, 90) == after(90)


@pytest.mark.parametrize(
    ("seconds", "then"), [(1, 2), (60, 120), (150, 300), (200, 300), (299, 300), (LONGEST_SECONDS, None)]
)
def test_it_is_extended_by_its_own_length_and_never_over_five_minutes(seconds: int, then: int | None) -> None:
    assert extended(ENDED, after(seconds)) == (None if then is None else after(then))
