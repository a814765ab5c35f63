"""A municipality's settings: kept when right, told beside their field when not, and by one manager at a time."""

import asyncio
import re
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest
from markupsafe import escape

from callcenter.dashboard.desk import utc_now
from callcenter.dashboard.office.settings import MOST_ROWS
from callcenter.model.call import Unverified
from callcenter.model.closing import ClosingTexts
from callcenter.model.staff import Role
from callcenter.model.tenant import Municipality, Purpose
from callcenter.store import audit, tenants
from tests.e2e.dashboard.world import LINK_HOST, World
from tests.integration.dashboard.conftest import Browser, OpenBrowser

NEXT_YEAR = date(utc_now().year + 1, 12, 25)
FORM = {
    "open": "hours", "opens-0": "08:30", "closes-0": "17:00", "opens-4": "09:00", "closes-4": "00:00",
    "closed-0": NEXT_YEAR.isoformat(), "closed-name-0": "Eerste Kerstdag", "code-minutes": "20",
    "unverified": "wait", "wrap-up": "90", "closing-nl": "Bel morgen.", "closing-en": "",
}  # fmt: skip
PURPOSE = "/settings/purposes/verhuizing"
LINK = f"https://{LINK_HOST}/zaken?bsn={{bsn}}"
HOSTILE = ("<script>alert(1)</script>", "'; DROP TABLE purpose; --", "😀" * 50, "عبد الرحمن", "=1+1", "N" * 200)


@pytest.fixture
async def mia(world: World, browser_of: OpenBrowser) -> Browser:
    """The browser of a manager."""
    await world.user("mia", "Mia Manager", role=Role.MANAGER)
    return await browser_of("mia")


async def _version(browser: Browser, path: str = "/settings") -> dict[str, str]:
    found = re.search(r'name="version" value="([^"]+)"', (await browser.get(path)).text)
    assert found
    return {"version": found[1]}


async def _municipality(world: World) -> Municipality:
    async with world.store.begin() as tx:
        found = await tenants.municipality_by_id(tx, world.town.municipality.id)
    assert found is not None
    return found


async def _purpose(world: World) -> Purpose:
    async with world.store.begin() as tx:
        found = await tenants.find_purpose(tx, world.town.municipality.id, "verhuizing")
    assert found is not None
    return found


async def _noted(world: World, action: str) -> list[str | None]:
    now, day = utc_now(), timedelta(days=1)
    async with world.store.begin() as tx:
        lines = await audit.lines(tx, world.town.municipality.id, now - day, now + day, action=action)
    return [line.detail for line in lines]


async def test_settings_are_kept_and_noted_by_name(mia: Browser, world: World) -> None:
    answer = await mia.send("/settings", FORM | await _version(mia))
    assert answer.status_code == 303
    of = await _municipality(world)
    assert of.hours.days == {0: (time(8, 30), time(17)), 4: (time(9), time(0))}
    assert of.hours.closed == {NEXT_YEAR: "Eerste Kerstdag"}
    assert (of.code_seconds, of.rules.unverified, of.rules.wrap_up_seconds) == (1200, Unverified.WAIT, 90)
    assert of.closing == ClosingTexts("Bel morgen.")
    assert await _noted(world, "settings-changed") == [
        "opening-hours, closed-days, closing-texts, code-minutes, unverified, wrap-up"
    ]

    # and they stand in the form
    page = (await mia.get("/settings?said=saved")).text
    assert "Opgeslagen." in page
    for text in ("Eerste Kerstdag", 'value="08:30"', 'value="20"'):
        assert text in page


async def test_the_week_is_kept_while_it_is_always_open(mia: Browser, world: World) -> None:
    # given a municipality with opening hours
    await mia.send("/settings", FORM | await _version(mia))
    week = (await _municipality(world)).hours.days

    # when it says always, then they count no more, and stand in the form still
    always = FORM | {"open": "always", "opens-1": "10:00", "closes-1": "12:00"}
    assert (await mia.send("/settings", always | await _version(mia))).status_code == 303
    hours = (await _municipality(world)).hours
    assert (hours.days, hours.kept) == ({}, week | {1: (time(10), time(12))})
    assert hours.is_open(datetime(2027, 1, 3, 3, 0, tzinfo=UTC))  # a Sunday, at night
    page = (await mia.get("/settings")).text
    for text in ('value="08:30"', 'value="10:00"', "gelden nu niet"):
        assert text in page
    assert (await _noted(world, "settings-changed"))[0] == "opening-hours"

    # when one of them makes no sense, then that is told, though it does not count
    answer = await mia.send("/settings", always | {"closes-1": "09:00"} | await _version(mia))
    assert answer.status_code == 422
    assert 'id="closes-1-fault"' in answer.text

    # when it says so again, then they count
    assert (await mia.send("/settings", always | {"open": "hours"} | await _version(mia))).status_code == 303
    hours = (await _municipality(world)).hours
    assert (hours.days, hours.kept) == (week | {1: (time(10), time(12))}, {})


async def test_the_same_form_twice_changes_it_once(mia: Browser, world: World) -> None:
    form = FORM | await _version(mia)
    answers = await asyncio.gather(*(mia.send("/settings", form) for _ in range(3)))
    assert [answer.status_code for answer in answers] == [303] * 3
    assert len(await _noted(world, "settings-changed")) == 1


@pytest.mark.parametrize(
    ("changes", "faulty"),
    [
        ({"open": "sometimes"}, "open"),
        ({"opens-0": "half negen"}, "opens-0"),
        ({"opens-0": "24:00"}, "opens-0"),
        ({"closes-0": ""}, "closes-0"),
        ({"opens-0": ""}, "opens-0"),
        ({"closes-0": "08:30"}, "closes-0"),
        ({"opens-0": "", "closes-0": "", "opens-4": "", "closes-4": ""}, "opens-0"),
        ({"closed-0": "2020-12-25"}, "closed-0"),
        ({"closed-0": "9999-12-25"}, "closed-0"),
        ({"closed-0": "kerst"}, "closed-0"),
        ({"closed-1": NEXT_YEAR.isoformat(), "closed-name-1": "Nog eens"}, "closed-1"),
        ({"closed-name-0": ""}, "closed-name-0"),
        ({"closed-name-0": "K" * 61}, "closed-name-0"),
        ({"code-minutes": "0"}, "code-minutes"),
        ({"code-minutes": "61"}, "code-minutes"),
        ({"code-minutes": "-1"}, "code-minutes"),
        ({"code-minutes": "\u0661\u0665"}, "code-minutes"),  # fifteen, in Arabic digits
        ({"code-minutes": "9" * 5000}, "code-minutes"),
        ({"unverified": "hang-up"}, "unverified"),
        ({"wrap-up": "301"}, "wrap-up"),
        ({"wrap-up": ""}, "wrap-up"),
        ({"closing-nl": "N" * 301}, "closing-nl"),
        ({"closing-en": "😀" * 301}, "closing-en"),
    ],
)
async def test_a_fault_is_told_beside_its_field_and_nothing_is_lost(
    mia: Browser, world: World, changes: dict[str, str], faulty: str
) -> None:
    before, form = await _municipality(world), FORM | {"closed-1": "", "closed-name-1": ""} | changes
    answer = await mia.send("/settings", form | await _version(mia))
    assert answer.status_code == 422
    assert f'id="{faulty}-fault"' in answer.text
    assert answer.text.count("autofocus") == 1
    assert all(f'value="{form[name]}"' in answer.text for name in ("opens-4", "closed-0") if form[name])
    assert await _municipality(world) == before


async def test_a_number_that_is_not_right_is_asked_with_its_unit_and_bounds(mia: Browser) -> None:
    answer = await mia.send("/settings", FORM | {"code-minutes": "61", "wrap-up": "veel"} | await _version(mia))
    assert "Vul een heel aantal minuten in, van 1 tot 60." in answer.text
    assert "Vul een heel aantal seconden in, van 0 tot 300." in answer.text


async def test_of_two_managers_the_second_is_told(mia: Browser, world: World, browser_of: OpenBrowser) -> None:
    # given two managers with the same form open
    await world.user("max", "Max", role=Role.MANAGER)
    max_ = await browser_of("max")
    version = await _version(mia)
    assert version == await _version(max_)

    # when both save, then the second is told, and keeps what they filled in
    assert (await mia.send("/settings", FORM | version)).status_code == 303
    mine = FORM | {"code-minutes": "25"}
    answer = await max_.send("/settings", mine | version)
    assert answer.status_code == 409
    assert "een collega heeft dit intussen gewijzigd" in answer.text
    assert 'value="25"' in answer.text
    assert (await _municipality(world)).code_seconds == 1200

    # and when they save once more, knowing it, then it is theirs
    again = re.search(r'name="version" value="([^"]+)"', answer.text)
    assert again
    assert (await max_.send("/settings", mine | {"version": again[1]})).status_code == 303
    assert (await _municipality(world)).code_seconds == 1500


async def test_a_closed_day_that_has_passed_goes_by_itself(mia: Browser, world: World) -> None:
    of = await _municipality(world)
    of.hours.closed[date(2020, 12, 25)] = "Lang geleden"
    async with world.store.begin() as tx:
        await tenants.save_settings(tx, of)
    assert "Lang geleden" not in (await mia.get("/settings")).text
    assert (await mia.send("/settings", FORM | await _version(mia))).status_code == 303
    assert list((await _municipality(world)).hours.closed) == [NEXT_YEAR]


async def test_a_day_that_has_passed_is_no_change(mia: Browser, world: World) -> None:
    # given settings that are as the form has them, but for a closed day that has passed
    await mia.send("/settings", FORM | await _version(mia))
    of = await _municipality(world)
    of.hours.closed[date(2020, 12, 25)] = "Lang geleden"
    async with world.store.begin() as tx:
        await tenants.save_settings(tx, of)

    # when they are saved as they are, and with another number, then only that is noted
    assert (await mia.send("/settings", FORM | await _version(mia))).status_code == 303
    assert len(await _noted(world, "settings-changed")) == 1
    assert (await mia.send("/settings", FORM | {"code-minutes": "25"} | await _version(mia))).status_code == 303
    assert (await _noted(world, "settings-changed"))[0] == "code-minutes"


async def test_more_closed_days_than_the_form_offers_rows_for_are_kept(mia: Browser, world: World) -> None:
    of = await _municipality(world)
    days = {NEXT_YEAR - timedelta(days=number): f"Dag {number}" for number in range(MOST_ROWS + 5)}
    of.hours.closed.update(days)
    async with world.store.begin() as tx:
        await tenants.save_settings(tx, of)
    page = (await mia.get("/settings")).text
    form = dict(re.findall(r'name="(closed-[a-z0-9-]+)"[^>]* value="([^"]*)"', page))
    answer = await mia.send("/settings", FORM | form | {"closed-name-0": "Anders"} | await _version(mia))
    assert answer.status_code == 303
    assert (await _municipality(world)).hours.closed == days | {min(days): "Anders"}


@pytest.mark.parametrize("seconds", [30, 90, 3661, 36000])
async def test_how_long_a_code_works_is_kept_when_it_was_set_elsewhere(
    mia: Browser, world: World, seconds: int
) -> None:
    async with world.store.begin() as tx:
        await tenants.save_code_seconds(tx, replace(world.town.municipality, code_seconds=seconds))
    form = FORM | {"code-minutes": str(seconds // 60)}
    assert (await mia.send("/settings", form | await _version(mia))).status_code == 303
    assert (await _municipality(world)).code_seconds == seconds


@pytest.mark.parametrize("text", [*HOSTILE, "</textarea><script>alert(1)</script>", "שלום \u202e", "中" * 300, "\0"])
async def test_a_closing_text_is_plain_text_in_one_line(mia: Browser, world: World, text: str) -> None:
    answer = await mia.send("/settings", FORM | {"closing-nl": f" {text}\r\n"} | await _version(mia))
    assert answer.status_code == 303
    assert (await _municipality(world)).closing.nl == text.replace("\0", "\ufffd")
    page = (await mia.get("/settings")).text
    assert f">\n{escape(text.replace(chr(0), chr(0xFFFD)))}</textarea>" in page
    assert "<script>alert" not in page

    # when it is emptied, then the usual words are there again
    await mia.send("/settings", FORM | {"closing-nl": ""} | await _version(mia))
    assert (await _municipality(world)).closing == ClosingTexts()
    assert (await _noted(world, "settings-changed"))[0] == "closing-texts"


async def test_a_purpose_s_names_and_links_are_kept(mia: Browser, world: World) -> None:
    form = {
        "name-nl": "Verhuizen", "name-en": "Moving house",
        "label-0": "Zaaksysteem", "link-0": LINK, "label-3": "Kaart", "link-3": f"https://{LINK_HOST}/kaart",
    }  # fmt: skip
    answer = await mia.send(PURPOSE, form | await _version(mia, PURPOSE))
    assert answer.status_code == 303
    purpose = await _purpose(world)
    assert (purpose.name_nl, purpose.name_en) == ("Verhuizen", "Moving house")
    assert [(link.label, link.template) for link in purpose.links] == [
        ("Zaaksysteem", LINK),
        ("Kaart", f"https://{LINK_HOST}/kaart"),
    ]
    assert purpose.condiscon == world.town.purposes[0].condiscon
    assert await _noted(world, "purpose-changed") == ["verhuizing: name-nl, name-en, links"]
    assert len({purpose.id for purpose in world.neighbour.purposes} & {purpose.id}) == 0


async def test_a_link_is_shown_as_an_invented_person_fills_it(mia: Browser, world: World) -> None:
    before = await _purpose(world)
    form = {
        "name-nl": "A",
        "name-en": "A",
        "label-0": "Zoek",
        "link-0": f"https://{LINK_HOST}/?n={{familyname}}&b={{bsn}}",
    }
    answer = await mia.send(PURPOSE, form | {"preview": "yes"} | await _version(mia, PURPOSE))
    assert answer.status_code == 200
    assert f"https://{LINK_HOST}/?n=Voorbeeld&amp;b=999990019" in answer.text
    assert await _purpose(world) == before


@pytest.mark.parametrize(
    ("changes", "faulty", "said"),
    [
        ({"name-nl": ""}, "name-nl", "Vul dit in"),
        ({"name-en": "N" * 201}, "name-en", "te lang"),
        ({"label-0": ""}, "label-0", "Vul dit in"),
        ({"link-0": ""}, "link-0", "Vul dit in"),
        ({"link-0": f"http://{LINK_HOST}/"}, "link-0", "Begin met https"),
        ({"link-0": "javascript:alert(1)"}, "link-0", "Begin met https"),
        ({"link-0": "https://[::/"}, "link-0", "Dit adres kan niet"),
        ({"link-0": "https://kwaad.example/"}, "link-0", "niet toegestaan"),
        ({"link-0": f"https://{LINK_HOST}@kwaad.example/"}, "link-0", "niet toegestaan"),
        ({"link-0": f"https://{LINK_HOST}/{{shoeSize}}"}, "link-0", "dit onderwerp niet vraagt"),
        ({"link-0": f"https://{LINK_HOST}/" + "x" * 1000}, "link-0", "te lang"),
    ],
)
async def test_a_purpose_with_a_fault_comes_back(
    mia: Browser, world: World, changes: dict[str, str], faulty: str, said: str
) -> None:
    before = await _purpose(world)
    form = {"name-nl": "Verhuizen", "name-en": "Moving", "label-0": "Zaken", "link-0": LINK} | changes
    answer = await mia.send(PURPOSE, form | await _version(mia, PURPOSE))
    assert answer.status_code == 422
    found = re.search(rf'id="{faulty}-fault">([^<]+)<', answer.text)
    assert found
    assert said in found[1]
    assert await _purpose(world) == before


async def test_of_two_who_change_a_purpose_the_second_is_told(mia: Browser, world: World) -> None:
    version = await _version(mia, PURPOSE)
    form = {"name-nl": "Verhuizen", "name-en": "Moving"}
    assert (await mia.send(PURPOSE, form | version)).status_code == 303
    assert (await mia.send(PURPOSE, form | version)).status_code == 303  # the same again
    answer = await mia.send(PURPOSE, form | {"name-en": "Relocating"} | version)
    assert answer.status_code == 409
    assert (await _purpose(world)).name_en == "Moving"


async def test_hostile_names_are_only_names(mia: Browser, world: World) -> None:
    for name in HOSTILE:
        form = {"name-nl": name, "name-en": name}
        assert (await mia.send(PURPOSE, form | await _version(mia, PURPOSE))).status_code == 303
        assert (await _purpose(world)).name_nl == name
        for path in ("/settings", PURPOSE, "/"):
            assert "<script>alert" not in (await mia.get(path)).text


async def test_a_purpose_that_is_not_there_is_not_there(mia: Browser) -> None:
    for slug in ("nergens", "%00", "a" * 500):
        assert (await mia.get(f"/settings/purposes/{slug}")).status_code == 404
        assert (await mia.post(f"/settings/purposes/{slug}")).status_code == 404


async def test_a_link_whose_system_is_allowed_no_more_is_told_and_breaks_no_page(mia: Browser, world: World) -> None:
    # given links to a system that the operator has taken away since
    of = replace(await _municipality(world), link_hosts=("elders.example",))
    async with world.store.begin() as tx:
        await tenants.save_by_operator(tx, of, 365)

    # then the page shows them, and what is wrong with them
    page = await mia.get(PURPOSE)
    assert page.status_code == 200
    assert page.text.count("Dit systeem is niet toegestaan") == len((await _purpose(world)).links)

    # and beside its field when they are saved so
    form = {"name-nl": "Verhuizen", "name-en": "Moving", "label-0": "Zaken", "link-0": LINK}
    answer = await mia.send(PURPOSE, form | await _version(mia, PURPOSE))
    assert answer.status_code == 422
    assert 'id="link-0-fault"' in answer.text
