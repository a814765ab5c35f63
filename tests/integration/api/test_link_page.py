"""The page behind a link in an e-mail or a letter, and the sheet with its QR code."""

import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
import zxingcpp
from sqlalchemy.exc import OperationalError

from callcenter.api.link_page import qr_svg
from callcenter.store import tenants
from callcenter.store.database import Store, open_store
from callcenter.store.tables import municipality
from tests.integration.api.world import NUMBER, Installation

LINK = "/m/voorbeeldstad/verhuizing"


@pytest.fixture
async def store(sqlite_url: str) -> AsyncIterator[Store]:
    """One database will do: nothing here comes as far as a query that differs."""
    async with open_store(sqlite_url) as opened:
        yield opened


async def test_the_page_has_the_button_and_the_number(api: Installation) -> None:
    answer = await api.public.get(LINK)

    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert '<html lang="nl">' in answer.text
    assert "<h1>Verhuizing doorgeven</h1>" in answer.text
    assert f'purpose="verhuizing">Bel <a href="tel:{NUMBER}">024 329 00 00</a></veilig-bellen>' in answer.text
    assert answer.text.startswith("<!doctype html>")


async def test_it_says_that_it_is_closed_in_the_municipality_s_own_words(api: Installation) -> None:
    """Given a municipality that is closed, then its text is there without a script too, as text; else our own words."""
    open_page = (await api.public.get(LINK)).text
    assert "We zijn nu gesloten" not in open_page
    elsewhen = str((datetime.now(UTC) + timedelta(days=3)).weekday())
    await api.edit(municipality, hours={"zone": "Europe/Amsterdam", "days": {elsewhen: ["09:00:00", "17:00:00"]}})
    assert "U kunt ons bellen als we weer open zijn." in (await api.public.get(LINK)).text

    await api.edit(municipality, closing_nl="<script>alert(1)</script> \u202e Bel morgen")
    page = (await api.public.get(LINK)).text
    assert "<bdi>&lt;script&gt;alert(1)&lt;/script&gt; \u202e Bel morgen</bdi>" in page
    assert "U kunt ons bellen als we weer open zijn." not in page
    assert "You can call us when we are open again." in (await api.public.get(LINK, params={"lang": "en"})).text


async def test_it_is_in_english_for_who_wants_that(api: Installation) -> None:
    for asked in ({"params": {"lang": "en"}}, {"headers": {"Accept-Language": "en-GB,en;q=0.9"}}):
        answer = await api.public.get(LINK, **asked)  # type: ignore[arg-type]
        assert '<html lang="en">' in answer.text
        assert "<h1>Report a move</h1>" in answer.text
        assert answer.headers["vary"] == "Accept-Language"


async def test_nothing_on_it_may_run_but_the_button(api: Installation) -> None:
    answer = await api.public.get(LINK)

    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'; script-src 'self'; connect-src 'self' http://" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert answer.headers["cache-control"] == "public, max-age=60"
    assert not re.search(r"<script(?! src)|<style|style=| on\w+=", answer.text)


async def test_a_set_of_attributes_can_be_in_the_link_and_nothing_else(api: Installation) -> None:
    assert 'attributes="kort"' in (await api.public.get(LINK, params={"attributes": "kort"})).text
    for attack in ('"><script>alert(1)</script>', "'", "A B"):
        assert "attributes" not in (await api.public.get(LINK, params={"attributes": attack, "lang": attack})).text


@pytest.mark.parametrize("path", ["/m/nergens/verhuizing", "/m/voorbeeldstad/nergens", "/m/%3Cscript%3E/x", LINK + "s"])
@pytest.mark.parametrize("of", ["", "/qr", "/qr.svg"])
async def test_what_is_not_there_is_said_on_a_page(api: Installation, path: str, of: str) -> None:
    answer = await api.public.get(path + of)

    assert answer.status_code == 404
    assert "<h1>Deze pagina bestaat niet</h1>" in answer.text
    assert answer.headers["cache-control"] == "no-store"
    assert "script>" not in answer.text


async def test_the_sheet_has_code_address_and_number(api: Installation) -> None:
    answer = await api.public.get(f"{LINK}/qr")

    assert answer.status_code == 200
    assert f'src="{LINK}/qr.svg"' in answer.text
    assert f"{api.settings.api_public_url}{LINK}" in answer.text
    assert "024 329 00 00" in answer.text


async def test_the_code_leads_to_the_page(api: Installation) -> None:
    answer = await api.public.get(f"{LINK}/qr.svg")

    assert answer.headers["content-type"] == "image/svg+xml"
    assert answer.content == qr_svg(f"{api.settings.api_public_url}{LINK}")


def test_a_camera_reads_the_code() -> None:
    url = "https://bellen.example.nl/m/voorbeeldstad/verhuizing"

    codes = zxingcpp.read_barcodes(_drawn(qr_svg(url).decode()))

    assert [code.text for code in codes] == [url]


def _drawn(svg: str) -> "np.ndarray[tuple[int, int], np.dtype[np.uint8]]":
    """The picture, drawn from its one path of strokes a module high: `M x y h width m dx dy h width …`."""
    path = re.search(r'class="?qrline"?|<path[^>]*stroke[^>]* d="([^"]+)"', svg)
    assert path is not None
    assert path[1] is not None, svg[:300]
    size = int(re.search(r'viewBox="0 0 (\d+)|width="(\d+)"', svg)[2]) // 8  # type: ignore[index]
    picture = np.full((size, size), 255, np.uint8)
    x, y = 0.0, 0.0
    for verb, one, two in re.findall(r"([Mmh])(-?[\d.]+)(?:[ ,]?(-?[\d.]+))?", path[1]):
        if verb == "h":
            picture[int(y), int(x) : int(x + float(one))] = 0
            x += float(one)
        else:
            x, y = (float(one), float(two)) if verb == "M" else (x + float(one), y + float(two))
    return np.kron(picture, np.ones((8, 8), np.uint8))


async def test_the_database_away_is_a_page_too(api: Installation, monkeypatch: pytest.MonkeyPatch) -> None:
    async def away(*_: object) -> None:
        raise OperationalError("SELECT", {}, OSError("away"))

    monkeypatch.setattr(tenants, "municipality_by_slug", away)

    answer = await api.public.get(LINK)

    assert answer.status_code == 503
    assert "<h1>Deze pagina werkt nu even niet</h1>" in answer.text
    assert answer.headers["retry-after"] == "60"


async def test_the_page_may_ask_for_its_own_button(api: Installation) -> None:
    own = api.settings.api_public_url

    assert (await api.ask_to_start(Origin=own)).status_code == 200
    assert (await api.ask_to_start(Origin=own.replace("http:", "https:"))).status_code == 403


async def test_nobody_is_led_to_another_host(api: Installation) -> None:
    """Given a request that names another host, when its path ends in a slash, then it is answered here, if at all."""
    for path in (f"{LINK}/", f"{LINK}/qr/", "/v1/status/"):
        answer = await api.public.get(path, headers={"Host": "false.example"})
        assert "location" not in answer.headers
        assert "false.example" not in answer.text
    assert (await api.public.get(f"{LINK}/")).text == (await api.public.get(LINK)).text
