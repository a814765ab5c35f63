"""A municipality's style sheet: tokens for each of the two schemes, and its logo."""

from callcenter.dashboard.style import WIDEST_LOGO, sheet_of
from callcenter.model.style import Style, one_colour
from tests.unit.model.test_style import png


def test_a_municipality_that_has_chosen_nothing_gets_nothing() -> None:
    assert sheet_of(Style()) == ""


def test_a_colour_for_light_pages_says_nothing_of_dark_ones() -> None:
    sheet = sheet_of(Style(one_colour("#7c2882", "light")))
    assert "prefers-color-scheme: light" in sheet
    assert "prefers-color-scheme: dark" not in sheet
    assert "--utrecht-link-color: #7c2882;" in sheet
    assert "--utrecht-button-primary-action-color: #ffffff;" in sheet


def test_a_font_is_that_of_both() -> None:
    sheet = sheet_of(Style({"utrecht-document-font-family": "Arial", "utrecht-link-color": "#0b5cad"}))
    assert sheet.splitlines()[0] == ":root { --utrecht-document-font-family: Arial; }"
    assert sheet.count("Arial") == 1


def test_a_logo_is_as_wide_as_it_is_and_never_too_wide() -> None:
    assert "width: 60px" in sheet_of(Style(logo=png(200, 100)))
    assert f"width: {WIDEST_LOGO}px" in sheet_of(Style(logo=png(9000, 100)))
