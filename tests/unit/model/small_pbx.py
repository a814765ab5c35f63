"""A PBX of a hundred lines: carries a call's actions out on one caller, agents' legs and a bridge.

It keeps what a real one and the store would tell as `told`: events that may be delivered late, in another
order, or twice.
"""

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from enum import Enum, auto

from callcenter.model import call as m
from callcenter.model.call import Call, CallState

AT = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
CALLER = "caller"


class Place(Enum):
    """Where the caller's channel is."""

    APP = auto()  # with us: what it hears is up to us
    ASKED = auto()  # in the dialplan, which asks the code and brings it back
    GOODBYE = auto()  # in the dialplan, which says something and hangs up
    GONE = auto()


class Sound(Enum):
    """What the caller hears from us."""

    SILENCE = auto()
    MUSIC = auto()
    ANNOUNCEMENT = auto()


class Leg(Enum):
    """How an agent's leg is."""

    RINGING = auto()
    UP = auto()


@dataclass
class SmallPbx:
    """One caller's world."""

    call: Call
    rules: m.Rules
    place: Place = Place.APP
    sound: Sound = Sound.SILENCE
    legs: dict[int, Leg] = field(default_factory=dict)
    rung: set[int] = field(default_factory=set)
    bridges: list[set[str]] = field(default_factory=list)
    late: set[int] = field(default_factory=set)  # legs that will ring though we were told that they can't
    came_late: set[int] = field(default_factory=set)
    typed: str = ""
    checks: list[int] = field(default_factory=list)  # attempts that the api has yet to answer
    told: list[m.Event] = field(default_factory=list)
    faults: int = 0  # so many of the next actions fail
    erased: bool = False
    not_ready: list[str] = field(default_factory=list)

    def deliver(self, event: m.Event) -> None:
        """Move the call, and do what follows."""
        self.call, actions = m.step(self.call, event, self.rules)
        for action in actions:
            self._do(action)

    def _do(self, action: m.Action) -> None:
        failing = self.faults > 0 and not isinstance(action, m.Erase | m.SetNotReady)
        self.faults -= failing
        match action:
            case m.AskCode() | m.StartMusic() | m.SayPlace() | m.SayOneMoment() | m.SayAndHangUp():
                self._do_for_caller(action, failing)
            case m.CheckCode():
                self.checks.append(action.attempt)
            case m.RingAgent():
                self._ring(action.offer, failing)
            case m.HangUpAgent():
                self._end_leg(action.offer)
            case m.Connect() | m.Rejoin() | m.Hold() | m.DropBridge():
                self._bridge(action, failing)
            case m.HangUpCaller():
                self.caller_ends()
            case m.SetNotReady():
                self.not_ready.append(action.reason)
            case m.Erase():
                assert self.call.state is CallState.ENDED
                self.erased = True
            case _:
                raise AssertionError(f"nobody does {action}")

    def _do_for_caller(self, action: m.Action, failing: bool) -> None:
        able = self.place is Place.APP and not failing
        match action:
            case m.SayPlace() | m.SayOneMoment() if able:
                self.sound = Sound.ANNOUNCEMENT
            case m.SayPlace() | m.SayOneMoment():
                self.told.append(m.AnnouncementEnded(AT))
            case m.SayAndHangUp() if not able:
                self.caller_ends()
            case m.SayAndHangUp():
                self.place, self.sound = Place.GOODBYE, Sound.SILENCE
            case m.AskCode() if able:
                self.place, self.sound = Place.ASKED, Sound.SILENCE
            case m.StartMusic() if able:
                self.sound = Sound.MUSIC
            case _ if self.place is Place.APP:
                self.told.append(m.Resumed(AT))
            case _:
                pass  # in the dialplan: it brings the caller back

    def _ring(self, offer: int, failing: bool) -> None:
        if offer in self.rung:
            return
        self.rung.add(offer)
        if failing:  # no answer to our request in time: it may have been done, or be done yet
            self.told.append(m.AgentGone(AT, offer, "failed"))
        if failing and self.faults % 2:
            self.late.add(offer)
        else:
            self.legs[offer] = Leg.RINGING

    def _end_leg(self, offer: int) -> None:
        if self.legs.pop(offer, None) is not None:
            self._leave_bridge(f"agent-{offer}")
            self.told.append(m.AgentGone(AT, offer))

    def _bridge(self, action: m.Action, failing: bool) -> None:
        match action:
            case m.Connect(offer) | m.Rejoin(offer):
                self._connect(offer, failing)
            case m.Hold():
                self._hold(failing)
            case _:
                self.bridges.clear()

    def _connect(self, offer: int, failing: bool) -> None:
        if failing or self.place is not Place.APP or self.legs.get(offer) is not Leg.UP:
            self.told.append(m.BridgeFailed(AT, offer))
            return
        self.sound = Sound.SILENCE
        self.bridges = [{CALLER, f"agent-{offer}"}]

    def _hold(self, failing: bool) -> None:
        if self.place is not Place.APP:
            return
        if failing:
            self.told.append(m.Resumed(AT))
            return
        self.bridges = [set()]
        self.sound = Sound.MUSIC

    def _leave_bridge(self, who: str) -> None:
        for bridge in self.bridges:
            bridge.discard(who)

    def caller_ends(self) -> None:
        """The caller's channel ends, whoever ended it."""
        if self.place is not Place.GONE:
            self.place, self.sound = Place.GONE, Sound.SILENCE
            self._leave_bridge(CALLER)
            self.told.append(m.CallerGone(AT))

    def caller_types(self, digits: str) -> None:
        """The dialplan has read a code, and brings the caller back."""
        self.place = Place.APP
        self.typed = digits
        self.told.append(m.CodeTyped(AT, digits))

    def leg_rings_late(self) -> None:
        """What we were told can't be, happens."""
        offer = self.late.pop()
        self.came_late.add(offer)
        self.legs[offer] = Leg.RINGING

    def leg_answers(self, offer: int) -> None:
        """An agent picks up."""
        self.legs[offer] = Leg.UP
        self.told.append(m.AgentAnswered(AT, offer))

    def leg_ends(self, offer: int, reason: str | None) -> None:
        """An agent's leg ends by itself."""
        del self.legs[offer]
        self._leave_bridge(f"agent-{offer}")
        self.told.append(m.AgentGone(AT, offer, reason))

    def agent_takes(self) -> None:
        """An agent's click, by the store's one UPDATE."""
        self.call = replace(
            self.call,
            state=CallState.OFFERED,
            agent_id="anna",
            phone_name="phone-1",
            offers=self.call.offers + 1,
            hangup_asked=False,
            offered_at=AT,
        )
        self.told.append(m.Taken(AT))

    def agent_asks_to_hang_up(self) -> None:
        """An agent's other click."""
        self.call = replace(self.call, hangup_asked=True)
        self.told.append(m.HangupAsked(AT))

    def agent_asks_to_hold(self, hold: bool) -> None:
        """The agent has the caller wait, or comes back."""
        self.call = replace(self.call, held_since=AT if hold else None)
        self.told.append(m.HoldAsked(AT))

    def api_answers(self, answer: m.Event) -> None:
        """The api has answered the oldest check."""
        self.checks.pop(0)
        self.told.append(answer)

    def announcement_ends(self) -> None:
        """The place has been spoken to the end."""
        self.sound = Sound.SILENCE
        self.told.append(m.AnnouncementEnded(AT))

    def save_and_die(self, event: m.Event) -> None:
        """The conductor dies after saving the move, and what follows is not done."""
        self.call, actions = m.step(self.call, event, self.rules)
        for action in actions:
            if isinstance(action, m.Erase | m.SetNotReady):  # these are saved with the move
                self._do(action)

    def reconcile(self) -> None:
        """All that was told is lost; the conductor connects anew, looks, and carries on."""
        self.told.clear()
        self.checks.clear()
        call, leg = self.call, self.legs.get(self.call.offers)
        self._find_the_caller()
        if call.state is CallState.OFFERED and leg is None:
            rung = call.offers in self.rung
            self.told.append(m.AgentGone(AT, call.offers, "failed") if rung else m.Taken(AT))
        elif call.state is CallState.OFFERED and leg is Leg.UP:
            self.told.append(m.AgentAnswered(AT, call.offers))
        elif call.state is CallState.CONNECTED and leg is None:
            self.told.append(m.AgentGone(AT, call.offers))
        if call.hangup_asked:
            self.told.append(m.HangupAsked(AT))
        if call.state is not CallState.CONNECTED:
            self.bridges.clear()
        taken = call.state in (CallState.OFFERED, CallState.CONNECTED)
        for offer in [o for o in self.legs if o != call.offers or not taken]:
            self._end_leg(offer)

    def _find_the_caller(self) -> None:
        call = self.call
        if self.place is Place.GONE:
            self.told.append(m.CallerGone(AT))
        elif self.place is Place.ASKED and call.state is CallState.ENDED:
            self.place = Place.GOODBYE  # the dialplan brings them back to no call of ours: they are told sorry
        elif self.place is Place.APP and call.state is CallState.ASKING and self.typed:
            self.told.append(m.CodeTyped(AT, self.typed))
        elif self.place is Place.APP:
            self.told.append(m.Resumed(AT))
