"""The manager's page of a day in a real browser: it keeps itself true, and reads well however it is looked at."""

from datetime import date

import pytest
from playwright.async_api import expect

from callcenter.model.day import Day
from callcenter.model.staff import Role
from tests.e2e.button.axe import faults_seen_by_axe
from tests.e2e.dashboard.conftest import OpenPage
from tests.e2e.dashboard.looks import SCHEMES, well_made
from tests.e2e.dashboard.past_day import fill_day, open_on_weekdays
from tests.e2e.dashboard.world import MARIA, World

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_a_manager_sees_the_day_go_on(page_of: OpenPage, world: World, url: str) -> None:
    # given a manager who goes to the office on a day without callers
    await world.user("mia", "Mia Manager", role=Role.MANAGER, ready=False)
    page = await page_of("mia")
    await page.locator("#office").click()
    await expect(page).to_have_url(f"{url}/today")
    await expect(page.get_by_text("Nog geen bellers vandaag.")).to_be_visible()
    await well_made(page)

    # when somebody calls, then the page says so by itself
    waiting = page.locator(".now-figures div", has_text="Wachten").locator("dd").first
    call_id = await world.caller(MARIA)
    await expect(waiting).to_have_text("1")

    # when a phone rings and is answered, and the call is over, then so it does, and a table that was opened stays open
    await page.get_by_text("Als tabel").click()
    await world.claim(call_id, "anna")
    await world.answer(call_id)
    await expect(waiting).to_have_text("0")
    await expect(page.locator(".now-figures div", has_text="In gesprek").locator("dd").first).to_have_text("1")
    await world.hang_up(call_id)
    await expect(page.locator(".figures div", has_text="Opgenomen").locator("dd").first).to_have_text("1")
    await expect(page.get_by_role("region", name="Per uur").get_by_role("row")).to_have_count(2)
    await expect(page.locator(".plot rect.in-time")).to_have_count(1)
    await well_made(page)


async def test_an_earlier_day_is_chosen_by_date_and_by_keyboard(page_of: OpenPage, world: World, url: str) -> None:
    # given a Monday in spring
    day = Day(date(2026, 3, 2), "Europe/Amsterdam")
    await open_on_weekdays(world)
    await fill_day(world, day)
    await world.user("mia", "Mia Manager", role=Role.MANAGER, ready=False, language="en")
    page = await page_of("mia")
    await page.goto(f"{url}/today")

    # when it is chosen, then its figures and its chart are there, and a reader hears the chart as a table
    await page.get_by_label("Choose a day").fill(day.date.isoformat())
    await page.keyboard.press("Enter")
    await expect(page.locator("h1")).to_contain_text(f"{day.date:%d-%m-%Y}")
    await page.get_by_text("As a table").focus()
    await page.keyboard.press("Enter")
    table = page.get_by_role("region", name="By the hour")
    await expect(table.get_by_role("rowheader", name="10:00")).to_be_visible()
    bars = await page.locator(".plot rect").count()
    assert bars > len(await table.get_by_role("row").all())
    for width in (390, 1366):
        await page.set_viewport_size({"width": width, "height": 800})
        for scheme in SCHEMES:
            await page.emulate_media(color_scheme=scheme)
            assert await faults_seen_by_axe(page) == []
    await well_made(page)

    # and the days beside it are a click away
    await page.get_by_role("link", name="Next day").click()
    await expect(page.get_by_text("No callers on this day.")).to_be_visible()
    await well_made(page)
    await page.get_by_role("link", name="To today").click()
    await expect(page.locator("h1")).to_have_text("Today")


async def test_who_is_no_manager_is_not_offered_it(page_of: OpenPage, url: str) -> None:
    page = await page_of("anna")
    await expect(page.locator("#office")).to_have_count(0)
    await page.goto(f"{url}/phone")
    await expect(page.get_by_role("link", name="Vandaag")).to_have_count(0)
    answer = await page.goto(f"{url}/today")
    assert answer is not None
    assert answer.status == 403
