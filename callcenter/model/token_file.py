"""Reads design tokens as the NL Design System community publishes them: in CSS, one block of custom properties."""

import re
from typing import Final

LARGEST_FILE: Final = 512 * 1024  # bytes; published ones are of 20 to 210 kB
_LONGEST_VALUE: Final = 300  # characters, with what it refers to filled in
_DEEPEST: Final = 12  # tokens that refer to tokens
_COMMENT: Final = re.compile(r"/\*.*?\*/", re.DOTALL)
_BLOCK: Final = re.compile(r"""[^{}@;]*\{((?:"[^"]*"|'[^']*'|[^{}"'])*)\}\s*""")
_PIECE: Final = re.compile(r"""(?:"[^"]*"|'[^']*'|[^;"'])+""")
_DECLARATION: Final = re.compile(r"--([A-Za-z0-9_-]+)\s*:(.*)", re.DOTALL)
_REFERENCE: Final = re.compile(r"var\(\s*--([A-Za-z0-9_-]+)\s*(?:,([^()]*))?\)")


class TokenFileError(ValueError):
    """A file can't be read as tokens; the message says what to give instead."""


def read_token_file(content: bytes) -> dict[str, str]:
    """Return the value of each token by its name, without the dashes. Raises TokenFileError."""
    if len(content) > LARGEST_FILE:
        raise TokenFileError(f"the file of tokens is {len(content)} bytes; at most {LARGEST_FILE}")
    try:
        text = _COMMENT.sub("", content.decode())
    except UnicodeDecodeError:
        raise TokenFileError("the file of tokens is not text in UTF-8") from None
    block = _BLOCK.fullmatch(text)
    if block is None:
        raise TokenFileError(
            "the file of tokens is not one block, such as :root { --utrecht-link-color: #0b5cad; };"
            " take the file of a theme that has no more in it: root.css, variables.css or theme.css"
        )
    pieces = [piece.strip() for piece in _PIECE.findall(block[1])]
    found = {piece: _DECLARATION.fullmatch(piece) for piece in pieces if piece}
    wrong = [piece[:60] for piece, declaration in found.items() if declaration is None]
    if wrong:
        raise TokenFileError(
            f"only tokens may be in the file (--name: value;), and this is none: {', '.join(wrong[:5])}"
        )
    return {declaration[1]: declaration[2].strip() for declaration in found.values() if declaration}


def resolved(name: str, tokens: dict[str, str]) -> str:
    """Return a token's value with those that it refers to filled in. Raises TokenFileError, and KeyError without it."""
    value = tokens[name]
    for _ in range(_DEEPEST):
        if "var(" not in value:
            return value
        value = _REFERENCE.sub(lambda found: tokens.get(found[1], found[2] or ""), value).strip()
        if len(value) > _LONGEST_VALUE:
            raise TokenFileError(f"longer than {_LONGEST_VALUE} characters")
    raise TokenFileError("refers to itself, or too deep")
