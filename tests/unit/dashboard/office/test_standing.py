"""How it is with a colleague, in the order in which it matters to their manager."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from callcenter.dashboard.office.standing import WORDS, Standing, counted, standing_of, standings_of
from callcenter.dashboard.words import WORDS as TEXTS
from callcenter.model.call import CallState
from callcenter.model.staff import Role, User
from callcenter.store.queue import QueuedCall
from callcenter.store.team import Member

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
BEFORE = NOW - timedelta(minutes=4, seconds=12)
ANNA = User("a", "anna", "Anna", Role.AGENT, "voorbeeldstad", ready=True)
READY = Member(ANNA, disabled=False, has_password=True, link_until=None, phone=True, logins=1, seen_at=NOW)
PAUSED = replace(READY, user=replace(ANNA, ready=False, not_ready_reason="pause"))
BACK = replace(READY, user=replace(ANNA, ready=False, not_ready_reason="logged-out"))
AWAY = replace(READY, logins=0)
NEW = replace(READY, has_password=False, logins=0)
CALL = QueuedCall("c", CallState.OFFERED, BEFORE, None, "a", "Anna", None, None, None)
TALKING = replace(CALL, state=CallState.CONNECTED, connected_at=BEFORE)


@pytest.mark.parametrize(
    ("member", "call", "standing"),
    [
        (READY, None, Standing("ready")),
        (READY, CALL, Standing("ringing")),
        (READY, TALKING, Standing("in-call", "4:12")),
        (READY, replace(TALKING, held_since=NOW - timedelta(seconds=41)), Standing("on-hold", "0:41")),
        (READY, replace(TALKING, state=CallState.ENDED, ended_at=BEFORE), Standing("wrapping-up", "4:12")),
        (PAUSED, None, Standing("not-ready", reason="pause")),
        (PAUSED, TALKING, Standing("in-call", "4:12")),
        (BACK, None, Standing("not-ready")),
        (AWAY, None, Standing("logged-out")),
        (AWAY, TALKING, Standing("in-call", "4:12")),  # who logs out in a call goes on with it
        (NEW, None, Standing("link-over")),
        (replace(NEW, link_until=NOW), None, Standing("link-over")),
        (replace(NEW, link_until=NOW + timedelta(seconds=1)), None, Standing("invited")),
        (replace(READY, disabled=True), TALKING, Standing("disabled")),
    ],
)
def test_the_first_that_holds(member: Member, call: QueuedCall | None, standing: Standing) -> None:
    assert standing_of(member, call, NOW) == standing


def test_they_are_counted_in_the_order_of_the_words() -> None:
    others = [replace(PAUSED, user=replace(PAUSED.user, id=id_)) for id_ in ("b", "c")]
    standings = standings_of([*others, READY], {"a": CALL}, NOW)
    assert counted(standings.values()) == [("ringing", 1), ("not-ready", 2)]
    assert counted([]) == []


def test_a_phone_matters_of_those_who_are_there() -> None:
    assert [word for word in WORDS if not Standing(word).there] == ["logged-out", "invited", "link-over", "disabled"]


@pytest.mark.parametrize("word", WORDS)
def test_each_has_a_text(word: str) -> None:
    assert f"member-{word}" in TEXTS
