"""What counts as proven, as tables, and by random results that differ from what was asked."""

from dataclasses import replace

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from callcenter.model.disclosure import DisclosureState
from callcenter.model.proof import (
    AttributeStatus,
    NotProven,
    Proven,
    Reason,
    SessionResult,
    SessionStatus,
    ShownAttribute,
    proven,
)

TOKEN = "4wRy1gRzJ9vVQ2ZCj2o0"
BSN = "pbdf.gemeente.personalData.bsn"
PREFIX = "pbdf.gemeente.personalData.prefix"
SURNAME = "pbdf.gemeente.personalData.surname"
CITY = "pbdf.gemeente.address.city"

ASKED = [[[BSN, PREFIX, SURNAME]], [[], [CITY]]]


def present(name: str, value: str = "x") -> ShownAttribute:
    return ShownAttribute(name, AttributeStatus.PRESENT, value)


def null(name: str) -> ShownAttribute:
    return ShownAttribute(name, AttributeStatus.NULL, None)


PERSON = (present(BSN, "999990019"), present(PREFIX, "van den"), present(SURNAME, "Voorbeeld"))
GOOD = SessionResult(
    token=TOKEN,
    kind="disclosing",
    status=SessionStatus.DONE,
    proof_status="VALID",
    shown=(PERSON, (present(CITY, "Voorbeeldstad"),)),
)


def test_done_and_valid_and_exactly_what_was_asked_is_proven() -> None:
    assert proven(GOOD, ASKED, token=TOKEN) == Proven(
        {BSN: "999990019", PREFIX: "van den", SURNAME: "Voorbeeld", CITY: "Voorbeeldstad"}
    )


def test_an_optional_attribute_may_be_left_out_and_is_named() -> None:
    result = replace(GOOD, shown=(PERSON, ()))
    decided = proven(result, ASKED, token=TOKEN)
    assert isinstance(decided, Proven)
    assert decided.left_out == (CITY,)
    assert CITY not in decided.attributes


def test_an_attribute_that_the_card_leaves_empty_is_none() -> None:
    result = replace(GOOD, shown=((PERSON[0], null(PREFIX), PERSON[2]), ()))
    decided = proven(result, ASKED, token=TOKEN)
    assert isinstance(decided, Proven)
    assert decided.attributes[PREFIX] is None


def test_any_one_option_of_a_disjunction_will_do() -> None:
    asked = [[[BSN], [SURNAME, CITY]]]
    result = replace(GOOD, shown=((present(SURNAME), present(CITY)),))
    assert isinstance(proven(result, asked, token=TOKEN), Proven)


@pytest.mark.parametrize(
    ("changes", "reason", "becomes"),
    [
        ({"token": "another0session0tok1"}, Reason.OTHER_SESSION, None),
        ({"token": ""}, Reason.OTHER_SESSION, None),
        ({"kind": "issuing"}, Reason.NOT_A_DISCLOSURE, None),
        ({"kind": "signing"}, Reason.NOT_A_DISCLOSURE, None),
        ({"kind": "", "status": SessionStatus.CANCELLED}, Reason.NOT_A_DISCLOSURE, None),
        ({"status": SessionStatus.INITIALIZED}, Reason.UNFINISHED, None),
        ({"status": SessionStatus.PAIRING}, Reason.UNFINISHED, None),
        ({"status": SessionStatus.CONNECTED}, Reason.UNFINISHED, None),
        ({"status": SessionStatus.CANCELLED}, Reason.CANCELLED, DisclosureState.CANCELLED),
        ({"status": SessionStatus.TIMEOUT}, Reason.TIMEOUT, DisclosureState.EXPIRED),
        ({"error": "PROTOCOL_VERSION", "status": SessionStatus.CANCELLED}, Reason.PROTOCOL, DisclosureState.FAILED),
        ({"proof_status": ""}, Reason.NOT_VALID, DisclosureState.FAILED),
        ({"proof_status": "EXPIRED"}, Reason.NOT_VALID, DisclosureState.FAILED),
        ({"proof_status": "INVALID"}, Reason.NOT_VALID, DisclosureState.FAILED),
        ({"proof_status": "MISSING_ATTRIBUTES"}, Reason.MISSING, DisclosureState.FAILED),
        ({"proof_status": "valid"}, Reason.NOT_VALID, DisclosureState.FAILED),
        ({"shown": ()}, Reason.NOT_AS_ASKED, DisclosureState.FAILED),
        ({"shown": (PERSON,)}, Reason.NOT_AS_ASKED, DisclosureState.FAILED),
        ({"shown": ((), (present(CITY),))}, Reason.NOT_AS_ASKED, DisclosureState.FAILED),
        ({"shown": (PERSON[:2], ())}, Reason.NOT_AS_ASKED, DisclosureState.FAILED),
        ({"shown": (PERSON, (present(BSN),))}, Reason.NOT_AS_ASKED, DisclosureState.FAILED),
        ({"shown": ((*PERSON, present(CITY)), ())}, Reason.NOT_AS_ASKED, DisclosureState.FAILED),
        ({"shown": (tuple(reversed(PERSON)), ())}, Reason.NOT_AS_ASKED, DisclosureState.FAILED),
        (
            {"shown": (PERSON, (), (ShownAttribute(CITY, AttributeStatus.EXTRA, "x"),))},
            Reason.NOT_AS_ASKED,
            DisclosureState.FAILED,
        ),
        (
            {"shown": (PERSON, (ShownAttribute(CITY, AttributeStatus.EXTRA, "x"),))},
            Reason.NOT_AS_ASKED,
            DisclosureState.FAILED,
        ),
        (
            {"shown": (PERSON, (ShownAttribute(CITY, AttributeStatus.PRESENT, None),))},
            Reason.NOT_AS_ASKED,
            DisclosureState.FAILED,
        ),
        (
            {"shown": (PERSON, (ShownAttribute(CITY, AttributeStatus.NULL, "x"),))},
            Reason.NOT_AS_ASKED,
            DisclosureState.FAILED,
        ),
    ],
)
def test_anything_else_is_not_proven(
    changes: dict[str, object], reason: Reason, becomes: DisclosureState | None
) -> None:
    decided = proven(replace(GOOD, **changes), ASKED, token=TOKEN)  # type: ignore[arg-type]
    assert decided == NotProven(reason)
    assert decided.becomes is becomes


def test_a_disclosure_without_a_session_is_never_proven() -> None:
    assert proven(replace(GOOD, token=""), ASKED, token="") == NotProven(Reason.OTHER_SESSION)


def test_two_values_for_one_attribute_prove_nothing() -> None:
    result = replace(GOOD, shown=((present(BSN, "1"),), (present(BSN, "2"), present(CITY))))
    assert proven(result, [[[BSN]], [[BSN, CITY]]], token=TOKEN) == NotProven(Reason.CONTRADICTION)


def test_leaving_out_everything_proves_nothing() -> None:
    result = replace(GOOD, shown=((),))
    assert proven(result, [[[], [BSN]]], token=TOKEN) == NotProven(Reason.NOT_AS_ASKED)


def test_no_repr_shows_a_value_or_a_token() -> None:
    decided = proven(GOOD, ASKED, token=TOKEN)
    assert isinstance(decided, Proven)
    for text in (repr(GOOD), repr(PERSON[0]), repr(decided), str(decided)):
        assert "999990019" not in text
        assert "Voorbeeld" not in text
        assert TOKEN not in text


names = st.sampled_from([BSN, PREFIX, SURNAME, CITY])
options = st.lists(names, unique=True, max_size=3)
requests = st.lists(st.lists(options, min_size=1, max_size=3), min_size=1, max_size=3)
shown_attributes = st.builds(
    ShownAttribute,
    id=names,
    status=st.sampled_from(AttributeStatus),
    value=st.none() | st.sampled_from(["x", "y"]),
)
shown_lists = st.lists(st.lists(shown_attributes, max_size=3).map(tuple), max_size=4).map(tuple)


@given(requests, st.data())
def test_whoever_shows_one_option_of_each_proves_just_that(asked: list[list[list[str]]], data: st.DataObject) -> None:
    chosen = [data.draw(st.sampled_from(disjunction)) for disjunction in asked]
    assume(any(chosen))
    result = replace(GOOD, shown=tuple(tuple(present(name) for name in option) for option in chosen))
    decided = proven(result, asked, token=TOKEN)
    assert isinstance(decided, Proven)
    assert set(decided.attributes) == {name for option in chosen for name in option}
    assert not set(decided.attributes) & set(decided.left_out)


@given(requests, shown_lists)
def test_what_is_proven_was_asked_and_shown(
    asked: list[list[list[str]]], shown: tuple[tuple[ShownAttribute, ...], ...]
) -> None:
    decided = proven(replace(GOOD, shown=shown), asked, token=TOKEN)
    if isinstance(decided, Proven):
        assert len(shown) == len(asked)
        for attributes, disjunction in zip(shown, asked, strict=True):
            assert [attribute.id for attribute in attributes] in disjunction
            for attribute in attributes:
                assert attribute.status is not AttributeStatus.EXTRA
                assert decided.attributes[attribute.id] == attribute.value


@given(st.sampled_from(SessionStatus), st.sampled_from(["", "VALID", "EXPIRED", "INVALID", "MISSING_ATTRIBUTES"]))
def test_only_done_with_valid_proves(status: SessionStatus, proof_status: str) -> None:
    decided = proven(replace(GOOD, status=status, proof_status=proof_status), ASKED, token=TOKEN)
    assert isinstance(decided, Proven) == (status is SessionStatus.DONE and proof_status == "VALID")
