"""What must not be on a screen, or not yet: masked values, other people's callers, what a caller's name would do."""

from dataclasses import replace

import pytest
from playwright.async_api import Page, Request, expect

from callcenter.model.tenant import Link
from callcenter.store import tenants
from callcenter.store.sealing import Attributes
from callcenter.store.tables import audit
from demo.process import until
from tests.e2e.dashboard.browser import take
from tests.e2e.dashboard.conftest import OpenPage
from tests.e2e.dashboard.world import LINK_HOST, MARIA, PERSONAL, World

pytestmark = pytest.mark.asyncio(loop_scope="module")

BSN = "999990019"


async def in_call(page: Page, world: World, attributes: Attributes | None = MARIA) -> str:
    """Take a caller and answer; returns the call's id."""
    call_id = await world.caller(attributes)
    await take(page, call_id)
    await world.answer(call_id)
    await expect(page.locator("#call-title")).to_contain_text("In gesprek")
    return call_id


async def audited(world: World, call_id: str) -> list[tuple[str, str | None]]:
    """The lines of the audit trail about a call: what was done, to which attribute."""
    async with world.store.begin() as tx:
        rows = await tx.connection.execute(audit.select().where(audit.c.call_id == call_id).order_by(audit.c.at))
        return [(row.action, row.attribute) for row in rows]


async def test_a_bsn_is_masked_until_revealed_and_masks_itself_again(page_of: OpenPage, world: World) -> None:
    # given a call with a BSN; all that the server sends is watched
    page = await page_of("anna")
    received: list[str] = []
    page.on("websocket", lambda socket: socket.on("framereceived", lambda frame: received.append(str(frame))))
    await page.reload()
    await expect(page.locator("body")).to_have_attribute("data-live", "yes")
    call_id = await in_call(page, world)
    field = page.locator(f"#field-{call_id}-bsn")

    # then it is masked, in the source of the page and in what came over the socket too
    await expect(field).to_have_text("•••••••19")
    assert BSN not in await page.content()
    assert received
    assert BSN not in "".join(received)
    await expect(page.locator(f"#copy-field-{call_id}-bsn")).to_be_hidden()

    # when the agent asks for it, with half a minute going by at once afterwards
    await page.clock.install()
    await page.locator(f"#reveal-field-{call_id}-bsn").click()
    await expect(field).to_have_text(BSN)
    await expect(page.locator(f"#copy-field-{call_id}-bsn")).to_be_visible()

    # then a change of the page, and of the call, does not hide it, and time does
    await world.caller(None)
    await expect(page.locator("#part-queue li")).to_have_count(1)
    await page.locator("#hold").click()
    await expect(page.locator("#on-hold")).to_be_visible()
    await expect(field).to_have_text(BSN)
    await expect(page.locator(f"#reveal-field-{call_id}-bsn")).to_have_text("Verberg")
    await page.clock.run_for(30_100)
    await expect(field).to_have_text("•••••••19")
    assert BSN not in await page.content()

    # and who saw it is in the audit trail
    assert await audited(world, call_id) == [("take", None), ("view", None), ("reveal", "bsn")]


async def test_a_bsn_is_masked_when_the_laptop_wakes(page_of: OpenPage, world: World) -> None:
    # given a BSN that is shown when the lid is closed
    page = await page_of("anna")
    call_id = await in_call(page, world)
    field = page.locator(f"#field-{call_id}-bsn")
    await page.locator(f"#reveal-field-{call_id}-bsn").click()
    await expect(field).to_have_text(BSN)

    # when it is opened an hour later: the clock has gone on, and no timer has
    await page.evaluate(
        "() => { const now = Date.now; Date.now = () => now() + 3600_000;"
        " document.dispatchEvent(new Event('visibilitychange')); }"
    )

    # then it is masked at once
    assert await field.inner_text() == "•••••••19"
    assert BSN not in await page.content()


async def test_a_reveal_can_be_hidden_by_hand_and_ends_with_the_call(page_of: OpenPage, world: World) -> None:
    # given a revealed BSN
    page = await page_of("anna")
    call_id = await in_call(page, world)
    reveal, field = page.locator(f"#reveal-field-{call_id}-bsn"), page.locator(f"#field-{call_id}-bsn")
    await reveal.click()
    await expect(field).to_have_text(BSN)

    # when the agent hides it, then it is masked
    await reveal.click()
    await expect(field).to_have_text("•••••••19")

    # when it is shown and the call ends, then it is gone
    await reveal.click()
    await expect(field).to_have_text(BSN)
    await world.hang_up(call_id)
    await expect(page.locator("#no-call")).to_be_visible()
    assert BSN not in await page.content()


async def test_a_link_opens_with_the_attribute_and_without_a_way_back(page_of: OpenPage, world: World) -> None:
    # given a call, and a municipality's system that shows how it was asked
    page = await page_of("anna")
    asked: list[Request] = []

    async def municipality(route: object, request: Request) -> None:
        asked.append(request)
        await route.fulfill(body="<p>zaaksysteem</p>", content_type="text/html")  # type: ignore[attr-defined]

    await page.context.route(f"https://{LINK_HOST}/**", municipality)
    call_id = await in_call(page, world)

    # when the agent opens the link
    async with page.context.expect_page() as opened:
        await page.get_by_role("button", name="Open in zaaksysteem").click()
    tab = await opened.value
    await expect(tab.get_by_text("zaaksysteem")).to_be_visible()

    # then the other system has the BSN, no referrer, and no hold on our page; ours has no BSN in its source
    assert tab.url == f"https://{LINK_HOST}/zaken?bsn={BSN}"
    assert "referer" not in await asked[0].all_headers()
    assert await tab.evaluate("window.opener") is None
    assert BSN not in await page.content()
    assert ("link", None) in await audited(world, call_id)


async def test_a_link_of_the_municipality_opens_for_a_caller_without_a_proof(page_of: OpenPage, world: World) -> None:
    # given a municipality with a link of its own, and a caller of whom nothing is known
    of = replace(world.town.municipality, links=(Link("Kennisbank", f"https://{LINK_HOST}/kennis"),))
    async with world.store.begin() as tx:
        await tenants.save_links(tx, of)
    page = await page_of("anna")
    await page.context.route(f"https://{LINK_HOST}/**", lambda route: route.fulfill(body="<p>kennisbank</p>"))
    await in_call(page, world, None)

    # when the agent opens it, then it is there
    async with page.context.expect_page() as opened:
        await page.get_by_role("button", name="Kennisbank").click()
    await expect((await opened.value).get_by_text("kennisbank")).to_be_visible()


async def test_a_link_that_lacks_an_attribute_says_so(page_of: OpenPage, world: World) -> None:
    # given a caller who shared no BSN
    page = await page_of("anna")
    await in_call(page, world, {f"{PERSONAL}.bsn": None, f"{PERSONAL}.familyname": "Zonneveld"})

    # then that is said, and only the other link opens
    await expect(page.locator(".link.dead")).to_contain_text("Open in zaaksysteem")
    await expect(page.locator("button.link")).to_have_count(1)
    await expect(page.locator(".fields")).to_contain_text("staat niet op de kaart")


NASTY = (
    "<script>document.title='hacked'</script>",
    '"><img src=x onerror="document.title=\'hacked\'">',
    "{{ 7*7 }}",
    "عبد الرحمن الخطيب",
    "Å" * 200,
    "'; DROP TABLE call; --",
)


async def test_a_name_is_only_ever_text(page_of: OpenPage, world: World) -> None:
    page = await page_of("anna")
    for name in NASTY:
        # given somebody with such a name
        attributes: Attributes = {f"{PERSONAL}.bsn": BSN, f"{PERSONAL}.familyname": name}

        # when they wait, and when they are helped, then it is shown as it is
        call_id = await world.caller(attributes)
        await expect(page.locator(f"#row-{call_id} .name")).to_have_text(name)
        await take(page, call_id)
        await expect(page.locator("#part-call .big")).to_have_text(name)
        assert "hacked" not in await page.title()

        # and the page is no wider than the screen
        for width in (390, 1366):
            await page.set_viewport_size({"width": width, "height": 768})
            assert await page.evaluate("document.documentElement.scrollWidth") <= width
        await world.hang_up(call_id)
        await expect(page.locator("#no-call")).to_be_visible()


async def test_an_unverified_caller_is_marked(page_of: OpenPage, world: World) -> None:
    # given a caller without a proof
    page = await page_of("anna")
    call_id = await world.caller(None)

    # then queue and call say so
    await expect(page.locator(f"#row-{call_id}")).to_contain_text("niet bewezen")
    await take(page, call_id)
    await expect(page.locator("#part-call")).to_contain_text("Stel zelf vast met wie u spreekt")


async def test_another_municipality_sees_nothing(page_of: OpenPage, world: World) -> None:
    # given an agent elsewhere, and one here
    await world.user("nel", "Nel", town=world.neighbour)
    nel, anna = await page_of("nel"), await page_of("anna")

    # when somebody calls here
    call_id = await world.caller(MARIA)

    # then only the agent here sees it
    await expect(anna.locator(f"#row-{call_id}")).to_be_visible()
    await expect(nel.locator("#queue-empty")).to_be_visible()
    await nel.reload()
    await expect(nel.locator("#queue-empty")).to_be_visible()
    assert "Zonneveld" not in await nel.content()


async def test_what_was_sealed_for_another_key_is_said_plainly(page_of: OpenPage, world: World) -> None:
    # given a caller whose attributes nobody here can open
    page = await page_of("anna")
    call_id = await world.caller(MARIA)
    async with world.store.begin() as tx:
        await tx.connection.exec_driver_sql("UPDATE disclosure SET sealed = X'00'")

    # when the agent takes the call, then she reads what to do
    await take(page, call_id)
    await expect(page.locator("#part-call")).to_contain_text("kunnen niet worden gelezen")


async def test_the_browser_reports_no_breach_of_the_policy(page_of: OpenPage, world: World) -> None:
    # given a page whose console is watched
    page = await page_of("anna")
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))

    # when it is used
    await page.reload()
    call_id = await in_call(page, world)
    await page.locator(f"#reveal-field-{call_id}-bsn").click()
    await page.keyboard.press("?")
    await expect(page.locator("dialog#keys")).to_be_visible()

    # then the content policy had nothing to complain of, and nothing of the caller is kept in the browser
    await until(lambda: True, what="the console has been read")
    assert said == []
    kept = await page.evaluate("JSON.stringify([localStorage, sessionStorage, history.state, location.href])")
    assert not any(value in kept for value in MARIA.values() if value)
