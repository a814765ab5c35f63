"""Who is let in, on the real Asterisk with the conductor: unknown numbers, closed, too busy."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from sqlalchemy import update

from callcenter.model.call import CallState, Outcome
from callcenter.store.tables import municipality
from demo.asterisk import Pbx
from tests.sip.call_centre import CODE, CallCentre, Past, call_centre
from tests.sip.sipp import Target, scripted_phone, sipp

NEVER = {"zone": "Europe/Amsterdam", "days": {"6": ["03:00:00", "03:00:01"]}}


@pytest_asyncio.fixture
async def centre(tmp_path: Path, pbx: Pbx) -> AsyncIterator[CallCentre]:
    """A call centre with its conductor."""
    async with call_centre(tmp_path, pbx) as it, it.conductor():
        yield it
        await it.tidy()


async def change(centre: CallCentre, **values: object) -> None:
    """Set the municipality's rules."""
    async with centre.store.begin() as tx:
        await tx.connection.execute(update(municipality).values(**values))


@pytest.mark.parametrize(
    ("rule", "outcome"),
    [({"hours": NEVER}, Outcome.CLOSED), ({"max_waiting": 0}, Outcome.BUSY)],
)
async def test_a_caller_who_is_turned_away_hears_why(
    centre: CallCentre, target_folder: Path, rule: dict[str, object], outcome: Outcome
) -> None:
    """Given a municipality that is closed or full, then the caller hears words and is hung up."""
    await change(centre, **rule)
    target = Target(centre.pbx.sip_port)
    async with sipp(target_folder, "no-digits", target, values={"patience": "30"}) as caller:
        await caller.done()
    assert await centre.ended() == [Past(outcome, was_verified=False, disclosure_id=None)]


async def test_a_number_of_nobody_is_refused_and_nothing_is_kept(centre: CallCentre, target_folder: Path) -> None:
    """Given a number that no municipality has, then the trunk hears that it is not in use."""
    target = Target(centre.pbx.sip_port, number="0209999999")
    async with sipp(target_folder, "refused", target, values={"status": "404"}) as caller:
        await caller.done()
    assert await centre.live() == []
    await centre.nothing_left()


async def test_the_number_may_be_dialled_in_any_way(centre: CallCentre, target_folder: Path) -> None:
    """Given a trunk that writes the number without country, then it is the same municipality's."""
    await centre.disclosed()
    target = Target(centre.pbx.sip_port, number="0201234567")
    values = {"code": CODE, "stay": "1"}
    async with sipp(target_folder, "right-code", target, values=values) as caller:
        await centre.call_is(CallState.WAITING)
        await caller.done()


async def test_at_closing_time_who_waits_is_still_answered_and_who_comes_then_is_not(
    centre: CallCentre, tmp_path: Path
) -> None:
    """Given a caller who waits, when it closes, then an agent can take them; who calls next hears that it is closed."""
    anna, target = await centre.agent(), Target(centre.pbx.sip_port)
    await centre.disclosed()
    async with (
        scripted_phone(
            tmp_path / "phone", "phone-answers", user=anna.phone.name, password=anna.password,
            pbx_port=centre.pbx.sip_port, patience="60",
        ) as desk_phone,
        sipp(tmp_path / "first", "held-up", target, values={"code": CODE, "patience": "60"}) as first,
    ):  # fmt: skip
        call = await centre.call_is(CallState.WAITING)
        await change(centre, hours=NEVER)
        async with sipp(tmp_path / "second", "no-digits", target, values={"patience": "30"}) as second:
            await second.done()
        assert await centre.take(anna, call)
        await centre.call_is(CallState.CONNECTED)
        await centre.bridged()
        await centre.ask_hangup(anna, call)
        await first.done()
        await desk_phone.done()
    assert await centre.ended(2) == [
        Past(Outcome.ANSWERED, was_verified=True, disclosure_id=None),
        Past(Outcome.CLOSED, was_verified=False, disclosure_id=None),
    ]
