"""A municipality's style sheet, tokens for each scheme and its logo; and that the colours of ours can be told apart."""

import re

import pytest

from callcenter.dashboard.pages import STATIC_FOLDER
from callcenter.dashboard.style import WIDEST_LOGO, sheet_of
from callcenter.model.contrast import GROUNDS, SHAPE, TEXT, contrast, least_contrast
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


def own_colours(scheme: str) -> list[dict[str, str]]:
    """The colours of style.css for this scheme, by name: each block that sets them; where a token may be set, ours."""
    blocks = re.findall(r"\{([^{}]*)\}", (STATIC_FOLDER / "style.css").read_text())
    found = [re.findall(r"--([a-z-]+): (?:var\([a-z-]+, )?(#[0-9a-f]{3,6})", block) for block in blocks]
    named = [{name: long_form(value) for name, value in block} for block in found if len(block) > 5]
    return named[:1] if scheme == "light" else named[1:]


def long_form(colour: str) -> str:
    """Return `#abc` as `#aabbcc`."""
    return colour if len(colour) == 7 else "#" + "".join(digit * 2 for digit in colour[1:])


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_our_own_colours_can_be_told_apart(scheme: str) -> None:
    # given what style.css says; of dark twice: for a computer that is dark, and for who chose it
    blocks = own_colours(scheme)
    assert len(blocks) == (1 if scheme == "light" else 2)
    assert all(block == blocks[0] for block in blocks)
    own = blocks[0]

    # then letters, borders and focus stand out from each ground, and letters from what they stand on
    assert (own["card"], own["ground"], own["hover"]) == GROUNDS[scheme]
    for name in ("ink", "soft", "act", "ok", "warn", "bad"):
        assert least_contrast(own[name], GROUNDS[scheme]) >= TEXT, name
    for name in ("control", "focus", "main"):
        assert least_contrast(own[name], GROUNDS[scheme]) >= SHAPE, name
    for ink, behind in (
        ("act-ink", "main"),
        ("act-ink", "main-hover"),
        ("ok", "ok-bg"),
        ("warn", "warn-bg"),
        ("bad", "bad-bg"),
    ):
        assert contrast(own[ink], own[behind]) >= TEXT, ink
