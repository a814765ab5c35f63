"""Colours that can be read, and logos that are pictures."""

import struct

import pytest

from callcenter.model.style import LARGEST_LOGO, LEAST_CONTRAST, Style, StyleError, contrast, ink_on


def png(width: int, height: int) -> bytes:
    """The beginning of a PNG of this size."""
    return b"\x89PNG\r\n\x1a\n" + struct.pack(">I4sIIBBBBB", 13, b"IHDR", width, height, 8, 6, 0, 0, 0)


@pytest.mark.parametrize(
    ("one", "other", "ratio"), [("#000000", "#ffffff", 21.0), ("#ffffff", "#ffffff", 1.0), ("#777777", "#ffffff", 4.48)]
)
def test_contrast_is_that_of_wcag(one: str, other: str, ratio: float) -> None:
    assert contrast(one, other) == contrast(other, one) == pytest.approx(ratio, abs=0.01)


@pytest.mark.parametrize("light", ["#0b5cad", "#7c2882", "#B00020"])
def test_a_colour_for_light_pages(light: str) -> None:
    assert Style(light=light).light == light


@pytest.mark.parametrize("light", ["#ffcc00", "#6db3f5", "#eeeeee"])
def test_a_colour_that_is_hard_to_read_is_refused(light: str) -> None:
    with pytest.raises(StyleError, match="take a darker one"):
        Style(light=light)


def test_dark_pages_need_a_lighter_one() -> None:
    assert Style(dark="#d9a3e0").dark == "#d9a3e0"
    with pytest.raises(StyleError, match="take a lighter one"):
        Style(dark="#7c2882")


@pytest.mark.parametrize("colour", ["red", "#fff", "#0b5cad;}", "url(x)", ""])
def test_what_is_no_colour_is_refused(colour: str) -> None:
    with pytest.raises(StyleError, match="write it as #0b5cad"):
        Style(light=colour)


@pytest.mark.parametrize("colour", ["#000000", "#ffffff", "#808080", "#0b5cad", "#d9a3e0", "#b00020"])
def test_letters_on_a_colour_can_be_read(colour: str) -> None:
    assert contrast(ink_on(colour), colour) >= LEAST_CONTRAST - 0.5  # a middle grey has no better


def test_a_logo_has_a_proportion() -> None:
    assert Style(logo=png(300, 100)).logo_proportion == 3
    assert Style().logo_proportion == 0


@pytest.mark.parametrize("logo", [b"", b"<svg onload=alert(1)>", b"\x89PNG\r\n\x1a\n", png(0, 9), b"GIF89a"])
def test_what_is_no_png_is_no_logo(logo: bytes) -> None:
    with pytest.raises(StyleError, match="PNG"):
        Style(logo=logo)


def test_a_logo_is_not_large() -> None:
    with pytest.raises(StyleError, match="at most"):
        Style(logo=png(10, 10) + b"0" * LARGEST_LOGO)
