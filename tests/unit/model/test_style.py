"""Colours that can be read, and logos that are pictures."""

import struct

import pytest

from callcenter.model.style import LARGEST_LOGO, Style, StyleError, one_colour


def png(width: int, height: int) -> bytes:
    """The beginning of a PNG of this size."""
    return b"\x89PNG\r\n\x1a\n" + struct.pack(">I4sIIBBBBB", 13, b"IHDR", width, height, 8, 6, 0, 0, 0)


@pytest.mark.parametrize("light", ["#0b5cad", "#7c2882", "#B00020"])
def test_a_colour_for_light_pages(light: str) -> None:
    assert one_colour(light, "light")["utrecht-link-color"] == light.lower()


@pytest.mark.parametrize("light", ["#ffcc00", "#6db3f5", "#eeeeee"])
def test_a_colour_that_is_hard_to_read_is_refused(light: str) -> None:
    with pytest.raises(StyleError, match="take a darker one"):
        one_colour(light, "light")


def test_dark_pages_need_a_lighter_one() -> None:
    assert one_colour("#d9a3e0", "dark")["utrecht-button-primary-action-color"] == "#08131c"
    with pytest.raises(StyleError, match="take a lighter one"):
        one_colour("#7c2882", "dark")


@pytest.mark.parametrize("colour", ["red", "#fff", "#0b5cad;}", "url(x)", ""])
def test_what_is_no_colour_is_refused(colour: str) -> None:
    with pytest.raises(StyleError, match="write it as #0b5cad"):
        one_colour(colour, "light")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("utrecht-link-color", "red;}"),
        ("utrecht-link-color", "#FFF"),
        ("act", "#0b5cad"),
        ("utrecht-document-font-family", "a}"),
    ],
)
def test_tokens_that_do_not_come_from_here_are_refused(name: str, value: str) -> None:
    with pytest.raises(StyleError, match="take them from a file"):
        Style({name: value})


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
