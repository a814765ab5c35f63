"""The edges: which websites may ask, what is refused and how, and what every answer says about itself."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from callcenter.api import disclosing, openapi, origins
from callcenter.model import code
from callcenter.model.tenant import Municipality
from callcenter.store import tenants
from callcenter.store.database import Store, open_store
from demo.process import until
from tests.integration.api.world import SITE, Installation

STRANGER = "https://www.stranger.example"
SAFE = {
    "cache-control": "no-store",
    "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
}
WISH = {"municipality": "voorbeeldstad", "purpose": "verhuizing"}


@pytest.fixture
async def store(sqlite_url: str) -> AsyncIterator[Store]:
    """One database will do: nothing here comes as far as a query that differs."""
    async with open_store(sqlite_url) as opened:
        yield opened


async def preflight(
    api: Installation, origin: str, method: str = "POST", path: str = "/v1/disclosures"
) -> httpx.Response:
    headers = {"Origin": origin, "Access-Control-Request-Method": method}
    return await api.public.request("OPTIONS", path, headers=headers)


def readable_by(answer: httpx.Response) -> str | None:
    """The origin that the browser lets read this answer."""
    value: str | None = answer.headers.get("access-control-allow-origin")
    return value


async def test_a_listed_website_may_ask(api: Installation) -> None:
    asked = await preflight(api, SITE)
    begun = await api.ask_to_start(Origin=SITE)

    assert (asked.status_code, readable_by(asked)) == (204, SITE)
    assert "authorization" in asked.headers["access-control-allow-headers"].lower()
    assert "content-type" in asked.headers["access-control-allow-headers"].lower()
    assert (begun.status_code, readable_by(begun)) == (200, SITE)
    assert "Origin" in begun.headers["vary"]
    assert "access-control-allow-credentials" not in begun.headers


async def test_a_website_that_nobody_listed_learns_just_that(api: Installation) -> None:
    answer = await api.ask_to_start(Origin=STRANGER)
    assert (answer.status_code, answer.json()["type"]) == (403, "origin-refused")
    assert readable_by(answer) == STRANGER  # so that the button can say so

    begun = await api.start()
    status = await api.public.get("/v1/status", headers={"Origin": STRANGER, **begun.bearer})
    assert readable_by(status) is None
    asked = await preflight(api, STRANGER, "GET", "/v1/status/events")
    assert (asked.status_code, readable_by(asked)) == (403, None)


async def test_nearly_listed_is_not_listed(api: Installation) -> None:
    for origin in ("null", "", f"{SITE}.evil.example", SITE.replace("https", "http"), f"{SITE}:8443"):
        assert (await api.ask_to_start(Origin=origin)).status_code == 403, origin


async def test_one_municipalitys_website_may_not_show_anothers_button(api: Installation) -> None:
    answer = await api.ask_to_start(Origin="https://elders.example")

    assert (answer.status_code, answer.json()["type"]) == (403, "origin-refused")
    assert readable_by(answer) == "https://elders.example"


async def test_an_origin_is_known_however_it_was_typed(api: Installation) -> None:
    typed = Municipality("f" * 32, "typte", "Typte", "+31243290009", origins=("https://WWW.Typte.example/",))
    async with api.store.begin() as tx:
        await tenants.add_municipality(tx, typed)

    assert (await preflight(api, "https://www.typte.example", "GET")).status_code == 204


async def test_a_newly_listed_origin_is_soon_known(api: Installation, monkeypatch: pytest.MonkeyPatch) -> None:
    assert (await preflight(api, "https://nieuw.example", "GET")).status_code == 403
    monkeypatch.setattr(origins, "REMEMBER_SECONDS", 0.1)
    new = Municipality("f" * 32, "nieuw", "Nieuw", "+31243290009", origins=("https://nieuw.example",))
    async with api.store.begin() as tx:
        await tenants.add_municipality(tx, new)

    async def known() -> bool:
        return (await preflight(api, "https://nieuw.example", "GET")).status_code == 204

    await until(known, what="the new origin is known", seconds=2)


WRONG_WISHES: list[tuple[bytes, int]] = [
    (b"", 422),
    (b"null", 422),
    (b"[]", 422),
    (b'{"municipality":"voorbeeldstad"}', 422),
    (b'{"municipality":"voorbeeldstad","purpose":7}', 422),
    (b'{"municipality":"voorbeeld\\u0000stad","purpose":"verhuizing"}', 422),
    (b'{"municipality":"\\ud800","purpose":"verhuizing"}', 422),
    (b'\xff\xfe{"municipality"', 422),
    ('{"municipality":"Gemeente-\u00cb","purpose":"verhuizing"}'.encode(), 422),
    (b"[" * 3000, 422),
    (b'{"municipality":"voorbeeldstad\x00","purpose":"verhuizing"}', 422),
    (b'{"municipality":"voorbeeldstad","purpose":"verhuizing","attributes":""}', 422),
    (b'{"municipality":"voorbeeldstad","purpose":"verhuizing","attributes":["bsn"]}', 422),
    (b'{"municipality":"voorbeeldstad","purpose":"verhuizing","attributes":"__class__"}', 422),
    (b'{"municipality":"voorbeeldstad","purpose":' + b'{"a":' * 500 + b"1" + b"}" * 500 + b"}", 422),
    (b'{"municipality":' + b"9" * 4000 + b',"purpose":"verhuizing"}', 422),
    (b'{"municipality":"nergens","purpose":"verhuizing"}', 404),
    (b'{"municipality":"voorbeeldstad","purpose":"nergens"}', 404),
    (b'{"municipality":"' + b"x" * 5000 + b'"}', 413),
]


async def test_a_wrong_wish_is_answered_in_words_that_the_website_can_read(api: Installation) -> None:
    headers = {"Origin": SITE, "Content-Type": "application/json"}
    for body, status in WRONG_WISHES:
        answer = await api.public.post("/v1/disclosures", content=body, headers=headers)

        assert answer.status_code == status, body
        assert answer.headers["content-type"] == "application/problem+json"
        assert set(answer.json()) == {"type", "title", "status", "detail"}
        assert readable_by(answer) == SITE


@pytest.mark.parametrize(
    "content_type",
    [
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "application/xml",
        "",
    ],
)
async def test_a_wrong_content_type_is_told_which_one_is_right(api: Installation, content_type: str) -> None:
    """Given a body that is right but called something else, then nothing begins, and the answer says how to send it."""
    headers = {"Origin": SITE, "Content-Type": content_type}
    answer = await api.public.post("/v1/disclosures", content=json.dumps(WISH), headers=headers)

    assert (answer.status_code, answer.json()["type"]) == (422, "invalid-request")
    assert "application/json" in answer.json()["detail"]
    assert readable_by(answer) == SITE


async def test_a_header_that_is_no_http_gets_no_further_than_the_server(api: Installation) -> None:
    """Given a control character in a header (RFC 9110, 5.5), then the server itself refuses it, and goes on."""
    headers = {"Origin": SITE, "Content-Type": "\x07"}
    answer = await api.public.post("/v1/disclosures", content=json.dumps(WISH), headers=headers)

    assert (answer.status_code, answer.text) == (400, "Invalid HTTP request received.")
    assert (await api.public.get("/v1/health")).status_code == 200


async def test_what_is_not_there_is_a_problem_too(api: Installation) -> None:
    for method, path, status in (
        ("GET", "/", 404),
        ("GET", "/v1/disclosures", 405),
        ("DELETE", "/v1/status", 405),
        ("PUT", "/v1/nothing", 404),
    ):
        answer = await api.public.request(method, path, headers={"Origin": SITE})

        assert (answer.status_code, answer.json()["status"]) == (status, status)
        assert answer.headers["content-type"] == "application/problem+json"


async def test_also_a_fault_of_ours_can_be_read(api: Installation, monkeypatch: pytest.MonkeyPatch) -> None:
    async def broken(*_: Any) -> None:
        raise ZeroDivisionError("0412345678")

    monkeypatch.setattr(disclosing.Disclosing, "start", broken)
    answer = await api.ask_to_start(Origin=SITE)

    assert (answer.status_code, answer.json()["type"]) == (500, "fault")
    assert readable_by(answer) == SITE
    assert "0412345678" not in answer.text


async def test_every_answer_has_the_safe_headers(api: Installation) -> None:
    begun = await api.start()
    answers = [
        await api.ask_to_start(Origin=SITE),
        await api.ask_to_start(Origin=STRANGER),
        await preflight(api, SITE),
        await api.public.get("/v1/status", headers=begun.bearer),
        await api.public.get("/nothing"),
        await api.internal.get("/nothing"),
        await api.resolve("1234567890"),
        await api.resolve("no code"),
        await api.internal.post("/irma/callback/invented/", content=b"x"),
    ]

    for answer in answers:
        assert {name: answer.headers.get(name) for name in SAFE} == SAFE, answer.url
        assert "server" not in answer.headers


async def test_each_side_has_its_own_and_says_no_more(api: Installation) -> None:
    for path in ("/v1/codes/resolve", "/irma/callback/x/"):
        assert (await api.public.post(path, json={})).status_code == 404
    for path in ("/v1/status", "/v1/disclosures", "/openapi.json", "/docs", "/redoc"):
        assert (await api.internal.get(path)).status_code == 404
    described = (await api.public.get(openapi.PATH)).json()
    assert set(described["paths"]) == {
        "/v1/disclosures",
        "/v1/health",
        "/v1/status",
        "/v1/status/events",
        "/v1/status/look",
    }


async def test_two_who_begin_at_once_have_codes_of_their_own(api: Installation) -> None:
    begun = await asyncio.gather(*(api.start() for _ in range(10)))

    assert len({one.code for one in begun}) == len({one.status_token for one in begun}) == 10


async def test_a_code_that_is_taken_is_not_given_again(api: Installation, monkeypatch: pytest.MonkeyPatch) -> None:
    given = iter(["0000000001", "0000000001", "0000000002"])
    monkeypatch.setattr(code, "new_code", lambda: next(given))

    assert [(await api.start()).code for _ in range(2)] == ["0000000001", "0000000002"]


async def test_a_question_is_bounded_before_it_is_read(api: Installation) -> None:
    answer = await api.internal.post("/v1/codes/resolve", content=b'{"number":"' + b"1" * 70_000)

    assert answer.status_code == 413
