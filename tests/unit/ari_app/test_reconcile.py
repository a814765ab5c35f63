"""Reconciling: what the store says and what the PBX has, compared, as a table of cases."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callcenter.ari_app import names
from callcenter.ari_app.reconcile import (
    Adopt,
    LiveChannel,
    Recall,
    RemoveBridge,
    RemoveChannel,
    Step,
    Tell,
    reconcile,
)
from callcenter.model.call import (
    AgentAnswered,
    AgentGone,
    Call,
    CallerGone,
    CallState,
    Resumed,
    Taken,
)

NOW = datetime(2026, 1, 5, 12, tzinfo=UTC)
LEG = names.AgentLeg("c1", 2).channel_id
BRIDGE = names.bridge_id("c1")
IN_APP = LiveChannel("caller", in_app=True, up=True)
IN_DIALPLAN = replace(IN_APP, in_app=False)
RINGING = LiveChannel(LEG, in_app=False, up=False)
ANSWERED = LiveChannel(LEG, in_app=True, up=True)


def a_call(state: CallState) -> Call:
    """A call with its second offer."""
    return Call("c1", "m", "pbx1", "caller", NOW - timedelta(minutes=1), state=state, offers=2)


LIVE = [state for state in CallState if state is not CallState.ENDED]


@pytest.mark.parametrize("state", LIVE)
def test_a_caller_who_left_meanwhile_is_told_to_their_call(state: CallState) -> None:
    """Given a call whose channel is gone, when reconciling, then the call hears of it."""
    assert reconcile([a_call(state)], [], {}, NOW) == [Tell("c1", CallerGone(NOW))]


@pytest.mark.parametrize("state", LIVE)
def test_a_caller_whom_the_dialplan_has_is_left_there(state: CallState) -> None:
    """Given a caller in the dialplan, then nothing is done to them: it brings them back to us."""
    leg = [ANSWERED] if state in (CallState.OFFERED, CallState.CONNECTED) else []
    bridges = {BRIDGE: frozenset({"caller", LEG})} if state is CallState.CONNECTED else {}
    assert reconcile([a_call(state)], [IN_DIALPLAN, *leg], bridges, NOW) == []


@pytest.mark.parametrize(
    ("state", "others", "bridges", "expected"),
    [
        (CallState.ARRIVING, [], {}, [Tell("c1", Resumed(NOW))]),
        (CallState.ASKING, [], {}, [Recall("c1", "caller")]),
        (CallState.WAITING, [], {}, [Tell("c1", Resumed(NOW))]),
        (CallState.OFFERED, [], {}, [Tell("c1", Resumed(NOW)), Tell("c1", Taken(NOW))]),
        (CallState.OFFERED, [RINGING], {}, [Tell("c1", Resumed(NOW))]),
        (
            CallState.OFFERED,
            [ANSWERED],
            {},
            [Tell("c1", Resumed(NOW)), Tell("c1", AgentAnswered(NOW, 2))],
        ),
        (CallState.CONNECTED, [], {}, [Tell("c1", AgentGone(NOW, 2))]),
        (CallState.CONNECTED, [ANSWERED], {}, [Tell("c1", Resumed(NOW))]),
        (
            CallState.CONNECTED,
            [ANSWERED],
            {BRIDGE: frozenset({"caller"})},
            [Tell("c1", Resumed(NOW))],
        ),
        (CallState.CONNECTED, [ANSWERED], {BRIDGE: frozenset({"caller", LEG})}, []),
    ],
)
def test_a_caller_who_is_still_there_goes_on(
    state: CallState,
    others: list[LiveChannel],
    bridges: dict[str, frozenset[str]],
    expected: list[Step],
) -> None:
    """Given a caller in our app, then the call goes on from where the PBX is."""
    assert reconcile([a_call(state)], [IN_APP, *others], bridges, NOW) == expected


def test_a_caller_on_hold_is_left_there_and_hears_music_for_sure() -> None:
    """Given a caller on hold, wherever found, then the call sees to it: nobody can tell whether music plays."""
    held = replace(a_call(CallState.CONNECTED), held_since=NOW)
    for together in (frozenset[str](), frozenset({"caller", LEG})):
        assert reconcile([held], [IN_APP, ANSWERED], {BRIDGE: together}, NOW) == [Tell("c1", Resumed(NOW))]


def test_leftovers_of_calls_that_are_over_are_removed_and_strangers_left_alone() -> None:
    """Given legs and bridges of ours without a call, and those of others, then only ours go."""
    stranger = LiveChannel("someone-else", in_app=False, up=True)
    older = LiveChannel(names.AgentLeg("c1", 1).channel_id, in_app=True, up=True)
    orphan = LiveChannel(names.AgentLeg("c9", 1).channel_id, in_app=True, up=True)
    bridges = {names.bridge_id("c9"): frozenset(), "conference": frozenset({"someone-else"})}
    steps = reconcile([a_call(CallState.OFFERED)], [IN_APP, RINGING, stranger, older, orphan], bridges, NOW)
    assert steps == [
        Tell("c1", Resumed(NOW)),
        RemoveChannel(older.id),
        RemoveChannel(orphan.id),
        RemoveBridge(names.bridge_id("c9")),
    ]


def test_a_caller_whom_we_do_not_know_is_adopted() -> None:
    """Given somebody in our app of whom the store knows nothing, then they are taken in."""
    assert reconcile([], [IN_APP], {}, NOW) == [Adopt("caller")]


@given(
    state=st.sampled_from(LIVE),
    caller=st.sampled_from([None, IN_APP, IN_DIALPLAN]),
    leg=st.sampled_from([None, RINGING, ANSWERED]),
    bridged=st.sets(st.sampled_from(["caller", LEG])),
    has_bridge=st.booleans(),
)
def test_nothing_of_ours_is_both_kept_and_forgotten(
    state: CallState,
    caller: LiveChannel | None,
    leg: LiveChannel | None,
    bridged: set[str],
    has_bridge: bool,
) -> None:
    """Whatever the PBX has: a leg or bridge that the call doesn't want is removed, one it wants is not."""
    channels = [channel for channel in (caller, leg) if channel is not None]
    bridges = {BRIDGE: frozenset(bridged)} if has_bridge else {}
    steps = reconcile([a_call(state)], channels, bridges, NOW)
    wants_leg = state in (CallState.OFFERED, CallState.CONNECTED)
    assert (RemoveChannel(LEG) in steps) == (leg is not None and not wants_leg)
    assert (RemoveBridge(BRIDGE) in steps) == (has_bridge and state is not CallState.CONNECTED)
    told = [step for step in steps if isinstance(step, Tell | Recall)]
    assert bool(told) or caller is IN_DIALPLAN or (state is CallState.CONNECTED and caller)
