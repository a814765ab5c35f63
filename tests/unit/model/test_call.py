"""The moves of a call, one row each: given this state, when this happens, then that follows."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from callcenter.model import call as m
from callcenter.model.call import Call, CallState, Outcome, Rules, Unverified

T0 = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
NOW = T0 + timedelta(minutes=3)
REFUSE = Rules(Unverified.REFUSE, tries=3)
WAIT = Rules(Unverified.WAIT, tries=3)
CODE = "0123456789"

ARRIVING = Call("call", "town", "pbx1", "channel", T0)
ASKING = replace(ARRIVING, state=CallState.ASKING)
WAITING = replace(ASKING, state=CallState.WAITING, disclosure_id="d", waiting_since=T0)
OFFERED = replace(WAITING, state=CallState.OFFERED, offers=2, agent_id="anna", phone_name="phone-1", offered_at=T0)
CONNECTED = replace(OFFERED, state=CallState.CONNECTED, connected_at=T0)
ENDED = replace(CONNECTED, state=CallState.ENDED, ended_at=T0, outcome=Outcome.ANSWERED)
HELD = replace(CONNECTED, held_since=T0)
WRAP_UP = Rules(wrap_up_seconds=90)
WRAPPING_UP = replace(ENDED, ended_at=NOW, wrap_up_until=NOW + timedelta(seconds=90))
EVERY_CALL = (ARRIVING, ASKING, WAITING, OFFERED, CONNECTED, ENDED)


def asked_to_hang_up(call: Call) -> Call:
    return replace(call, hangup_asked=True)


def every_event() -> list[type[m.Event]]:
    return m.Event.__subclasses__()


def test_every_pair_of_state_and_event_is_decided() -> None:
    assert set(m.MOVES) == {(state, event) for state in CallState for event in every_event()}


def test_every_reason_why_an_agent_got_no_call_fits_its_column() -> None:
    assert all(len(reason) <= 20 for reason in m.NO_ANSWER_REASONS)


ROWS: list[tuple[str, Call, m.Event, Rules, Call, list[m.Action]]] = [
    (
        "an admitted caller is asked for the code",
        ARRIVING, m.Admitted(NOW), REFUSE,
        ASKING, [m.AskCode("ask-code")],
    ),
    (
        "after closing time the caller hears so, and nothing of them stays",
        ARRIVING, m.TurnedAway(NOW, Outcome.CLOSED), REFUSE,
        replace(ARRIVING, state=CallState.ENDED, ended_at=NOW, outcome=Outcome.CLOSED),
        [m.SayAndHangUp("closed"), m.Erase()],
    ),
    (
        "with no room in the queue the caller hears that it is busy",
        ARRIVING, m.TurnedAway(NOW, Outcome.BUSY), REFUSE,
        replace(ARRIVING, state=CallState.ENDED, ended_at=NOW, outcome=Outcome.BUSY),
        [m.SayAndHangUp("busy"), m.Erase()],
    ),
    (
        "turned away for a fault of ours, the caller hears a prompt that exists",
        ARRIVING, m.TurnedAway(NOW, Outcome.FAILED), REFUSE,
        replace(ARRIVING, state=CallState.ENDED, ended_at=NOW, outcome=Outcome.FAILED),
        [m.SayAndHangUp("sorry-later"), m.Erase()],
    ),
    (
        "ten digits are checked",
        ASKING, m.CodeTyped(NOW, CODE), REFUSE,
        ASKING, [m.CheckCode(CODE, attempt=0)],
    ),
    (
        "who was asked by a conductor that died before it wrote so down, has typed all the same",
        ARRIVING, m.CodeTyped(NOW, CODE), REFUSE,
        ASKING, [m.CheckCode(CODE, attempt=0)],
    ),
    (
        "nine digits can't be a code: asked again",
        ASKING, m.CodeTyped(NOW, "012345678"), REFUSE,
        replace(ASKING, tries=1), [m.AskCode("ask-again")],
    ),
    (
        "nothing typed: asked again",
        ASKING, m.CodeTyped(NOW, ""), REFUSE,
        replace(ASKING, tries=1), [m.AskCode("ask-again")],
    ),
    (
        "the right code leads to the queue",
        ASKING, m.CodeRight(NOW, "d", attempt=0), REFUSE,
        replace(WAITING, waiting_since=NOW), [m.SayPlace()],
    ),
    (
        "a wrong code is asked again",
        ASKING, m.CodeWrong(NOW, attempt=0), REFUSE,
        replace(ASKING, tries=1), [m.AskCode("ask-again")],
    ),
    (
        "the answer to an earlier check of the same try changes nothing",
        replace(ASKING, tries=1), m.CodeWrong(NOW, attempt=0), REFUSE,
        replace(ASKING, tries=1), [],
    ),
    (
        "nor when that one was right: the caller is typing it again, and it will be right again",
        replace(ASKING, tries=1), m.CodeRight(NOW, "d", attempt=0), REFUSE,
        replace(ASKING, tries=1), [],
    ),
    (
        "nor when it could not be checked",
        replace(ASKING, tries=1), m.CodeUnchecked(NOW, attempt=0), REFUSE,
        replace(ASKING, tries=1), [],
    ),
    (
        "three wrong codes are refused",
        replace(ASKING, tries=2), m.CodeWrong(NOW), REFUSE,
        replace(ASKING, tries=3, state=CallState.ENDED, ended_at=NOW, outcome=Outcome.REFUSED),
        [m.SayAndHangUp("refused"), m.Erase()],
    ),
    (
        "or wait as not verified, if the municipality wants that",
        replace(ASKING, tries=2), m.CodeWrong(NOW), WAIT,
        replace(ASKING, tries=3, state=CallState.WAITING, waiting_since=NOW),
        [m.SayPlace(first="not-verified")],
    ),
    (
        "a code that could not be checked is our fault: sorry",
        ASKING, m.CodeUnchecked(NOW), REFUSE,
        replace(ASKING, state=CallState.ENDED, ended_at=NOW, outcome=Outcome.FAILED),
        [m.SayAndHangUp("sorry-later"), m.Erase()],
    ),
    (
        "or into the queue, not verified",
        ASKING, m.CodeUnchecked(NOW), WAIT,
        replace(ASKING, state=CallState.WAITING, waiting_since=NOW),
        [m.SayPlace(first="not-verified")],
    ),
    (
        "while many guess, a code waits its turn, and the caller hears so",
        replace(ASKING, tries=1), m.CodeSlowed(NOW, CODE, 7.5, attempt=1), REFUSE,
        replace(ASKING, tries=1), [m.SayOneMoment(), m.CheckCode(CODE, 1, after=7.5)],
    ),
    ("with music after it", ASKING, m.AnnouncementEnded(NOW), REFUSE, ASKING, [m.StartMusic()]),
    (
        "but not for a code that was dealt with",
        replace(ASKING, tries=1), m.CodeSlowed(NOW, CODE, 7.5, attempt=0), REFUSE,
        replace(ASKING, tries=1), [],
    ),
    (
        "who would wait too long is asked to call later: the code may be right",
        ASKING, m.TriesSpent(NOW), REFUSE,
        replace(ASKING, state=CallState.ENDED, ended_at=NOW, outcome=Outcome.REFUSED),
        [m.SayAndHangUp("busy"), m.Erase()],
    ),
    (
        "or waits as not verified",
        ASKING, m.TriesSpent(NOW), WAIT,
        replace(ASKING, state=CallState.WAITING, waiting_since=NOW), [m.SayPlace(first="not-verified")],
    ),
    (
        "that too only for the code in question",
        replace(ASKING, tries=1), m.TriesSpent(NOW, attempt=0), REFUSE,
        replace(ASKING, tries=1), [],
    ),
    ("the place has been spoken: music", WAITING, m.AnnouncementEnded(NOW), REFUSE, WAITING, [m.StartMusic()]),
    ("also while an agent's phone rings", OFFERED, m.AnnouncementEnded(NOW), REFUSE, OFFERED, [m.StartMusic()]),
    ("no music over a conversation", CONNECTED, m.AnnouncementEnded(NOW), REFUSE, CONNECTED, []),
    ("the place is spoken again", WAITING, m.PlaceDue(NOW), REFUSE, WAITING, [m.SayPlace()]),
    ("but not when an agent is on the way", OFFERED, m.PlaceDue(NOW), REFUSE, OFFERED, []),
    (
        "who waits and comes out of the dialplan once more is not left in silence",
        WAITING, m.CodeTyped(NOW, CODE), REFUSE,
        WAITING, [m.SayPlace()],
    ),
    ("nor with a phone ringing", OFFERED, m.CodeTyped(NOW, CODE), REFUSE, OFFERED, [m.StartMusic()]),
    ("nor when the call is over", ENDED, m.CodeTyped(NOW, CODE), REFUSE, ENDED, [m.HangUpCaller()]),
    ("a taken call rings the agent's phone", OFFERED, m.Taken(NOW), REFUSE, OFFERED, [m.RingAgent(2, "phone-1")]),
    (
        "with no phone to ring the caller keeps the place",
        replace(OFFERED, phone_name=None), m.Taken(NOW), REFUSE,
        replace(WAITING, offers=2), [],
    ),
    (
        "the agent answers",
        OFFERED, m.AgentAnswered(NOW, 2), REFUSE,
        replace(CONNECTED, connected_at=NOW), [m.Connect(2)],
    ),
    (
        "a leg of an earlier offer answers late",
        OFFERED, m.AgentAnswered(NOW, 1), REFUSE,
        OFFERED, [m.HangUpAgent(1)],
    ),
    (
        "the agent answers after asking to stop the ringing: the caller is not hung up on",
        asked_to_hang_up(OFFERED), m.AgentAnswered(NOW, 2), REFUSE,
        replace(WAITING, offers=2), [m.HangUpAgent(2)],
    ),
    ("an answer told twice", CONNECTED, m.AgentAnswered(NOW, 2), REFUSE, CONNECTED, []),
    ("an answer when the caller waits again", WAITING, m.AgentAnswered(NOW, 1), REFUSE, WAITING, [m.HangUpAgent(1)]),
    ("an answer when the call is over", ENDED, m.AgentAnswered(NOW, 2), REFUSE, ENDED, [m.HangUpAgent(2)]),
    (
        "the agent does not come: the place is kept, the agent is told",
        OFFERED, m.AgentGone(NOW, 2, "no-answer"), REFUSE,
        replace(WAITING, offers=2), [m.HangUpAgent(2), m.SetNotReady("anna", "no-answer")],
    ),
    (
        "the leg of an earlier offer is gone",
        OFFERED, m.AgentGone(NOW, 1, "no-answer"), REFUSE,
        OFFERED, [],
    ),
    (
        "the agent stops the ringing, and stays ready",
        asked_to_hang_up(OFFERED), m.HangupAsked(NOW), REFUSE,
        replace(WAITING, offers=2), [m.HangUpAgent(2)],
    ),
    (
        "the phone stops ringing by itself when the agent has asked for it",
        asked_to_hang_up(OFFERED), m.AgentGone(NOW, 2, "declined"), REFUSE,
        replace(WAITING, offers=2), [m.HangUpAgent(2)],
    ),
    ("an old wish to hang up means nothing to a new offer", OFFERED, m.HangupAsked(NOW), REFUSE, OFFERED, []),
    ("nor to a conversation", CONNECTED, m.HangupAsked(NOW), REFUSE, CONNECTED, []),
    (
        "the agent hangs up on the page",
        asked_to_hang_up(CONNECTED), m.HangupAsked(NOW), REFUSE,
        replace(ENDED, ended_at=NOW),
        [m.HangUpAgent(2), m.DropBridge(), m.HangUpCaller(), m.Erase()],
    ),
    (
        "the agent hangs up the phone",
        CONNECTED, m.AgentGone(NOW, 2), REFUSE,
        replace(ENDED, ended_at=NOW),
        [m.DropBridge(), m.HangUpCaller(), m.Erase()],
    ),
    (
        "the agent's phone is lost in the conversation: the caller has the old place again",
        CONNECTED, m.AgentGone(NOW, 2, "phone-lost"), REFUSE,
        replace(WAITING, offers=2),
        [m.HangUpAgent(2), m.DropBridge(), m.SayPlace(), m.SetNotReady("anna", "phone-lost")],
    ),
    (
        "but a lost phone ends what the agent asked to end",
        asked_to_hang_up(CONNECTED), m.AgentGone(NOW, 2, "phone-lost"), REFUSE,
        replace(ENDED, ended_at=NOW),
        [m.DropBridge(), m.HangUpCaller(), m.Erase()],
    ),
    (
        "they could not be joined",
        CONNECTED, m.BridgeFailed(NOW, 2), REFUSE,
        replace(WAITING, offers=2),
        [m.HangUpAgent(2), m.DropBridge(), m.SayPlace(), m.SetNotReady("anna", "failed")],
    ),
    ("an earlier offer could not be joined", CONNECTED, m.BridgeFailed(NOW, 1), REFUSE, CONNECTED, []),
    (
        "the caller gives up while being asked",
        ASKING, m.CallerGone(NOW), REFUSE,
        replace(ASKING, state=CallState.ENDED, ended_at=NOW, outcome=Outcome.ABANDONED), [m.Erase()],
    ),
    (
        "the caller gives up while waiting",
        WAITING, m.CallerGone(NOW), REFUSE,
        replace(WAITING, state=CallState.ENDED, ended_at=NOW, outcome=Outcome.ABANDONED), [m.Erase()],
    ),
    (
        "the caller gives up while the phone rings: it stops at once",
        OFFERED, m.CallerGone(NOW), REFUSE,
        replace(OFFERED, state=CallState.ENDED, ended_at=NOW, outcome=Outcome.ABANDONED),
        [m.HangUpAgent(2), m.Erase()],
    ),
    (
        "the caller hangs up",
        CONNECTED, m.CallerGone(NOW), REFUSE,
        replace(ENDED, ended_at=NOW), [m.HangUpAgent(2), m.DropBridge(), m.Erase()],
    ),
    ("found while arriving: asked", ARRIVING, m.Resumed(NOW), REFUSE, ASKING, [m.AskCode("ask-code")]),
    (
        "found after a wrong code: asked again, in those words",
        replace(ASKING, tries=1), m.Resumed(NOW), REFUSE,
        replace(ASKING, tries=1), [m.AskCode("ask-again")],
    ),
    ("found waiting: music", WAITING, m.Resumed(NOW), REFUSE, WAITING, [m.StartMusic()]),
    ("found with a phone ringing: music", OFFERED, m.Resumed(NOW), REFUSE, OFFERED, [m.StartMusic()]),
    ("found outside the bridge: joined", CONNECTED, m.Resumed(NOW), REFUSE, CONNECTED, [m.Rejoin(2)]),
    ("found on hold: left so, with music", HELD, m.Resumed(NOW), REFUSE, HELD, [m.Hold(2)]),
    ("the agent has the caller wait", HELD, m.HoldAsked(NOW), REFUSE, HELD, [m.Hold(2)]),
    ("and comes back", CONNECTED, m.HoldAsked(NOW), REFUSE, CONNECTED, [m.Rejoin(2)]),
    (
        "the agent's phone is lost while the caller is on hold",
        HELD, m.AgentGone(NOW, 2, "phone-lost"), REFUSE,
        replace(WAITING, offers=2),
        [m.HangUpAgent(2), m.DropBridge(), m.SayPlace(), m.SetNotReady("anna", "phone-lost")],
    ),
    (
        "who is on hold hangs up",
        HELD, m.CallerGone(NOW), REFUSE,
        replace(ENDED, ended_at=NOW), [m.HangUpAgent(2), m.DropBridge(), m.Erase()],
    ),
    (
        "with a wrap-up, the agent keeps what is known of the caller for so long",
        CONNECTED, m.CallerGone(NOW), WRAP_UP,
        WRAPPING_UP, [m.HangUpAgent(2), m.DropBridge()],
    ),
    (
        "also when the agent hangs up on the page",
        asked_to_hang_up(CONNECTED), m.HangupAsked(NOW), WRAP_UP,
        WRAPPING_UP, [m.HangUpAgent(2), m.DropBridge(), m.HangUpCaller()],
    ),
    (
        "or hangs up the phone",
        CONNECTED, m.AgentGone(NOW, 2), WRAP_UP,
        WRAPPING_UP, [m.DropBridge(), m.HangUpCaller()],
    ),
    (
        "but there is none of a call that nobody answered",
        OFFERED, m.CallerGone(NOW), WRAP_UP,
        replace(OFFERED, state=CallState.ENDED, ended_at=NOW, outcome=Outcome.ABANDONED),
        [m.HangUpAgent(2), m.Erase()],
    ),
    ("found after the end: hung up", ENDED, m.Resumed(NOW), REFUSE, ENDED, [m.HangUpCaller()]),
]  # fmt: skip


@pytest.mark.parametrize(
    ("given", "event", "rules", "then", "actions"), [row[1:] for row in ROWS], ids=[row[0] for row in ROWS]
)
def test_move(given: Call, event: m.Event, rules: Rules, then: Call, actions: list[m.Action]) -> None:
    assert m.step(given, event, rules) == (then, actions)


def test_a_caller_keeps_the_place_in_the_queue_through_any_number_of_offers() -> None:
    call = WAITING
    for offer in range(1, 5):
        taken = replace(call, state=CallState.OFFERED, offers=offer, agent_id="anna", phone_name="phone-1")
        call, _ = m.step(taken, m.AgentGone(NOW, offer, "busy"), REFUSE)
        assert (call.state, call.waiting_since) == (CallState.WAITING, WAITING.waiting_since)


def test_the_digits_of_a_code_are_not_in_what_is_printed() -> None:
    printed = repr(
        [
            m.CodeTyped(NOW, CODE),
            m.CheckCode(CODE, 0),
            m.CodeSlowed(NOW, CODE, 1),
            m.step(ASKING, m.CodeTyped(NOW, CODE), REFUSE),
        ]
    )
    assert CODE not in printed


def test_every_way_to_the_end_erases() -> None:
    events: list[m.Event] = [
        m.TurnedAway(NOW, Outcome.BUSY),
        m.CodeTyped(NOW, ""),
        m.CodeWrong(NOW),
        m.CodeUnchecked(NOW),
        m.TriesSpent(NOW),
        m.CallerGone(NOW),
        m.HangupAsked(NOW),
        m.AgentGone(NOW, 2),
    ]
    ends = 0
    for given in map(asked_to_hang_up, EVERY_CALL[:-1]):
        for event in events:
            call, actions = m.step(replace(given, tries=2), event, REFUSE)
            if call.state is CallState.ENDED:
                ends += 1
                assert m.Erase() in actions
                assert call.ended_at == NOW
                assert call.outcome is not None
    assert ends == 13
