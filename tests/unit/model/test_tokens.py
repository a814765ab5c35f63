"""Tokens of a municipality: what is taken of a file, and what stays ours, with the reason. Two are real themes'."""

from pathlib import Path

import pytest

from callcenter.model.contrast import GROUNDS, TEXT, contrast, least_contrast
from callcenter.model.style import Style
from callcenter.model.token_file import LARGEST_FILE, TokenFileError, read_token_file, resolved
from callcenter.model.tokens import Taken, take_tokens
from demo.places import made

PRIMARY, SECONDARY = "utrecht-button-primary-action", "utrecht-button-secondary-action"


def published(theme: str, file: str) -> bytes:
    """The file of a theme as the NL Design System community has published it on npm."""
    folder = made("button").resolve().parent / "node_modules" / "@nl-design-system-unstable"
    return Path(folder, f"{theme}-design-tokens", "dist", file).read_bytes()


def took(*lines: str, scheme: str = "light") -> Taken:
    """What is taken of a file with these tokens."""
    return take_tokens(f":root {{ {' '.join(lines)} }}".encode(), scheme)


def why(taken: Taken) -> str:
    """What is said of that which is left out."""
    return "\n".join(f"{one.name}: {one.why}" for one in taken.left_out)


@pytest.mark.parametrize(
    ("theme", "file", "button", "corner", "left"),
    [
        (
            "rotterdam",
            "design-tokens.css",
            "#c93675",
            None,
            "utrecht-link-color: #00811f: its contrast is 4.49 where 4.5 is needed",
        ),
        ("voorbeeld", "variables.css", "#5115ef", "8px", ""),
    ],
)
def test_a_published_theme_is_taken_as_it_is(theme: str, file: str, button: str, corner: str | None, left: str) -> None:
    # when a file of theirs is taken
    taken = take_tokens(published(theme, file), "light")

    # then its button is ours, all can be read, and what can't is named
    assert taken.tokens[f"{PRIMARY}-background-color"] == button
    assert taken.tokens.get("utrecht-button-border-radius") == corner
    assert contrast(taken.tokens[f"{PRIMARY}-color"], button) >= TEXT
    assert least_contrast(taken.tokens["utrecht-document-color"], GROUNDS["light"]) >= TEXT
    assert why(taken) == left
    assert Style(taken.tokens).light == taken.tokens


def test_tokens_refer_to_others() -> None:
    taken = took("--blue: #0b5cad;", "--link: var(--blue, red);", "--utrecht-link-color: var( --link );", "--x: 1;")
    assert taken == Taken({"utrecht-link-color": "#0b5cad"}, ())
    assert took("--nl-link-color: var(--nowhere, #0b5cad)").tokens == {"utrecht-link-color": "#0b5cad"}


@pytest.mark.parametrize(
    ("token", "reason"),
    [
        ("--utrecht-link-color: url(https://elsewhere.example/)", "utrecht-link-color: not a colour"),
        ("--utrecht-link-color: #cccccc", "utrecht-link-color: #cccccc: its contrast is 1.43 where 4.5 is needed"),
        (
            "--utrecht-focus-outline-color: #ffdd00",
            "utrecht-focus-outline-color: #ffdd00: its contrast is 1.20 where 3.0",
        ),
        ("--utrecht-button-border-radius: 100vw", "utrecht-button-border-radius: not a size"),
        ("--utrecht-document-font-family: x</style>", "utrecht-document-font-family: not names of fonts"),
        ("--utrecht-link-color: var(--utrecht-link-color)", "utrecht-link-color: refers to itself"),
        (f"--{PRIMARY}-color: #ffffff", f"{PRIMARY}-color: of use only with the button's other colours"),
        (
            f"--{PRIMARY}-background-color: #ffffff",
            f"{PRIMARY}-background-color: #ffffff: its contrast is 1.00 where 3.0",
        ),
    ],
)
def test_what_is_left_out_is_named_with_the_reason(token: str, reason: str) -> None:
    taken = took(token)
    assert taken.tokens == {}
    assert reason in why(taken)


def test_many_that_fill_each_other_up_are_stopped() -> None:
    lines = [f"--a{n}: var(--a{n + 1}) var(--a{n + 1});" for n in range(10)]
    taken = took(*lines, f"--a10: {'x' * 50};", "--utrecht-link-color: var(--a0);")
    assert "longer than 300" in why(taken)


def test_a_button_and_its_letters_are_taken_together() -> None:
    # given letters that can't be read on the button
    taken = took(
        f"--{PRIMARY}-background-color: #ffcc00;", f"--{PRIMARY}-color: #ffffff;", f"--{PRIMARY}-hover-color: #000;"
    )

    # then ours stays in the place of all of it
    assert taken.tokens == {}
    assert {one.name for one in taken.left_out} >= {f"{PRIMARY}-color", f"{PRIMARY}-hover-color"}


def test_a_button_is_made_whole() -> None:
    # given a button without letters of its own, and one that can't be read under the pointer
    taken = took(f"--{PRIMARY}-background-color: #7c2882;", f"--{PRIMARY}-hover-background-color: #ffffff;",
                 f"--{SECONDARY}-color: #7c2882;")  # fmt: skip

    # then its letters are light; under the pointer it stays as it is; the other one's border is of its letters' colour
    assert taken.tokens[f"{PRIMARY}-color"] == "#ffffff"
    assert taken.tokens[f"{PRIMARY}-hover-background-color"] == "#7c2882"
    assert taken.tokens[f"{SECONDARY}-border-color"] == "#7c2882"
    assert "hover-background-color: #ffffff: its contrast is 1.00" in why(taken)


def test_light_colours_are_for_dark_pages() -> None:
    assert took("--utrecht-link-color: #d9a3e0", scheme="dark").tokens
    assert not took("--utrecht-link-color: #d9a3e0").tokens


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "is not one block"),
        (b"@import 'x';", "is not one block"),
        (b":root { --a: b; } a { }", "is not one block"),
        (b":root { --a: 1; color: red }", "only tokens may be in the file"),
        (b':root { --a: "{ }', "is not one block"),
        (b"\xff\xfe", "not text in UTF-8"),
        (b"\x89PNG", "not text in UTF-8"),
        (b":root { --other: 1 }", "none of its tokens is read"),
        (b" " * (LARGEST_FILE + 1), f"at most {LARGEST_FILE}"),
    ],
)
def test_what_is_no_file_of_tokens_is_refused(content: bytes, sentence: str) -> None:
    with pytest.raises(TokenFileError, match=sentence):
        take_tokens(content, "light")


def test_a_value_may_hold_what_ends_others() -> None:
    tokens = read_token_file(
        b"""/* { */ .theme { --icon: url("data:image/svg+xml;utf8,<svg xmlns='a:b'>{}"); --b: var(--icon) }"""
    )
    assert tokens["icon"].endswith('{}")')
    assert resolved("b", tokens) == tokens["icon"]
