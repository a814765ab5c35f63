"""Every state of the button on a page of its own, for axe and for the pictures in the docs.

What the api and the IRMA server answer is scripted here, inside the browser: a scripted server can show each state at
once, and holds it. That these states are reached with the real ones is tested next door.
"""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from playwright.async_api import Browser, Page, Route, expect

from demo.places import made

SITE, API, IRMA = "https://www.voorbeeldstad.example", "https://bellen.example.nl", "https://irma.example.nl"
NUMBER, CODE = "+31243290000", "5362149328"
ANDROID = "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 Mobile Safari/537.36"
_READABLE = {"Access-Control-Allow-Origin": "*", "Access-Control-Expose-Headers": "Retry-After"}
_BEGUN = {
    "sessionPtr": {"u": f"{IRMA}/irma/session/w1xM5bF7cYd2", "irmaqr": "disclosing"},
    "frontendRequest": {"authorization": "a", "minProtocolVersion": "1.0", "maxProtocolVersion": "1.1"},
    "statusToken": "t",
    "number": NUMBER,
    "code": CODE,
    "telUrl": f"tel:{NUMBER},,{CODE}",
    "expiresAt": "2026-11-23T12:15:00+01:00",
    "validSeconds": 870,
}


@dataclass(frozen=True)
class Shown:
    """A state, and what is answered so that it is there.

    Attributes:
        state: as in the event that the button sends.
        reason: why, where there are several.
        status: what our feed says.
        app: what the IRMA server says of the app.
        problem: how our api refuses to start; `{}` for no answer at all.
    """

    state: str
    reason: str = ""
    status: dict[str, Any] = field(default_factory=lambda: {"state": "requested"})
    app: str = "INITIALIZED"
    problem: dict[str, Any] | None = None
    pairing: bool = False
    lost: bool = False
    phone: bool = False

    @property
    def name(self) -> str:
        """Short, and different for each."""
        return "-".join(part for part in (self.state, self.reason, "lost" * self.lost) if part)


def _of_feed(state: str, reason: str = "", **more: Any) -> Shown:
    return Shown(state, reason, {"state": state, **({"reason": reason} if reason else {}), **more})


ON_THE_WAY = (
    Shown("idle"),
    Shown("starting", problem={}),
    Shown("qr"),
    Shown("app", phone=True),
    Shown("pairing", app="PAIRING", pairing=True),
    Shown("scanned", app="CONNECTED"),
    Shown("checking", app="DONE"),
    _of_feed("disclosed"),
    _of_feed("called"),
    _of_feed("waiting", place=3),
    _of_feed("offered"),
    _of_feed("connected"),
    Shown("qr", lost=True),
)
ENDS = (
    _of_feed("ended", "answered"),
    *(_of_feed("ended", reason) for reason in ("abandoned", "refused", "closed", "busy", "failed")),
    _of_feed("cancelled"),
    _of_feed("expired"),
    *(_of_feed("failed", reason) for reason in ("attributes-missing", "not-valid", "other")),
    Shown("closed", problem={"type": "closed", "status": 409, "opensAt": "2026-11-24T09:00:00+01:00"}),
    Shown("busy", problem={"type": "busy", "status": 503, "retry": "120"}),
    Shown("too-many", problem={"type": "too-many", "status": 429, "retry": "60"}),
    Shown("away", problem={"type": "irma-away", "status": 503, "retry": "5"}),
    Shown("misplaced", problem={"type": "origin-refused", "status": 403}),
)


@asynccontextmanager
async def shown(
    chromium: Browser, it: Shown, *, style: str = "", lang: str = "nl", at: str = "", **options: Any
) -> AsyncIterator[Page]:
    """A page with the button in this state. `at`: what its clock says; `options`: of the browser's context."""
    given = {"locale": "nl-NL", "timezone_id": "Europe/Amsterdam", "viewport": {"width": 480, "height": 720}}
    agent = {"user_agent": ANDROID} if it.phone else {}
    context = await chromium.new_context(**given | agent | options)
    page = await context.new_page()
    await answer(page, it, style, lang)
    if at:
        await page.clock.set_fixed_time(at)
    await page.goto(SITE)
    if it.state != "idle":
        await page.get_by_role("button").first.click()
    await expect(page.locator(f"[data-state='{it.state}'][data-reason='{it.reason}']")).to_be_visible(timeout=15_000)
    if it.lost:
        await expect(page.locator("veilig-bellen .lost")).to_be_visible(timeout=15_000)
    try:
        yield page
    finally:
        await context.close()


async def answer(page: Page, it: Shown, style: str = "", lang: str = "nl") -> None:
    """Let this page have its site, api and IRMA server, which show the state `it` when the button is clicked."""
    script = made("button/veilig-bellen.js").read_text()
    html = (
        f'<!doctype html><html lang="{lang}"><meta charset="utf-8"><title>Contact</title>'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<style>body {{ font: 16px/1.5 system-ui, sans-serif; margin: 1rem }} {style}</style>"
        f'<script src="{API}/v1/veilig-bellen.js" defer></script><main><h1>Contact</h1>'
        '<veilig-bellen municipality="voorbeeldstad" purpose="verhuizing">'
        f'{"Call" if lang == "en" else "Bel"} <a href="tel:{NUMBER}">024 329 00 00</a></veilig-bellen></main>'
    )

    async def start(route: Route) -> None:
        if it.problem is None:
            await route.fulfill(json=_BEGUN | {"pairing": it.pairing}, headers=_READABLE)
        elif it.problem:
            retry = {"Retry-After": it.problem["retry"]} if "retry" in it.problem else {}
            await route.fulfill(status=it.problem["status"], json=it.problem, headers=_READABLE | retry)

    async def feed(route: Route) -> None:
        if it.lost:
            await route.abort()
        else:
            body = f"id: 1\ndata: {json.dumps(it.status)}\n\n"
            await route.fulfill(body=body, headers=_READABLE, content_type="text/event-stream")

    async def irma(route: Route) -> None:
        answer = (
            {"status": it.app} if "status" in route.request.url else {"pairingCode": "4821", "pairingMethod": "pin"}
        )
        await route.fulfill(json=answer, headers=_READABLE)

    await page.route(f"{SITE}/**", lambda route: route.fulfill(body=html, content_type="text/html"))
    await page.route(
        f"{API}/v1/veilig-bellen.js", lambda route: route.fulfill(body=script, content_type="text/javascript")
    )
    await page.route(f"{API}/v1/disclosures", start)
    await page.route(f"{API}/v1/status**", lambda route: route.abort())
    await page.route(f"{API}/v1/status/events", feed)
    await page.route(f"{IRMA}/**", irma)
