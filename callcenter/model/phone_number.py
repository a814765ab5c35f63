"""A telephone number: as a network shows who calls, and as people write it (the button does the same, `groups.js`)."""

import re

_SHORT_AREA_CODE = re.compile(r"1[035]|2[0346]|3[03568]|4[0356]|5[0358]|7\d|8[458]")  # +31: two digits after the 0
_SHOWN = re.compile(r"\+?[0-9]{3,20}")  # E.164 has at most 15 digits; some networks put a prefix before them


def calling_number(shown: str | None) -> str | None:
    """Return the number that a caller shows, as it came; None when they hide it, or it is no number at all."""
    return shown if shown is not None and _SHOWN.fullmatch(shown) else None


def as_written(number: str) -> str:
    """Return an E.164 number as written in the Netherlands (024 329 00 00), another one as it is."""
    if not number.startswith("+31") or len(number) != 12:
        return number
    rest = number[3:]
    if rest.startswith("6"):
        return f"06 {_pairs(rest[1:])}"
    area = 2 if _SHORT_AREA_CODE.match(rest) else 3
    return f"0{rest[:area]} {_pairs(rest[area:])}"


def _pairs(digits: str) -> str:
    """In twos; an odd one out goes with the first."""
    first = 3 if len(digits) % 2 else 2
    return " ".join([digits[:first], *re.findall("..", digits[first:])])
