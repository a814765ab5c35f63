"""Limits on guesses: whatever is tried, in whatever order, no more wrong codes are checked than the limit says."""

from datetime import UTC, datetime, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callcenter.model.guessing import (
    DAY,
    MEMORY,
    Bucket,
    Lane,
    Limit,
    Limits,
    after_wrong,
    call_limit,
    came_in_force,
    chance_a_day,
    lane_of,
    next_slot,
    read_limit,
)

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
LIMITS = st.builds(
    Limit,
    burst=st.integers(1, 8),
    seconds=st.integers(1, 60).map(float),
    growth=st.sampled_from([1.0, 1.5, 2.0]),
)
PAUSES = st.lists(st.integers(0, 90), min_size=1, max_size=60)


def seconds(count: float) -> timedelta:
    return timedelta(seconds=count)


def waits(limit: Limit, tries: int) -> list[float]:
    """How long each of so many wrong tries waits, of somebody who tries as soon as they may."""
    bucket, now, waited = Bucket.empty(NOW), NOW, []
    for _ in range(tries):
        at = next_slot([bucket], now)
        waited.append((at - now).total_seconds())
        bucket, now = after_wrong(limit, bucket, at), at
    return waited


def most_in_any(period: timedelta, checked: list[datetime]) -> int:
    return max(sum(start <= at <= start + period for at in checked) for start in checked)


# -- one limit -------------------------------------------------------------------------------------


def test_a_bucket_that_is_empty_lets_everybody_through_whose_clock_is_behind() -> None:
    """Given a bucket from which nothing was used, made by a machine that is ahead, then nobody has to wait for it."""
    bucket = Bucket.empty(NOW)
    for behind in (timedelta(0), timedelta(milliseconds=1), timedelta(seconds=20)):
        assert next_slot([bucket], NOW - behind) == NOW - behind
        assert not bucket.in_force(NOW - behind)


def test_the_first_ones_need_not_wait() -> None:
    assert waits(Limit(3, 10), 6) == [0, 0, 0, 10, 10, 10]


def test_the_delay_grows() -> None:
    assert waits(Limit(2, 15, growth=2), 6) == [0, 0, 15, 30, 60, 120]


def test_it_grows_to_a_quarter_of_an_hour_and_no_further() -> None:
    assert waits(Limit(1, 15, growth=2), 100)[-1] == 900


def test_who_waits_until_it_is_forgotten_begins_anew_and_no_sooner() -> None:
    limit = Limit(2, 15, growth=2)
    bucket = Bucket.empty(NOW)
    for _ in range(5):
        bucket = after_wrong(limit, bucket, next_slot([bucket], NOW))

    sooner = after_wrong(limit, bucket, bucket.free_at)
    later = after_wrong(limit, bucket, bucket.free_at + MEMORY)

    assert (bucket.wrong, sooner.wrong, later.wrong) == (5, 6, 1)
    assert sooner.in_force(bucket.free_at)
    assert not later.in_force(bucket.free_at + MEMORY)


def test_a_call_has_its_tries_and_then_no_more() -> None:
    assert waits(call_limit(3), 4) == [0, 0, 0, 3600]


@given(limit=LIMITS, pauses=PAUSES, period=st.integers(1, 3600))
def test_in_any_period_no_more_than_the_limit_says(limit: Limit, pauses: list[int], period: int) -> None:
    """Given somebody who tries after any pauses, when each try waits for its slot, then the bound holds everywhere."""
    bucket, now, checked = Bucket.empty(NOW), NOW, []
    for pause in pauses:
        now += seconds(pause)
        at = next_slot([bucket], now)
        checked.append(at)
        bucket = after_wrong(limit, bucket, at)

    assert most_in_any(seconds(period), checked) <= limit.burst + period / limit.seconds


@given(
    limits=st.lists(LIMITS, min_size=2, max_size=4),
    tries=st.lists(st.tuples(st.integers(0, 60), st.sets(st.integers(0, 3), min_size=1)), min_size=1, max_size=60),
    period=st.integers(1, 3600),
)
def test_it_holds_for_each_of_many_scopes_that_delay_one_another(
    limits: list[Limit], tries: list[tuple[int, set[int]]], period: int
) -> None:
    """Given tries that each fall under some of the scopes, when one delays them, then no other lets through more.

    The moments at which tries are checked are not in the order in which the tries came.
    """
    buckets, now = [Bucket.empty(NOW) for _ in limits], NOW
    checked: list[list[datetime]] = [[] for _ in limits]
    for pause, under in tries:
        now += seconds(pause)
        scopes = [number for number in under if number < len(limits)]
        at = next_slot([buckets[number] for number in scopes], now)
        for number in scopes:
            buckets[number] = after_wrong(limits[number], buckets[number], at)
            checked[number].append(at)

    for limit, moments in zip(limits, checked, strict=True):
        assert not moments or most_in_any(seconds(period), moments) <= limit.burst + period / limit.seconds


@given(limit=LIMITS, rounds=st.lists(st.tuples(st.integers(0, 60), st.integers(1, 6)), min_size=1, max_size=20))
def test_tries_at_once_go_over_it_by_their_number_and_no_more(limit: Limit, rounds: list[tuple[int, int]]) -> None:
    """Given tries that are checked at once, each seeing the bucket as it was before, then only these come on top."""
    bucket, now, checked = Bucket.empty(NOW), NOW, []
    for pause, count in rounds:
        now += seconds(pause)
        if bucket.in_force(now):
            continue
        for _ in range(count):
            checked.append(now)
            bucket = after_wrong(limit, bucket, now)

    at_once = max(count for _, count in rounds)
    for period in (1, 60, 600):
        over = most_in_any(seconds(period), checked) if checked else 0
        assert over <= limit.burst + period / limit.seconds + at_once - 1


@given(limit=LIMITS, pauses=PAUSES)
def test_the_alarm_is_given_when_it_comes_in_force_and_once(limit: Limit, pauses: list[int]) -> None:
    """Given any tries, then an alarm comes only as the limit comes in force, and again only after it was half empty."""
    bucket, now, half_empty = Bucket.empty(NOW), NOW, True
    for pause in pauses:
        now += seconds(pause)
        at = next_slot([bucket], now)
        half_empty = half_empty or bucket.free_at - at < limit.tolerance / 2
        after = after_wrong(limit, bucket, at)
        if came_in_force(bucket, after):
            assert after.in_force(at)
            assert half_empty
            half_empty = False
        bucket = after


def test_one_long_attack_is_one_alarm() -> None:
    limit, bucket, alarms = Limit(5, 10), Bucket.empty(NOW), 0
    for _ in range(50):
        after = after_wrong(limit, bucket, next_slot([bucket], NOW))
        alarms += came_in_force(bucket, after)
        bucket = after

    assert alarms == 1


# -- what limits are made of -----------------------------------------------------------------------


def test_a_part_of_a_limit() -> None:
    assert Limit(60, 20).share(Fraction(2, 3)) == Limit(40, 30)
    assert Limit(1, 20).share(Fraction(1, 2)) == Limit(1, 40)


@pytest.mark.parametrize(("text", "limit"), [("60/20", Limit(60, 20)), ("1/0.5", Limit(1, 0.5))])
def test_a_limit_is_read(text: str, limit: Limit) -> None:
    assert read_limit(text) == limit


@pytest.mark.parametrize(
    "text", ["", "60", "0/20", "60/0", "60/-1", "-1/5", "a/b", "60/20/2", "1/1e9", "٦/20", "6/nan"]
)
def test_what_is_no_limit_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="limit"):
        read_limit(text)


def test_who_shows_a_number_without_wrong_codes_has_a_lane_of_their_own() -> None:
    tried = after_wrong(Limits().caller, Bucket.empty(NOW), NOW)

    assert lane_of(Bucket.empty(NOW), NOW) is Lane.FIRST
    assert lane_of(tried, NOW) is Lane.OTHER
    assert lane_of(tried, tried.free_at + MEMORY) is Lane.FIRST
    assert lane_of(None, NOW) is Lane.OTHER


def test_nothing_of_a_caller_is_kept_for_more_than_an_hour() -> None:
    limit, bucket, now = Limits().caller, Bucket.empty(NOW), NOW
    for _ in range(200):
        at = next_slot([bucket], now)
        bucket, now = after_wrong(limit, bucket, at), at
        assert bucket.free_at + MEMORY - now < timedelta(hours=1)


# -- the chance that it comes to -------------------------------------------------------------------


def test_with_the_default_limits_it_is_under_one_in_ten_thousand_a_day() -> None:
    """Given 100 living codes and 30 lines that try all day, each time as a new caller, then as issue 4 asks."""
    assert chance_a_day(100, 30, 13, Limits().municipality) < 1e-4
    assert chance_a_day(100, 30, 0.1, Limits().municipality) < 1e-4
    assert 1.9e-3 < chance_a_day(100, 30, 13, None) < 2.1e-3


def test_a_limit_never_makes_it_worse() -> None:
    assert chance_a_day(100, 1, 100, Limits().municipality) == chance_a_day(100, 1, 100, None)


@given(codes=st.integers(0, 10**6), lines=st.integers(0, 10**4), digits=st.integers(1, 12))
def test_it_is_a_chance(codes: int, lines: int, digits: int) -> None:
    free = chance_a_day(codes, lines, 5, None, digits)
    limited = chance_a_day(codes, lines, 5, Limits().municipality, digits)

    assert 0 <= limited <= free <= 1
    assert chance_a_day(codes + 1, lines, 5, None, digits) >= free
    assert chance_a_day(codes, lines, 5, None, digits + 1) <= free


def test_it_is_what_trying_comes_to() -> None:
    """Given few enough digits to count it out, then it is one minus the chance that every guess misses."""
    tries = 2 * DAY / 100
    assert chance_a_day(5, 2, 100, None, digits=4) == pytest.approx(1 - (1 - 5 / 10**4) ** tries)
