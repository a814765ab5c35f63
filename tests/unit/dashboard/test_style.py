"""A municipality's style sheet: tokens for each of the two schemes, and its logo."""

from callcenter.dashboard.style import WIDEST_LOGO, sheet_of
from callcenter.model.style import Style
from tests.unit.model.test_style import png


def test_a_municipality_that_has_chosen_nothing_gets_nothing() -> None:
    assert sheet_of(Style()) == ""


def test_a_colour_for_light_pages_says_nothing_of_dark_ones() -> None:
    sheet = sheet_of(Style(light="#7c2882"))
    assert "prefers-color-scheme: light" in sheet
    assert "prefers-color-scheme: dark" not in sheet
    assert "--act: #7c2882" in sheet
    assert "--act-ink: #ffffff" in sheet


def test_a_logo_is_as_wide_as_it_is_and_never_too_wide() -> None:
    assert "width: 60px" in sheet_of(Style(logo=png(200, 100)))
    assert f"width: {WIDEST_LOGO}px" in sheet_of(Style(logo=png(9000, 100)))
