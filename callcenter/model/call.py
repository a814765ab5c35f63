"""A call and its moves: which event in which state leads where, and what is then to be done.

`step(call, event, rules) -> (call, actions)` is the whole life of a call. It is pure: the conductor
carries the actions out, and tells what came of them as new events. Every pair of state and event is
decided in `MOVES`, the ignored ones by name, so that nothing happens by oversight.

    arriving -> asking -> waiting -> offered -> connected -> ended
"""

from collections.abc import Callable
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
    Hold,
    Rejoin,
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
    HoldAsked,
    PlaceDue,
    Resumed,
    Taken,
    TriesSpent,
    TurnedAway,
)
from callcenter.model.call_moves import (
    Moved,
    abandon,
    abandon_offer,
    agent_left,
    ask,
    back_in_place,
    bridge_failed,
    caller_left,
    check,
    connect,
    hang_up,
    ignore,
    music,
    rejoin,
    right,
    ring,
    say_place,
    slowed,
    spent,
    still_there,
    stray_answer,
    turn_away,
    unchecked,
    withdraw,
    wrong,
)
from callcenter.model.call_state import Call, CallState, Outcome, Rules, Unverified

__all__ = [  # what can happen, what is done then, and what a call is: read on in the four other files
    "MOVES", "NO_ANSWER_REASONS", "Action", "Admitted", "AgentAnswered", "AgentGone", "AnnouncementEnded", "AskCode",
    "BridgeFailed", "Call", "CallState", "CallerGone", "CheckCode", "CodeRight", "CodeSlowed", "CodeTyped",
    "CodeUnchecked", "CodeWrong", "Connect", "DropBridge", "Erase", "Event", "HangUpAgent", "HangUpCaller",
    "HangupAsked", "Hold", "HoldAsked", "Move", "Moved", "Outcome", "PlaceDue", "Rejoin", "Resumed", "RingAgent",
    "Rules", "SayAndHangUp", "SayOneMoment", "SayPlace", "SetNotReady", "StartMusic", "Taken", "TriesSpent",
    "TurnedAway", "Unverified", "step",
]  # fmt: skip

Move = Callable[[Call, Any, Rules], Moved]  # Any: a move names the event that its row in the table is of


def step(call: Call, event: Event, rules: Rules) -> Moved:
    """Return the call after this event, and the actions that follow from it, in order."""
    return MOVES[call.state, type(event)](call, event, rules)


# One row an event: what it does in each state, in the order of CallState. `ignore` is a decision
# too: late echoes of what has already been dealt with.
_TABLE: dict[type[Event], tuple[Move, Move, Move, Move, Move, Move]] = {
    #                   arriving    asking      waiting     offered         connected       ended
    Admitted:          (ask,        ignore,     ignore,     ignore,         ignore,         ignore),
    TurnedAway:        (turn_away,  ignore,     ignore,     ignore,         ignore,         ignore),
    CodeTyped:         (check,      check,      say_place,  music,          ignore,         still_there),
    CodeRight:         (ignore,     right,      ignore,     ignore,         ignore,         ignore),
    CodeWrong:         (ignore,     wrong,      ignore,     ignore,         ignore,         ignore),
    CodeUnchecked:     (ignore,     unchecked,  ignore,     ignore,         ignore,         ignore),
    CodeSlowed:        (ignore,     slowed,     ignore,     ignore,         ignore,         ignore),
    TriesSpent:        (ignore,     spent,      ignore,     ignore,         ignore,         ignore),
    Taken:             (ignore,     ignore,     ignore,     ring,           ignore,         ignore),
    AgentAnswered:     (stray_answer, stray_answer, stray_answer, connect, stray_answer, stray_answer),
    AgentGone:         (ignore,     ignore,     ignore,     back_in_place,  agent_left,     ignore),
    BridgeFailed:      (ignore,     ignore,     ignore,     ignore,         bridge_failed,  ignore),
    HangupAsked:       (ignore,     ignore,     ignore,     withdraw,       hang_up,        ignore),
    HoldAsked:         (ignore,     ignore,     ignore,     ignore,         rejoin,         ignore),
    AnnouncementEnded: (ignore,     music,      music,      music,          ignore,         ignore),
    PlaceDue:          (ignore,     ignore,     say_place,  ignore,         ignore,         ignore),
    Resumed:           (ask,        ask,        music,      music,          rejoin,         still_there),
    CallerGone:        (abandon,    abandon,    abandon,    abandon_offer,  caller_left,    ignore),
}  # fmt: skip

MOVES: dict[tuple[CallState, type[Event]], Move] = {
    (state, event): move for event, moves in _TABLE.items() for state, move in zip(CallState, moves, strict=True)
}
