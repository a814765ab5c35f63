"""Limits on how often: bursts, refilling, memory that is bounded, and whom an address stands for."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callcenter.model.flood import Limit, client_of


def taken(limit: Limit, name: str, now: float) -> bool:
    """One more, if it may."""
    if limit.wait(name, now) > 0:
        return False
    limit.count(name, now)
    return True


def test_a_minutes_worth_may_come_at_once_and_then_as_fast_as_it_refills() -> None:
    """Given 60 a minute, when 100 come at once, then 60 pass, and one more each second."""
    limit = Limit(60)
    assert sum(taken(limit, "a", 5.0) for _ in range(100)) == 60
    assert limit.wait("a", 5.0) == pytest.approx(1.0)
    assert taken(limit, "a", 6.0)
    assert not taken(limit, "a", 6.0)
    assert sum(taken(limit, "a", 1000.0) for _ in range(100)) == 60


def test_one_does_not_use_up_anothers() -> None:
    """Given one that is over its limit, then another is not."""
    limit = Limit(2)
    assert [taken(limit, "a", 0.0) for _ in range(3)] == [True, True, False]
    assert taken(limit, "b", 0.0)


def test_no_limit_counts_nothing() -> None:
    """Given 0, then everything passes and nothing is kept."""
    limit = Limit(0)
    assert all(taken(limit, "a", 0.0) for _ in range(1000))
    assert len(limit) == 0


def test_memory_is_bounded_and_given_back() -> None:
    """Given more names than room, then the longest silent go; and whoever is full again needs none."""
    limit = Limit(60, room=100)
    for number in range(1000):
        taken(limit, str(number), 0.0)
        assert len(limit) <= 100
    assert limit.wait("999", 0.0) == 0
    taken(limit, "late", 100.0)
    assert len(limit) == 1


@given(st.lists(st.floats(0, 5), max_size=200), st.integers(1, 100))
def test_whenever_they_come_no_more_pass_than_the_limit_says(gaps: list[float], a_minute: int) -> None:
    """Given any arrivals, then what passes is at most a bucket, and what has flowed in since."""
    limit, now, passed = Limit(a_minute), 0.0, 0
    for gap in gaps:
        now += gap
        passed += taken(limit, "a", now)
        assert passed <= a_minute * (1 + now / 60) + 1e-6
        assert limit.wait("a", now) <= 60 / a_minute + 1e-6


@pytest.mark.parametrize(
    ("host", "client"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("192.0.2.7:49152", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::", "2001:db8:1:2::/64"),
        ("[2001:db8:1:2::9]:443", "2001:db8:1:2::/64"),
        ("[2001:db8:1:2::9]", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("", "?"),
        ("unknown", "?"),
        ("1.2.3.4.5", "?"),
        ("x" * 10_000, "?"),
    ],
)
def test_whom_an_address_stands_for(host: str, client: str) -> None:
    """Given what a proxy says, then an IPv6 network is one client, and what can't be read is one together."""
    assert client_of(host) == client
