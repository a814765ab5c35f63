"""NL Design System tokens: those that our pages read, and which of a municipality's they take.

A button and its letters are taken together or not at all. Ours stay in the place of what is not taken.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from callcenter.model.contrast import GROUNDS, SHAPE, TEXT, contrast, ink_on, least_contrast
from callcenter.model.css_values import CssValueError, colour, fonts, length
from callcenter.model.token_file import TokenFileError, read_token_file, resolved

Tokens = dict[str, str]

TEXT_COLOUR, LINK, FOCUS = "utrecht-document-color", "utrecht-link-color", "utrecht-focus-outline-color"
FONT, CORNER = "utrecht-document-font-family", "utrecht-button-border-radius"
PRIMARY, SECONDARY = "utrecht-button-primary-action", "utrecht-button-secondary-action"
BORDER = f"{SECONDARY}-border-color"
OF_BOTH_SCHEMES: Final = (FONT, CORNER)  # no colours
_READERS: Final[dict[str, Callable[[str], str | None]]] = {
    **dict.fromkeys((TEXT_COLOUR, LINK, FOCUS, BORDER), colour),
    **{
        f"{button}{part}": colour
        for button in (PRIMARY, SECONDARY)
        for part in ("-background-color", "-color", "-hover-background-color", "-hover-color")
    },
    FONT: fonts,
    CORNER: length,
}
# Newer names of the community for the same; read where the file lacks the older one.
_ALSO: Final = {
    TEXT_COLOUR: "basis-color-default-color-document",
    LINK: "nl-link-color",
    FOCUS: "basis-focus-outline-color",
    FONT: "basis-text-font-family-default",
    CORNER: "nl-button-border-radius",
    **{name: name.replace("utrecht-", "nl-").replace("-action", "") for name in _READERS if "-action-" in name},
}


@dataclass(frozen=True)
class LeftOut:
    """A token that is not taken, and why."""

    name: str
    why: str


@dataclass(frozen=True)
class Taken:
    """What is taken of a file, and what was wrong with the rest of what our pages read. Names without the dashes."""

    tokens: Tokens
    left_out: tuple[LeftOut, ...]


def is_safe(tokens: Tokens) -> bool:
    """Tell whether each is a token that our pages read, with a value that can stand in a style sheet."""
    try:
        return all(_READERS[name](value) == value for name, value in tokens.items())
    except (KeyError, CssValueError):
        return False


def tokens_of_colour(chosen: str) -> Tokens:
    """Return what one colour (`#rrggbb`) makes of links, focus and main buttons."""
    links = dict.fromkeys((LINK, FOCUS, f"{PRIMARY}-background-color"), chosen)
    return _with_hover(PRIMARY, links | {f"{PRIMARY}-color": ink_on(chosen)})


def take_tokens(content: bytes, scheme: str) -> Taken:
    """Return what a page of this scheme (light, dark) takes of a file of tokens. Raises TokenFileError."""
    given, left_out = _read(read_token_file(content))
    taken: Tokens = {name: given[name] for name in OF_BOTH_SCHEMES if name in given}
    for name, needed in ((TEXT_COLOUR, TEXT), (LINK, TEXT), (FOCUS, SHAPE)):
        if name in given:
            _take({name: given[name]}, least_contrast(given[name], GROUNDS[scheme]), needed, taken, left_out)
    for button in (PRIMARY, SECONDARY):
        _take_button(button, given, GROUNDS[scheme], taken, left_out)
    if not taken and not left_out:
        raise TokenFileError(f"none of its tokens is read by our pages; these are: --{', --'.join(_READERS)}")
    return Taken(taken, tuple(left_out))


def _read(tokens: dict[str, str]) -> tuple[Tokens, list[LeftOut]]:
    """Return the values of those that our pages read, and those of them that can't be read."""
    given: Tokens = {}
    left_out = []
    for name, read in _READERS.items():
        source = name if name in tokens else _ALSO.get(name, name)
        if source not in tokens:
            continue
        try:
            value = read(resolved(source, tokens))
        except (CssValueError, TokenFileError) as error:
            left_out.append(LeftOut(source, str(error)))
        else:
            given |= {name: value} if value is not None else {}
    return given, left_out


def _take_button(button: str, given: Tokens, grounds: tuple[str, ...], taken: Tokens, left_out: list[LeftOut]) -> None:
    rest = {name: value for name, value in given.items() if name.startswith(f"{button}-") and "-hover-" not in name}
    hover = {name: value for name, value in given.items() if name.startswith(f"{button}-hover-")}
    behind = rest.get(f"{button}-background-color")
    if behind is not None:
        rest.setdefault(f"{button}-color", ink_on(behind))
    letters = rest.get(f"{button}-color")
    if letters is None or (behind is None and button == PRIMARY):
        left_out += [LeftOut(name, "of use only with the button's other colours") for name in (*rest, *hover)]
        return
    if button == SECONDARY:
        rest.setdefault(BORDER, behind or letters)
    shape = least_contrast(rest.get(BORDER, behind or letters), grounds)
    if shape < SHAPE and (behind is None or least_contrast(behind, grounds) < SHAPE):
        _take(rest | hover, shape, SHAPE, taken, left_out)  # is left out
    elif not _take(rest, _on(letters, behind, grounds), TEXT, taken, left_out):
        left_out += [LeftOut(name, "of use only with the button's other colours") for name in hover]
    else:
        whole = _with_hover(button, rest | hover)
        changed = {name: value for name, value in whole.items() if "-hover-" in name}
        over = _on(whole[f"{button}-hover-color"], whole.get(f"{button}-hover-background-color"), grounds)
        if not _take(changed, over, TEXT, taken, left_out):
            taken |= _with_hover(button, rest)


def _on(letters: str, behind: str | None, grounds: tuple[str, ...]) -> float:
    return least_contrast(letters, grounds) if behind is None else contrast(letters, behind)


def _with_hover(button: str, tokens: Tokens) -> Tokens:
    """Under the pointer a button stays as it is where nothing else is said: our colours would not fit its letters."""
    parts = ("background-color", "color")
    rest = {f"{button}-hover-{part}": tokens[f"{button}-{part}"] for part in parts if f"{button}-{part}" in tokens}
    return rest | tokens


def _take(group: Tokens, seen: float, needed: float, taken: Tokens, left_out: list[LeftOut]) -> bool:
    """Take this group if its contrast is what is needed; tells whether it was."""
    if seen >= needed:
        taken |= group
        return True
    why = f"its contrast is {seen:.2f} where {needed} is needed"
    left_out += [LeftOut(name, f"{value}: {why}") for name, value in group.items()]
    return False
