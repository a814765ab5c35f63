"""Municipalities, their opening hours, and links that lead where they say."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from urllib.parse import unquote, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callcenter.model.call import Rules
from callcenter.model.tenant import (
    Hours,
    Link,
    Municipality,
    Purpose,
    TenantError,
    check_link,
    fill_link,
    short_name,
)

TOWN = Municipality("id", "voorbeeldstad", "Gemeente Voorbeeldstad", "+31243290000")
BSN, SURNAME = "pbdf.gemeente.personalData.bsn", "pbdf.gemeente.personalData.surname"
HOSTS = ("zaken.example", "Dossier.Example")
WEEKDAYS = Hours({day: (time(8, 30), time(17)) for day in range(5)})


def at(text: str) -> datetime:
    """A moment in UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def filled(template: str, **attributes: str | None) -> str | None:
    ids = {f"pbdf.gemeente.personalData.{name}": value for name, value in attributes.items()}
    return fill_link(Link("Zaak", template), ids, HOSTS)


# -- what a municipality is ------------------------------------------------------------------------


@pytest.mark.parametrize("slug", ["a", "voorbeeldstad", "de-bilt", "9", "a" * 40])
def test_a_slug(slug: str) -> None:
    assert replace(TOWN, slug=slug).slug == slug


@pytest.mark.parametrize("slug", ["", "-a", "a-", "De Bilt", "ü", "a_b", "a" * 41, "a\n", "../a"])
def test_no_slug(slug: str) -> None:
    with pytest.raises(TenantError, match="small letters, digits and hyphens"):
        replace(TOWN, slug=slug)


@pytest.mark.parametrize("seconds", [0, 1, 300])
def test_a_wrap_up(seconds: int) -> None:
    assert replace(TOWN, rules=Rules(wrap_up_seconds=seconds)).rules.wrap_up_seconds == seconds


@pytest.mark.parametrize("seconds", [-1, 301])
def test_no_wrap_up(seconds: int) -> None:
    with pytest.raises(TenantError, match="to 300 seconds"):
        replace(TOWN, rules=Rules(wrap_up_seconds=seconds))


@pytest.mark.parametrize("number", ["+31243290000", "+1234567", "+123456789012345"])
def test_a_number(number: str) -> None:
    assert replace(TOWN, number=number).number == number


@pytest.mark.parametrize(
    "number",
    [
        "",
        "0243290000",
        "0031243290000",
        "+0243290000",
        "+31 24 3290000",
        "+123456",
        "+٣١٢٤٣٢٩٠٠٠٠",
        "+3124329000012345",
    ],
)
def test_no_number(number: str) -> None:
    with pytest.raises(TenantError, match="write it in full"):
        replace(TOWN, number=number)


@pytest.mark.parametrize("changes", [{"rules": Rules(tries=0)}, {"code_seconds": 0}, {"max_waiting": -1}])
def test_figures_that_make_no_sense(changes: dict[str, object]) -> None:
    with pytest.raises(TenantError, match="1 or more"):
        replace(TOWN, **changes)  # type: ignore[arg-type]


def test_a_purpose_has_a_name_in_two_languages() -> None:
    purpose = Purpose("id", "town", "verhuizing", "Verhuizing", "Moving", [[[BSN]]])
    assert [purpose.name(language) for language in ("nl", "en", "fr")] == ["Verhuizing", "Moving", "Verhuizing"]


def test_the_short_name_of_an_attribute() -> None:
    assert short_name(BSN) == "bsn"


# -- opening hours ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("moment", "is_open"),
    [
        # Winter: Amsterdam is an hour ahead of UTC. 23 November 2026 is a Monday.
        ("2026-11-23T07:29:59", False),
        ("2026-11-23T07:30:00", True),
        ("2026-11-23T15:59:59", True),
        ("2026-11-23T16:00:00", False),
        ("2026-11-22T10:00:00", False),  # Sunday
        ("2026-11-21T10:00:00", False),  # Saturday
        # Summer: two hours ahead.
        ("2026-07-06T06:29:59", False),
        ("2026-07-06T06:30:00", True),
        ("2026-07-06T14:59:59", True),
        ("2026-07-06T15:00:00", False),
        # The Fridays before, and the Mondays after, the clock is changed (25 October 2026, 28 March 2027).
        ("2026-10-23T06:30:00", True),
        ("2026-10-26T06:30:00", False),
        ("2026-10-26T07:30:00", True),
        ("2027-03-26T06:30:00", False),
        ("2027-03-29T06:30:00", True),
        # Late on Sunday in UTC it may be Monday here, but not yet half past eight.
        ("2026-11-22T23:30:00", False),
    ],
)
def test_hours_are_those_of_the_wall_clock(moment: str, is_open: bool) -> None:
    assert WEEKDAYS.is_open(at(moment)) == is_open


def test_the_day_is_that_of_the_wall_clock() -> None:
    monday_only = Hours({0: (time(0), time(0))})
    assert monday_only.is_open(at("2026-11-22T23:00:00"))  # midnight in Amsterdam
    assert not monday_only.is_open(at("2026-11-22T22:59:59"))
    assert monday_only.is_open(at("2026-11-23T22:59:59"))
    assert not monday_only.is_open(at("2026-11-23T23:00:00"))


@pytest.mark.parametrize("hour", range(24))
def test_a_day_on_which_the_clock_is_changed_has_its_hours(hour: int) -> None:
    """Open from one to four at night: that is two hours long in March, four in October."""
    night = Hours({6: (time(1), time(4))})
    assert night.is_open(at(f"2027-03-28T{hour:02}:00:00")) == (0 <= hour < 2)
    assert night.is_open(at(f"2026-10-25T{hour:02}:00:00")) == (0 <= hour < 3)


def test_hours_that_are_kept_for_later_count_for_nothing() -> None:
    assert Hours(kept={0: (time(9), time(17))}).is_open(at("2026-11-23T03:00"))  # a Monday, at night
    with pytest.raises(TenantError, match="is not before"):
        Hours(kept={0: (time(17), time(9))})


def test_without_hours_it_is_always_open() -> None:
    assert Hours().is_open(at("2026-11-22T03:00:00"))


CHRISTMAS = {date(2026, 12, 25): "Eerste Kerstdag", date(2026, 12, 26): "Tweede Kerstdag"}


@pytest.mark.parametrize(
    ("hours", "moment", "is_open", "next_opening"),
    [
        # Christmas is on a Friday in 2026; the Monday after it they open again.
        (replace(WEEKDAYS, closed=CHRISTMAS), "2026-12-24T15:59:59", True, "2026-12-28T07:30:00"),
        (replace(WEEKDAYS, closed=CHRISTMAS), "2026-12-25T10:00:00", False, "2026-12-28T07:30:00"),
        # The day is that of the wall clock: in UTC it is Christmas until eleven in the evening.
        (Hours(closed=CHRISTMAS), "2026-12-24T22:59:59", True, "2026-12-26T23:00:00"),
        (Hours(closed=CHRISTMAS), "2026-12-24T23:00:00", False, "2026-12-26T23:00:00"),
        (Hours(closed=CHRISTMAS), "2026-12-26T23:00:00", True, None),
        # Open on Fridays only, of which two are closed.
        (
            Hours({4: (time(9), time(12))}, closed={date(2026, 12, 25): "Kerst", date(2027, 1, 1): "Nieuwjaar"}),
            "2026-12-20T10:00:00",
            False,
            "2027-01-08T08:00:00",
        ),
    ],
)
def test_on_a_closed_day_it_is_closed(hours: Hours, moment: str, is_open: bool, next_opening: str | None) -> None:
    assert hours.is_open(at(moment)) == is_open
    assert hours.next_opening(at(moment)) == (None if next_opening is None else at(next_opening))


def test_a_moment_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="without a time zone"):
        WEEKDAYS.is_open(datetime(2026, 11, 23, 9))  # noqa: DTZ001


@pytest.mark.parametrize(
    ("days", "zone", "said"),
    [
        ({7: (time(9), time(17))}, "Europe/Amsterdam", "no weekday 7"),
        ({0: (time(17), time(9))}, "Europe/Amsterdam", "17:00 is not before 09:00"),
        ({0: (time(9), time(9))}, "Europe/Amsterdam", "09:00 is not before 09:00"),
        ({0: (time(9), time(17))}, "Europe/Voorbeeldstad", "no time zone 'Europe/Voorbeeldstad'"),
        ({0: (time(9), time(17))}, "../../etc/passwd", "no time zone"),
    ],
)
def test_hours_that_make_no_sense(days: dict[int, tuple[time, time]], zone: str, said: str) -> None:
    with pytest.raises(TenantError, match=said):
        Hours(days, zone)


# -- links -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("template", "url"),
    [
        ("https://zaken.example/?bsn={bsn}", "https://zaken.example/?bsn=999990019"),
        ("https://zaken.example/{bsn}/zaken#{surname}", "https://zaken.example/999990019/zaken#de%20Vries%26co"),
        ("https://zaken.example:8443/?q={surname}&q2={bsn}", "https://zaken.example:8443/?q=de%20Vries%26co&q2=999990019"),
        ("https://ZAKEN.example/?x=%7Bbsn%7D", "https://ZAKEN.example/?x=%7Bbsn%7D"),
        ("https://dossier.example/", "https://dossier.example/"),
    ],
)  # fmt: skip
def test_a_link_is_filled(template: str, url: str) -> None:
    assert filled(template, bsn="999990019", surname="de Vries&co") == url


@pytest.mark.parametrize(
    "value", ["/../x", "x?y=z", "x#y", "a b", "a&b=c", "\\", "é", "%2e", "javascript:", "\r\nX: y"]
)
def test_a_value_is_only_ever_a_value(value: str) -> None:
    url = filled("https://zaken.example/{bsn}/x?q={bsn}#f", bsn=value)
    assert url is not None
    parts = urlsplit(url)
    assert (parts.scheme, parts.netloc, parts.fragment) == ("https", "zaken.example", "f")
    assert [unquote(part) for part in parts.path.split("/")] == ["", value, "x"]
    assert parts.query.removeprefix("q=").isascii()
    assert unquote(parts.query.removeprefix("q=")) == value


@pytest.mark.parametrize("value", [".", "..", "%2e%2e"])
def test_a_value_of_dots_does_not_climb(value: str) -> None:
    url = filled("https://zaken.example/{bsn}/x", bsn=value)
    assert url is None or "%252e" in url


def test_dots_from_two_values_do_not_climb_either() -> None:
    assert filled("https://zaken.example/{bsn}{surname}/x", bsn=".", surname=".") is None


@given(st.text(max_size=30))
def test_whatever_the_value_the_link_leads_to_the_same_host(value: str) -> None:
    url = filled("https://zaken.example/dossier/{bsn}?q={bsn}", bsn=value.encode("utf-8", "ignore").decode())
    if url is not None:
        assert url.startswith("https://zaken.example/dossier/")
        assert url.isascii()
        assert url.count("?") == 1


@pytest.mark.parametrize("attributes", [{}, {"surname": "de Vries"}, {"bsn": None}, {"bsn": ""}])
def test_a_link_whose_attribute_was_not_disclosed_is_none(attributes: dict[str, str | None]) -> None:
    assert filled("https://zaken.example/?bsn={bsn}", **attributes) is None


def test_of_two_attributes_of_one_name_none_is_chosen_unless_they_agree() -> None:
    link = Link("Zaak", "https://zaken.example/?bsn={bsn}")
    assert fill_link(link, {BSN: "999990019", "other.card.bsn": "111222333"}, HOSTS) is None
    assert fill_link(link, {BSN: "999990019", "other.card.bsn": "999990019"}, HOSTS) is not None
    assert fill_link(link, {BSN: "999990019", "other.card.bsn": None}, HOSTS) is not None


@pytest.mark.parametrize(
    "template",
    [
        "http://zaken.example/",
        "//zaken.example/",
        "zaken.example/",
        "javascript:alert(1)//zaken.example/",
        "https:zaken.example/",
        "https:/zaken.example/",
        "https:///zaken.example/",
        "https://",
        "https://[::1",
        "https://evil.example/",
        "https://zaken.example.evil.example/",
        "https://evil.example/zaken.example",
        "https://evilzaken.example/",
        "https://zaken.example./",
        "https://zaken.example@evil/",
        "https://zaken.example:x@evil.example/",
        "https://evil@zaken.example/",
        "https://:secret@zaken.example/",
        "https://@zaken.example/",
        "https://zaken.example\\@evil.example/",
        "https://zaken.example\\.evil.example/",
        "https://evil.example\\@zaken.example/",
        "https:\\\\zaken.example/",
        "https://zaken.example%2f@evil.example/",
        "https://zaken.example%00.evil.example/",
        "https://{bsn}.zaken.example/",
        "https://zaken.example{bsn}/",
        "https://zaken.example:{bsn}/",
        "https://{bsn}@zaken.example/",
        "{bsn}https://zaken.example/",
        " https://zaken.example/",
        "https://zaken.exa\tmple/",
        "https://zaken.example/\n",
        "https://zaken.example/a b",
        "https://zaken。example/",
        "https://zaken.example/../{bsn}",
        "https://zaken.example/%2e%2E/{bsn}",
        "https://zaken.example/{b-sn}",
        "https://zaken.example/{}",
        "https://zaken.example/{bsn",
        "https://zaken.example/bsn}",
    ],
)
def test_a_link_that_could_lead_elsewhere_is_refused(template: str) -> None:
    with pytest.raises(TenantError, match="link 'Zaak': "):
        check_link(Link("Zaak", template), HOSTS)
    with pytest.raises(TenantError):
        filled(template, bsn="999990019")


def test_with_no_host_allowed_there_is_no_link() -> None:
    with pytest.raises(TenantError, match="add it there first"):
        check_link(Link("Zaak", "https://zaken.example/"), ())


# -- when it opens next ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("now", "opens"),
    [
        ("2026-11-23T05:00", "2026-11-23T08:30+01:00"),  # Monday, early
        ("2026-11-23T16:00", "2026-11-24T08:30+01:00"),  # just closed (17:00 here)
        ("2026-11-27T20:00", "2026-11-30T08:30+01:00"),  # Friday night
        ("2026-03-27T20:00", "2026-03-30T08:30+02:00"),  # over the change of the clock
    ],
)
def test_the_next_opening_is_told_in_local_time(now: str, opens: str) -> None:
    """Given office hours, when it is closed, then the next opening is a moment with its zone."""
    assert WEEKDAYS.next_opening(at(now)) == datetime.fromisoformat(opens)
    assert str(WEEKDAYS.next_opening(at(now)))[-6:] == opens[-6:]


def test_one_day_a_week_is_a_week_away_when_it_has_just_opened() -> None:
    """Given hours on Monday only, when it is Monday at noon, then the next opening is next Monday."""
    hours = Hours({0: (time(9), time(0))})
    assert hours.next_opening(at("2026-11-23T11:00")) == datetime.fromisoformat("2026-11-30T09:00+01:00")


def test_what_never_closes_opens_never() -> None:
    """Given no hours at all, then there is no next opening."""
    assert Hours().next_opening(at("2026-11-23T11:00")) is None


@given(
    st.dictionaries(st.integers(0, 6), st.tuples(st.integers(0, 11), st.integers(12, 23)), min_size=1),
    st.integers(0, 365 * 24 * 60).map(lambda minutes: at("2026-01-01T00:00") + timedelta(minutes=minutes)),
)
def test_the_next_opening_is_the_first_open_moment_after_a_closed_one(
    days: dict[int, tuple[int, int]], now: datetime
) -> None:
    """Given any hours, when it is closed, then it stays so until the next opening, and is open then."""
    hours = Hours({day: (time(opens), time(closes)) for day, (opens, closes) in days.items()})
    opens = hours.next_opening(now)

    assert opens is not None
    assert opens > now
    assert hours.is_open(opens)
    if not hours.is_open(now):
        moment = now
        while moment < opens:
            assert not hours.is_open(moment)
            moment += timedelta(minutes=37)
