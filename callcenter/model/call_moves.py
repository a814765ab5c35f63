"""The moves of a call: each is given the call, what happened and the municipality's rules, and says what follows.

Which event in which state leads to which of them is the table in `call.py`.
"""
# ruff: noqa: ARG001, D103 - every move is given the same three, whether it looks at them or not; its name says what it is

from dataclasses import replace

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
    AgentAnswered,
    AgentGone,
    BridgeFailed,
    CodeRight,
    CodeSlowed,
    CodeTyped,
    CodeUnchecked,
    CodeWrong,
    Event,
    TriesSpent,
    TurnedAway,
)
from callcenter.model.call_state import Call, CallState, Outcome, Rules, Unverified
from callcenter.model.code import is_code
from callcenter.model.wrap_up import begun

Moved = tuple[Call, list[Action]]


def ignore(call: Call, event: Event, rules: Rules) -> Moved:
    return call, []


# -- arriving, and the code ------------------------------------------------------------------------


def ask(call: Call, event: Event, rules: Rules) -> Moved:
    prompt = "ask-again" if call.tries else "ask-code"
    return replace(call, state=CallState.ASKING), [AskCode(prompt)]


def turn_away(call: Call, event: TurnedAway, rules: Rules) -> Moved:
    said = event.outcome in (Outcome.CLOSED, Outcome.BUSY)  # the others have no prompt of their own
    prompt = event.outcome.value if said else "sorry-later"
    return _ended(call, event, event.outcome), [SayAndHangUp(prompt), Erase()]


def check(call: Call, event: CodeTyped, rules: Rules) -> Moved:
    call = replace(call, state=CallState.ASKING)
    if is_code(event.digits):
        return call, [CheckCode(event.digits, call.tries)]
    return _one_try_less(call, event, rules)


def right(call: Call, event: CodeRight, rules: Rules) -> Moved:
    if event.attempt not in (None, call.tries):
        return call, []
    call = replace(call, disclosure_id=event.disclosure_id)
    return _queued(call, event), [SayPlace()]


def wrong(call: Call, event: CodeWrong, rules: Rules) -> Moved:
    if event.attempt not in (None, call.tries):
        return call, []
    return _one_try_less(call, event, rules)


def _one_try_less(call: Call, event: Event, rules: Rules) -> Moved:
    call = replace(call, tries=call.tries + 1)
    if call.tries < rules.tries:
        return call, [AskCode("ask-again")]
    return _unverified(call, event, rules, Outcome.REFUSED, "refused")


def unchecked(call: Call, event: CodeUnchecked, rules: Rules) -> Moved:
    # The fault is ours: the caller is not asked to type it again.
    if event.attempt not in (None, call.tries):
        return call, []
    return _unverified(call, event, rules, Outcome.FAILED, "sorry-later")


def slowed(call: Call, event: CodeSlowed, rules: Rules) -> Moved:
    if event.attempt not in (None, call.tries):
        return call, []
    return call, [SayOneMoment(), CheckCode(event.digits, call.tries, event.seconds)]


def spent(call: Call, event: TriesSpent, rules: Rules) -> Moved:
    # Perhaps through others' wrong codes: this caller's own may be right, and good for a later call.
    if event.attempt not in (None, call.tries):
        return call, []
    return _unverified(call, event, rules, Outcome.REFUSED, "busy")


def _unverified(call: Call, event: Event, rules: Rules, outcome: Outcome, prompt: str) -> Moved:
    if rules.unverified is Unverified.WAIT:
        return _queued(call, event), [SayPlace(first="not-verified")]
    return _ended(call, event, outcome), [SayAndHangUp(prompt), Erase()]


# -- waiting ---------------------------------------------------------------------------------------


def say_place(call: Call, event: Event, rules: Rules) -> Moved:
    return call, [SayPlace()]


def music(call: Call, event: Event, rules: Rules) -> Moved:
    return call, [StartMusic()]


# -- offered to an agent ---------------------------------------------------------------------------


def ring(call: Call, event: Event, rules: Rules) -> Moved:
    if call.phone_name is None:
        return _unclaimed(call), []
    return call, [RingAgent(call.offers, call.phone_name)]


def connect(call: Call, event: AgentAnswered, rules: Rules) -> Moved:
    if event.offer != call.offers:
        return call, [HangUpAgent(event.offer)]
    if call.hangup_asked:  # the wish to stop the ringing crossed the answer: the caller is not hung up on
        return _unclaimed(call), [HangUpAgent(event.offer)]
    return replace(call, state=CallState.CONNECTED, connected_at=event.at), [Connect(event.offer)]


def rejoin(call: Call, event: Event, rules: Rules) -> Moved:
    """Have it as the agent wants it: the two in a conversation, or the caller on hold."""
    return call, [Hold(call.offers) if call.held_since else Rejoin(call.offers)]


def stray_answer(call: Call, event: AgentAnswered, rules: Rules) -> Moved:
    if call.state is CallState.CONNECTED and event.offer == call.offers:
        return call, []
    return call, [HangUpAgent(event.offer)]


def back_in_place(call: Call, event: AgentGone, rules: Rules) -> Moved:
    """The agent did not come: the caller, who heard music all the while, keeps the place."""
    if event.offer != call.offers:
        return call, []
    # Told that it can't be rung, it may ring all the same: a request that got no answer in time.
    actions: list[Action] = [HangUpAgent(event.offer)]
    if call.agent_id is not None and not call.hangup_asked:
        actions.append(SetNotReady(call.agent_id, event.reason or "declined"))
    return _unclaimed(call), actions


def withdraw(call: Call, event: Event, rules: Rules) -> Moved:
    if not call.hangup_asked:  # an echo of what was asked about an earlier offer
        return call, []
    return _unclaimed(call), [HangUpAgent(call.offers)]


# -- connected -------------------------------------------------------------------------------------


def agent_left(call: Call, event: AgentGone, rules: Rules) -> Moved:
    if event.offer != call.offers:
        return call, []
    if event.reason is None or call.hangup_asked:
        return _answered(call, event, rules, [DropBridge(), HangUpCaller()])
    return _lost_agent(call, event.offer, event.reason)


def bridge_failed(call: Call, event: BridgeFailed, rules: Rules) -> Moved:
    if event.offer != call.offers:
        return call, []
    return _lost_agent(call, event.offer, "failed")


def _lost_agent(call: Call, offer: int, reason: str) -> Moved:
    actions: list[Action] = [HangUpAgent(offer), DropBridge(), SayPlace()]
    if call.agent_id is not None:
        actions.append(SetNotReady(call.agent_id, reason))
    return _unclaimed(call), actions


def hang_up(call: Call, event: Event, rules: Rules) -> Moved:
    if not call.hangup_asked:
        return call, []
    return _answered(call, event, rules, [HangUpAgent(call.offers), DropBridge(), HangUpCaller()])


# -- the end ---------------------------------------------------------------------------------------


def abandon(call: Call, event: Event, rules: Rules) -> Moved:
    return _ended(call, event, Outcome.ABANDONED), [Erase()]


def abandon_offer(call: Call, event: Event, rules: Rules) -> Moved:
    return _ended(call, event, Outcome.ABANDONED), [HangUpAgent(call.offers), Erase()]


def caller_left(call: Call, event: Event, rules: Rules) -> Moved:
    return _answered(call, event, rules, [HangUpAgent(call.offers), DropBridge()])


def still_there(call: Call, event: Event, rules: Rules) -> Moved:
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
        held_since=None,
    )


def _answered(call: Call, event: Event, rules: Rules, actions: list[Action]) -> Moved:
    """End a conversation. What is known of the caller is erased now, or after a wrap-up by whoever is there then."""
    ended = _ended(call, event, Outcome.ANSWERED)
    until = begun(event.at, rules.wrap_up_seconds)
    return replace(ended, wrap_up_until=until), actions if until else [*actions, Erase()]


def _ended(call: Call, event: Event, outcome: Outcome) -> Call:
    return replace(call, state=CallState.ENDED, ended_at=event.at, outcome=outcome, hangup_asked=False, held_since=None)
