"""The edges of single sign-on: answers that fit no log-in of this browser, a provider that is away, passwords off."""

import re
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from fastapi import FastAPI

from callcenter.dashboard.app import create_dashboard
from callcenter.dashboard.desk import utc_now
from callcenter.store.entry_tables import sso_attempt, sso_identity
from callcenter.store.tables import staff
from demo.ports import LOOPBACK, free_port
from tests.e2e.dashboard.openid import openid_provider, sign_on_by
from tests.e2e.dashboard.world import World
from tests.integration.dashboard.conftest import JSON, Browser, OpenBrowser
from tests.integration.dashboard.factors import said_on

START = "/login/sso/voorbeeldstad"


@pytest.fixture
async def issuer(world: World, tmp_path: Path) -> AsyncIterator[str]:
    """A provider by which Anna's municipality logs in."""
    async with openid_provider(tmp_path, world.settings.dashboard_public_url) as issuer:
        await sign_on_by(world, issuer)
        yield issuer


async def _at_the_provider(address: str, who: str = "anna") -> str:
    """Log in there as a browser would; gives the address that it leads back to."""
    async with httpx.AsyncClient(follow_redirects=True) as client:
        page = await client.get(address)
        for _ in range(2):  # who, and then what may be told
            form = dict(re.findall(r'name="(\w+)" value="(\w+)"', page.text)) | {"login": who, "password": "x"}
            target = re.search(r'action="([^"]+)"', page.text)
            assert target is not None
            answer = await client.post(target[1], data=form, follow_redirects=False)
            while "/login/sso/back" not in (where := str(answer.headers["location"])):
                answer = await client.get(httpx.URL(str(answer.url)).join(where), follow_redirects=False)
                if answer.status_code == 200:
                    page = answer
                    break
            else:
                return where
    raise AssertionError("the provider leads nowhere")


def _here(address: str) -> str:
    parts = urlsplit(address)
    return f"{parts.path}?{parts.query}"


async def _is_in(browser: Browser) -> bool:
    return (await browser.client.get("/state", headers=JSON)).status_code == 200


async def test_what_is_asked_holds_state_nonce_and_a_challenge(browser_of: OpenBrowser, issuer: str) -> None:
    browser = await browser_of()
    answer = await browser.client.get(START)
    asked = parse_qs(urlsplit(answer.headers["location"]).query)
    assert answer.headers["location"].startswith(issuer)
    assert asked["response_type"] == ["code"]
    assert asked["code_challenge_method"] == ["S256"]
    assert all(len(asked[name][0]) >= 43 for name in ("state", "nonce", "code_challenge"))
    assert {"HttpOnly", "SameSite=lax", "Path=/"} <= set(answer.headers["set-cookie"].split("; "))


async def test_an_answer_serves_once_and_in_the_browser_that_asked(browser_of: OpenBrowser, issuer: str) -> None:
    # given somebody whom the provider has sent back
    anna, other = await browser_of(), await browser_of()
    back = _here(await _at_the_provider((await anna.client.get(START)).headers["location"]))

    # when another browser brings that answer (a thief, or one who wants a colleague to be them), it opens nothing
    await other.client.get(START)
    assert (await other.client.get(back)).status_code == 400
    assert not await _is_in(other)

    # when their own brings it, then they are in, once
    assert (await anna.client.get(back)).status_code == 200
    assert await _is_in(anna)
    assert (await anna.client.get(back)).status_code == 400


async def test_a_code_of_another_log_in_is_refused(browser_of: OpenBrowser, issuer: str) -> None:
    # given two log-ins under way in two browsers
    anna, mia = await browser_of(), await browser_of()
    asked = [(await one.client.get(START)).headers["location"] for one in (anna, mia)]
    backs = [_here(await _at_the_provider(asked[0])), _here(await _at_the_provider(asked[1], "mia"))]

    # when the code of one is put into the answer of the other, then PKCE tells
    code = parse_qs(urlsplit(backs[1]).query)["code"][0]
    mixed = re.sub(r"code=[^&]+", f"code={code}", backs[0])
    answer = await anna.client.get(mixed)
    assert answer.status_code == 400
    assert not await _is_in(anna)


@pytest.mark.parametrize("query", ["", "?state=x&code=x", "?error=access_denied", "?state=%00&code=%00"])
async def test_what_fits_no_log_in_opens_nothing(browser_of: OpenBrowser, issuer: str, query: str) -> None:
    browser = await browser_of()
    await browser.client.get(START)
    answer = await browser.client.get(f"/login/sso/back{query}")
    assert answer.status_code == 400
    assert "Probeer het opnieuw" in said_on(answer)


async def test_an_answer_that_comes_too_late_opens_nothing(
    browser_of: OpenBrowser, app: FastAPI, world: World, issuer: str
) -> None:
    browser = await browser_of()
    back = _here(await _at_the_provider((await browser.client.get(START)).headers["location"]))
    later = create_dashboard(world.settings, world.shown, world.unsealer, lambda: utc_now() + timedelta(minutes=11))
    app.state.desk = later.state.desk
    assert (await browser.client.get(back)).status_code == 400


async def test_a_provider_that_is_away_or_misled_is_told_in_a_sentence(
    browser_of: OpenBrowser, world: World, issuer: str
) -> None:
    browser = await browser_of()
    for wrong in (f"http://{LOOPBACK}:{free_port()}", issuer + "/"):
        await sign_on_by(world, wrong)
        answer = await browser.client.get(START)
        assert answer.status_code == 400
        assert "lukt nu niet" in said_on(answer)

    # and with a wrong secret it is the provider that refuses
    await sign_on_by(world, issuer, secret="another")
    back = _here(await _at_the_provider((await browser.client.get(START)).headers["location"]))
    assert "lukt nu niet" in said_on(await browser.client.get(back))
    assert not await _is_in(browser)


async def test_passwords_can_be_off_for_a_municipality(browser_of: OpenBrowser, world: World, issuer: str) -> None:
    # given a municipality that wants its provider only
    await sign_on_by(world, issuer, passwords=False)

    # then a right password there is like a wrong one, and elsewhere it is right
    browser = await browser_of()
    right, wrong = await browser.log_in("anna"), await browser.log_in("niemand")
    assert right.status_code == 401
    assert right.text.replace("anna", "LOGIN") == wrong.text.replace("niemand", "LOGIN")
    assert (await browser.log_in("nel")).status_code == 303


async def test_a_name_at_the_provider_takes_over_no_account_here(
    browser_of: OpenBrowser, world: World, issuer: str
) -> None:
    # given an Anna with a password here, and somebody who is called `anna` at the provider
    browser = await browser_of()
    back = _here(await _at_the_provider((await browser.client.get(START)).headers["location"]))
    await browser.client.get(back)

    # then they are two, and the one from the provider has no password
    async with world.store.begin() as tx:
        linked = await tx.connection.scalar(sso_identity.select().with_only_columns(sso_identity.c.staff_id))
        logins = (await tx.connection.scalars(staff.select().with_only_columns(staff.c.login))).all()
        assert (await tx.connection.execute(sso_attempt.select())).all() == []
    assert linked != world.users["anna"].id
    mine = next(one for one in logins if one.startswith("anna/"))
    assert (await (await browser_of()).log_in(mine, "")).status_code == 401


async def test_no_municipality_no_provider(browser_of: OpenBrowser, issuer: str) -> None:
    browser = await browser_of()
    for slug in ("elders", "nergens", "%00", "back/x"):
        assert (await browser.client.get(f"/login/sso/{slug}")).status_code == 404
