"""Values of CSS that may stand in a style sheet of ours: each is read and written anew, or refused."""

import re
from colorsys import hls_to_rgb
from typing import Final

_HEX: Final = re.compile(r"#([0-9a-fA-F]{3}|[0-9a-fA-F]{6})")
_NUMBER: Final = r"(\d{1,3}(?:\.\d{1,9})?)"
_RGB: Final = re.compile(rf"rgba?\(\s*{_NUMBER}[\s,]+{_NUMBER}[\s,]+{_NUMBER}(?:\s*[,/]\s*{_NUMBER}(%?))?\s*\)")
_HSL: Final = re.compile(
    rf"hsla?\(\s*{_NUMBER}(?:deg)?[\s,]+{_NUMBER}%[\s,]+{_NUMBER}%(?:\s*[,/]\s*{_NUMBER}(%?))?\s*\)"
)
_LENGTH: Final = re.compile(r"0|\d{1,2}(?:\.\d{1,4})?(?:px|rem|em)")
_FONT: Final = re.compile(r"""[A-Za-z][A-Za-z0-9 -]{0,40}|"[A-Za-z0-9 -]{1,40}"|'[A-Za-z0-9 -]{1,40}'""")
_MOST_FONTS: Final = 12
_NAMED: Final = {"black": "#000000", "white": "#ffffff"}  # (CSS Color 4, 6.1) has 146 more, which no theme of ours uses


class CssValueError(ValueError):
    """A value that can't stand in our style sheet; the message says what to give instead."""


def colour(text: str) -> str | None:
    """Return a colour as `#rrggbb`; None for one that can't be seen at all. Raises CssValueError."""
    if text.lower() in _NAMED:
        return _NAMED[text.lower()]
    if text.lower() == "transparent":
        return None
    if found := _HEX.fullmatch(text):
        digits = found[1]
        return "#" + (digits if len(digits) == 6 else "".join(digit * 2 for digit in digits)).lower()
    if found := _RGB.fullmatch(text):
        shares = [float(part) / 255 for part in found.groups()[:3]]
    elif found := _HSL.fullmatch(text):
        hue, saturation, lightness = (float(part) for part in found.groups()[:3])
        shares = list(hls_to_rgb(hue / 360, lightness / 100, saturation / 100))
    else:
        raise CssValueError("not a colour such as #0b5cad, rgb(11 92 173) or hsl(210 88% 36%)")
    return _opaque(shares, found[4], found[5])


def _opaque(shares: list[float], alpha: str | None, percent: str | None) -> str | None:
    seen = 1.0 if alpha is None else float(alpha) / (100 if percent else 1)
    if seen == 0:
        return None
    if seen < 1 or not all(0 <= share <= 1 for share in shares):
        raise CssValueError("a colour that lets through what is behind it, or is out of range; give a whole one")
    return "#" + "".join(f"{round(share * 255):02x}" for share in shares)


def length(text: str) -> str:
    """Return a size in px, rem or em, below 100. Raises CssValueError."""
    if not _LENGTH.fullmatch(text):
        raise CssValueError("not a size such as 4px or 0.5rem")
    return text


def fonts(text: str) -> str:
    """Return names of fonts, the first choice first. Raises CssValueError."""
    names = [name.strip() for name in text.split(",")]
    if len(names) > _MOST_FONTS or not all(_FONT.fullmatch(name) for name in names):
        raise CssValueError("not names of fonts, such as 'Noto Sans', sans-serif")
    return ", ".join(names)
