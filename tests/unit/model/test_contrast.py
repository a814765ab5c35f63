"""How well colours can be told apart."""

import pytest

from callcenter.model.contrast import TEXT, contrast, ink_on, least_contrast


@pytest.mark.parametrize(
    ("one", "other", "ratio"), [("#000000", "#ffffff", 21.0), ("#ffffff", "#ffffff", 1.0), ("#777777", "#ffffff", 4.48)]
)
def test_contrast_is_that_of_wcag(one: str, other: str, ratio: float) -> None:
    assert contrast(one, other) == contrast(other, one) == pytest.approx(ratio, abs=0.01)


@pytest.mark.parametrize("colour", ["#000000", "#ffffff", "#808080", "#0b5cad", "#d9a3e0", "#b00020"])
def test_letters_on_a_colour_can_be_read(colour: str) -> None:
    assert contrast(ink_on(colour), colour) >= TEXT - 0.5  # a middle grey has no better


def test_the_hardest_ground_counts() -> None:
    assert least_contrast("#777777", ("#ffffff", "#777777")) == 1
