"""A call and its moves: which event in which state leads where, and what is then to be done.

`step(call, event, rules) -> (call, actions)` is the whole life of a call. It is pure: the conductor
carries the actions out, and tells what came of them as new events. Every pair of state and event is
decided in `MOVES`, the ignored ones by name, so that nothing happens by oversight.

    arriving -> asking -> waiting -> offered -> connected -> ended
"""
# ruff: noqa: ARG001 - every move is given the same three, whether it looks at them or not

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from callcenter.model.call_actions import (
    Action,
    AskCode,
    CheckCode,
    Connect,
    DropBridge,
    Erase,
    HangUpAgent,
    HangUpCaller,
    RingAgent,
    SayAndHangUp,
    SayOneMoment,
    SayPlace,
    SetNotReady,
    StartMusic,
)
from callcenter.model.call_events import (
    NO_ANSWER_REASONS,
    Admitted,
    AgentAnswered,
    AgentGone,
    AnnouncementEnded,
    BridgeFailed,
    CallerGone,
    CodeRight,
    CodeSlowed,
    CodeTyped,
    CodeUnchecked,
    CodeWrong,
    Event,
    HangupAsked,
    PlaceDue,
    Resumed,
    Taken,
    TriesSpent,
    TurnedAway,
)
from callcenter.model.call_state import Call, CallState, Outcome, Rules, Unverified
from callcenter.model.code import is_code

__all__ = [  # what can happen, what is done then, and what a call is: read on in the three other files
    "MOVES", "NO_ANSWER_REASONS", "Action", "Admitted", "AgentAnswered", "AgentGone", "AnnouncementEnded",
    "AskCode", "BridgeFailed", "Call", "CallState", "CallerGone", "CheckCode", "CodeRight", "CodeSlowed",
    "CodeTyped", "CodeUnchecked", "CodeWrong", "Connect", "DropBridge", "Erase", "Event", "HangUpAgent", "HangUpCaller",
    "HangupAsked", "Move", "Moved", "Outcome", "PlaceDue", "Resumed", "RingAgent", "Rules", "SayAndHangUp",
    "SayOneMoment", "SayPlace", "SetNotReady", "StartMusic", "Taken", "TriesSpent", "TurnedAway", "Unverified", "step",
]  # fmt: skip

Moved = tuple[Call, list[Action]]
Move = Callable[[Call, Any, Rules], Moved]  # Any: a move names the event that its row in the table is of


def step(call: Call, event: Event, rules: Rules) -> Moved:
    """Return the call after this event, and the actions that follow from it, in order."""
    return MOVES[call.state, type(event)](call, event, rules)


def _ignore(call: Call, event: Event, rules: Rules) -> Moved:
    return call, []


# -- arriving, and the code ------------------------------------------------------------------------


def _ask(call: Call, event: Event, rules: Rules) -> Moved:
    prompt = "ask-again" if call.tries else "ask-code"
    return replace(call, state=CallState.ASKING), [AskCode(prompt)]


def _turn_away(call: Call, event: TurnedAway, rules: Rules) -> Moved:
    said = event.outcome in (Outcome.CLOSED, Outcome.BUSY)  # the others have no prompt of their own
    prompt = event.outcome.value if said else "sorry-later"
    return _ended(call, event, event.outcome), [SayAndHangUp(prompt), Erase()]


def _check(call: Call, event: CodeTyped, rules: Rules) -> Moved:
    call = replace(call, state=CallState.ASKING)
    if is_code(event.digits):
        return call, [CheckCode(event.digits, call.tries)]
    return _one_try_less(call, event, rules)


def _right(call: Call, event: CodeRight, rules: Rules) -> Moved:
    if event.attempt not in (None, call.tries):
        return call, []
    call = replace(call, disclosure_id=event.disclosure_id)
    return _queued(call, event), [SayPlace()]


def _wrong(call: Call, event: CodeWrong, rules: Rules) -> Moved:
    if event.attempt not in (None, call.tries):
        return call, []
    return _one_try_less(call, event, rules)


def _one_try_less(call: Call, event: Event, rules: Rules) -> Moved:
    call = replace(call, tries=call.tries + 1)
    if call.tries < rules.tries:
        return call, [AskCode("ask-again")]
    return _unverified(call, event, rules, Outcome.REFUSED, "refused")


def _unchecked(call: Call, event: CodeUnchecked, rules: Rules) -> Moved:
    # The fault is ours: the caller is not asked to type it again.
    if event.attempt not in (None, call.tries):
        return call, []
    return _unverified(call, event, rules, Outcome.FAILED, "sorry-later")


def _slowed(call: Call, event: CodeSlowed, rules: Rules) -> Moved:
    if event.attempt not in (None, call.tries):
        return call, []
    return call, [SayOneMoment(), CheckCode(event.digits, call.tries, event.seconds)]


def _spent(call: Call, event: TriesSpent, rules: Rules) -> Moved:
    # Perhaps through others' wrong codes: this caller's own may be right, and good for a later call.
    if event.attempt not in (None, call.tries):
        return call, []
    return _unverified(call, event, rules, Outcome.REFUSED, "busy")


def _unverified(call: Call, event: Event, rules: Rules, outcome: Outcome, prompt: str) -> Moved:
    if rules.unverified is Unverified.WAIT:
        return _queued(call, event), [SayPlace(first="not-verified")]
    return _ended(call, event, outcome), [SayAndHangUp(prompt), Erase()]


# -- waiting ---------------------------------------------------------------------------------------


def _say_place(call: Call, event: Event, rules: Rules) -> Moved:
    return call, [SayPlace()]


def _music(call: Call, event: Event, rules: Rules) -> Moved:
    return call, [StartMusic()]


# -- offered to an agent ---------------------------------------------------------------------------


def _ring(call: Call, event: Event, rules: Rules) -> Moved:
    if call.phone_name is None:
        return _unclaimed(call), []
    return call, [RingAgent(call.offers, call.phone_name)]


def _connect(call: Call, event: AgentAnswered, rules: Rules) -> Moved:
    if event.offer != call.offers:
        return call, [HangUpAgent(event.offer)]
    if call.hangup_asked:  # the wish to stop the ringing crossed the answer: the caller is not hung up on
        return _unclaimed(call), [HangUpAgent(event.offer)]
    return replace(call, state=CallState.CONNECTED, connected_at=event.at), [Connect(event.offer)]


def _reconnect(call: Call, event: Event, rules: Rules) -> Moved:
    return call, [Connect(call.offers)]


def _stray_answer(call: Call, event: AgentAnswered, rules: Rules) -> Moved:
    if call.state is CallState.CONNECTED and event.offer == call.offers:
        return call, []
    return call, [HangUpAgent(event.offer)]


def _back_in_place(call: Call, event: AgentGone, rules: Rules) -> Moved:
    """The agent did not come: the caller, who heard music all the while, keeps the place."""
    if event.offer != call.offers:
        return call, []
    # Told that it can't be rung, it may ring all the same: a request that got no answer in time.
    actions: list[Action] = [HangUpAgent(event.offer)]
    if call.agent_id is not None and not call.hangup_asked:
        actions.append(SetNotReady(call.agent_id, event.reason or "declined"))
    return _unclaimed(call), actions


def _withdraw(call: Call, event: Event, rules: Rules) -> Moved:
    if not call.hangup_asked:  # an echo of what was asked about an earlier offer
        return call, []
    return _unclaimed(call), [HangUpAgent(call.offers)]


# -- connected -------------------------------------------------------------------------------------


def _agent_left(call: Call, event: AgentGone, rules: Rules) -> Moved:
    if event.offer != call.offers:
        return call, []
    if event.reason is None or call.hangup_asked:
        return _ended(call, event, Outcome.ANSWERED), [DropBridge(), HangUpCaller(), Erase()]
    return _lost_agent(call, event.offer, event.reason)


def _bridge_failed(call: Call, event: BridgeFailed, rules: Rules) -> Moved:
    if event.offer != call.offers:
        return call, []
    return _lost_agent(call, event.offer, "failed")


def _lost_agent(call: Call, offer: int, reason: str) -> Moved:
    actions: list[Action] = [HangUpAgent(offer), DropBridge(), SayPlace()]
    if call.agent_id is not None:
        actions.append(SetNotReady(call.agent_id, reason))
    return _unclaimed(call), actions


def _hang_up(call: Call, event: Event, rules: Rules) -> Moved:
    if not call.hangup_asked:
        return call, []
    ended = _ended(call, event, Outcome.ANSWERED)
    return ended, [HangUpAgent(call.offers), DropBridge(), HangUpCaller(), Erase()]


# -- the end ---------------------------------------------------------------------------------------


def _abandon(call: Call, event: Event, rules: Rules) -> Moved:
    return _ended(call, event, Outcome.ABANDONED), [Erase()]


def _abandon_offer(call: Call, event: Event, rules: Rules) -> Moved:
    return _ended(call, event, Outcome.ABANDONED), [HangUpAgent(call.offers), Erase()]


def _caller_left(call: Call, event: Event, rules: Rules) -> Moved:
    ended = _ended(call, event, Outcome.ANSWERED)
    return ended, [HangUpAgent(call.offers), DropBridge(), Erase()]


def _still_there(call: Call, event: Event, rules: Rules) -> Moved:
    return call, [HangUpCaller()]


# -- the small changes that moves share ------------------------------------------------------------


def _queued(call: Call, event: Event) -> Call:
    return replace(call, state=CallState.WAITING, waiting_since=event.at)


def _unclaimed(call: Call) -> Call:
    return replace(
        call,
        state=CallState.WAITING,
        agent_id=None,
        phone_name=None,
        offered_at=None,
        connected_at=None,
        hangup_asked=False,
    )


def _ended(call: Call, event: Event, outcome: Outcome) -> Call:
    return replace(call, state=CallState.ENDED, ended_at=event.at, outcome=outcome, hangup_asked=False)


# One row an event: what it does in each state, in the order of CallState. `_ignore` is a decision
# too: late echoes of what has already been dealt with.
_TABLE: dict[type[Event], tuple[Move, Move, Move, Move, Move, Move]] = {
    #                   arriving    asking      waiting     offered         connected       ended
    Admitted:          (_ask,       _ignore,    _ignore,    _ignore,        _ignore,        _ignore),
    TurnedAway:        (_turn_away, _ignore,    _ignore,    _ignore,        _ignore,        _ignore),
    CodeTyped:         (_check,     _check,     _say_place, _music,         _ignore,        _still_there),
    CodeRight:         (_ignore,    _right,     _ignore,    _ignore,        _ignore,        _ignore),
    CodeWrong:         (_ignore,    _wrong,     _ignore,    _ignore,        _ignore,        _ignore),
    CodeUnchecked:     (_ignore,    _unchecked, _ignore,    _ignore,        _ignore,        _ignore),
    CodeSlowed:        (_ignore,    _slowed,    _ignore,    _ignore,        _ignore,        _ignore),
    TriesSpent:        (_ignore,    _spent,     _ignore,    _ignore,        _ignore,        _ignore),
    Taken:             (_ignore,    _ignore,    _ignore,    _ring,          _ignore,        _ignore),
    AgentAnswered:     (_stray_answer, _stray_answer, _stray_answer, _connect, _stray_answer, _stray_answer),
    AgentGone:         (_ignore,    _ignore,    _ignore,    _back_in_place, _agent_left,    _ignore),
    BridgeFailed:      (_ignore,    _ignore,    _ignore,    _ignore,        _bridge_failed, _ignore),
    HangupAsked:       (_ignore,    _ignore,    _ignore,    _withdraw,      _hang_up,       _ignore),
    AnnouncementEnded: (_ignore,    _music,     _music,     _music,         _ignore,        _ignore),
    PlaceDue:          (_ignore,    _ignore,    _say_place, _ignore,        _ignore,        _ignore),
    Resumed:           (_ask,       _ask,       _music,     _music,         _reconnect,     _still_there),
    CallerGone:        (_abandon,   _abandon,   _abandon,   _abandon_offer, _caller_left,   _ignore),
}  # fmt: skip

MOVES: dict[tuple[CallState, type[Event]], Move] = {
    (state, event): move for event, moves in _TABLE.items() for state, move in zip(CallState, moves, strict=True)
}
