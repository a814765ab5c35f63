"""The audit trail: what staff do is in it, from where; a manager reads their own municipality's, and takes it along."""

import csv
import io
import re
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from callcenter import admin
from callcenter.dashboard.desk import utc_now
from callcenter.dashboard.office import trail
from callcenter.dashboard.office.trail import SHOWN
from callcenter.model.guessing import Kind
from callcenter.model.staff import Role, User
from callcenter.store import audit, guesses, users
from tests.e2e.dashboard.world import MARIA, World
from tests.integration.dashboard.conftest import Browser, OpenBrowser

FORMULAS = ("=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "＝1", ' =HYPERLINK("https://kwaad.example")')  # noqa: RUF001


@pytest.fixture
async def mia(world: World, browser_of: OpenBrowser) -> Browser:
    """The browser of a manager."""
    await world.user("mia", "Mia Manager", role=Role.MANAGER)
    return await browser_of("mia")


def _rows(text: str) -> list[dict[str, str]]:
    assert text.startswith("\ufeff")
    return list(csv.DictReader(io.StringIO(text[1:]), delimiter=";"))


async def test_what_the_command_line_did_is_told_as_such(mia: Browser, world: World) -> None:
    # given an operator who changes something at the machine
    with audit.coming_from(audit.COMMAND_LINE):
        await admin.set_code_minutes(world.store, "voorbeeldstad", 5)

    # then a manager reads that, in words on the page and as a word in the file
    page = (await mia.get("/audit?action=municipality-changed")).text
    assert "beheerder, op de server" in page
    assert "hoe lang een code werkt" in page
    assert audit.COMMAND_LINE not in page
    rows = _rows((await mia.get("/audit.csv?action=municipality-changed")).text)
    assert [(row["address"], row["staff_id"]) for row in rows] == [("command-line", "")]


async def test_what_an_agent_does_with_a_caller_is_in_it(mia: Browser, world: World, browser_of: OpenBrowser) -> None:
    # given an agent who takes a caller, looks, reveals, and hangs up
    anna, call_id = await browser_of("anna"), await world.caller(MARIA)
    await anna.post(f"/calls/{call_id}/take")
    await world.answer(call_id)
    await anna.get("/state")
    await anna.post(f"/calls/{call_id}/reveal/bsn")
    await anna.post(f"/calls/{call_id}/links/0")
    await anna.post(f"/calls/{call_id}/hangup")
    await anna.client.post("/logout", data={"csrf": anna.csrf})

    # when the manager reads
    rows = _rows((await mia.get("/audit.csv")).text)
    page = (await mia.get("/audit")).text

    # then it is all there, by whom, to which call, from where, and nothing of the caller
    of_anna = [row for row in rows if row["staff_login"] == "anna"]
    did = {"log-in", "take", "view", "reveal", "link", "hang-up", "log-out"}
    assert {row["action"] for row in of_anna} == did
    assert {row["address"] for row in of_anna} == {"127.0.0.1"}
    assert {row["call_id"] for row in of_anna if row["action"] not in ("log-in", "log-out")} == {call_id}
    assert [row["attribute"] for row in of_anna if row["action"] == "reveal"] == ["bsn"]
    for text in (page, str(rows)):
        assert not [value for value in MARIA.values() if value and value in text]
    assert "Verborgen gegeven getoond" in page

    # and that it was taken along is there too
    rows = _rows((await mia.get("/audit.csv")).text)
    assert rows[0]["action"] == "audit-exported"


async def test_another_municipality_s_trail_is_not_there(mia: Browser, world: World) -> None:
    async with world.store.begin() as tx:
        await audit.note(tx, utc_now(), "take", world.users["nel"], "gesprek-elders")
    for path in ("/audit", "/audit.csv", f"/audit?user={world.users['nel'].id}"):
        text = (await mia.get(path)).text
        assert "gesprek-elders"[:8] not in text
        assert "Nel" not in text


async def test_it_is_looked_through_by_day_action_and_colleague(mia: Browser, world: World) -> None:
    # given lines of today and of ten days ago
    now, anna = utc_now(), world.users["anna"]
    async with world.store.begin() as tx:
        await audit.note(tx, now - timedelta(days=10), "take", anna, "toen")
        await audit.note(tx, now, "take", anna, "vandaag")
        await audit.note(tx, now, "staff-disabled", world.users["mia"], about=anna)

    async def found(query: str) -> list[str]:
        rows = _rows((await mia.get(f"/audit.csv?{query}")).text)
        ours = [row for row in rows if not row["action"].startswith(("audit", "log-"))]
        return sorted(row["call_id"] or row["action"] for row in ours)

    today = now.astimezone(ZoneInfo("Europe/Amsterdam")).date()
    then = today - timedelta(days=10)
    assert await found("") == ["staff-disabled", "vandaag"]
    assert await found(f"from={then}") == ["toen"]
    assert await found(f"from={then}&till={today}") == ["staff-disabled", "toen", "vandaag"]
    assert await found(f"from={then}&till={today}&action=take") == ["toen", "vandaag"]
    assert await found(f"user={anna.id}") == ["staff-disabled", "vandaag"]
    assert await found("user=niemand&action=%00") == []


@pytest.mark.parametrize(
    ("query", "faulty"),
    [
        ("from=gisteren", "from"),
        ("from=0001-01-01", "from"),
        ("from=9999-12-31", "from"),
        ("from=2026-02-30", "from"),
        ("from=2026-11-24&till=2026-11-23", "till"),
        ("from=2024-01-01&till=2026-01-01", "till"),
        ("till=<script>alert(1)</script>", "till"),
    ],
)
async def test_days_that_there_are_not_are_told_beside_their_field(mia: Browser, query: str, faulty: str) -> None:
    answer = await mia.get(f"/audit?{query}")
    assert answer.status_code == 422
    assert f'id="{faulty}-fault"' in answer.text
    assert "<script>alert" not in answer.text
    assert (await mia.get(f"/audit.csv?{query}")).status_code == 200


async def test_names_that_a_spreadsheet_would_reckon_with_are_only_names(mia: Browser, world: World) -> None:
    # given colleagues with formulas for names
    async with world.store.begin() as tx:
        for number, name in enumerate(FORMULAS):
            user = User(f"u{number}", f"u{number}", name, Role.AGENT, world.town.municipality.id)
            await users.add_user(tx, user, None)
            await audit.note(tx, utc_now(), "log-in", user, detail=name)

    # then none of their cells begins as a formula does, and none is lost
    rows = _rows((await mia.get("/audit.csv")).text)
    names = [row["staff_name"] for row in rows if row["staff_name"].strip("'") != "Mia Manager"]
    assert sorted(names) == sorted(f"'{name}" for name in FORMULAS)
    assert all(row["detail"].startswith("'") for row in rows if row["detail"] and row["action"] == "log-in")


async def test_a_name_is_no_formula_either_where_a_program_splits_at_commas(mia: Browser, world: World) -> None:
    async with world.store.begin() as tx:
        user = User("comma", "comma", 'x,=HYPERLINK("http://kwaad.example"),y', Role.AGENT, world.town.municipality.id)
        await users.add_user(tx, user, None)
        await audit.note(tx, utc_now(), "log-in", user)
    row = next(row for row in _rows((await mia.get("/audit.csv")).text) if "kwaad" in row["staff_name"])
    assert row["staff_name"].startswith("'")


async def test_a_page_of_many_lines_says_that_there_are_more(mia: Browser, world: World) -> None:
    async with world.store.begin() as tx:
        for number in range(SHOWN + 1):
            await audit.note(tx, utc_now(), "take", world.users["anna"], f"{number}")
    page = (await mia.get("/audit")).text
    assert f"de laatste {SHOWN} regels" in page
    assert page.count("<tr>") == SHOWN + 1
    assert len(_rows((await mia.get("/audit.csv")).text)) > SHOWN


async def test_a_file_of_many_lines_comes_a_piece_at_a_time_and_whole(
    mia: Browser, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    # given lines of which several were noted at the same moment, across the ends of pieces
    monkeypatch.setattr(trail, "AT_ONCE", 3)
    now = utc_now() - timedelta(seconds=1)
    async with world.store.begin() as tx:
        for number in range(11):
            await audit.note(tx, now - timedelta(seconds=number // 4), "take", world.users["anna"], f"{number}")

    # then each is there once, the newest first
    rows = [row for row in _rows((await mia.get("/audit.csv?action=take")).text) if row["action"] == "take"]
    assert sorted(int(row["call_id"]) for row in rows) == list(range(11))
    assert [row["at"] for row in rows] == sorted((row["at"] for row in rows), reverse=True)
    assert all(row["staff_login"] == "anna" for row in rows)


async def test_the_page_speaks_in_words(mia: Browser, world: World) -> None:
    now, of = utc_now(), world.users["mia"]
    async with world.store.begin() as tx:
        await audit.note(tx, now, "settings-changed", of, detail="opening-hours, wrap-up")
        await audit.note(tx, now, "reveal", world.users["anna"], "gesprek-1", "dateofbirth")
        await guesses.note_alarm(tx, now, Kind.TRUNK, world.town.municipality.id, "lijn-1")
    page = re.sub(r"\s+", " ", (await mia.get("/audit")).text)
    for text in ("openingstijden, tijd om af te ronden", "Geboortedatum", "Te veel foute codes", "via lijn lijn-1"):
        assert text in page
    body = page.split("<tbody>")[1]
    for raw in ("opening-hours", "dateofbirth", "guess-limit", "trunk:"):
        assert raw not in body
