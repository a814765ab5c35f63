"""How a municipality's pages look in its own colours and with its logo; refused when they would be hard to read."""

import re
from dataclasses import dataclass, field

from callcenter.model.contrast import GROUNDS, TEXT, least_contrast
from callcenter.model.tokens import Tokens, is_safe, tokens_of_colour

LARGEST_LOGO = 64 * 1024  # bytes
_COLOUR = re.compile(r"#[0-9a-fA-F]{6}")
_PNG = b"\x89PNG\r\n\x1a\n"
_IHDR = slice(16, 24)  # width and height (PNG, 11.2.2)


class StyleError(ValueError):
    """A municipality's colour, tokens or logo can't be used; the message says what to give instead."""


@dataclass(frozen=True)
class Style:
    """Tokens of light and of dark pages; where there are none, ours. A logo in PNG."""

    light: Tokens = field(default_factory=dict)
    dark: Tokens = field(default_factory=dict)
    logo: bytes | None = None

    def __post_init__(self) -> None:
        if not (is_safe(self.light) and is_safe(self.dark)):
            raise StyleError("tokens that our pages don't read, or that are no plain values; take them from a file")
        if self.logo is not None and not (self.logo.startswith(_PNG) and all(_size(self.logo))):
            raise StyleError("a logo is a PNG")
        if self.logo is not None and len(self.logo) > LARGEST_LOGO:
            raise StyleError(f"the logo is {len(self.logo)} bytes; at most {LARGEST_LOGO}")

    @property
    def logo_proportion(self) -> float:
        """How many times as wide as high the logo is."""
        width, height = _size(self.logo or b"")
        return width / height if height else 0.0


def one_colour(chosen: str, scheme: str) -> Tokens:
    """Return the tokens of a page (light, dark) whose links and main buttons have this colour. Raises StyleError."""
    if not _COLOUR.fullmatch(chosen):
        raise StyleError(f"colour {chosen!r}: write it as #0b5cad")
    least = least_contrast(chosen, GROUNDS[scheme])
    if least < TEXT:
        better = "darker" if scheme == "light" else "lighter"
        raise StyleError(f"colour {chosen}: its contrast is {least:.2f} where {TEXT} is needed; take a {better} one")
    return tokens_of_colour(chosen.lower())


def _size(png: bytes) -> tuple[int, int]:
    """Width and height in pixels; 0 when it is cut off."""
    size = png[_IHDR]
    return int.from_bytes(size[:4], "big"), int.from_bytes(size[4:], "big")
