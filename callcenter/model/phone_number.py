"""A telephone number as people write it. The button does the same (`groups.js`); one test holds for both."""

import re

_SHORT_AREA_CODE = re.compile(r"1[035]|2[0346]|3[03568]|4[0356]|5[0358]|7\d|8[458]")  # +31: two digits after the 0


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
