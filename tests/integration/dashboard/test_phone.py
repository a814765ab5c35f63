"""My phone: its password is shown once and kept nowhere; Linphone reads its settings over a link that works once."""

import hashlib
import re
from datetime import timedelta
from xml.etree import ElementTree as ET

import httpx
import numpy as np
import zxingcpp

from callcenter.dashboard.app import create_dashboard
from callcenter.dashboard.desk import utc_now
from callcenter.dashboard.office.phone import LINK_LASTS
from callcenter.model.staff import Phone
from callcenter.store import audit, phones
from tests.e2e.dashboard.world import World
from tests.integration.dashboard.conftest import Browser, OpenBrowser

NAMESPACE = "{http://www.linphone.org/xsds/lpconfig.xsd}"


async def _phone(world: World, login: str = "anna") -> Phone:
    async with world.store.begin() as tx:
        found = await phones.phone_of(tx, world.users[login].id)
    assert found is not None
    return found


def _field(page: str, name: str) -> str:
    found = re.search(rf'id="{name}" value="([^"]*)"', page)
    assert found, page
    return found[1]


async def test_a_new_password_is_shown_once_and_is_the_one_that_the_pbx_checks(
    browser_of: OpenBrowser, world: World
) -> None:
    # given an agent with a phone
    browser, before = await browser_of("anna"), await _phone(world)

    # when they ask for a new password
    page = (await browser.post("/phone")).text
    phone, password = await _phone(world), _field(page, "phone-password")

    # then it is that of a new account, by the digest of RFC 2617, 3.2.2.2
    assert phone.name != before.name
    assert _field(page, "phone-user") == phone.name
    digest = hashlib.md5(f"{phone.name}:{phone.realm}:{password}".encode(), usedforsecurity=False).hexdigest()
    assert phone.digest == digest

    # and it is shown nowhere again
    for path in ("/phone", "/phone/state"):
        assert password not in (await browser.get(path)).text
    async with world.store.begin() as tx:
        lines = await audit.lines(
            tx, world.town.municipality.id, utc_now() - timedelta(hours=1), utc_now() + timedelta(hours=1)
        )
    assert "phone-renewed" in [line.action for line in lines]
    assert password not in str(lines)


async def test_the_page_says_whether_it_is_connected(browser_of: OpenBrowser, world: World) -> None:
    browser, phone = await browser_of("anna"), await _phone(world)
    assert "phone-connected" in (await browser.get("/phone/state")).text
    async with world.store.begin() as tx:
        await phones.set_registered(tx, phone.name, registered=False)
    assert "phone-away" in (await browser.get("/phone/state")).text


async def test_linphone_gets_its_settings_once(browser_of: OpenBrowser, world: World) -> None:
    # given the link that stands in the QR code
    browser = await browser_of("anna")
    link = await _link(browser)

    # when Linphone asks for it, without a cookie, then it gets the account with the digest for a password
    linphone = await browser_of()
    answer = await linphone.get(link)
    assert answer.headers["content-type"] == "application/xml"
    assert answer.headers["cache-control"] == "no-store"
    settings = {
        section.get("name"): {entry.get("name"): entry.text for entry in section}
        for section in ET.fromstring(answer.text).iter(f"{NAMESPACE}section")  # noqa: S314 - our own
    }
    phone = await _phone(world)
    assert settings["proxy_0"]["reg_identity"] == f"sip:{phone.name}@{world.settings.sip_bind}"
    assert settings["auth_info_0"] == {
        "username": phone.name, "ha1": phone.digest, "realm": phone.realm, "algorithm": "MD5",
    }  # fmt: skip

    # and nobody gets it again, and that it was used is in the trail
    assert (await linphone.get(link)).status_code == 404
    now, hour = utc_now(), timedelta(hours=1)
    async with world.store.begin() as tx:
        used = await audit.lines(tx, world.town.municipality.id, now - hour, now + hour, action="phone-link-used")
    assert [(line.staff_login, line.address) for line in used] == [("anna", "127.0.0.1")]


async def test_a_link_for_linphone_is_good_for_a_quarter_of_an_hour(browser_of: OpenBrowser, world: World) -> None:
    link = await _link(await browser_of("anna"))
    late = create_dashboard(world.settings, world.shown, world.unsealer, lambda: utc_now() + LINK_LASTS)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(late), base_url="http://x") as client:
        assert (await client.get(link)).status_code == 404
        assert (await client.get("/phone/linphone/%00")).status_code == 404


async def test_a_link_to_a_password_is_none_to_a_phone(browser_of: OpenBrowser) -> None:
    link = await _link(await browser_of("anna"))
    browser = await browser_of()
    assert (await browser.get(link.replace("/phone/linphone/", "/welcome/"))).status_code == 404
    assert (await browser.get(link)).status_code == 200


async def _link(browser: Browser) -> str:
    """Make a phone, and return the path of the link in its QR code."""
    page = (await browser.post("/phone")).text
    found = re.search(r"<svg.*?</svg>", page, re.DOTALL)
    assert found
    return "/phone/linphone/" + _read(found[0])


def _read(svg: str) -> str:
    """Read a QR code as a phone does, and return the token at the end of its link."""
    size = int(svg.split('viewBox="0 0 ')[1].split(" ", maxsplit=1)[0])
    picture = np.full((size, size), 255, np.uint8)
    x, y = 0.0, 0.0  # the path of dark strokes, a module high: `M x y h width m dx dy h width …`
    strokes = svg.rpartition(' d="')[2].partition('"')[0]
    for verb, one, two in re.findall(r"([Mmh])(-?[\d.]+)(?:[ ,]?(-?[\d.]+))?", strokes):
        if verb == "h":
            picture[int(y), int(x) : int(x + float(one))] = 0
            x += float(one)
        else:
            x, y = (float(one), float(two)) if verb == "M" else (x + float(one), y + float(two))
    (code,) = zxingcpp.read_barcodes(np.kron(picture, np.ones((8, 8), np.uint8)))
    return str(code.text).rsplit("/", 1)[1]
