"""Numbers as people write them: ours and the button's agree (`test_button_digits.py` holds the same table)."""

import pytest

from callcenter.model.phone_number import as_written
from tests.unit.api.test_button_digits import WRITTEN


@pytest.mark.parametrize(("number", "written"), WRITTEN)
def test_a_number_is_written_as_people_write_it(number: str, written: str) -> None:
    assert as_written(number) == written
