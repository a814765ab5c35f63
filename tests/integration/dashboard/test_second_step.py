"""The second step of a log-in: an app's code, recovery codes, and adding the first factor where one is a must."""

import asyncio
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial

import httpx
import pytest
from fastapi import FastAPI

from callcenter.dashboard.app import create_dashboard
from callcenter.dashboard.desk import utc_now
from callcenter.dashboard.entrance.second_step import MOST_TRIES
from callcenter.model.staff import Role
from callcenter.store import second_factors, tenants
from callcenter.store.entry_tables import half_login, totp
from callcenter.store.tables import municipality, staff_session
from tests.e2e.dashboard.world import PASSWORD, World
from tests.integration.dashboard.conftest import JSON, Browser, OpenBrowser
from tests.integration.dashboard.factors import App, codes_on, factors_of, said_on


@pytest.fixture
async def must(world: World) -> None:
    """Anna's municipality wants a second factor."""
    async with world.store.begin() as tx:
        await tx.connection.execute(municipality.update().values(second_factor=True))


async def _password(browser: Browser, login: str = "anna") -> httpx.Response:
    return await browser.client.post("/login", data={"login": login, "password": PASSWORD})


async def _enrolled(browser_of: OpenBrowser, login: str = "anna") -> tuple[Browser, App, list[str]]:
    """Somebody who has just added an app, because they had to."""
    browser = await browser_of()
    assert (await _password(browser, login)).headers["location"] == "/login/enrol"
    app = App((await browser.client.get("/login/enrol")).text)
    answer = await browser.client.post("/login/enrol", data={"code": app.code()})
    return browser, app, codes_on(answer)


def _later(by: timedelta) -> datetime:
    return utc_now() + by


async def _logged_in(browser: Browser) -> bool:
    return (await browser.client.get("/state", headers=JSON)).status_code == 200


async def test_who_must_have_a_factor_adds_one_before_anything_else(
    browser_of: OpenBrowser, world: World, must: None
) -> None:
    # given somebody without one, who has typed their password
    browser = await browser_of()
    await _password(browser)

    # then nothing else is open to them
    assert not await _logged_in(browser)
    for path in ("/", "/account", "/account/app"):
        assert (await browser.client.get(path)).headers["location"] == "/login"
    assert (await browser.client.get("/login/second")).headers["location"] == "/login/enrol"

    # when they type a wrong code, then the same key is shown again
    page = await browser.client.get("/login/enrol")
    app = App(page.text)
    wrong = await browser.client.post("/login/enrol", data={"code": "000000"})
    assert wrong.status_code == 400
    assert App(wrong.text).totp.secret == app.totp.secret

    # when they type the first code, then they are in, and see ten recovery codes, this once
    answer = await browser.client.post("/login/enrol", data={"code": app.code()})
    assert len(codes_on(answer)) == 10
    assert answer.headers["cache-control"] == "no-store"
    assert await _logged_in(browser)
    assert (await factors_of(world, "anna")).codes_left == 10
    assert codes_on(await browser.client.get("/account")) == []


async def test_a_key_that_a_thief_saw_is_not_offered_to_the_user(browser_of: OpenBrowser, must: None) -> None:
    # given somebody who knows Anna's password and was shown a key
    thief, anna = await browser_of(), await browser_of()
    await _password(thief)
    seen = App((await thief.client.get("/login/enrol")).text)

    # when Anna adds her app, then it is another key, and the thief's is worth nothing
    await _password(anna)
    hers = App((await anna.client.get("/login/enrol")).text)
    assert hers.totp.secret != seen.totp.secret
    await anna.client.post("/login/enrol", data={"code": hers.code()})
    assert (
        (await thief.client.post("/login/enrol", data={"code": seen.code()})).headers["location"].startswith("/login")
    )
    assert not await _logged_in(thief)


async def test_an_apps_code_serves_once(browser_of: OpenBrowser, must: None) -> None:
    # given somebody with an app, of which the code of now was used
    _, app, _ = await _enrolled(browser_of)
    browser = await browser_of()
    assert (await _password(browser)).headers["location"] == "/login/second"

    # then that code is refused, and the next is right, once, also for two at once
    assert (await browser.client.post("/login/second", data={"code": app.code()})).status_code == 401
    other = await browser_of()
    await _password(other)
    code = app.code(1)
    answers = await asyncio.gather(*(one.client.post("/login/second", data={"code": code}) for one in (browser, other)))
    assert sorted(answer.status_code for answer in answers) == [303, 401]
    assert [await _logged_in(one) for one in (browser, other)].count(True) == 1


async def test_a_recovery_code_serves_once_and_says_so(browser_of: OpenBrowser, world: World, must: None) -> None:
    _, _, codes = await _enrolled(browser_of)
    browser = await browser_of()
    await _password(browser)

    # when a recovery code is typed, however it is written
    answer = await browser.client.post("/login/second", data={"code": codes[3].upper().replace("-", " ")})

    # then they are in, and read what to do
    assert answer.headers["location"] == "/account?said=recovery-code-used"
    assert "werkt nu niet meer" in said_on(await browser.client.get(answer.headers["location"]))
    assert "nog 9 van de 10" in said_on(await browser.client.get("/account"))
    assert (await factors_of(world, "anna")).codes_left == 9

    # and it works no more
    again = await browser_of()
    await _password(again)
    assert (await again.client.post("/login/second", data={"code": codes[3]})).status_code == 401


async def test_after_a_few_tries_the_password_is_asked_again(browser_of: OpenBrowser, must: None) -> None:
    await _enrolled(browser_of)
    browser = await browser_of()
    await _password(browser)
    statuses = [
        (await browser.client.post("/login/second", data={"code": "wrong"})).status_code for _ in range(MOST_TRIES)
    ]
    assert statuses == [401] * MOST_TRIES
    answer = await browser.client.post("/login/second", data={"code": "wrong"})
    assert answer.headers["location"] == "/login?over=again"
    assert "Log opnieuw in" in said_on(await browser.client.get(answer.headers["location"]))
    assert (await browser.client.get("/login/second")).headers["location"] == "/login"


async def test_who_knows_the_password_can_not_guess_codes_without_end(
    browser_of: OpenBrowser, world: World, must: None
) -> None:
    # given a thief of the password, who begins anew after each few guesses
    _, app, codes = await _enrolled(browser_of)
    for _ in range(2):
        thief = await browser_of()
        await _password(thief)
        for _ in range(3):
            await thief.client.post("/login/second", data={"code": "000000"})

    # then not even the right code is looked at for a while, and a recovery code is
    browser = await browser_of()
    await _password(browser)
    answer = await browser.client.post("/login/second", data={"code": app.code(1)})
    assert answer.status_code == 429
    assert "te veel verkeerde codes" in said_on(answer)
    assert (await browser.client.post("/login/second", data={"code": codes[0]})).status_code == 303


async def test_a_right_code_forgives_the_wrong_ones(browser_of: OpenBrowser, world: World, must: None) -> None:
    _, app, _ = await _enrolled(browser_of)
    browser = await browser_of()
    await _password(browser)
    await browser.client.post("/login/second", data={"code": "000000"})
    assert (await browser.client.post("/login/second", data={"code": app.code(1)})).status_code == 303
    async with world.store.begin() as tx:
        assert await tx.connection.scalar(totp.select().with_only_columns(totp.c.wrong)) == 0


async def test_half_way_ends_by_itself(browser_of: OpenBrowser, app: FastAPI, world: World, must: None) -> None:
    browser = await browser_of()
    await _password(browser)
    for minutes, status in ((9, 200), (11, 303)):
        app.state.desk = replace(app.state.desk, clock=partial(_later, timedelta(minutes=minutes)))
        assert (await browser.client.get("/login/enrol")).status_code == status


async def test_half_way_is_no_session_nor_the_other_way_about(
    browser_of: OpenBrowser, world: World, must: None
) -> None:
    # given somebody half-way
    browser = await browser_of()
    answer = await _password(browser)
    cookie = answer.headers["set-cookie"]
    assert {"HttpOnly", "Path=/", "SameSite=strict"} <= set(cookie.split("; "))
    name, _, token = cookie.partition(";")[0].partition("=")

    # when what they have is given as a session, then it opens nothing
    browser.client.cookies.set(name.removesuffix("-half"), token)
    assert not await _logged_in(browser)
    async with world.store.begin() as tx:
        assert (await tx.connection.execute(staff_session.select())).all() == []
        kept = (await tx.connection.execute(half_login.select())).all()
    assert token.encode() not in kept[0].token_hash


async def test_at_the_log_in_a_wrong_password_and_no_user_look_the_same_with_a_factor(
    browser_of: OpenBrowser, must: None
) -> None:
    await _enrolled(browser_of)
    browser = await browser_of()
    answers = [
        (await browser.client.post("/login", data={"login": login, "password": "verkeerd"})).text.replace(
            login, "LOGIN"
        )
        for login in ("anna", "niemand")
    ]
    assert answers[0] == answers[1]


async def test_two_municipalities_choose_for_themselves(browser_of: OpenBrowser, world: World) -> None:
    # given that only the neighbour wants a second factor
    async with world.store.begin() as tx:
        of = await tenants.municipality_by_id(tx, world.neighbour.municipality.id)
        assert of is not None
        await tx.connection.execute(municipality.update().where(municipality.c.id == of.id).values(second_factor=True))
    assert (await _password(await browser_of())).headers["location"] == "/"
    assert (await _password(await browser_of(), "nel")).headers["location"] == "/login/enrol"


@pytest.mark.parametrize(("must_have", "there"), [(True, "/login/enrol"), (False, "/")])
async def test_operators_must_outside_a_demo(world: World, must_have: bool, there: str) -> None:
    await world.user("opa", "Olga", role=Role.OPERATOR, phone=None)
    settings = world.settings.model_copy(update={"operators_second_factor": must_have})
    app = create_dashboard(settings, world.shown, world.unsealer)
    origin = settings.dashboard_public_url
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(app), base_url=origin, headers={"Origin": origin}
    ) as client:
        assert (await _password(Browser(client), "opa")).headers["location"] == there


async def test_a_reset_takes_all_factors_away(browser_of: OpenBrowser, world: World, must: None) -> None:
    _, _, codes = await _enrolled(browser_of)
    async with world.store.begin() as tx:
        await second_factors.remove_all(tx, world.users["anna"].id)
    browser = await browser_of()
    assert (await _password(browser)).headers["location"] == "/login/enrol"
    assert (await browser.client.post("/login/second", data={"code": codes[0]})).status_code == 401


async def test_the_secret_is_kept_closed(browser_of: OpenBrowser, world: World, must: None) -> None:
    _, app, _ = await _enrolled(browser_of)
    async with world.store.begin() as tx:
        kept = [bytes(one) for one in (await tx.connection.scalars(totp.select().with_only_columns(totp.c.secret)))]
    assert app.totp.secret.encode() not in kept[0]
