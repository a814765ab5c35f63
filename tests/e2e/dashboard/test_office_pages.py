"""Every page of the office and of one's own account, walked through and looked at by axe; and its menu in use."""

import pytest
from playwright.async_api import Page, expect

from callcenter.model.staff import Role
from tests.e2e.dashboard.browser import fill_login
from tests.e2e.dashboard.conftest import OpenPage
from tests.e2e.dashboard.looks import well_made
from tests.e2e.dashboard.world import MARIA, World

pytestmark = pytest.mark.asyncio(loop_scope="module")

OF_A_MANAGER = ("/team", "/team/new", "/settings", "/settings/purposes/verhuizing", "/audit", "/phone")
OF_AN_OPERATOR = (
    "/municipalities", "/municipalities/new", "/municipalities/voorbeeldstad", "/keys", "/health",
)  # fmt: skip
OF_EVERYBODY = ("/account", "/account/app", "/account/prove")


async def theme(page: Page) -> str:
    """The colours that the page has."""
    return str(await page.evaluate("document.documentElement.dataset.theme"))


async def test_every_page_of_a_manager(page_of: OpenPage, world: World, url: str) -> None:
    await world.user("mia", "Mia Manager", role=Role.MANAGER)
    page = await page_of("mia")
    for path in (*OF_A_MANAGER, f"/team/{world.users['anna'].id}", *OF_EVERYBODY):
        await page.goto(f"{url}{path}")
        await well_made(page)
        for summary in await page.locator("main summary").all():  # a second step, opened
            await summary.click()
        await well_made(page)


async def test_every_page_of_an_operator(page_of: OpenPage, world: World, url: str) -> None:
    await world.user("olga", "Olga", role=Role.OPERATOR, phone=None)
    page = await page_of(None)
    await fill_login(page, f"{url}/login", "olga")
    for path in (*OF_AN_OPERATOR, *OF_EVERYBODY):
        await page.goto(f"{url}{path}")
        await well_made(page)


async def test_the_menu_in_the_office_keeps_a_choice_at_once(page_of: OpenPage, world: World, url: str) -> None:
    # given a manager who goes from the queue into the office
    await world.user("mia", "Mia Manager", role=Role.MANAGER)
    page = await page_of("mia")
    await page.get_by_role("link", name="Beheer").click()
    await expect(page).to_have_url(f"{url}/today")
    await page.get_by_role("link", name="Team").click()
    await expect(page).to_have_url(f"{url}/team")
    await page.locator("#mine summary").click()
    await well_made(page, unsure=False)

    # when they choose dark, then the page is, and the next one, and the queue
    async with page.expect_response("**/preferences") as kept:
        await page.get_by_label("Donker").check()
    assert (await kept.value).status == 204
    assert await theme(page) == "dark"
    await page.keyboard.press("Escape")
    await expect(page.locator("#mine")).not_to_have_attribute("open", "")
    await page.get_by_role("link", name="Logboek").click()
    await expect(page.get_by_role("heading", name="Logboek")).to_be_visible()
    assert await theme(page) == "dark"
    await page.get_by_role("link", name="Wachtrij").click()
    await expect(page.locator("#part-queue")).to_be_visible()
    assert await theme(page) == "dark"


async def test_the_team_says_by_itself_who_is_in_a_call(page_of: OpenPage, world: World, url: str) -> None:
    # given a manager who looks at the team, and Anna who is logged in
    await world.user("mia", "Mia Manager", role=Role.MANAGER)
    await page_of("anna")
    page = await page_of("mia")
    await page.goto(f"{url}/team")
    row = page.locator(f"#member-{world.users['anna'].id}")
    await expect(row).to_contain_text("Beschikbaar")

    # when she takes a call, talks and wraps up, then her row says so
    call_id = await world.caller(MARIA)
    await world.claim(call_id, "anna")
    await expect(row).to_contain_text("Telefoon gaat over")
    await world.answer(call_id)
    await expect(row).to_contain_text("In gesprek")
    await expect(page.locator(".tally")).to_contain_text("1 in gesprek")
    await world.wrap_up(call_id, 60)
    await expect(row).to_contain_text("Rondt af")


async def test_thirty_colleagues_fit_on_a_small_laptop(page_of: OpenPage, world: World, url: str) -> None:
    await world.user("mia", "Mia Manager", role=Role.MANAGER)
    for number in range(27):
        await world.user(f"collega-{number}", f"Collega van {number}")
    page = await page_of("mia")
    await page.goto(f"{url}/team")
    await page.set_viewport_size({"width": 1366, "height": 768})
    await expect(page.locator(".colleagues li")).to_have_count(30)
    assert await page.evaluate("document.documentElement.scrollHeight") <= 768


async def test_a_phone_that_works_is_not_cut_off_by_one_click(page_of: OpenPage, world: World, url: str) -> None:
    page = await page_of("anna")
    await page.goto(f"{url}/phone")
    before = await page.locator(".facts").text_content()
    await page.get_by_text("Telefoon opnieuw instellen…").click()
    await expect(page.locator("#renew-does")).to_contain_text("meteen niet meer")
    assert await page.locator(".facts").text_content() == before
    await page.get_by_role("button", name="Ja, de oude telefoon mag uit").click()
    await expect(page.locator("#phone-password")).to_be_visible()


async def test_what_is_open_always_says_what_counts(page_of: OpenPage, world: World, url: str) -> None:
    # given a manager who fills in a week
    await world.user("mia", "Mia Manager", role=Role.MANAGER)
    page = await page_of("mia")
    await page.goto(f"{url}/settings")
    counts = page.get_by_text("gelden nu niet")
    await page.get_by_label("Op deze tijden").check()
    await expect(counts).to_be_hidden()
    await page.get_by_label("Maandag, open om").fill("09:00")
    await page.get_by_label("Maandag, dicht om").fill("17:00")

    # when they choose always, then it is said, the button to save is in sight, and the week is still there
    await page.get_by_label("Altijd open").check()
    await expect(counts).to_be_visible()
    save = page.get_by_role("button", name="Opslaan", exact=True).last
    await expect(save).to_be_in_viewport()
    await save.click()
    await expect(page.get_by_role("status").first).to_have_text("Opgeslagen.")
    await expect(page.get_by_label("Maandag, open om")).to_have_value("09:00")
    await expect(page.get_by_label("Altijd open")).to_be_checked()
