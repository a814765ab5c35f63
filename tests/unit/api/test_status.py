"""What the citizen's page is told of a disclosure and its call."""

from datetime import UTC, datetime

import pytest

from callcenter.api.status import FINAL, Status, shown
from callcenter.model.call import CallState
from callcenter.model.disclosure import LIVING, DisclosureState
from callcenter.store.progress import Progress

S, C = DisclosureState, CallState
NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


def progress(state: DisclosureState, call_state: CallState | None = None, reason: str | None = None) -> Progress:
    waiting_since = NOW if call_state is C.WAITING else None
    return Progress("own", "town", None, state, call_state, waiting_since, reason)


@pytest.mark.parametrize(
    ("state", "call_state", "place", "told"),
    [
        (S.REQUESTED, None, None, ("requested", None)),
        (S.SCANNED, None, None, ("scanned", None)),
        (S.DISCLOSED, None, None, ("disclosed", None)),
        (S.CALLED, None, None, ("called", None)),  # the conductor has not kept the call's move yet
        (S.CALLED, C.ARRIVING, None, ("called", None)),
        (S.CALLED, C.ASKING, None, ("called", None)),
        (S.CALLED, C.WAITING, 3, ("waiting", 3)),
        (S.CALLED, C.OFFERED, None, ("offered", None)),
        (S.CALLED, C.CONNECTED, None, ("connected", None)),
        (S.CALLED, C.ENDED, None, ("ended", None)),
        (S.ENDED, C.ENDED, None, ("ended", None)),
        (S.CANCELLED, None, None, ("cancelled", None)),
        (S.EXPIRED, None, None, ("expired", None)),
        (S.FAILED, None, None, ("failed", None)),
    ],
)
def test_what_is_told(
    state: DisclosureState, call_state: CallState | None, place: int | None, told: tuple[str, int | None]
) -> None:
    status = shown(progress(state, call_state), place)

    assert (status.state, status.place) == told


def test_every_state_has_words_and_the_feed_ends_with_the_disclosure() -> None:
    told = {state: shown(progress(state)).state for state in S}

    assert {state for state, word in told.items() if word in FINAL} == set(S) - set(LIVING)
    assert all(shown(progress(S.CALLED, state)).state for state in C)


@pytest.mark.parametrize(
    ("state", "call_state", "kept", "reason"),
    [
        (S.FAILED, None, "attributes-missing", "attributes-missing"),
        (S.FAILED, None, None, "other"),
        (S.ENDED, C.ENDED, "answered", "answered"),
        (S.ENDED, None, None, None),
        (S.CALLED, C.ENDED, "abandoned", "abandoned"),
        (S.CALLED, C.CONNECTED, None, None),
        (S.EXPIRED, None, None, None),
    ],
)
def test_why_it_failed_or_how_it_ended_is_told(
    state: DisclosureState, call_state: CallState | None, kept: str | None, reason: str | None
) -> None:
    assert shown(progress(state, call_state, kept)).reason == reason


def test_an_event_tells_what_there_is_to_tell_and_by_its_id_what_was_seen() -> None:
    assert Status(state="waiting", place=3).event() == b'id: waiting.3\ndata: {"state":"waiting","place":3}\n\n'
    assert (
        Status(state="failed", reason="other").event()
        == b'id: failed.other\ndata: {"state":"failed","reason":"other"}\n\n'
    )
    assert Status(state="disclosed").event_id == "disclosed"
