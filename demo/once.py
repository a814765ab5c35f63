"""`make demo ONCE=1`: the whole path once, without hands, each step checked at the real thing."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path

from playwright.async_api import Browser, BrowserContext, Error, Page, ViewportSize, expect

from demo.caller import CALLER_TONE
from demo.chromium import chromium
from demo.citizen import CLOSED, ESTABLISHED, Visit
from demo.erased import what_is_left
from demo.persons import person
from demo.process import NotInTimeError, until
from demo.softphone import AGENT_TONE
from demo.stage import PASSWORD, Agent, Stage
from demo.tones import is_silent, tones_in

CITIZEN = "rene"
STEP_SECONDS = 30.0
TONE_SECONDS = 1.0  # how much sound is listened to
VIEWPORT = ViewportSize(width=1366, height=768)


class NotShown(Exception):
    """A step did not happen as it should; the message says which, and what was seen instead."""


@dataclass
class Timeline:
    """What happened, with the milliseconds since the first step."""

    started: float = field(default_factory=time.monotonic)
    before: float = field(default_factory=time.monotonic)

    def mark(self, what: str) -> None:
        """This has just happened."""
        now = time.monotonic()
        since, took = (now - self.started) * 1000, (now - self.before) * 1000
        print(f"  {since:8.0f} ms  (+{took:6.0f})  {what}", flush=True)
        self.before = now


async def run_once(it: Stage, shots: Path) -> None:
    """Do it. Raises NotShown."""
    expect.set_options(timeout=STEP_SECONDS * 1000)
    async with chromium() as browser:
        agent = await browser.new_context(viewport=VIEWPORT, locale="nl-NL", ignore_https_errors=True)
        citizen = await browser.new_context(viewport=VIEWPORT, locale="nl-NL")
        for context in (agent, citizen):
            context.set_default_timeout(STEP_SECONDS * 1000)
        try:
            await _Once(it, shots, agent, citizen).run()
        except (Error, AssertionError, NotInTimeError) as error:
            await _picture_of_failure(browser, shots)
            raise NotShown(f"{error}\n  screenshots: {shots}") from error


async def _picture_of_failure(browser: Browser, shots: Path) -> None:
    for number, page in enumerate(p for context in browser.contexts for p in context.pages):
        await page.screenshot(path=shots / f"failure-{number}.png", full_page=True)


class _Once:
    def __init__(self, it: Stage, shots: Path, agent: BrowserContext, citizen: BrowserContext) -> None:
        self._it = it
        self._shots = shots
        self._agent = agent
        self._citizen = citizen
        self._number = 0
        self._line = Timeline()

    async def run(self) -> None:
        it, person_ = self._it, person(CITIZEN)
        anna = it.agents[0]
        print("\nThe timeline:", flush=True)
        self._line = Timeline()
        desk = await self._log_in(anna)
        site = await self._open_site()
        await self._disclose(site)
        visit = await self._called()
        await self._queued(desk, person_.surname, visit)
        await self._take(desk, anna)
        await self._sound(anna, visit)
        await self._open_link(desk, person_.bsn)
        await self._hang_up(desk, site, visit)
        await self._gone(desk, person_.surname)

    async def _shoot(self, page: Page, name: str) -> None:
        self._number += 1
        await page.screenshot(path=self._shots / f"{self._number:02}-{name}.png", full_page=True)

    async def _log_in(self, anna: Agent) -> Page:
        desk = await self._agent.new_page()
        await desk.goto(self._it.dashboard_url)
        await desk.fill("#login", anna.login)
        await desk.fill("#password", PASSWORD)
        await desk.click("form[action='/login'] button")
        await expect(desk.locator("#queue-empty")).to_be_visible()
        await expect(desk.locator(".phone.connected")).to_be_visible()
        await self._shoot(desk, "agent-empty-queue")
        self._line.mark("an agent has logged in; the queue is empty")
        return desk

    async def _open_site(self) -> Page:
        site = await self._citizen.new_page()
        await site.goto(self._it.site_url)
        await self._shoot(site, "website")
        await site.locator("veilig-bellen").first.get_by_role("button").first.click()
        await expect(site.locator("veilig-bellen canvas").first).to_be_visible()
        await self._shoot(site, "website-qr")
        self._line.mark("the citizen has clicked the button; the QR code is there")
        return site

    async def _disclose(self, site: Page) -> None:
        await site.click(f"[data-person='{CITIZEN}']")
        await expect(site.locator("veilig-bellen [data-state='disclosed'] a[href^='tel:']")).to_be_visible()
        await self._shoot(site, "website-code")
        self._line.mark("the wallet has scanned the code and disclosed; the number and code are shown")

    async def _called(self) -> Visit:
        await until(lambda: bool(self._it.citizens.visits), what="the citizen calls")
        visit = self._it.citizens.visits[-1]
        await asyncio.wait_for(visit.up.wait(), STEP_SECONDS)
        self._line.mark("the citizen's phone is answered by Asterisk, which asks for the code")
        return visit

    async def _queued(self, desk: Page, surname: str, visit: Visit) -> None:
        await expect(desk.locator("#part-queue li .name")).to_contain_text(surname)
        self._line.mark("code typed; the caller stands in the queue, known by name")
        await expect(desk.locator("#part-queue .tag")).not_to_have_class("no")
        if person(CITIZEN).bsn in await desk.content():
            raise NotShown("the BSN is in the page's source before anybody asked to see it")
        phone = visit.speaking
        await until(lambda: not is_silent(phone.heard(TONE_SECONDS)), what="the caller hears the PBX")
        await self._shoot(desk, "agent-queue")

    async def _take(self, desk: Page, anna: Agent) -> None:
        await desk.click("#part-queue button.take")
        self._line.mark("the agent has clicked Take")
        await anna.speaking.happened(ESTABLISHED)
        self._line.mark("the agent's phone has rung and is answered")
        await expect(desk.locator("#lasted")).to_be_visible()
        self._line.mark("the agent's page says: connected")

    async def _sound(self, anna: Agent, visit: Visit) -> None:
        both = {AGENT_TONE, CALLER_TONE}
        caller, agent = visit.speaking, anna.speaking
        await until(
            lambda: tones_in(caller.heard(TONE_SECONDS), both) == {AGENT_TONE},
            what=f"the caller hears the agent ({AGENT_TONE} Hz), and no music",
        )
        await until(
            lambda: tones_in(agent.heard(TONE_SECONDS), both) == {CALLER_TONE},
            what=f"the agent hears the caller ({CALLER_TONE} Hz)",
        )
        self._line.mark(f"sound both ways: caller hears {AGENT_TONE} Hz, agent hears {CALLER_TONE} Hz")

    async def _open_link(self, desk: Page, bsn: str) -> None:
        await expect(desk.locator("#part-call .masked").first).to_be_visible()
        await self._shoot(desk, "agent-in-call")
        async with self._agent.expect_page() as opening:
            await desk.click("#part-call .links button")
        system = await opening.value
        await expect(system.locator("#bsn")).to_have_text(bsn)
        await self._shoot(system, "case-system")
        await system.close()
        self._line.mark("the link has opened the municipality's system with the attribute in it")

    async def _hang_up(self, desk: Page, site: Page, visit: Visit) -> None:
        await desk.click("#hang-up")
        await visit.speaking.happened(CLOSED)
        self._line.mark("the agent has hung up; the citizen's phone too")
        await expect(site.locator("veilig-bellen [data-state='ended']").first).to_be_visible()
        await self._shoot(site, "website-ended")
        self._line.mark("the citizen's page says that the call has ended")

    async def _gone(self, desk: Page, surname: str) -> None:
        await expect(desk.locator("#no-call")).to_be_visible()
        if surname in await desk.content():
            raise NotShown("the caller's name is still on the agent's page")
        await self._shoot(desk, "agent-after")
        await _until_none(self._it.pbx.channels, "Asterisk has no channel left")
        left = await what_is_left(self._it, person(CITIZEN))
        if left:
            raise NotShown(f"still in the store: {', '.join(left)}")
        self._line.mark("the data is gone: from the pages, the PBX and the database's files")


async def _until_none(count: Callable[[], Awaitable[int]], what: str) -> None:
    async def none() -> bool:
        return await count() == 0

    await until(none, what=what)
