"""The calls of a day as figures, on both databases: what each counts is said in `model/service_level.py`."""

import random
from collections import defaultdict
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from callcenter.model.call import Call, CallState, Outcome
from callcenter.model.day import Day
from callcenter.model.service_level import IN_TIME_SECONDS, Tally, total
from callcenter.model.staff import Phone
from callcenter.store import calls, phones, team, today, users
from callcenter.store.database import Store
from callcenter.store.today import Counted, Now
from tests.integration.store.town import NOW, Town, new_id

DAY = Day(date(2026, 11, 23), "Europe/Amsterdam")
UNANSWERED = [one for one in Outcome if one is not Outcome.ANSWERED]
LATE = datetime(2026, 11, 23, 22, 59, 59, 999999, tzinfo=UTC)  # the last moment of it


def came(of: str, at: datetime = NOW, **changes: Any) -> Call:
    """A caller who arrived at that moment, and what became of them since."""
    return replace(Call(new_id(), of, "pbx1", new_id(), at), **{"state": CallState.ENDED} | changes)


def after(seconds: float, at: datetime = NOW) -> datetime:
    return at + timedelta(seconds=seconds)


async def counted(store: Store, of: str, day: Day = DAY, now: datetime = LATE) -> list[Counted]:
    async with store.begin() as tx:
        return await today.tallies(tx, of, day, now)


async def keep(store: Store, *those: Call) -> None:
    async with store.begin() as tx:
        for one in those:
            await calls.add(tx, one)


async def test_what_became_of_each_caller(store: Store, town: Town) -> None:
    # given one answered in time, on the last moment that is; one answered late, with a wrap-up; three who hung up
    answered: dict[str, Any] = {"outcome": Outcome.ANSWERED}
    abandoned: dict[str, Any] = {"outcome": Outcome.ABANDONED}
    wrapped_up = answered | {"ended_at": after(131), "wrap_up_until": after(191)}
    await keep(
        store,
        came(town.id, waiting_since=after(9), connected_at=after(39), ended_at=after(139), **answered),
        came(town.id, waiting_since=NOW, connected_at=after(31), **wrapped_up),
        came(town.id, waiting_since=NOW, ended_at=after(30), **abandoned),
        came(town.id, waiting_since=NOW, ended_at=after(75.5), **abandoned),
        came(town.id, ended_at=after(5), **abandoned),  # while typing the code
        # and one for each way to be turned away
        *(came(town.id, ended_at=NOW, outcome=o) for o in (Outcome.CLOSED, Outcome.BUSY, Outcome.REFUSED)),
        came(town.id, ended_at=NOW, outcome=Outcome.FAILED),
    )

    # then each is counted once, in the hour in which it came: 09:00 UTC is the eleventh hour here
    (found,) = await counted(store, town.id)
    assert (found.hour, found.verified) == (10, False)
    assert found.tally == Tally(
        offered=4, answered=2, in_time=1, abandoned=2, given_up_soon=1, late=0, waited=61, longest=75.5,
        handled=2, handling=100 + 160, closed=1, busy=1, refused=1, failed=1, left=1,
    )  # fmt: skip
    assert found.tally.service_level == 1 / 3


async def test_what_goes_on_is_counted_as_far_as_it_is(store: Store, town: Town) -> None:
    # given one who types, one who has just begun to wait, one who waits too long, one whom a phone rings for,
    # one who talks, and one whose agent is in the wrap-up
    waiting: dict[str, Any] = {"state": CallState.WAITING, "waiting_since": NOW}
    wrapping_up: dict[str, Any] = {"connected_at": after(5), "ended_at": after(50), "wrap_up_until": after(120)}
    await keep(
        store,
        came(town.id, state=CallState.ASKING),
        came(town.id, **waiting | {"waiting_since": after(40)}),
        came(town.id, **waiting),
        came(town.id, **waiting | {"state": CallState.OFFERED, "agent_id": "a", "waiting_since": after(45)}),
        came(town.id, **waiting | {"state": CallState.CONNECTED, "agent_id": "b", "connected_at": after(10)}),
        came(town.id, waiting_since=NOW, outcome=Outcome.ANSWERED, **wrapping_up),
    )

    # then a call is handled when its wrap-up is over, and who waits too long counts already
    (before,) = await counted(store, town.id, now=after(60))
    assert before.tally == Tally(offered=5, answered=2, in_time=2, late=1, waited=15, longest=60)
    (later,) = await counted(store, town.id, now=after(120))
    assert later.tally == Tally(
        offered=5, answered=2, in_time=2, late=3, waited=15, longest=120, handled=1, handling=115
    )


async def test_the_day_is_the_municipality_s_own(store: Store, town: Town) -> None:
    # given a day of 25 hours, with a caller at its first moment, in both hours that are called two, and at its last
    day = Day(date(2026, 10, 25), "Europe/Amsterdam")
    two = datetime(2026, 10, 25, 0, 0, tzinfo=UTC)
    moments = (day.begins, two, two + timedelta(hours=1), day.ends - timedelta(microseconds=1))
    beside = (day.begins - timedelta(microseconds=1), day.ends)
    await keep(store, *(came(town.id, at, waiting_since=at, ended_at=at) for at in (*moments, *beside)))

    # then each is in its hour, and who came the day before or after is not there; nor is a neighbour's
    found = await counted(store, town.id, day)
    assert [(one.hour, one.tally.offered) for one in found] == [(0, 1), (2, 1), (3, 1), (24, 1)]
    neighbour = await Town.found(store, "elders", "+31243290001")
    assert await counted(store, neighbour.id, day) == []


async def test_who_was_verified_is_counted_apart(store: Store, town: Town) -> None:
    await town.wrapping_up(town.anna, NOW)
    await keep(store, came(town.id, waiting_since=NOW, ended_at=NOW))
    assert [(one.verified, one.tally.offered, one.tally.answered) for one in await counted(store, town.id)] == [
        (False, 1, 0), (True, 1, 1),
    ]  # fmt: skip


def by_the_definitions(call: Call, now: datetime) -> Tally:
    """One call as the model's definitions read, in plain Python."""
    over = call.state is CallState.ENDED
    if call.waiting_since is None:
        names = {Outcome.ABANDONED: "left"} | {one: one.value for one in Outcome if one is not Outcome.ABANDONED}
        return Tally(**{names[call.outcome]: 1}) if call.outcome else Tally()
    waited = ((call.connected_at or call.ended_at or now) - call.waiting_since).total_seconds()
    in_time = waited <= IN_TIME_SECONDS
    if call.connected_at is None:
        soon, late = over and in_time, not over and not in_time
        return Tally(offered=1, abandoned=int(over), given_up_soon=int(soon), late=int(late), longest=waited)
    until = call.wrap_up_until or call.ended_at
    handling = (until - call.connected_at).total_seconds() if until and until <= now else None
    answered = Tally(offered=1, answered=1, in_time=int(in_time), waited=waited, longest=waited)
    return answered if handling is None else replace(answered, handled=1, handling=handling)


@pytest.mark.parametrize("seed", range(3))
async def test_whatever_a_day_was_sql_counts_as_the_definitions_read(store: Store, town: Town, seed: int) -> None:
    # given a day of any calls
    chance = random.Random(seed)

    def any_call() -> Call:
        at = DAY.begins + timedelta(milliseconds=chance.randrange(24 * 3_600_000))
        arrived = came(
            town.id, at, outcome=chance.choice([o for o in Outcome if o is not Outcome.ANSWERED]), ended_at=at
        )
        if chance.random() < 0.2:
            return arrived
        since = at + timedelta(seconds=chance.choice([0, 0.001, 12.25]))
        then = since + timedelta(seconds=chance.choice([0, 29.999, 30, 30.001, 400]))
        if chance.random() < 0.3:
            return replace(arrived, waiting_since=since, ended_at=then, outcome=Outcome.ABANDONED)
        ended = then + timedelta(seconds=chance.randrange(900))
        until = chance.choice([None, ended + timedelta(seconds=120)])
        talked = replace(arrived, waiting_since=since, connected_at=then, ended_at=ended, outcome=Outcome.ANSWERED)
        return replace(talked, wrap_up_until=until)

    those = [any_call() for _ in range(60)]
    await keep(store, *those)

    # then SQL and the definitions agree, hour by hour
    now, wanted = DAY.begins + timedelta(hours=20), defaultdict(list)
    for one in those:
        wanted[int((one.arrived_at - DAY.begins).total_seconds() // 3600)].append(by_the_definitions(one, now))
    found = {one.hour: one.tally for one in await counted(store, town.id, now=now)}
    assert found.keys() == wanted.keys()
    for hour, tally in found.items():
        assert vars(tally) == pytest.approx(vars(total(wanted[hour])), abs=0.01)


async def test_how_it_is_now(store: Store, town: Town) -> None:
    # given Anna, who talks, and Bram, who is ready with a phone that is connected
    async with store.begin() as tx:
        for user in (town.anna, town.bram):
            await users.set_ready(tx, user.id, ready=True, reason=None)
            await phones.set_phone(tx, Phone(f"phone-{user.name}", user.id, "r", "0" * 32), town.id)
            await phones.set_registered(tx, f"phone-{user.name}", True)
    longest = await town.call(waiting_since=after(-90))
    talking = await town.call()
    await town.call()
    assert await town.claim(talking, town.anna)
    await town.move_call(talking, state=CallState.CONNECTED, connected_at=NOW)
    await town.call(CallState.ASKING)

    # then two wait, one talks, and one agent is free
    async def now(at: datetime = NOW) -> Now:
        async with store.begin() as tx:
            return await today.right_now(tx, town.id, at)

    assert await now() == Now(waiting=2, longest_since=after(-90), talking=1, free=1)

    # when Bram's phone rings, then he is free no more, and the caller waits still; Anna is when her wrap-up is over
    assert await town.claim(longest, town.bram)
    ended = {"state": CallState.ENDED, "outcome": Outcome.ANSWERED, "ended_at": NOW, "wrap_up_until": after(60)}
    await town.move_call(talking, **ended)
    assert await now() == Now(waiting=2, longest_since=after(-90), talking=0, free=0)
    assert (await now(after(60))).free == 1

    # and nobody is whose phone is away, or who was kept out; elsewhere there is nobody at all
    async with store.begin() as tx:
        await phones.set_registered(tx, "phone-Anna", False)
    assert (await now(after(60))).free == 0
    async with store.begin() as tx:
        await phones.set_registered(tx, "phone-Anna", True)
        await team.disable(tx, town.anna, NOW)
    assert (await now(after(60))).free == 0
    neighbour = await Town.found(store, "elders", "+31243290001")
    async with store.begin() as tx:
        assert await today.right_now(tx, neighbour.id, NOW) == Now(0, None, 0, 0)
