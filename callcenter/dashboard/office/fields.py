"""What people type into the office's forms: read, cleaned, and each fault named by its field."""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field

from fastapi import Request

from callcenter.dashboard.security import storable
from callcenter.dashboard.words import Say


@dataclass
class Fields:
    """A form as it came: the text of each field, and for each field with a fault the key of the words for it.

    `values`: what those words have in them, by the field.
    """

    given: Mapping[str, str]
    faults: dict[str, str] = field(default_factory=dict)
    values: dict[str, dict[str, object]] = field(default_factory=dict)

    def text(self, name: str) -> str:
        """The text of a field; nothing when it did not come."""
        return self.given.get(name, "")

    def line(self, name: str, longest: int, *, needed: bool = True) -> str:
        """The text of a field that is a line of at most so many characters."""
        text = self.text(name)
        if needed and not text:
            self.fault(name, "fault-empty")
        elif len(text) > longest:
            self.fault(name, "fault-long")
        return text

    def number(self, name: str, least: int, most: int, fault: str) -> int:
        """The whole number in a field, within these bounds, which the words of the fault name with the unit."""
        text = self.text(name)
        if not (text.isascii() and text.isdigit() and len(text) < 6 and least <= int(text) <= most):
            self.fault(name, fault, least=least, most=most)
            return least
        return int(text)

    def choice(self, name: str, among: tuple[str, ...]) -> str:
        """What was chosen among these."""
        if self.text(name) not in among:
            self.fault(name, "fault-choice")
            return among[0]
        return self.text(name)

    def fault(self, name: str, key: str, **values: object) -> None:
        """Note what is wrong with a field; the first fault stays."""
        if name not in self.faults:
            self.faults[name], self.values[name] = key, values

    def told(self, say: Say, name: str) -> str:
        """What is wrong with a field, in words."""
        return say(self.faults[name], **self.values.get(name, {}))

    def put(self, name: str, text: str) -> None:
        """Put a text in a field, in place of what came."""
        self.given = {**self.given, name: text}

    @property
    def first(self) -> str | None:
        """The first field with a fault, where the cursor goes."""
        return next(iter(self.faults), None)


async def fields_of(request: Request) -> Fields:
    """Read the form of a request: each text without what is around it, and without what no line holds."""
    form = await request.form()
    return Fields({name: one_line(value) for name, value in form.items() if isinstance(value, str)})


def one_line(text: str) -> str:
    """Return a text in one line: composed (Unicode NFC), control characters as spaces, none around it."""
    plain = unicodedata.normalize("NFC", storable(text))
    return " ".join("".join(" " if unicodedata.category(one) == "Cc" else one for one in plain).split())
