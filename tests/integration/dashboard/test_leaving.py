"""Who logs out, or is logged out, leaves no caller behind on a screen: a wrap-up ends, a call that goes on does not."""

import pytest

from callcenter.model.call import CallState
from callcenter.model.staff import Role
from callcenter.store.tables import staff_session
from demo.process import until
from tests.e2e.dashboard.world import MARIA, World, dashboard_of
from tests.integration.dashboard.conftest import Browser, OpenBrowser
from tests.integration.dashboard.test_feed import browser_at, page_at, town  # noqa: F401 - a fixture
from tests.integration.dashboard.test_wrap_up import wrapping_up


async def _sees_a_caller(world: World, call_id: str) -> bool:
    return (await world.call(call_id)).disclosure_id is not None


@pytest.fixture
async def anna(browser_of: OpenBrowser) -> Browser:
    return await browser_of("anna")


@pytest.mark.parametrize("path", ["/logout", "/account/logins/end-all"])
async def test_who_logs_out_is_done_with_the_wrap_up(anna: Browser, world: World, path: str) -> None:
    call_id = await wrapping_up(world, 60)
    assert await _sees_a_caller(world, call_id)
    assert (await anna.send(path, {})).status_code == 303
    assert not await _sees_a_caller(world, call_id)

    # and when she is back, nothing of it is
    await anna.log_in("anna")
    assert "Zonneveld" not in (await anna.get("/")).text


@pytest.mark.parametrize("what", ["sign-out", "disable", "reset", "remove"])
async def test_whom_a_manager_logs_out_is_done_with_it_too(
    anna: Browser, world: World, browser_of: OpenBrowser, what: str
) -> None:
    call_id = await wrapping_up(world, 60)
    await world.user("mia", "Mia", role=Role.MANAGER)
    mia = await browser_of("mia")
    answer = await mia.send(f"/team/{world.users['anna'].id}/{what}", {})
    assert answer.status_code in (200, 303)
    assert not await _sees_a_caller(world, call_id)


async def test_a_log_in_elsewhere_that_ends_ends_nothing_here(
    anna: Browser, world: World, browser_of: OpenBrowser
) -> None:
    await browser_of("anna")
    call_id = await wrapping_up(world, 60)
    assert (await anna.send("/account/logins/end-others", {})).status_code == 303
    assert await _sees_a_caller(world, call_id)


async def test_a_call_that_goes_on_is_not_cut_off(anna: Browser, world: World) -> None:
    # given Anna in a call
    call_id = await world.caller(MARIA)
    assert await world.claim(call_id, "anna")
    await world.answer(call_id)

    # when she logs out, then they talk on, and she sees it again when she is back
    await anna.send("/logout", {})
    call = await world.call(call_id)
    assert (call.state, call.hangup_asked) == (CallState.CONNECTED, False)
    await anna.log_in("anna")
    assert "Zonneveld" in (await anna.get("/")).text


async def test_a_log_in_that_runs_out_ends_the_wrap_up_on_its_page(town: World) -> None:  # noqa: F811
    # given Anna's page in a wrap-up
    async with dashboard_of(town) as url, browser_at(url, "anna") as anna, page_at(url, anna) as page:
        call_id = await wrapping_up(town, 120)
        await page.shows("call", "Zonneveld")

        # when her log-in is over, without a word
        async with town.store.begin() as tx:
            await tx.connection.execute(staff_session.delete())

        # then her page is closed, and nothing is left to see
        await until(lambda: page.closed is not None, what="the page is closed", seconds=5)
        assert not await _sees_a_caller(town, call_id)
