"""What a button may wish: sets, pairing; and what is refused because it would lead to no call."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest

from callcenter.api import tenancy
from callcenter.model.call import CallState
from callcenter.store.database import Store, open_store
from callcenter.store.tables import municipality, purpose
from demo.persons import PERSONAL_DATA
from demo.wallet import Wallet
from tests.integration.api.world import ASKED, Installation


@pytest.fixture
async def store(sqlite_url: str) -> AsyncIterator[Store]:
    """One database will do here: the queries have their own tests on both."""
    async with open_store(sqlite_url) as opened:
        yield opened


NAMES = [[[f"{PERSONAL_DATA}.surname"]], [[], [f"{PERSONAL_DATA}.prefix"]]]


async def test_a_button_chooses_among_the_sets_of_the_purpose(api: Installation, wallet: Wallet) -> None:
    """Given a purpose with a named set, when the button names it, then that is asked, and proves what it says."""
    await api.edit(purpose, attribute_sets={"alleen-naam": NAMES})
    answer = (await api.wish(attributes="alleen-naam")).json()
    await wallet.disclose(answer["sessionPtr"])
    resolved = await api.resolve(answer["code"])

    shown = await api.attributes(resolved.json()["reference"])
    assert set(shown) == {f"{PERSONAL_DATA}.surname", f"{PERSONAL_DATA}.prefix"}


async def test_a_set_that_is_not_there_is_refused(api: Installation) -> None:
    """Given a button with a slip in the name of its set, then it is told which word to check."""
    answer = await api.wish(attributes="alles")
    assert (answer.status_code, answer.json()["type"]) == (404, "attributes-unknown")
    assert "`attributes`" in answer.json()["detail"]


async def test_an_edited_purpose_does_no_harm_to_who_is_disclosing(
    api: Installation, wallet: Wallet, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Given a citizen with a QR code, when the purpose asks something else from now on, then theirs counts."""
    monkeypatch.setattr(tenancy, "REMEMBER_SECONDS", 0.0)
    begun = await api.start()
    await api.edit(purpose, condiscon=NAMES)
    await wallet.disclose(begun.session_ptr)

    resolved = await api.resolve(begun.code)
    assert set(await api.attributes(resolved.json()["reference"])) == set(ASKED)


async def test_whether_the_app_must_pair_is_the_purposes_word(
    api: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Given a purpose, then pairing is on unless it says otherwise."""
    monkeypatch.setattr(tenancy, "REMEMBER_SECONDS", 0.0)
    assert (await api.wish()).json()["pairing"] is True
    await api.edit(purpose, pairing=False)
    assert (await api.wish()).json()["pairing"] is False


# -- what would lead to no call --------------------------------------------------------------------


def hours(*days: int) -> dict[str, Any]:
    return {"zone": "Europe/Amsterdam", "days": {str(day): ["09:00:00", "17:00:00"] for day in days}}


async def test_closed_is_told_before_anybody_discloses(api: Installation, sessions: dict[str, str]) -> None:
    """Given a municipality that is closed today, then the button learns when it opens, and nothing is started."""
    tomorrow = datetime.now(UTC) + timedelta(days=2)
    await api.edit(municipality, hours=hours(tomorrow.weekday()))
    answer = await api.wish()

    assert (answer.status_code, answer.json()["type"]) == (409, "closed")
    opens = datetime.fromisoformat(answer.json()["opensAt"])
    assert opens.time() == time(9)
    assert timedelta(0) < opens - datetime.now(UTC) < timedelta(days=4)
    assert sessions == {}


async def test_a_closed_municipality_is_told_in_its_own_words(
    api: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Given a manager's text, when the button is told that it is closed, then it gets the text, in that language."""
    monkeypatch.setattr(tenancy, "REMEMBER_SECONDS", 0.0)
    tomorrow = datetime.now(UTC) + timedelta(days=2)
    await api.edit(municipality, hours=hours(tomorrow.weekday()), closing_nl="Bel morgen. <b>اتصل غدًا</b>")
    answer = (await api.wish()).json()
    assert (answer["type"], answer["closing"]) == ("closed", {"nl": "Bel morgen. <b>اتصل غدًا</b>"})
    assert "opensAt" in answer

    await api.edit(municipality, closing_nl="")
    assert "closing" not in (await api.wish()).json()


async def test_a_full_queue_is_told_before_anybody_discloses(
    api: Installation, sessions: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Given a queue without room, then the button hears so with a time, until there is room again."""
    monkeypatch.setattr(tenancy, "REMEMBER_SECONDS", 0.0)
    monkeypatch.setattr(tenancy, "QUEUE_SECONDS", 0.0)
    await api.edit(municipality, max_waiting=1)
    assert (await api.wish()).status_code == 200
    await api.call(CallState.WAITING)
    sessions.clear()
    answer = await api.wish()

    assert (answer.status_code, answer.json()["type"]) == (503, "busy")
    assert int(answer.headers["retry-after"]) > 0
    assert sessions == {}
    await api.edit(municipality, max_waiting=2)
    assert (await api.wish()).status_code == 200
