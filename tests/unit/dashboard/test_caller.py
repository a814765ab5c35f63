"""What is shown of a caller."""

from typing import Literal

import pytest

from callcenter.dashboard.caller import beside_the_name, fields_of, mask, name_of, value_of
from callcenter.dashboard.words import speaker
from callcenter.store.sealing import NOT_SHOWN, Attributes

PERSONAL = "pbdf.gemeente.personalData"


def personal(**values: str | Literal[False] | None) -> Attributes:
    """Attributes by their short names."""
    return {f"{PERSONAL}.{name}": value for name, value in values.items()}


@pytest.mark.parametrize(
    ("value", "shown"), [("999990019", "•••••••19"), ("123", "•23"), ("19", "••"), ("1", "•"), ("", "")]
)
def test_mask(value: str, shown: str) -> None:
    assert mask(value) == shown


@pytest.mark.parametrize(
    ("attributes", "name"),
    [
        (personal(fullname="Zoë Fictief", firstnames="Zoë"), "Zoë Fictief"),
        (personal(initials="A.B.", firstnames="Anna Bente", prefix="van den", familyname="Voorbeeld"),
         "A.B. van den Voorbeeld"),
        (personal(firstnames="Zoë", prefix=None, surname="Fictief"), "Zoë Fictief"),
        (personal(familyname="Fictief"), "Fictief"),
        (personal(bsn="999990019"), None),
        (personal(familyname=None), None),
        ({}, None),
    ],
)  # fmt: skip
def test_a_name_is_made_of_what_was_shared(attributes: Attributes, name: str | None) -> None:
    assert name_of(attributes) == name


def test_fields_keep_the_order_in_which_they_were_asked_and_mask_the_bsn() -> None:
    # given what somebody disclosed
    attributes = personal(bsn="999990019", familyname="Fictief", prefix=None, dateofbirth=None)

    # when it is made ready for a screen
    fields = fields_of(attributes, speaker("nl"))

    # then the number is masked, what is missing is marked, and having no prefix is no news
    assert [(field.label, field.text, field.masked) for field in fields] == [
        ("BSN", "•••••••19", True),
        ("Geslachtsnaam", "Fictief", False),
        ("Geboortedatum", None, False),
    ]
    assert [field.name for field in beside_the_name(fields)] == ["bsn"]


def test_a_value_by_its_short_name() -> None:
    attributes = personal(bsn="999990019", prefix=None)
    assert value_of(attributes, "bsn") == "999990019"
    assert value_of(attributes, "prefix") is None
    assert value_of(attributes, "nothing") is None


def test_what_the_citizen_left_out_is_told_apart_from_what_the_card_has_not() -> None:
    """Given optional attributes, when some were left out, then these are shown as such, and not as empty text."""
    attributes = personal(familyname="Fictief", dateofbirth=None, city=NOT_SHOWN, prefix=NOT_SHOWN)
    attributes["pbdf.other.card.familyname"] = NOT_SHOWN  # another card has told it

    fields = fields_of(attributes, speaker("nl"))

    assert [(field.name, field.text, field.absent) for field in fields if field.text is None] == [
        ("dateofbirth", None, "none-on-card"),
        ("city", None, "not-shown"),
        ("prefix", None, "not-shown"),
    ]
    assert [speaker("nl")(field.absent) for field in fields[1:3]] == ["staat niet op de kaart", "niet getoond"]
    assert value_of(attributes, "familyname") == "Fictief"
    assert value_of(attributes, "city") is None
    assert name_of(attributes) == "Fictief"
