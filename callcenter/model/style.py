"""How a municipality's pages look in its own colours and with its logo; refused when they would be hard to read."""

import re
from dataclasses import dataclass

LARGEST_LOGO = 64 * 1024  # bytes
LEAST_CONTRAST = 4.5  # WCAG 2.2, 1.4.3
_COLOUR = re.compile(r"#[0-9a-fA-F]{6}")
_PNG = b"\x89PNG\r\n\x1a\n"
_IHDR = slice(16, 24)  # width and height (PNG, 11.2.2)
_LIGHTEST_INK, _DARKEST_INK = "#ffffff", "#08131c"
_LIGHT_GROUNDS = ("#ffffff", "#f3f5f7", "#eef2f6")  # on which it stands: --card, --ground, --hover of style.css
_DARK_GROUNDS = ("#1b242c", "#131a20", "#24303a")


class StyleError(ValueError):
    """A municipality's colour or logo can't be used; the message says what to give instead."""


@dataclass(frozen=True)
class Style:
    """The colour of links and main buttons, as `#rrggbb`, on light and on dark pages; None: ours. A logo in PNG."""

    light: str | None = None
    dark: str | None = None
    logo: bytes | None = None

    def __post_init__(self) -> None:
        for colour, grounds in ((self.light, _LIGHT_GROUNDS), (self.dark, _DARK_GROUNDS)):
            if colour is not None:
                _check(colour, grounds)
        if self.logo is not None and not (self.logo.startswith(_PNG) and all(_size(self.logo))):
            raise StyleError("a logo is a PNG")
        if self.logo is not None and len(self.logo) > LARGEST_LOGO:
            raise StyleError(f"the logo is {len(self.logo)} bytes; at most {LARGEST_LOGO}")

    @property
    def logo_proportion(self) -> float:
        """How many times as wide as high the logo is."""
        width, height = _size(self.logo or b"")
        return width / height if height else 0.0


def ink_on(colour: str) -> str:
    """Return the colour of letters on this one: the lightest or the darkest, whichever is easier to read."""
    return max((_LIGHTEST_INK, _DARKEST_INK), key=lambda ink: contrast(ink, colour))


def contrast(one: str, other: str) -> float:
    """Return the contrast of two colours (`#rrggbb`), 1 to 21 (WCAG 2.2, "contrast ratio")."""
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def _check(colour: str, grounds: tuple[str, ...]) -> None:
    if not _COLOUR.fullmatch(colour):
        raise StyleError(f"colour {colour!r}: write it as #0b5cad")
    least = min(contrast(colour, ground) for ground in grounds)
    if least < LEAST_CONTRAST:
        dark_or_light = "darker" if grounds is _LIGHT_GROUNDS else "lighter"
        raise StyleError(
            f"colour {colour}: its contrast is {least:.1f} where {LEAST_CONTRAST} is needed; take a {dark_or_light} one"
        )


def _luminance(colour: str) -> float:
    shares = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4 for share in shares)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _size(png: bytes) -> tuple[int, int]:
    """Width and height in pixels; 0 when it is cut off."""
    size = png[_IHDR]
    return int.from_bytes(size[:4], "big"), int.from_bytes(size[4:], "big")
