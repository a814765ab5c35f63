"""What citizens read while a municipality is closed."""

import pytest

from callcenter.model.closing import LONGEST_TEXT, ClosingTexts, ClosingTextTooLong


def test_only_texts_that_there_are_are_given() -> None:
    assert ClosingTexts().given() == {}
    assert ClosingTexts(en="Call tomorrow.").given() == {"en": "Call tomorrow."}
    assert ClosingTexts("Bel morgen.", "Call tomorrow.").given() == {"nl": "Bel morgen.", "en": "Call tomorrow."}


@pytest.mark.parametrize("letter", ["a", "ع", "😀"])
def test_a_text_has_so_many_characters_of_whatever_script(letter: str) -> None:
    assert ClosingTexts(letter * LONGEST_TEXT).given()
    with pytest.raises(ClosingTextTooLong, match="shorter"):
        ClosingTexts(en=letter * (LONGEST_TEXT + 1))
