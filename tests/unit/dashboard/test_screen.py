"""From a municipality at one moment to what one agent sees."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from callcenter.dashboard.floor import Floor
from callcenter.dashboard.screen import SHOWN_TODAY, Screen, midnight, needed_by, rows_of, screen_of, span
from callcenter.model.call import NO_ANSWER_REASONS, CallState
from callcenter.model.staff import Phone, Role, User
from callcenter.model.tenant import Link, Municipality, Purpose
from callcenter.store.queue import PastCall, QueuedCall
from callcenter.store.sealing import Attributes

NOW = datetime(2026, 11, 23, 13, 0, tzinfo=UTC)
TOWN = Municipality("town", "voorbeeldstad", "Gemeente Voorbeeldstad", "+31243290000")
MOVE = Purpose(
    "move", "town", "verhuizing", "Verhuizing", "Moving", [],
    (Link("Zaak", "https://zaak.example/?b={bsn}&n={familyname}"), Link("Start", "https://zaak.example/")),
)  # fmt: skip
ANNA = User("anna", "anna", "Anna", Role.AGENT, "town", ready=True)
PHONE = Phone("phone-anna", "anna", "veilig-bellen", "0" * 32, registered=True)
DISCLOSED: Attributes = {"a.b.c.bsn": "999990019", "a.b.c.familyname": "Fictief"}


def queued(call_id: str, waited: float, **changes: object) -> QueuedCall:
    """A verified caller who has waited for so many seconds."""
    call = QueuedCall(
        call_id, CallState.WAITING, NOW - timedelta(seconds=waited), None, None, None, f"d-{call_id}", "move", b""
    )
    return replace(call, **changes)  # type: ignore[arg-type]


def floor_with(*waiting: QueuedCall, mine: QueuedCall | None = None, phone: Phone | None = PHONE) -> Floor:
    """The municipality with these callers; `mine` is Anna's call."""
    known = [*waiting, *([mine] if mine else [])]
    return Floor(
        at=NOW, municipality=TOWN, purposes={"move": MOVE}, waiting=list(waiting),
        taken={"anna": mine} if mine else {},
        attributes={one.disclosure_id: DISCLOSED for one in known if one.disclosure_id},
        phones={"anna": phone} if phone else {},
    )  # fmt: skip


def seen(floor: Floor, user: User = ANNA, past: list[PastCall] | None = None) -> Screen:
    """What this user sees."""
    return screen_of(floor, user, rows_of(floor, user.language), past or [])


def test_the_queue_shows_place_name_purpose_and_wait() -> None:
    # given one who waits, and one whom Bram's phone rings for
    taken = queued("b", 30, state=CallState.OFFERED, agent_id="bram", agent_name="Bram")
    floor = floor_with(queued("a", 192), taken)

    # then both stand in it, and one is counted
    screen = seen(floor)
    first, second = screen.queue.rows
    assert (first.place, first.name, first.purpose, first.waited) == (1, "Fictief", "Verhuizing", "3:12")
    assert (second.place, second.taken_by) == (2, "Bram")
    assert screen.queue.count == 1
    assert [field.text for field in first.details] == ["•••••••19"]


def test_callers_without_a_proof_have_no_name() -> None:
    floor = floor_with(queued("a", 1, disclosure_id=None, purpose_id=None))
    row = seen(floor).queue.rows[0]
    assert (row.name, row.verified, row.purpose) == ("Onbekende beller", False, "Algemeen")


def test_each_reads_their_own_language() -> None:
    floor = floor_with(queued("a", 1))
    assert seen(floor, replace(ANNA, language="en")).queue.rows[0].purpose == "Moving"


AWAY = replace(PHONE, registered=False)
RINGING = queued("c", 60, state=CallState.OFFERED, agent_id="anna")
CONNECTED = queued("c", 60, state=CallState.CONNECTED, connected_at=NOW - timedelta(seconds=20), agent_id="anna")


@pytest.mark.parametrize(
    ("floor", "user", "blocked"),
    [
        (floor_with(), ANNA, None),
        (floor_with(phone=AWAY), ANNA, "phone-away"),
        (floor_with(phone=AWAY), replace(ANNA, ready=False), "phone-away"),
        (floor_with(phone=AWAY, mine=CONNECTED), ANNA, "in-call"),
        (floor_with(phone=None), ANNA, "no-phone"),
        (floor_with(), replace(ANNA, ready=False), "not-ready"),
        (floor_with(mine=RINGING), ANNA, "ringing"),
        (floor_with(mine=CONNECTED), ANNA, "in-call"),
        (floor_with(mine=CONNECTED), replace(ANNA, ready=False), "in-call"),
    ],
)
def test_why_an_agent_can_take_nobody(floor: Floor, user: User, blocked: str | None) -> None:
    assert seen(floor, user).queue.blocked == blocked


def test_the_current_call() -> None:
    call = seen(floor_with(mine=CONNECTED)).call
    assert call is not None
    assert (call.ringing, call.waited, call.lasted) == (False, "0:40", "0:20")
    assert [(link.label, link.works) for link in call.links] == [("Zaak", True), ("Start", True)]


WRAP_UP = replace(
    CONNECTED, state=CallState.ENDED, ended_at=NOW - timedelta(seconds=5), wrap_up_until=NOW + timedelta(seconds=55)
)


def test_a_wrap_up_shows_the_caller_and_what_is_left() -> None:
    # given a call that ended 5 s ago, where a minute is allowed
    screen = seen(floor_with(mine=WRAP_UP))

    # then the caller is there still, with the length of the call and what is left, and nobody can be taken
    assert screen.call is not None
    assert (screen.call.name, screen.call.lasted) == ("Fictief", "0:15")
    assert screen.call.wrap_up is not None
    assert (screen.call.wrap_up.left, screen.call.wrap_up.extendable) == ("0:55", True)
    assert (screen.queue.blocked, screen.me.busy) == ("wrapping-up", "wrapping-up")


def test_a_wrap_up_is_extended_once() -> None:
    call = seen(floor_with(mine=replace(WRAP_UP, wrap_up_extended=True))).call
    assert call is not None
    assert call.wrap_up is not None
    assert not call.wrap_up.extendable


def test_a_caller_on_hold() -> None:
    call = seen(floor_with(mine=replace(CONNECTED, held_since=NOW - timedelta(seconds=7)))).call
    assert call is not None
    assert (call.held, call.lasted, call.wrap_up) == ("0:07", "0:20", None)


@pytest.mark.parametrize(
    ("mine", "state", "keys"),
    [
        (RINGING, "ringing", "EB"),
        (CONNECTED, "connected", "HLEB"),
        (replace(CONNECTED, held_since=NOW), "held", "HLEB"),
        (WRAP_UP, "wrapping-up", "KLB"),
        (replace(CONNECTED, purpose_id=None), "connected", "HEB"),
    ],
)
def test_the_keys_that_are_named_are_those_that_do_something(mine: QueuedCall, state: str, keys: str) -> None:
    screen = seen(floor_with(queued("a", 1), mine=mine))
    assert screen.call is not None
    assert screen.call.state == state
    assert "".join(key for key, _ in screen.keys) == keys


def test_keys_without_a_call() -> None:
    taken = queued("a", 1, state=CallState.OFFERED, agent_id="bram", agent_name="Bram")
    assert seen(floor_with(queued("b", 1))).keys == (("A", "now-take"), ("B", "now-pause"))
    assert seen(floor_with(taken)).keys == (("B", "now-pause"),)
    assert seen(floor_with(queued("b", 1)), replace(ANNA, ready=False)).keys == (("B", "now-ready"),)
    off = replace(ANNA, preferences=replace(ANNA.preferences, keys=False))
    assert seen(floor_with(queued("b", 1)), off).keys == ()


def test_a_link_that_needs_what_was_not_shared_does_not_work() -> None:
    floor = floor_with(mine=CONNECTED)
    floor.attributes["d-c"] = {"a.b.c.bsn": None, "a.b.c.familyname": "Fictief"}
    call = seen(floor).call
    assert call is not None
    assert [link.works for link in call.links] == [False, True]


def test_links_of_the_municipality_are_there_in_every_call_behind_those_of_the_purpose() -> None:
    # given a municipality with a link of its own
    town = replace(
        TOWN, links=(Link("Wiki", "https://zaak.example/wiki"), Link("Persoon", "https://zaak.example/{bsn}"))
    )

    def links(mine: QueuedCall) -> list[tuple[str, bool]]:
        call = seen(replace(floor_with(mine=mine), municipality=town)).call
        assert call is not None
        return [(link.label, link.works) for link in call.links]

    # then it comes behind those of the purpose, and is there for who has none; what lacks an attribute does not work
    assert links(CONNECTED) == [("Zaak", True), ("Start", True), ("Wiki", True), ("Persoon", True)]
    assert links(replace(CONNECTED, disclosure_id=None, purpose_id=None)) == [("Wiki", True), ("Persoon", False)]


def test_what_can_not_be_read_is_said() -> None:
    floor = floor_with(mine=CONNECTED)
    floor.attributes["d-c"] = None
    call = seen(floor).call
    assert call is not None
    assert (call.readable, call.name, call.fields) == (False, "Naam niet gedeeld", ())


@pytest.mark.parametrize("reason", NO_ANSWER_REASONS)
def test_a_phone_that_failed_is_explained_until_ready_again(reason: str) -> None:
    off = replace(ANNA, ready=False, not_ready_reason=reason)
    assert seen(floor_with(), off).me.failed == reason
    assert seen(floor_with(), replace(off, ready=True)).me.failed is None
    assert seen(floor_with(), replace(off, not_ready_reason="pause")).me.failed is None


def test_today_has_times_and_no_person() -> None:
    past = [
        PastCall(NOW - timedelta(minutes=10 * n), NOW - timedelta(minutes=10 * n - n), "move", True)
        for n in range(1, 20)
    ]
    today = seen(floor_with(), past=past).today
    assert (today.count, today.average, len(today.calls)) == (19, "10:00", SHOWN_TODAY)
    assert (today.calls[0].at, today.calls[0].purpose, today.calls[0].lasted) == ("13:50", "Verhuizing", "1:00")


def test_a_day_begins_at_the_municipalitys_own_midnight() -> None:
    assert midnight(datetime(2026, 11, 22, 23, 30, tzinfo=UTC), "Europe/Amsterdam").day == 23


@pytest.mark.parametrize(
    ("seconds", "text"), [(-3, "0:00"), (41.9, "0:41"), (727, "12:07"), (3600, "1:00:00"), (3750, "1:02:30")]
)
def test_span(seconds: float, text: str) -> None:
    assert span(seconds) == text


@pytest.mark.parametrize(
    ("template", "names"),
    [("https://a.example/", set()), ("https://a.example/{bsn}?n={familyname}", {"bsn", "familyname"}), ("{", set())],
)
def test_what_a_link_needs(template: str, names: set[str]) -> None:
    assert needed_by(template) == names
