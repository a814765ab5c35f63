"""ARI's conversation without a socket: which frame leaves, and what each frame that comes means."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from callcenter.ari_app import ari
from callcenter.ari_app.ari.protocol import Ignored, Protocol, Reply

CODE = "4071253968"


def response(request_id: str, status: object = 200, body: object = None, **more: object) -> str:
    """A RESTResponse as Asterisk 22.10 writes it."""
    frame = {
        "type": "RESTResponse",
        "transaction_id": "",
        "request_id": request_id,
        "status_code": status,
        "reason_phrase": "Some Phrase",
        "uri": "channels",
        "application": "callcenter",
    }
    if body is not None:
        frame |= {"content_type": "application/json", "message_body": json.dumps(body)}
    return json.dumps(frame | more)


def test_a_request_becomes_the_frame_that_asterisk_documents() -> None:
    protocol = Protocol()
    request_id, frame = protocol.request("POST", "channels", {"endpoint": "PJSIP/phone-1"}, {"variables": {"A": "é"}})
    sent = json.loads(frame)
    assert json.loads(sent.pop("message_body")) == {"variables": {"A": "é"}}
    assert sent == {
        "type": "RESTRequest",
        "request_id": request_id,
        "method": "POST",
        "uri": "channels",
        "query_strings": [{"name": "endpoint", "value": "PJSIP/phone-1"}],
        "content_type": "application/json",
    }


def test_a_request_without_query_and_body_has_neither() -> None:
    _, frame = Protocol().request("GET", "asterisk/ping")
    assert json.loads(frame).keys() == {"type", "request_id", "method", "uri"}


def test_replies_find_their_requests_in_any_order() -> None:
    protocol = Protocol()
    first, _ = protocol.request("GET", "channels")
    second, _ = protocol.request("GET", "bridges")
    assert protocol.receive(response(second, body=[2])) == Reply(second, [2])
    assert protocol.receive(response(first, body=[1]).encode()) == Reply(first, [1])


def test_a_reply_without_body_is_none() -> None:
    protocol = Protocol()
    request_id, _ = protocol.request("POST", "channels/x/answer")
    assert protocol.receive(response(request_id, 204)) == Reply(request_id, None)


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (400, ari.AriBadRequest),
        (401, ari.AriRefused),
        (403, ari.AriRefused),
        (404, ari.AriNotFound),
        (405, ari.AriBadRequest),
        (409, ari.AriConflict),
        (412, ari.AriUnprocessable),
        (422, ari.AriUnprocessable),
        (500, ari.AriServerError),
        (503, ari.AriServerError),
        (302, ari.AriBadRequest),
    ],
)
def test_each_refusal_has_its_class_and_says_what_was_asked(status: int, expected: type[ari.AriError]) -> None:
    protocol = Protocol()
    request_id, _ = protocol.request("POST", "channels/x/answer")
    reply = protocol.receive(response(request_id, status, {"message": "Channel not found"}))
    assert isinstance(reply, Reply)
    assert type(reply.error) is expected
    assert f"Asterisk answered {status} (Channel not found) to POST channels/x/answer" in str(reply.error)
    assert reply.error.reason == "Channel not found"


def test_an_originate_to_a_phone_that_is_not_registered_says_error_instead_of_message() -> None:
    protocol = Protocol()
    request_id, _ = protocol.request("POST", "channels")
    reply = protocol.receive(response(request_id, 500, {"error": "Allocation failed"}))
    assert isinstance(reply, Reply)
    assert isinstance(reply.error, ari.AriServerError)
    assert reply.error.reason == "Allocation failed"


@pytest.mark.parametrize(
    ("query", "body"),
    [
        ({"variable": "VB_CODE", "value": CODE}, None),
        ({}, {"variables": {"VB_CODE": CODE}}),
        ({}, {"fields": [{"attribute": "password_digest", "value": CODE}]}),
    ],
)
def test_an_error_never_repeats_what_was_sent_along(query: dict[str, str], body: dict[str, Any] | None) -> None:
    protocol = Protocol()
    request_id, _ = protocol.request("POST", "channels/x/variable", query, body)
    reply = protocol.receive(response(request_id, 400, {"message": f"I don't like {CODE}"}))
    assert isinstance(reply, Reply)
    assert reply.error is not None
    assert reply.error.reason == "Some Phrase"
    assert CODE not in f"{reply!r} {reply.error!r} {reply.error.reason}"


def test_a_reply_of_which_the_body_may_be_secret_does_not_show_it() -> None:
    assert CODE not in repr(Reply("1", {"value": CODE}))


@pytest.mark.parametrize("text", ["a\0b", "a\ud800b"])
def test_what_asterisk_can_not_read_is_not_sent(text: str) -> None:
    protocol = Protocol()
    with pytest.raises(ari.AriBadRequest, match="POST channels/x/variable was not sent") as refused:
        protocol.request("POST", "channels/x/variable", {"value": text})
    assert text not in str(refused.value)
    with pytest.raises(ari.AriBadRequest):
        protocol.request("POST", "channels", None, {"variables": {"A": text}})
    assert protocol.end(ari.AriDisconnected, "it is over") == []


def test_a_backslash_u0000_written_out_is_no_nul() -> None:
    _, frame = Protocol().request("POST", "channels/x/variable", {"value": r"\u0000"})
    assert json.loads(frame)["query_strings"] == [{"name": "value", "value": r"\u0000"}]


def test_a_late_reply_is_ignored() -> None:
    protocol = Protocol()
    request_id, _ = protocol.request("GET", "channels")
    protocol.forget(request_id)
    assert isinstance(protocol.receive(response(request_id)), Ignored)


def test_a_second_reply_to_one_request_is_ignored() -> None:
    protocol = Protocol()
    request_id, _ = protocol.request("GET", "channels")
    protocol.receive(response(request_id))
    assert isinstance(protocol.receive(response(request_id)), Ignored)


def test_at_the_end_each_waiting_request_and_each_later_one_fails() -> None:
    protocol = Protocol()
    first, _ = protocol.request("GET", "channels", {"only": CODE})
    second, _ = protocol.request("POST", "channels/x/answer")
    replies = protocol.end(ari.AriDisconnected, "the line was cut")
    assert [reply.request_id for reply in replies] == [first, second]
    assert [str(reply.error) for reply in replies] == [
        "GET channels has no answer: the line was cut",
        "POST channels/x/answer has no answer: the line was cut",
    ]
    with pytest.raises(ari.AriDisconnected, match="GET bridges was not sent: the line was cut"):
        protocol.request("GET", "bridges")


@pytest.mark.parametrize(
    "frame",
    ["", "not json", "null", "[]", "7", '"text"', "{}", '{"type": 7}', '{"type": null}', b"\xff\xfe", "[" * 100_000],
    ids=lambda frame: repr(frame[:12]),
)
def test_what_is_no_message_is_ignored(frame: str | bytes) -> None:
    assert isinstance(Protocol().receive(frame), Ignored)


@pytest.mark.parametrize(
    "flaw",
    [
        {"status_code": None},
        {"status_code": "200"},
        {"message_body": "not json"},
        {"message_body": {"not": "a text"}},
        {"message_body": "[" * 100_000},
    ],
    ids=str,
)
def test_a_reply_that_makes_no_sense_is_an_error_of_the_server(flaw: dict[str, object]) -> None:
    protocol = Protocol()
    request_id, _ = protocol.request("GET", "channels")
    reply = protocol.receive(response(request_id, **flaw))
    assert isinstance(reply, Reply)
    assert isinstance(reply.error, ari.AriServerError)


def test_a_complaint_about_a_frame_without_id_is_ignored() -> None:
    protocol = Protocol()
    protocol.request("GET", "channels")
    assert isinstance(protocol.receive(response("", 400, {"message": "Unknown request type."})), Ignored)


json_values = some.recursive(
    some.none() | some.booleans() | some.integers() | some.floats() | some.text(),
    lambda inner: some.lists(inner) | some.dictionaries(some.text(), inner),
    max_leaves=20,
)
replies = some.fixed_dictionaries(
    {"type": some.just("RESTResponse")},
    optional={
        "request_id": some.just("1") | json_values,
        "status_code": some.integers(100, 599) | json_values,
        "reason_phrase": json_values,
        "message_body": some.text() | json_values.map(json.dumps) | json_values,
    },
)


@settings(deadline=None)
@given(some.text() | some.binary() | json_values.map(json.dumps) | replies.map(json.dumps))
def test_no_frame_whatever_breaks_the_conversation(frame: str | bytes) -> None:
    # given a request under way, when anything at all comes in
    protocol = Protocol()
    request_id, _ = protocol.request("GET", "channels")
    answer = protocol.receive(frame)
    # then at most that request is settled, and the next one works
    if isinstance(answer, Reply):
        assert answer.request_id == request_id
    second, _ = protocol.request("GET", "bridges")
    assert protocol.receive(response(second, body=[])) == Reply(second, [])


@settings(deadline=None)
@given(some.dictionaries(some.text(), some.text()), some.dictionaries(some.text(), some.text()))
def test_every_request_that_is_sent_can_be_read(query: dict[str, str], fields: dict[str, str]) -> None:
    try:
        _, frame = Protocol().request("PUT", "asterisk/ping", query, {"fields": fields})
    except ari.AriBadRequest:
        assert "\0" in "".join([*query.values(), *fields.values()])
        return
    assert json.loads(json.loads(frame.encode())["message_body"]) == {"fields": fields}
