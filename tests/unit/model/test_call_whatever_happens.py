"""Whatever happens, in whatever order: no second bridge, no channel left behind, no caller forgotten."""
# ruff: noqa: D102 - a rule's name is its docstring

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from callcenter.model import call as m
from callcenter.model.call import Call, CallState, Unverified
from tests.unit.model.small_pbx import AT, CALLER, Leg, Place, SmallPbx, Sound

CODES = st.sampled_from(["", "12345", "0123456789"])
REASONS = st.sampled_from([None, *m.NO_ANSWER_REASONS])
TAKEN = (CallState.OFFERED, CallState.CONNECTED)


class LifeOfACall(RuleBasedStateMachine):
    """Callers, agents, the api and a bad network, each doing as they like."""

    pbx: SmallPbx

    @initialize(unverified=st.sampled_from(Unverified), tries=st.integers(1, 3), begin=st.sampled_from(CallState))
    def begin(self, unverified: Unverified, tries: int, begin: CallState) -> None:
        """Anywhere in a life that went well so far: by chance alone few would come far."""
        self.pbx = SmallPbx(Call("call", "town", "pbx1", CALLER, AT), m.Rules(unverified, tries))
        self.pbx.told.append(m.Admitted(AT))
        reached = list(CallState).index(begin)
        for go_on in (self._is_asked, self._waits, self._is_taken, self._talks)[:reached]:
            go_on()

    def _is_asked(self) -> None:
        self._all_arrives()

    def _waits(self) -> None:
        self.pbx.caller_types("0123456789")
        self._all_arrives()
        self.pbx.api_answers(m.CodeRight(AT, "disclosure", 0))
        self._all_arrives()

    def _is_taken(self) -> None:
        self.pbx.agent_takes()
        self._all_arrives()

    def _talks(self) -> None:
        self.pbx.leg_answers(self.pbx.call.offers)
        self._all_arrives()

    # -- what is told arrives, in any order, perhaps twice

    @precondition(lambda self: self.pbx.told)
    @rule(data=st.data(), again=st.booleans())
    def an_event_arrives(self, data: st.DataObject, again: bool) -> None:
        event = self.pbx.told.pop(data.draw(st.integers(0, len(self.pbx.told) - 1)))
        self.pbx.deliver(event)
        if again:
            self.pbx.told.append(event)

    @rule(event=st.sampled_from([m.Admitted(AT), m.TurnedAway(AT, m.Outcome.BUSY), m.PlaceDue(AT)]))
    def an_event_of_no_consequence_arrives(self, event: m.Event) -> None:
        self.pbx.deliver(event)

    @rule(offer=st.integers(0, 3), reason=REASONS)
    def echoes_of_a_leg_that_is_gone_arrive(self, offer: int, reason: str | None) -> None:
        if offer not in self.pbx.legs and not self._is_offered(offer):
            self.pbx.deliver(m.AgentAnswered(AT, offer))
            self.pbx.deliver(m.AgentGone(AT, offer, reason))
            self.pbx.deliver(m.BridgeFailed(AT, offer))

    # -- what people do

    @precondition(lambda self: self.pbx.place is not Place.GONE)
    @rule(impatience=st.integers(0, 3))
    def the_caller_hangs_up(self, impatience: int) -> None:
        if impatience == 3:
            self.pbx.caller_ends()

    @precondition(lambda self: self.pbx.place is Place.ASKED)
    @rule(digits=CODES)
    def the_caller_types(self, digits: str) -> None:
        self.pbx.caller_types(digits)

    @precondition(lambda self: self.pbx.call.state is CallState.WAITING)
    @rule()
    def an_agent_takes_the_call(self) -> None:
        self.pbx.agent_takes()

    @precondition(lambda self: self.pbx.call.state in TAKEN)
    @rule()
    def the_agent_asks_to_hang_up(self) -> None:
        self.pbx.agent_asks_to_hang_up()

    @precondition(lambda self: self.pbx.call.state is CallState.CONNECTED)
    @rule(hold=st.booleans())
    def the_agent_has_the_caller_wait_or_comes_back(self, hold: bool) -> None:
        self.pbx.agent_asks_to_hold(hold)

    @precondition(lambda self: Leg.RINGING in self.pbx.legs.values())
    @rule(data=st.data())
    def an_agent_answers(self, data: st.DataObject) -> None:
        ringing = [offer for offer, leg in self.pbx.legs.items() if leg is Leg.RINGING]
        self.pbx.leg_answers(data.draw(st.sampled_from(ringing)))

    @precondition(lambda self: self.pbx.legs)
    @rule(data=st.data(), reason=REASONS)
    def an_agents_leg_ends(self, data: st.DataObject, reason: str | None) -> None:
        self.pbx.leg_ends(data.draw(st.sampled_from(sorted(self.pbx.legs))), reason)

    # -- what machines do

    @precondition(lambda self: self.pbx.checks)
    @rule(answer=st.sampled_from(["right", "wrong", "unchecked", "slowed", "spent"]))
    def the_api_answers(self, answer: str) -> None:
        attempt = self.pbx.checks[0]
        answers = {
            "right": m.CodeRight(AT, "disclosure", attempt),
            "wrong": m.CodeWrong(AT, attempt),
            "unchecked": m.CodeUnchecked(AT, attempt),
            "slowed": m.CodeSlowed(AT, "1234567890", 9, attempt),
            "spent": m.TriesSpent(AT, attempt),
        }
        self.pbx.api_answers(answers[answer])

    @precondition(lambda self: self.pbx.sound is Sound.ANNOUNCEMENT)
    @rule()
    def an_announcement_ends(self) -> None:
        self.pbx.announcement_ends()

    @rule(count=st.integers(1, 3))
    def the_next_actions_fail(self, count: int) -> None:
        self.pbx.faults = count

    @rule()
    def the_connection_is_lost_and_made_again(self) -> None:
        self.pbx.reconcile()

    @precondition(lambda self: self.pbx.told)
    @rule(data=st.data())
    def the_conductor_dies_in_the_middle_of_a_move_and_another_takes_over(self, data: st.DataObject) -> None:
        self.pbx.save_and_die(data.draw(st.sampled_from(self.pbx.told)))
        self.pbx.reconcile()

    @precondition(lambda self: self.pbx.late)
    @rule()
    def a_phone_rings_late(self) -> None:
        self.pbx.leg_rings_late()

    # -- what holds always, and what holds when all that was told has arrived

    @invariant()
    def never_two_bridges_nor_a_stranger_in_one(self) -> None:
        assert len(self.pbx.bridges) <= 1
        for bridge in self.pbx.bridges:
            assert bridge <= {CALLER, f"agent-{self.pbx.call.offers}"}

    @invariant()
    def an_ended_call_is_erased_and_none_before(self) -> None:
        assert self.pbx.erased == (self.pbx.call.state is CallState.ENDED)

    @invariant()
    def no_music_over_a_conversation(self) -> None:
        if self.pbx.bridges and CALLER in self.pbx.bridges[0] and len(self.pbx.bridges[0]) == 2:
            assert self.pbx.sound is Sound.SILENCE

    @rule()
    def settle(self) -> None:
        """Let everything that was told arrive, and look whether the call is whole."""
        self.pbx.faults = 0
        self._all_arrives()
        self._nothing_left_behind()
        self._nobody_forgotten()

    def teardown(self) -> None:
        self.settle()

    def _all_arrives(self) -> None:
        for _ in range(100):
            if not self.pbx.told:
                return
            self.pbx.deliver(self.pbx.told.pop(0))
        raise AssertionError("it never comes to rest")

    def _is_offered(self, offer: int) -> bool:
        return self.pbx.call.state in TAKEN and offer == self.pbx.call.offers

    def _nothing_left_behind(self) -> None:
        pbx = self.pbx
        for offer, leg in pbx.legs.items():  # one that rings late is dealt with when it answers, or rings out
            late = offer in pbx.came_late and leg is Leg.RINGING
            assert late or self._is_offered(offer), "an agent's leg is left behind"
        assert pbx.call.state is CallState.CONNECTED or not pbx.bridges, "a bridge is left behind"
        if pbx.place is Place.GONE:
            assert pbx.call.state is CallState.ENDED, "the call of a caller who is gone goes on"

    def _nobody_forgotten(self) -> None:
        pbx = self.pbx
        if pbx.call.state is CallState.ENDED:
            assert pbx.place in (Place.GONE, Place.GOODBYE), "a caller sits there after the end"
        elif pbx.call.held_since:
            assert (pbx.bridges, pbx.sound) == ([set()], Sound.MUSIC), "on hold, yet not left alone with music"
        elif pbx.call.state is CallState.CONNECTED:
            assert pbx.bridges == [{CALLER, f"agent-{pbx.call.offers}"}], "connected, yet apart"
        else:
            asked = pbx.place is Place.ASKED or bool(pbx.checks)
            assert asked or pbx.sound is not Sound.SILENCE, "a caller is left in silence"
        assert not pbx.call.held_since or pbx.call.state is CallState.CONNECTED, "on hold, with nobody to come back"
        if pbx.call.state is CallState.OFFERED:
            assert pbx.call.offers in pbx.legs, "an agent is kept for a call that does not ring"


LifeOfACall.TestCase.settings = settings(
    max_examples=600, stateful_step_count=40, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
TestLifeOfACall = LifeOfACall.TestCase
