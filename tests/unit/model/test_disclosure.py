"""The life of a disclosure: which state may follow which."""

import pytest

from callcenter.model.disclosure import LIVING, DisclosureState, may_become, sources_of

S = DisclosureState
ALLOWED = {
    (S.REQUESTED, S.SCANNED),
    (S.REQUESTED, S.DISCLOSED),  # the callback may come before anybody saw the scan
    (S.REQUESTED, S.CANCELLED),
    (S.REQUESTED, S.EXPIRED),
    (S.REQUESTED, S.FAILED),
    (S.SCANNED, S.DISCLOSED),
    (S.SCANNED, S.CANCELLED),
    (S.SCANNED, S.EXPIRED),
    (S.SCANNED, S.FAILED),
    (S.DISCLOSED, S.CALLED),
    (S.DISCLOSED, S.EXPIRED),
    (S.CALLED, S.ENDED),
}


@pytest.mark.parametrize("state", S)
@pytest.mark.parametrize("following", S)
def test_what_may_follow_what(state: DisclosureState, following: DisclosureState) -> None:
    assert may_become(state, following) == ((state, following) in ALLOWED)


@pytest.mark.parametrize("following", S)
def test_sources_are_the_same_rule_backwards(following: DisclosureState) -> None:
    assert set(sources_of(following)) == {state for state in S if may_become(state, following)}


def test_nothing_comes_back_to_life() -> None:
    assert not [(dead, state) for dead in S if dead not in LIVING for state in S if may_become(dead, state)]


def test_every_living_one_has_a_way_to_its_end() -> None:
    assert all(any(may_become(state, following) and following not in LIVING for following in S) for state in LIVING)


def test_what_was_called_with_does_not_expire_in_the_conversation() -> None:
    assert not may_become(S.CALLED, S.EXPIRED)
