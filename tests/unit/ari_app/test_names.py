"""Names at the PBX: each tells its call, and numbers are one however they were dialled."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callcenter.ari_app import names
from callcenter.ari_app.causes import reason_of
from callcenter.model.call import NO_ANSWER_REASONS


@given(st.uuids(), st.integers(1, 10**6))
def test_the_id_of_an_agents_leg_gives_back_its_call_and_offer(call: object, offer: int) -> None:
    """Given a leg, when its channel's id is read, then it is that leg."""
    leg = names.AgentLeg(str(call), offer)
    assert names.agent_leg(leg.channel_id) == leg


@pytest.mark.parametrize("other", ["1795465350.0", "", "vb-agent-", "vb-agent-x", "vb-agent-x-y"])
def test_other_channels_are_no_legs_of_ours(other: str) -> None:
    """Given an id that we didn't make, then it is not read as ours."""
    assert names.agent_leg(other) is None


@given(st.text(max_size=200))
def test_any_id_can_be_read(text: str) -> None:
    """Whatever the id, reading it never fails, and only ours are taken for ours."""
    leg = names.agent_leg(text)
    assert leg is None or text.startswith("vb-agent-")
    assert names.saying_call(text) is None or text.startswith("vb-place-")
    assert names.bridged_call(text) is None or text.startswith("vb-bridge-")


@pytest.mark.parametrize("dialled", ["+31243290000", "0031243290000", "0243290000", "31243290000"])
def test_a_number_is_one_however_it_was_dialled(dialled: str) -> None:
    """Given the ways in which trunks write a Dutch number, then all are the same in E.164."""
    assert names.as_e164(dialled) == "+31243290000"


def test_far_places_share_a_prompt() -> None:
    """Given a place for which there is no prompt, then the caller hears that many are before them."""
    assert [names.place_prompt(n) for n in (1, 30, 31)] == ["place-1", "place-30", "place-more"]


@pytest.mark.parametrize("cause", range(128))
def test_every_cause_has_a_reason_that_agents_can_read(cause: int) -> None:
    """Given any Q.850 cause, then it is an ordinary hang-up or one of the reasons with a sentence."""
    assert reason_of(cause) is None or reason_of(cause) in NO_ANSWER_REASONS


@pytest.mark.parametrize(
    ("channel", "trunk"),
    [
        ("PJSIP/provider-a-0000001f", "provider-a"),
        ("PJSIP/a-00000001", "a"),
        ("PJSIP/-00000001", None),
        ("PJSIP/provider", None),
        ("PJSIP/Made By Hand-00000001", None),
        ("Local/s@from-trunk-00000001;1", None),
        ("", None),
    ],
)
def test_a_channel_tells_its_trunk(channel: str, trunk: str | None) -> None:
    assert names.trunk_of(channel) == trunk


@pytest.mark.parametrize(
    ("caller", "number"),
    [
        ("0612345678", "+31612345678"),
        ("+31612345678", "+31612345678"),
        ("anonymous", None),
        ("Restricted", None),
        ("", None),
        ("06 12", None),
    ],
)
def test_a_caller_has_one_number_however_it_is_written_or_none(caller: str, number: str | None) -> None:
    assert names.number_of(caller) == number
