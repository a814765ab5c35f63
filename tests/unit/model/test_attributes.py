"""What a municipality may ask: the operator's patterns, in every set, and the BSN only with a basis in law."""

from dataclasses import replace

import pytest

from callcenter.model.attributes import check_patterns, check_purpose, matches
from callcenter.model.tenant import Municipality, Purpose, TenantError

CARD = "pbdf.gemeente.personalData"
TOWN = Municipality("id", "voorbeeldstad", "Gemeente Voorbeeldstad", "+31243290000")
PURPOSE = Purpose("id", TOWN.id, "verhuizing", "Verhuizing", "Moving", [[[f"{CARD}.surname"]]])


@pytest.mark.parametrize(
    ("pattern", "covered"),
    [
        ("*", True),
        ("pbdf.*", True),
        ("pbdf.gemeente.personalData.*", True),
        ("pbdf.*.personalData.surname", True),
        (f"{CARD}.surname", True),
        (f"{CARD}.sur", False),
        (f"{CARD}.initials", False),
        ("pbdf.gemeente.address.*", False),
        ("pbdf.gemeente.personalData", False),
        ("*.surname", False),
        ("irma-demo.*", False),
    ],
)
def test_a_pattern_covers_part_by_part(pattern: str, *, covered: bool) -> None:
    """Given a pattern, then `*` stands for one part, and at its end for all that follow; nothing else is special."""
    check_patterns([pattern])
    assert matches(pattern, f"{CARD}.surname") is covered


@pytest.mark.parametrize("pattern", ["", ".", "a.", "a..b", "pbdf.gem*", "a.b.c.d.e", "a b", "*.*.*.*.*", "a\n"])
def test_what_is_no_pattern_is_refused_with_an_example(pattern: str) -> None:
    """Given a slip in a pattern, then it is refused, and what is wanted is shown."""
    with pytest.raises(TenantError, match="such as"):
        check_patterns([pattern])


def test_every_set_and_option_is_held_against_the_patterns() -> None:
    """Given a town with one card, when any set asks of another, then it is refused by its name."""
    town = replace(TOWN, allowed_attributes=(f"{CARD}.*",))
    check_purpose(PURPOSE, town)
    elsewhere = {"met-adres": [[[f"{CARD}.surname"]], [[], ["pbdf.gemeente.address.city"]]]}

    with pytest.raises(TenantError, match=r"may not ask pbdf\.gemeente\.address\.city.*allow-attributes"):
        check_purpose(replace(PURPOSE, attribute_sets=elsewhere), town)
    with pytest.raises(TenantError, match="nothing"):
        check_purpose(PURPOSE, replace(TOWN, allowed_attributes=()))


@pytest.mark.parametrize("where", ["condiscon", "attribute_sets"])
@pytest.mark.parametrize("name", ["bsn", "BSN"])
def test_the_bsn_is_asked_only_with_a_recorded_basis_in_law(where: str, name: str) -> None:
    """Given a purpose that asks the BSN somewhere, then it needs a legal basis, and the refusal says how to give it."""
    asked = [[[f"{CARD}.surname"], [f"{CARD}.{name}"]]]
    purpose = replace(PURPOSE, **{where: asked if where == "condiscon" else {"streng": asked}})  # type: ignore[arg-type]

    with pytest.raises(TenantError, match="--legal-basis"):
        check_purpose(purpose, TOWN)
    check_purpose(replace(purpose, legal_basis="Wabb art. 10"), TOWN)


@pytest.mark.parametrize("name", ["", "Met Adres", "-a", "a" * 41])
def test_a_set_has_a_name_that_a_button_can_give(name: str) -> None:
    """Given a name that no attribute of HTML should hold, then it is refused."""
    with pytest.raises(TenantError, match="small letters"):
        check_purpose(replace(PURPOSE, attribute_sets={name: PURPOSE.condiscon}), TOWN)
