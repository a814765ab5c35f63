"""The button on a page, in a real Chromium with its CPU slowed: when it is drawn, and what it keeps the page from."""

from dataclasses import dataclass
from statistics import median
from typing import Any

from playwright.async_api import Browser, Page

from bench.ground import Ground
from bench.table import Row
from callcenter.api.button_script import ButtonScript
from demo.chromium import chromium
from demo.places import made
from tests.e2e.button.gallery import API, SITE, Shown, answer

SLOWED = 4  # times
ROUNDS = 5
_QUIET_MS = 500  # a citizen reads first; and a task is reported some time after it
DRAWN_MS, TASK_MS, GZIPPED_KB = 200, 50, 150

# A frame and a task after the element is there, its picture has been made.
_WATCH = """
    window.tasks = [];
    new PerformanceObserver((list) => tasks.push(...list.getEntries().map((e) => [e.startTime, e.duration])))
        .observe({ type: 'longtask', buffered: true });
    const now = (tell) => setTimeout(() => tell(performance.now()));
    window.painted = () => new Promise((tell) => requestAnimationFrame(() => now(tell)));
    window.drawn = customElements.whenDefined('veilig-bellen').then(() => painted());
"""
_LOADED = f"performance.getEntriesByName('{API}/v1/veilig-bellen.js')[0].responseEnd"
_CLICK = """async () => {
    const root = document.querySelector('veilig-bellen').shadowRoot;
    const there = new Promise((done) => new MutationObserver(() => root.querySelector('canvas') && done())
        .observe(root, { childList: true, subtree: true }));
    const began = performance.now();
    root.querySelector('button').click();
    await there;
    return (await painted()) - began;
}"""


@dataclass(frozen=True)
class Round:
    """What one page gave, in ms: from the script's last byte to the picture, from the click to the QR code."""

    drawn: float
    qr: float
    task: float  # the longest one after the button was drawn; 0 when none took 50 ms


async def button(ground: Ground) -> list[Row]:
    """Load the page, wait until the button is drawn, click it, wait for the QR code; a few times."""
    async with chromium() as browser:
        await _round(browser)  # the browser's own first page
        rounds = [await _round(browser) for _ in range(ROUNDS)]
    kilobytes = len(ButtonScript.read(made("button/veilig-bellen.js")).gzipped) / 1000
    drawn, qr, task = (
        median(values) for values in zip(*((one.drawn, one.qr, one.task) for one in rounds), strict=True)
    )
    ground.tell(f"    {rounds}")
    return [
        Row(
            f"the button on a page, CPU slowed {SLOWED}×, {ROUNDS} times",
            f"drawn {drawn:.0f} ms after its script came; QR code {qr:.0f} ms after the click; longest task after that"
            f" {f'{task:.0f}' if task else 'under 50'} ms; {kilobytes:.0f} kB gzipped",
            "–",
            f"≤ {DRAWN_MS} ms, no task over {TASK_MS} ms, ≤ {GZIPPED_KB} kB",
            drawn <= DRAWN_MS and task <= TASK_MS and kilobytes <= GZIPPED_KB,
        )
    ]


async def _round(browser: Browser) -> Round:
    context = await browser.new_context()
    page = await context.new_page()
    await answer(page, Shown("qr"))
    await page.add_init_script(_WATCH)
    wire = await context.new_cdp_session(page)
    await wire.send("Emulation.setCPUThrottlingRate", {"rate": SLOWED})
    await page.goto(SITE)
    drawn_at = await _number(page, "drawn")
    drawn = drawn_at - await _number(page, _LOADED)
    await page.wait_for_timeout(_QUIET_MS)
    qr = await _number(page, _CLICK)
    await page.wait_for_timeout(_QUIET_MS)
    tasks: list[Any] = await page.evaluate("tasks")
    await context.close()
    return Round(drawn, qr, max((took for at, took in tasks if at > drawn_at), default=0.0))


async def _number(page: Page, program: str) -> float:
    return float(await page.evaluate(program))
