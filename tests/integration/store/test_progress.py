"""How disclosures go: for one citizen's page, for many at once, and for a whole queue."""

from datetime import datetime, timedelta

from callcenter.model.call import CallState, Outcome
from callcenter.model.code import token_hash
from callcenter.model.disclosure import DisclosureState, Why
from callcenter.store import disclosures
from callcenter.store.database import Store
from callcenter.store.progress import Progress, line_of, place_of, progress, progress_of
from tests.integration.store.town import NOW, Town


async def of(store: Store, disclosure_id: str) -> Progress:
    async with store.begin() as tx:
        found = await progress(tx, token_hash(f"status {disclosure_id}"))
        assert found is not None
        assert await progress_of(tx, [disclosure_id, "no such id"]) == {disclosure_id: found}
    return found


async def test_the_citizens_page_sees_the_state_of_its_call(store: Store, town: Town) -> None:
    """Given a proven disclosure, when its call goes on, then its progress tells the call's state, and how it ended."""
    one = await town.disclosure()
    call = await town.call(CallState.ASKING)
    await town.use_code(call.id)

    async def seen() -> tuple[CallState | None, datetime | None, str | None]:
        now = await of(store, one.id)
        return now.call_state, now.waiting_since, now.reason

    assert await seen() == (CallState.ASKING, None, None)
    await town.move_call(call, state=CallState.WAITING, waiting_since=NOW)
    assert await seen() == (CallState.WAITING, NOW, None)
    await town.move_call(call, state=CallState.CONNECTED)
    assert await seen() == (CallState.CONNECTED, None, None)
    await town.move_call(call, state=CallState.ENDED, outcome=Outcome.ANSWERED, ended_at=NOW)
    assert await seen() == (CallState.ENDED, None, "answered")


async def test_why_it_failed_is_kept_when_all_else_is_erased(store: Store, town: Town) -> None:
    """Given an open disclosure, when it fails, then its reason is told."""
    one = await town.disclosure(DisclosureState.REQUESTED)
    async with store.begin() as tx:
        assert await disclosures.move(tx, one.id, DisclosureState.FAILED, reason=Why.NOT_VALID)
    assert (await of(store, one.id)).reason == "not-valid"


async def test_a_line_tells_each_place_as_the_queue_does(store: Store, town: Town) -> None:
    """Given a queue in which two came at once, when asked as a whole and one by one, then places agree."""
    times = [NOW - timedelta(minutes=minutes) for minutes in (3, 2, 2, 1)]
    for since in times:
        await town.call(waiting_since=since)
    await town.call(CallState.CONNECTED)
    other = await Town.found(store, "elders", "+31243290001")
    await other.call(waiting_since=NOW - timedelta(hours=1))
    async with store.begin() as tx:
        line = await line_of(tx, town.id)
        places = [await place_of(tx, town.id, since) for since in times]
    assert [line.place(since) for since in times] == places == [1, 2, 2, 4]


async def test_of_an_unknown_token_nothing_is_told(store: Store) -> None:
    """Given no such token, when it is asked about, then there is nothing."""
    async with store.begin() as tx:
        assert await progress(tx, token_hash("no such token")) is None
