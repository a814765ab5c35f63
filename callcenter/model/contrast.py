"""How well a colour can be told from another (WCAG 2.2), and from the grounds of our pages. Colours are `#rrggbb`."""

from typing import Final

TEXT: Final = 4.5  # the least contrast of letters (WCAG 2.2, 1.4.3)
SHAPE: Final = 3.0  # of borders and of what shows the focus (1.4.11)
LIGHTEST_INK: Final = "#ffffff"
DARKEST_INK: Final = "#08131c"
# On which letters and buttons stand, by scheme: --card, --ground and --hover of the dashboard's style.css.
GROUNDS: Final = {"light": ("#ffffff", "#f3f5f7", "#eef2f6"), "dark": ("#1b242c", "#131a20", "#24303a")}


def contrast(one: str, other: str) -> float:
    """Return the contrast of two colours, 1 to 21 (WCAG 2.2, "contrast ratio")."""
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def least_contrast(colour: str, grounds: tuple[str, ...]) -> float:
    """Return the contrast with the ground on which this colour is hardest to see."""
    return min(contrast(colour, ground) for ground in grounds)


def ink_on(colour: str) -> str:
    """Return the colour of letters on this one: the lightest or the darkest, whichever is easier to read."""
    return max((LIGHTEST_INK, DARKEST_INK), key=lambda ink: contrast(ink, colour))


def _luminance(colour: str) -> float:
    shares = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4 for share in shares)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
