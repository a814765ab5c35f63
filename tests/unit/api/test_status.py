"""What the citizen's page is told of a disclosure and its call, and which changes are worth a look."""

from datetime import UTC, datetime

import pytest

from callcenter.api.status import FINAL, Status, shown, topics
from callcenter.model.call import CallState
from callcenter.model.disclosure import LIVING, Disclosure, DisclosureState
from callcenter.store.disclosures import Progress
from callcenter.store.events import MISSED, Change, MemoryEvents

S, C = DisclosureState, CallState
NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


def disclosure(state: DisclosureState, call_id: str | None = None) -> Disclosure:
    return Disclosure("own", "town", "purpose", state, NOW, NOW, call_id)


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
    status = shown(Progress(disclosure(state), call_state, place))

    assert (status.state, status.place) == told


def test_every_state_has_words_and_the_feed_ends_with_the_disclosure() -> None:
    told = {state: shown(Progress(disclosure(state), None, None)).state for state in S}

    assert {state for state, word in told.items() if word in FINAL} == set(S) - set(LIVING)
    assert all(shown(Progress(disclosure(S.CALLED), state, None)).state for state in C)


OWN_CALL, OTHERS_CALL = Change("call", "call", "town"), Change("call", "other", "town")


def is_told(change: Change, of: Disclosure, status: Status) -> bool:
    """Whether a feed of this disclosure, at this status, wakes up for the change."""
    events = MemoryEvents()
    feed = events.subscribe(*topics(of, status))
    events.publish([change])
    return feed.waiting > 0


@pytest.mark.parametrize(
    ("change", "state", "worth_a_look"),
    [
        (Change("disclosure", "own", "town"), "requested", True),
        (Change("disclosure", "other", "town"), "requested", False),
        (OWN_CALL, "called", True),
        (OWN_CALL, "waiting", True),
        (OWN_CALL, "connected", True),
        (OTHERS_CALL, "disclosed", False),
        (OTHERS_CALL, "called", False),
        (OTHERS_CALL, "waiting", True),  # it may have moved up
        (OTHERS_CALL, "connected", False),
        (Change("call", "other", "elsewhere"), "waiting", False),
        (Change("staff", "own", "town"), "waiting", False),
        (Change("phone", "own", "town"), "waiting", False),
        (MISSED, "requested", True),
    ],
)
def test_which_changes_are_worth_a_look(change: Change, state: str, *, worth_a_look: bool) -> None:
    assert is_told(change, disclosure(S.CALLED, "call"), Status(state=state)) is worth_a_look


def test_before_there_is_a_call_nobodys_call_matters() -> None:
    assert not is_told(OTHERS_CALL, disclosure(S.DISCLOSED), Status(state="disclosed"))
