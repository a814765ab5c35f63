"""What is shown of a caller: their name, their attributes, and which of these stay masked."""

from dataclasses import dataclass

from callcenter.dashboard.words import Say, attribute_label
from callcenter.model.tenant import short_name
from callcenter.store.sealing import NOT_SHOWN, Attributes

MASKED = frozenset({"bsn"})  # short names; shown only by a deliberate, recorded reveal
_SHOWN_DIGITS = 2  # of a masked value, so that the agent can tell two apart
_FULL_NAME = ("fullname",)
_GIVEN = ("initials", "firstnames")  # the first that was disclosed
_FAMILY = ("familyname", "surname")
_OFTEN_NONE = frozenset({"prefix"})  # not having one is no news
_NAME_PARTS = frozenset({*_FULL_NAME, *_GIVEN, *_FAMILY, "prefix"})


@dataclass(frozen=True)
class Field:
    """One attribute as a screen shows it; `text` is None when there is none: `absent` is the word for that."""

    name: str
    label: str
    text: str | None
    masked: bool = False
    absent: str = "none-on-card"


def mask(value: str) -> str:
    """Return the value with all but its last two characters hidden."""
    hidden = max(0, len(value) - _SHOWN_DIGITS)
    return "•" * hidden + value[hidden:] if hidden else "•" * len(value)


def fields_of(attributes: Attributes, say: Say) -> tuple[Field, ...]:
    """Return what an agent sees of these attributes, in the order in which they were asked."""
    shown = []
    had = {short_name(id_) for id_, value in attributes.items() if value is not NOT_SHOWN}
    for id_, value in attributes.items():
        name, label = short_name(id_), attribute_label(say, short_name(id_))
        if isinstance(value, str):
            masked = name in MASKED
            shown.append(Field(name, label, mask(value) if masked else value, masked))
        elif value is None and name not in _OFTEN_NONE:
            shown.append(Field(name, label, None))
        elif value is NOT_SHOWN and name not in had:  # else another card told it
            shown.append(Field(name, label, None, absent="not-shown"))
    return tuple(shown)


def name_of(attributes: Attributes) -> str | None:
    """Return the caller's name, made of what was disclosed of it; None when that was nothing."""
    parts = {short_name(id_): value for id_, value in attributes.items() if value}
    full = _first(parts, _FULL_NAME)
    if full:
        return full
    pieces = (_first(parts, _GIVEN), parts.get("prefix"), _first(parts, _FAMILY))
    return " ".join(piece for piece in pieces if piece) or None


def beside_the_name(fields: tuple[Field, ...]) -> tuple[Field, ...]:
    """Return the fields that the name does not show already."""
    return tuple(field for field in fields if field.name not in _NAME_PARTS and field.text)


def value_of(attributes: Attributes, name: str) -> str | None:
    """Return the value of the attribute with this short name."""
    of = (value for id_, value in attributes.items() if short_name(id_) == name)
    return next((value for value in of if isinstance(value, str)), None)


def _first(parts: dict[str, str], names: tuple[str, ...]) -> str | None:
    return next((parts[name] for name in names if name in parts), None)
