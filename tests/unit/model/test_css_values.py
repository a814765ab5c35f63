"""Values of CSS: those that are read, as they are written anew, and those that are not."""

import pytest

from callcenter.model.css_values import CssValueError, colour, fonts, length


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("#0B5CAD", "#0b5cad"),
        ("#fa0", "#ffaa00"),
        ("white", "#ffffff"),
        ("rgb(11, 92, 173)", "#0b5cad"),
        ("rgb(11 92 173 / 100%)", "#0b5cad"),
        ("hsl(211 60% 35%)", "#24578f"),
        ("hsl(211deg, 60%, 35%)", "#24578f"),
        ("transparent", None),
        ("rgba(0, 0, 0, 0)", None),
    ],
)
def test_colours(text: str, read: str | None) -> None:
    assert colour(text) == read


@pytest.mark.parametrize(
    "text",
    [
        "",
        "url(x)",
        "#12345",
        "#0b5cad;}",
        "rgb(1,2)",
        "rgb(300 0 0)",
        "rgb(0 0 0 / 50%)",
        "hsl(0 200% 50%)",
        "var(--x)",
        "papayawhip",
    ],
)
def test_what_is_no_colour(text: str) -> None:
    with pytest.raises(CssValueError):
        colour(text)


@pytest.mark.parametrize("text", ["0", "4px", "0.5rem", "1.25em"])
def test_lengths(text: str) -> None:
    assert length(text) == text


@pytest.mark.parametrize("text", ["", "4", "-4px", "100vw", "999px", "calc(1px + 1px)", "4px;}"])
def test_what_is_no_length(text: str) -> None:
    with pytest.raises(CssValueError):
        length(text)


def test_fonts() -> None:
    assert fonts("'Noto Sans',  Arial, sans-serif") == "'Noto Sans', Arial, sans-serif"


@pytest.mark.parametrize("text", ["", "Arial, ", "url(x)", "'a', b}", '"a', ", ".join(["Arial"] * 13), "a" * 60])
def test_what_is_no_font(text: str) -> None:
    with pytest.raises(CssValueError):
        fonts(text)
