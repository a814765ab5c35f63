"""Reading what the IRMA server writes about a session; the good one was recorded from irmago 1.3.0."""

from typing import Any

import pytest

from callcenter.irma.errors import ResultMalformed
from callcenter.irma.result import read_result
from callcenter.model.proof import AttributeStatus, SessionStatus

RECORDED: dict[str, Any] = {
    "token": "exBFu1vBFZ4CmpvvUzgI",
    "status": "DONE",
    "type": "disclosing",
    "proofStatus": "VALID",
    "disclosed": [
        [
            {
                "rawvalue": "Zoë",
                "value": {"": "Zoë", "en": "Zoë", "nl": "Zoë"},
                "id": "pbdf.gemeente.personalData.firstnames",
                "status": "PRESENT",
                "issuancetime": 1763596800,
            },
            {
                "rawvalue": None,
                "value": None,
                "id": "pbdf.gemeente.personalData.prefix",
                "status": "NULL",
                "issuancetime": 1763596800,
            },
        ],
        [],
    ],
}


def test_a_finished_session_is_read_whole() -> None:
    result = read_result(RECORDED)
    assert result.token == "exBFu1vBFZ4CmpvvUzgI"
    assert (result.kind, result.status, result.proof_status) == ("disclosing", SessionStatus.DONE, "VALID")
    assert [(a.id, a.status, a.value) for a in result.shown[0]] == [
        ("pbdf.gemeente.personalData.firstnames", AttributeStatus.PRESENT, "Zoë"),
        ("pbdf.gemeente.personalData.prefix", AttributeStatus.NULL, None),
    ]
    assert result.shown[1] == ()


def test_a_cancelled_session_shows_nothing() -> None:
    result = read_result({"token": "t", "status": "CANCELLED", "type": "disclosing"})
    assert (result.status, result.proof_status, result.shown, result.error) == (SessionStatus.CANCELLED, "", (), "")


def test_an_unsatisfied_disjunction_is_null_and_read_as_empty() -> None:
    assert read_result(RECORDED | {"proofStatus": "MISSING_ATTRIBUTES", "disclosed": [None]}).shown == ((),)


def test_an_error_in_the_protocol_is_named() -> None:
    body = {"token": "t", "status": "CANCELLED", "type": "disclosing", "error": {"error": "PROTOCOL_VERSION"}}
    assert read_result(body).error == "PROTOCOL_VERSION"


@pytest.mark.parametrize(
    "body",
    [
        None,
        [],
        "DONE",
        {},
        RECORDED | {"token": 7},
        RECORDED | {"status": "FINISHED"},
        RECORDED | {"status": None},
        RECORDED | {"type": None},
        RECORDED | {"proofStatus": ["VALID"]},
        RECORDED | {"disclosed": "Zoë"},
        RECORDED | {"disclosed": {"Zoë": 1}},
        RECORDED | {"disclosed": [["Zoë"]]},
        RECORDED | {"disclosed": [[{"id": "a.b.c.d", "status": "PRESENT"}]]},
        RECORDED | {"disclosed": [[{"id": "a.b.c.d", "status": "PRESENT", "rawvalue": {"Zoë": 1}}]]},
        RECORDED | {"disclosed": [[{"id": "a.b.c.d", "status": "Zoë", "rawvalue": "Zoë"}]]},
        RECORDED | {"error": "Zoë"},
    ],
)
def test_anything_else_is_refused_without_saying_what_it_holds(body: object) -> None:
    with pytest.raises(ResultMalformed) as refused:
        read_result(body)
    assert "Zoë" not in str(refused.value)
    assert refused.value.__context__ is None or refused.value.__suppress_context__
