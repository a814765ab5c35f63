"""What a wrap-up opens, to whom, and for how long: asked over HTTP, past whatever a page shows."""

import pytest

from tests.e2e.dashboard.world import MARIA, World
from tests.integration.dashboard.conftest import Browser, OpenBrowser

BSN = "999990019"


async def wrapping_up(world: World, seconds: float) -> str:
    """A call of Anna's that is over, with so many seconds to wrap up; returns its id."""
    call_id = await world.caller(MARIA)
    assert await world.claim(call_id, "anna")
    await world.answer(call_id)
    await world.wrap_up(call_id, seconds)
    return call_id


@pytest.fixture
async def anna(browser_of: OpenBrowser) -> Browser:
    return await browser_of("anna")


@pytest.fixture
async def bram(browser_of: OpenBrowser, world: World) -> Browser:
    await world.user("bram", "Bram Bakker")
    return await browser_of("bram")


async def test_only_who_had_the_call_can_see_extend_or_end(anna: Browser, bram: Browser, world: World) -> None:
    # given Anna's wrap-up
    call_id = await wrapping_up(world, 60)
    paths = [f"/calls/{call_id}/reveal/bsn", f"/calls/{call_id}/links/0"]

    # when a colleague asks for the caller, or ends or extends it, then nothing comes of it
    assert [(await bram.post(path)).status_code for path in paths] == [404, 404]
    assert (await bram.post(f"/calls/{call_id}/wrap-up/extend")).json()["outcome"] == "not-extended"
    await bram.post(f"/calls/{call_id}/wrap-up/done")
    assert "Zonneveld" not in (await bram.client.get("/")).text

    # and she who had the call can do all of it
    assert (await anna.post(paths[0])).json()["value"] == BSN
    assert (await anna.post(f"/calls/{call_id}/wrap-up/extend")).json()["outcome"] == "extended"
    assert (await anna.post(f"/calls/{call_id}/wrap-up/extend")).json()["outcome"] == "not-extended"
    assert (await anna.post(f"/calls/{call_id}/wrap-up/done")).json()["outcome"] == "wrapped-up"
    assert (await anna.post(paths[0])).status_code == 404


async def test_when_it_is_over_nothing_is_shown_though_nobody_has_erased(anna: Browser, world: World) -> None:
    # given a wrap-up that is over, and every process dead that would erase
    call_id = await wrapping_up(world, -0.001)

    # then the caller is nowhere to be seen
    assert (await anna.post(f"/calls/{call_id}/reveal/bsn")).status_code == 404
    assert (await anna.post(f"/calls/{call_id}/wrap-up/extend")).json()["outcome"] == "not-extended"
    assert "Zonneveld" not in (await anna.client.get("/")).text


async def test_who_wraps_up_can_not_take_the_next_caller_until_done(anna: Browser, world: World) -> None:
    # given a wrap-up, and somebody who waits
    call_id = await wrapping_up(world, 60)
    waiting = await world.caller(MARIA)

    # when Anna takes them, then she is told why that can't be; when she is done, it can
    refused = (await anna.post(f"/calls/{waiting}/take")).json()
    assert refused["outcome"] == "wrapping-up"
    assert "Kies Klaar" in refused["said"]
    await anna.post(f"/calls/{call_id}/wrap-up/done")
    assert (await anna.post(f"/calls/{waiting}/take")).json()["outcome"] == "yours"


async def test_nobody_is_put_on_hold_who_is_not_in_a_call(anna: Browser, world: World) -> None:
    # given a caller who waits, and one whose call is over
    waiting, over = await world.caller(MARIA), await wrapping_up(world, 60)

    # then hold is refused, in words
    for call_id in (waiting, over):
        answer = (await anna.post(f"/calls/{call_id}/hold", hold="yes")).json()
        assert (answer["outcome"], answer["said"]) == ("no-call", "Dit gesprek was al voorbij.")
        assert (await world.call(call_id)).held_since is None
