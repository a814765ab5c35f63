"""The manager's page of a day, asked over HTTP: whose figures, which day, and what is asked in vain."""

import re
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from callcenter.dashboard.desk import utc_now
from callcenter.model.call import Call, CallState, Outcome
from callcenter.model.day import Day
from callcenter.model.staff import Role
from callcenter.store import calls
from tests.e2e.dashboard.past_day import BY_THE_HOUR, fill_day
from tests.e2e.dashboard.world import MARIA, World, new_id
from tests.integration.dashboard.conftest import OpenBrowser

ZONE = "Europe/Amsterdam"
EARLIER = date(2026, 3, 2)


@pytest.fixture(autouse=True)
async def managers(world: World) -> None:
    await world.user("mia", "Mia Manager", role=Role.MANAGER, ready=False)
    await world.user("nils", "Nils", role=Role.MANAGER, town=world.neighbour, language="en", ready=False)


def figures(page: str) -> dict[str, str]:
    """The first number under each label."""
    return dict(re.findall(r'<dt>([^<]+)</dt><dd class="t">([^<]+)</dd>', page))


async def test_now_and_today_are_those_of_the_own_municipality(world: World, browser_of: OpenBrowser) -> None:
    # given a caller who waits, one who talks with Anna, and one who was helped
    mia, nils = await browser_of("mia"), await browser_of("nils")
    await world.past_call("anna", minutes_ago=0.5, minutes=0.25)
    talking = await world.caller(MARIA, waited=5)
    await world.claim(talking, "anna")
    await world.answer(talking)
    await world.caller(MARIA, waited=70)

    # then their manager sees them, as numbers; that of another municipality sees nothing
    page = (await mia.get("/today")).text
    seen = figures(page)
    assert (seen["Wachten"], seen["In gesprek"], seen["Vrij"]) == ("1", "1", "0")
    assert (seen["Aangeboden"], seen["Opgenomen"], seen["Serviceniveau"]) == ("3", "2", "66\u00a0%")
    assert "de langste 1:1" in page
    for person in ("Anna", "Zonneveld", "999990019"):
        assert person not in page
    elsewhere = (await nils.get("/today")).text
    assert figures(elsewhere) == {"Waiting": "0", "In a call": "0", "Free": "1"}
    assert "No callers yet today." in elsewhere

    # and the part that keeps itself true is the same, and doesn't keep the log-in alive
    rows = await mia.get("/today/rows")
    assert figures(rows.text) == seen
    assert "<html" not in rows.text


async def test_an_earlier_day_is_looked_back_at(world: World, browser_of: OpenBrowser) -> None:
    # given a day in spring
    await fill_day(world, Day(EARLIER, ZONE))
    mia, nils = await browser_of("mia"), await browser_of("nils")

    # then it stands still, with the way to the days beside it and back; nothing of now is there
    page = (await mia.get(f"/today?day={EARLIER}")).text
    seen = figures(page)
    turned_away = sum(int(seen.get(what, "0")) for what in ("Wachtrij vol", "Geen juiste code", "Zelf opgehangen"))
    assert int(seen["Aangeboden"]) + turned_away == sum(BY_THE_HOUR.values())
    assert int(seen["Aangeboden"]) == int(seen["Opgenomen"]) + int(seen["Afgehaakt"])
    assert "Wachten" not in seen
    assert "data-live" not in page
    assert "<h1>Maandag 02-03-2026</h1>" in page
    for path in ("/today?day=2026-03-01", "/today?day=2026-03-03", "/today"):
        assert f'href="{path}"' in page
    assert re.findall(r'<th scope="row" class="t">([^<]+)<', page) == [f"{hour:02d}:00" for hour in BY_THE_HOUR]
    assert "No callers on this day." in (await nils.get(f"/today?day={EARLIER}")).text


@pytest.mark.parametrize("day", ["2026-02-30", "vandaag", "0001-01-01", "9999-12-31", "<script>", "\0", "1" * 5000])
async def test_a_day_that_is_none_is_said_beside_the_field(browser_of: OpenBrowser, day: str) -> None:
    mia = await browser_of("mia")
    answer = await mia.client.get("/today", params={"day": day})
    assert answer.status_code == 422
    assert "Vul een dag in die er is" in answer.text
    assert "<script>" not in answer.text


async def test_a_day_to_come_is_empty_and_leads_no_further(browser_of: OpenBrowser) -> None:
    mia = await browser_of("mia")
    tomorrow = Day.of(utc_now(), ZONE).beside(1).date
    page = (await mia.get(f"/today?day={tomorrow}")).text
    assert "Deze dag moet nog komen." in page
    assert f'href="/today?day={tomorrow.replace(year=tomorrow.year + 1)}"' not in page
    assert "Volgende dag" not in page


async def test_a_day_on_which_the_clock_is_put_back_has_an_hour_twice(world: World, browser_of: OpenBrowser) -> None:
    mia = await browser_of("mia")
    async with world.store.begin() as tx:
        for hour in (0, 1):
            at = datetime(2026, 10, 25, hour, 30, tzinfo=UTC)
            one = Call(new_id(), world.town.municipality.id, "pbx1", new_id(), at, waiting_since=at, ended_at=at)
            await calls.add(tx, replace(one, state=CallState.ENDED, outcome=Outcome.ABANDONED))
    page = (await mia.get("/today?day=2026-10-25")).text
    assert re.findall(r'<th scope="row" class="t">([^<]+)<', page) == ["02:00", "02:00"]
