"""One's own account: changing the password, ending log-ins, adding and removing second factors, proving who one is."""

import re
from datetime import timedelta

import httpx
import pytest
from fastapi import FastAPI

from callcenter.dashboard.app import create_dashboard
from callcenter.dashboard.desk import utc_now
from callcenter.store.entry_tables import passkey
from callcenter.store.tables import audit, municipality, staff_session
from tests.e2e.dashboard.world import PASSWORD, World, new_id
from tests.integration.dashboard.conftest import JSON, Browser, OpenBrowser
from tests.integration.dashboard.factors import App, codes_on, factors_of, said_on

NEW = "vier witte fietsen in de regen"
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0"


async def _is_in(browser: Browser) -> bool:
    return (await browser.client.get("/state", headers=JSON)).status_code == 200


async def _change(browser: Browser, old: str = PASSWORD, new: str = NEW, again: str | None = None) -> httpx.Response:
    return await browser.post("/account/password", json=False, password=old, new=new, again=again or new)


async def _noted(world: World) -> list[str]:
    async with world.store.begin() as tx:
        rows = await tx.connection.scalars(audit.select().with_only_columns(audit.c.action).order_by(audit.c.at))
        return list(rows)


async def _add_app(browser: Browser) -> tuple[App, list[str]]:
    app = App((await browser.client.get("/account/app")).text)
    return app, codes_on(await browser.post("/account/app", json=False, code=app.code()))


async def _forget_proof(world: World) -> None:
    async with world.store.begin() as tx:
        await tx.connection.execute(staff_session.update().values(proven_at=utc_now() - timedelta(minutes=11)))


async def test_a_changed_password_ends_all_other_log_ins(browser_of: OpenBrowser, world: World) -> None:
    # given somebody who is logged in twice
    here, elsewhere = await browser_of("anna"), await browser_of("anna")

    # when they change their password here
    answer = await _change(here)
    assert answer.headers["location"] == "/account?said=password-changed"
    assert "Uw wachtwoord is gewijzigd" in said_on(await here.client.get(answer.headers["location"]))

    # then they are logged in here alone, and the new password is the one that counts
    assert await _is_in(here)
    assert not await _is_in(elsewhere)
    assert (await elsewhere.log_in("anna")).status_code == 401
    assert (await elsewhere.log_in("anna", NEW)).status_code == 303
    assert "password-changed" in await _noted(world)


@pytest.mark.parametrize(
    ("old", "new", "again", "field", "sentence"),
    [
        ("verkeerd", NEW, NEW, "password", "niet uw huidige wachtwoord"),
        (PASSWORD, "k0rt!", "k0rt!", "new", "te kort"),
        (PASSWORD, "Welkom-2026-Welkom", "Welkom-2026-Welkom", "new", "kiezen veel mensen"),
        (PASSWORD, "anna-anna-anna", "anna-anna-anna", "new", "op uw naam"),
        (PASSWORD, "x\0" * 300, "x", "new", "te lang"),
        (PASSWORD, NEW, NEW + ".", "again", "niet gelijk"),
    ],
)
async def test_a_fault_is_named_beside_its_field(
    browser_of: OpenBrowser, old: str, new: str, again: str, field: str, sentence: str
) -> None:
    browser = await browser_of("anna")
    answer = await _change(browser, old, new, again)
    assert answer.status_code == 400
    assert re.search(f'<p class="fault" id="fault-{field}" role="alert">[^<]*{sentence}', answer.text)
    assert f'aria-describedby="fault-{field}"' in answer.text
    assert new not in answer.text
    assert (await (await browser_of()).log_in("anna")).status_code == 303


async def test_an_open_screen_is_no_place_to_guess_the_password(browser_of: OpenBrowser) -> None:
    browser = await browser_of("anna")
    statuses = [(await _change(browser, f"verkeerd {number}")).status_code for number in range(5)]
    assert statuses == [400, 400, 400, 429, 429]
    assert "Wacht " in said_on(await browser.post("/account/prove", json=False, password="nog een"))


async def test_i_see_my_log_ins_and_end_one_of_them(browser_of: OpenBrowser, world: World) -> None:
    # given somebody who is logged in here, and in Firefox elsewhere; and somebody else
    here, elsewhere, other = await browser_of("anna"), await browser_of(), await browser_of("nel")
    elsewhere.client.headers["User-Agent"] = FIREFOX
    await elsewhere.log_in("anna")

    # when they look
    page = await here.client.get("/account")
    assert "Firefox op Windows" in said_on(page)
    assert "vanaf 127.0.0.1" in said_on(page)
    ids = re.findall(r'name="log_in" value="([0-9a-f]{32})"', page.text)
    assert len(ids) == 1  # one's own is ended by logging out

    # when somebody else ends it, or somebody asks for what is not there, then nothing ends
    await other.post("/account/logins/end", json=False, log_in=ids[0])
    await here.post("/account/logins/end", json=False, log_in="\0")
    assert await _is_in(elsewhere)

    # when they end it themselves, then it is over, and that is noted once
    await here.post("/account/logins/end", json=False, log_in=ids[0])
    await here.post("/account/logins/end", json=False, log_in=ids[0])
    assert not await _is_in(elsewhere)
    assert await _is_in(here)
    assert (await _noted(world)).count("login-ended") == 1


@pytest.mark.parametrize(
    ("what", "here_after", "there"),
    [("end-others", True, "/account?said=others-ended"), ("end-all", False, "/login?over=1")],
)
async def test_log_out_everywhere(
    browser_of: OpenBrowser, world: World, what: str, here_after: bool, there: str
) -> None:
    here, one, two, other = [await browser_of(login) for login in ("anna", "anna", "anna", "nel")]
    answer = await here.post(f"/account/logins/{what}", json=False)
    assert answer.headers["location"] == there
    assert await _is_in(here) is here_after
    assert not await _is_in(one)
    assert not await _is_in(two)
    assert await _is_in(other)
    assert {"others-ended", "logged-out-everywhere"} & set(await _noted(world))


async def test_i_add_an_app_of_my_own_free_will(browser_of: OpenBrowser, world: World) -> None:
    # given somebody who logs in with a password alone
    browser = await browser_of("anna")
    assert "alleen een wachtwoord" in said_on(await browser.client.get("/account"))

    # when they add an app, then they get recovery codes, and from then on it is asked
    _, codes = await _add_app(browser)
    assert len(codes) == 10
    assert (await (await browser_of()).log_in("anna")).headers["location"] == "/login/second"

    # when they choose another app, then that one counts, and the recovery codes stay as they are
    second = App((await browser.client.get("/account/app")).text)
    assert (await browser.post("/account/app", json=False, code="000000")).status_code == 400
    answer = await browser.post("/account/app", json=False, code=second.code())
    assert answer.headers["location"] == "/account?said=app-added"
    later = await browser_of()
    await later.log_in("anna")
    assert (await later.client.post("/login/second", data={"code": second.code(1)})).status_code == 303

    # when they want new recovery codes, then the old ones work no more
    fresh = codes_on(await browser.post("/account/recovery-codes", json=False))
    assert not set(fresh) & set(codes)
    again = await browser_of()
    await again.log_in("anna")
    statuses = [(await again.client.post("/login/second", data={"code": one[0]})).status_code for one in (codes, fresh)]
    assert statuses == [401, 303]

    # when they remove the app, then all is as it was
    await browser.post("/account/app/remove", json=False)
    assert (await factors_of(world, "anna")).codes_left == 0
    assert (await (await browser_of()).log_in("anna")).headers["location"] == "/"
    assert [one for one in await _noted(world) if "app" in one or "codes" in one] == [
        "app-added", "app-added", "recovery-codes-made", "app-removed",
    ]  # fmt: skip


async def test_the_last_factor_stays_where_one_is_a_must(browser_of: OpenBrowser, world: World) -> None:
    # given a municipality that wants one, and somebody with an app and a passkey
    browser = await browser_of("anna")
    await _add_app(browser)
    async with world.store.begin() as tx:
        await tx.connection.execute(municipality.update().values(second_factor=True))
        await tx.connection.execute(
            passkey.insert().values(
                id=new_id(), credential_id=b"x", staff_id=world.users["anna"].id, public_key=b"", sign_count=0,
                name="<b>sleutel</b>", since=utc_now(),
            )
        )  # fmt: skip
    page = await browser.client.get("/account")
    assert "&lt;b&gt;sleutel" in page.text
    key = re.findall(r'name="passkey" value="([0-9a-f]{32})"', page.text)[0]

    # when they remove one, then the other stays, whatever they send
    await browser.post("/account/passkey/remove", json=False, passkey=key)
    answer = await browser.post("/account/app/remove", json=False)
    assert answer.status_code == 409
    assert "Voeg eerst een andere toe" in said_on(answer)
    assert (await factors_of(world, "anna")).count == 1


async def test_what_would_let_somebody_stay_in_asks_for_the_password_again(
    browser_of: OpenBrowser, world: World
) -> None:
    # given an open screen
    browser = await browser_of("anna")
    app, _ = await _add_app(browser)
    await _forget_proof(world)

    # when somebody wants to add or remove a factor there, then nothing is done, and the password is asked
    asked = [
        await browser.client.get("/account/app"),
        await browser.post("/account/app", json=False, code=app.code(1)),
        await browser.post("/account/app/remove", json=False),
        await browser.post("/account/recovery-codes", json=False),
        await browser.client.get("/account/passkey"),
        await browser.post("/account/passkey", json=False, credential="{}"),
        await browser.post("/account/passkey/remove", json=False, passkey="x"),
    ]
    assert {answer.headers["location"].partition("?")[0] for answer in asked} == {"/account/prove"}
    assert (await factors_of(world, "anna")).count == 1

    # when the password is wrong, then it goes no further; when it is right, on to what was wanted, and nowhere else
    assert (await browser.post("/account/prove", json=False, then="app", password="x")).status_code == 400
    answer = await browser.post("/account/prove", json=False, then="app", password=PASSWORD)
    assert answer.headers["location"] == "/account/app"
    assert (await browser.client.get("/account/app")).status_code == 200
    answer = await browser.post("/account/prove", json=False, then="https://elders.example", password=PASSWORD)
    assert answer.headers["location"] == "/account?said=proven"
    assert "elders.example" not in (await browser.client.get("/account/prove?then=https://elders.example")).text


async def test_an_offered_app_can_be_confirmed_for_ten_minutes(
    browser_of: OpenBrowser, app: FastAPI, world: World
) -> None:
    browser = await browser_of("anna")
    offered = App((await browser.client.get("/account/app")).text)
    async with world.store.begin() as tx:
        await tx.connection.execute(staff_session.update().values(proven_at=utc_now() + timedelta(minutes=11)))
    app.state.desk = create_dashboard(
        world.settings, world.shown, world.unsealer, lambda: utc_now() + timedelta(minutes=11)
    ).state.desk
    answer = await browser.post("/account/app", json=False, code=offered.code(22))
    assert answer.status_code == 400
    assert App(answer.text).totp.secret != offered.totp.secret


async def test_i_choose_my_language(browser_of: OpenBrowser) -> None:
    browser = await browser_of("anna")
    answer = await browser.post("/account/language", json=False, language="en")
    assert "Your language has been set" in said_on(await browser.client.get(answer.headers["location"]))
    await browser.post("/account/language", json=False, language="xx")
    assert "My account" in said_on(await browser.client.get("/account?said=<script>"))
