"""Requests for attributes: which can prove something, and what is said of the others."""

import pytest

from callcenter.irma.condiscon import CondisconError, attribute_ids, check_condiscon, parse_condiscon

BSN = "pbdf.gemeente.personalData.bsn"
CITY = "pbdf.gemeente.address.city"


@pytest.mark.parametrize(
    "asked",
    [
        [[[BSN]]],
        [[[BSN, CITY]]],
        [[[BSN], [CITY]]],
        [[[BSN]], [[], [CITY]]],
        [[[BSN]], [[BSN, CITY]]],
        [[["irma-demo.gemeente.personalData.bsn"]]],
    ],
)
def test_a_request_that_can_prove_something_is_returned_as_it_is(asked: list[list[list[str]]]) -> None:
    assert check_condiscon(asked) == asked


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (None, "not a list"),
        ({}, "not a list"),
        (BSN, "not a list"),
        ([BSN], "not a list"),
        ([[BSN]], "not a list"),
        ([[[[BSN]]]], "no attribute id"),
        ([], "all of it can be left out"),
        ([[]], "a list of options is empty"),
        ([[[]]], "all of it can be left out"),
        ([[[], [BSN]]], "all of it can be left out"),
        ([[["bsn"]]], "no attribute id"),
        ([[["pbdf.gemeente.personalData"]]], "no attribute id"),
        ([[["pbdf.gemeente.personalData.bsn\n"]]], "no attribute id"),
        ([[["pbdf.gemeente.personal data.bsn"]]], "no attribute id"),
        ([[[7]]], "no attribute id"),
        ([[[BSN, BSN]]], "names an attribute twice"),
        ([[[BSN], [BSN]]], "two options are the same"),
    ],
)
def test_another_is_refused_in_words(asked: object, said: str) -> None:
    with pytest.raises(CondisconError, match=said):
        check_condiscon(asked)


def test_it_is_read_from_json() -> None:
    assert parse_condiscon(f'[[["{BSN}"]]]') == [[[BSN]]]


def test_what_is_not_json_is_refused_in_words() -> None:
    with pytest.raises(CondisconError, match="not JSON"):
        parse_condiscon("[[[")


def test_ids_are_named_once_in_order() -> None:
    assert attribute_ids([[[CITY, BSN]], [[], [BSN]]]) == [CITY, BSN]
