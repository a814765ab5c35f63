"""Ends that the api tells: of the municipality, of what was disclosed, of the call. All from the real one."""

import asyncio
import re
import secrets
from datetime import UTC, datetime, time, timedelta

import pytest
from playwright.async_api import Page, expect

from callcenter.model.call import CallState, Outcome
from callcenter.model.closing import ClosingTexts
from callcenter.model.tenant import Condiscon, Hours, Municipality, Purpose
from callcenter.store import tenants
from demo.persons import PERSONAL_DATA
from demo.process import until
from demo.site.app import read_qr
from demo.wallet import WalletError
from tests.e2e.button.browser import picture_of_qr, state_is
from tests.e2e.button.conftest import OpenPage
from tests.e2e.button.town import CONDISCON, Town

pytestmark = pytest.mark.asyncio(loop_scope="module")

NAME_ONLY: Condiscon = [[[f"{PERSONAL_DATA}.familyname"]]]


async def settle(town: Town, slug: str, **given: object) -> None:
    """Add a municipality that lists the plain pages, with a purpose that has a set of attributes."""
    number = f"+3124329{secrets.randbelow(9000) + 1000}"
    of = Municipality(secrets.token_hex(16), slug, slug, number, origins=(town.pages,), **given)  # type: ignore[arg-type]
    purpose = Purpose(
        secrets.token_hex(16),
        of.id,
        "verhuizing",
        "Verhuizing",
        "Moving",
        CONDISCON,
        attribute_sets={"naam": NAME_ONLY},
    )
    async with town.store.begin() as tx:
        await tenants.add_municipality(tx, of)
        await tenants.add_purpose(tx, purpose, of)


async def qr_of(page: Page) -> dict[str, object]:
    """Begin, and read the QR code."""
    await page.get_by_role("button").click()
    await state_is(page, "qr")
    session = read_qr(await picture_of_qr(page))
    assert session is not None
    return session


async def test_a_municipality_that_is_closed_says_when_it_opens(town: Town, open_page: OpenPage) -> None:
    # given one that is open in two days only
    soon = datetime.now(UTC) + timedelta(days=2)
    await settle(town, "dicht", hours=Hours({soon.weekday(): (time(9), time(17))}))
    page = await open_page(f"{town.pages}/?town=dicht", timezone_id="Europe/Amsterdam")

    await page.get_by_role("button").click()

    await state_is(page, "closed")
    await expect(page.locator("veilig-bellen .text")).to_contain_text(f" {soon.day} ")
    await expect(page.locator("veilig-bellen .text")).to_contain_text("09:00 uur")
    await expect(page.get_by_text("Ons nummer voor later:")).to_be_visible()


async def test_a_municipality_that_is_closed_says_so_in_its_own_words(town: Town, open_page: OpenPage) -> None:
    # given a manager's text with a mark-up and a sign that turns text round
    soon = datetime.now(UTC) + timedelta(days=2)
    text = "\u202eWij zijn op cursus. <b>Mail ons</b>"
    await settle(town, "cursus", hours=Hours({soon.weekday(): (time(9), time(17))}), closing=ClosingTexts(nl=text))
    page = await open_page(f"{town.pages}/?town=cursus", timezone_id="Europe/Amsterdam")

    # when somebody begins, then they read it as it is, and when it opens again
    await page.get_by_role("button").click()
    await state_is(page, "closed")
    texts = page.locator("veilig-bellen p.text")
    await expect(texts).to_have_text([text, re.compile("09:00 uur")])
    await expect(page.locator("veilig-bellen b")).to_have_count(0)

    # and who reads English reads what everybody does
    english = await open_page(f"{town.pages}/?town=cursus&lang=en", timezone_id="Europe/Amsterdam")
    await english.get_by_role("button").click()
    await state_is(english, "closed")
    await expect(english.locator("veilig-bellen .text")).to_contain_text("You can call us again")


async def test_a_queue_without_room_says_so_and_when_to_try_again(town: Town, open_page: OpenPage) -> None:
    await settle(town, "vol", max_waiting=0)
    page = await open_page(f"{town.pages}/?town=vol")

    await page.get_by_role("button").click()

    await state_is(page, "busy")
    await expect(page.locator("veilig-bellen .text")).to_contain_text("Probeer het over 1 minuut opnieuw.")


async def test_pairing_is_asked_for_where_the_purpose_wants_it_and_a_set_is_asked_by_name(
    town: Town, open_page: OpenPage
) -> None:
    # given a button that names a set of a purpose with pairing
    await settle(town, "koppel")
    page = await open_page(f"{town.pages}/?town=koppel&attributes=naam")
    async with page.expect_request("**/v1/disclosures") as asking:
        session = await qr_of(page)
    assert '"attributes":"naam"' in ((await asking.value).post_data or "")

    # when the app is there, then its digits are asked for, and nothing else will do
    shown: list[str] = []

    async def type_them() -> None:
        await until(lambda: bool(shown), what="the app shows digits")
        await state_is(page, "pairing")
        await page.keyboard.press("Enter")
        await expect(page.locator("veilig-bellen form .wrong")).to_have_text("Typ de vier cijfers die in de app staan.")
        await page.get_by_label("Cijfers uit de app").fill(shown[0])
        await page.keyboard.press("Enter")

    await asyncio.gather(town.wallet.disclose(session, on_pairing=shown.append), type_them())
    await state_is(page, "disclosed")


async def test_a_set_that_is_not_there_is_the_sites_mistake(town: Town, open_page: OpenPage) -> None:
    page = await open_page(f"{town.pages}/?attributes=tikfout")

    await page.get_by_role("button").click()

    await state_is(page, "misplaced")


async def test_who_shows_less_than_was_asked_is_told_what_to_do(town: Town, open_page: OpenPage) -> None:
    page = await open_page(town.pages)
    session = await qr_of(page)

    with pytest.raises(WalletError):
        await town.wallet.disclose(session, withhold=True)

    await state_is(page, "failed")
    await expect(page.locator("veilig-bellen [data-state]")).to_have_attribute("data-reason", "attributes-missing")
    await expect(page.locator("veilig-bellen .text")).to_contain_text("Haal de gegevens van uw gemeente op")


@pytest.mark.parametrize(
    ("outcome", "title"),
    [
        (Outcome.ANSWERED, "Het gesprek is afgelopen"),
        (Outcome.ABANDONED, "Het gesprek is gestopt"),
        (Outcome.FAILED, "Het gesprek is weggevallen"),
    ],
)
async def test_how_the_call_ended_is_told(town: Town, open_page: OpenPage, outcome: Outcome, title: str) -> None:
    page = await open_page(town.pages)
    async with page.expect_response("**/v1/disclosures") as beginning:
        session = await qr_of(page)
    code = (await (await beginning.value).json())["code"]
    await town.wallet.disclose(session)
    await state_is(page, "disclosed")
    call = await town.call(code)
    await state_is(page, "waiting")

    await town.move(call, CallState.ENDED, outcome)

    await state_is(page, "ended")
    await expect(page.locator("veilig-bellen .title")).to_have_text(title)
