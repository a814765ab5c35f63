"""Numbers as people write them: ours and the button's agree (`test_button_digits.py` holds the same table)."""

import pytest

from callcenter.model.phone_number import as_written, calling_number
from tests.unit.api.test_button_digits import WRITTEN


@pytest.mark.parametrize(("number", "written"), WRITTEN)
def test_a_number_is_written_as_people_write_it(number: str, written: str) -> None:
    assert as_written(number) == written


@pytest.mark.parametrize("number", ["112", "0612345678", "+31612345678", "00316" + "1" * 15])
def test_a_number_that_a_caller_shows_is_theirs(number: str) -> None:
    assert calling_number(number) == number


@pytest.mark.parametrize(
    "shown", [None, "", "anonymous", "12", "1" * 21, "+", "06-12345678", "0612345678\n", "٠٦١٢٣", "+31 6"]
)
def test_what_is_no_number_is_nobodys(shown: str | None) -> None:
    assert calling_number(shown) is None
