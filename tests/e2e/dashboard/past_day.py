"""A day as a town may have had it: callers by the hour, most of them answered soon, more of them verified than not.

Writes the picture of the manager's page in docs/: `python -m tests.e2e.dashboard.past_day docs`.
"""

import asyncio
import random
import sys
import tempfile
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

from sqlalchemy import insert

from callcenter.model.call import Call, CallState, Outcome
from callcenter.model.day import Day
from callcenter.model.staff import Role
from callcenter.model.tenant import Hours
from callcenter.store import calls, tenants
from callcenter.store.tables import call as call_table
from demo.chromium import chromium
from tests.e2e.dashboard.browser import log_in
from tests.e2e.dashboard.world import World, dashboard_of, new_id, open_world

BY_THE_HOUR = {8: 9, 9: 21, 10: 26, 11: 19, 12: 11, 13: 17, 14: 23, 15: 14, 16: 7}
PICTURED_AT = datetime(2026, 11, 24, 14, 26, tzinfo=UTC)


def one_call(chance: random.Random, municipality_id: str, at: datetime, busy: float) -> Call:
    """A caller of that moment; the busier it is, the longer they wait."""
    arrived = Call(new_id(), municipality_id, "pbx1", new_id(), at, state=CallState.ENDED)
    since = at + timedelta(seconds=chance.uniform(4, 20))
    if chance.random() < 0.06:
        turned_away = chance.choice([Outcome.REFUSED, Outcome.ABANDONED, Outcome.BUSY])
        return replace(arrived, outcome=turned_away, ended_at=since)
    waited = chance.expovariate(1 / (8 + 20 * busy))
    if waited > 45 + chance.uniform(0, 90):
        return replace(
            arrived, waiting_since=since, outcome=Outcome.ABANDONED, ended_at=since + timedelta(seconds=waited)
        )
    answered = since + timedelta(seconds=waited)
    ended = answered + timedelta(seconds=chance.uniform(90, 420))
    times = {"waiting_since": since, "connected_at": answered, "ended_at": ended}
    return replace(arrived, outcome=Outcome.ANSWERED, wrap_up_until=ended + timedelta(seconds=20), **times)  # type: ignore[arg-type]


async def fill_day(world: World, day: Day, until: datetime | None = None) -> None:
    """Let a day's callers have called, up to a moment; the same each time."""
    chance = random.Random(5)
    of, hours = world.town.municipality.id, day.hours()
    moments = [
        hours[hour] + timedelta(seconds=chance.uniform(0, 3600))
        for hour, count in BY_THE_HOUR.items()
        for _ in range(count)
    ]
    async with world.store.begin() as tx:
        for at in sorted(moments):
            one = one_call(chance, of, at, BY_THE_HOUR[at.hour] / max(BY_THE_HOUR.values()))
            if until is not None and max(one.ended_at or at, one.wrap_up_until or at) > until:
                continue
            verified = one.waiting_since is not None and chance.random() < 0.7
            await tx.connection.execute(insert(call_table).values(was_verified=verified, **calls._values(one)))


async def open_on_weekdays(world: World) -> None:
    """Let the town be open from 8:30 till 17:00, Monday to Friday."""
    hours = Hours({day: (time(8, 30), time(17)) for day in range(5)})
    async with world.store.begin() as tx:
        await tenants.save_settings(tx, replace(world.town.municipality, hours=hours))


async def main(folder: Path) -> None:
    """Take the picture."""
    with tempfile.TemporaryDirectory() as place:
        async with (
            open_world(Path(place)) as world,
            dashboard_of(world, lambda: PICTURED_AT) as url,
            chromium() as browser,
        ):
            await open_on_weekdays(world)
            await fill_day(world, Day(date(2026, 11, 24), "Europe/Amsterdam"), PICTURED_AT)
            for login in ("anna", "bram", "els"):
                await world.user(login, login.title())
            await world.user("mia", "Mia Manager", role=Role.MANAGER, ready=False)
            async with world.store.begin() as tx:
                for seconds, state in ((41, CallState.WAITING), (12, CallState.WAITING), (240, CallState.CONNECTED)):
                    since = PICTURED_AT - timedelta(seconds=seconds)
                    live = Call(
                        new_id(), world.town.municipality.id, "pbx1", new_id(), since, state=state, waiting_since=since
                    )
                    talking = state is CallState.CONNECTED
                    changes = {"connected_at": since, "agent_id": world.users["anna"].id} if talking else {}
                    await calls.add(tx, replace(live, **changes))  # type: ignore[arg-type]
            page = await browser.new_page(viewport={"width": 1100, "height": 900}, locale="nl-NL")
            await log_in(page, url, "mia")
            await page.goto(f"{url}/today")
            await page.screenshot(path=folder / "today.png", full_page=True)


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1])))
