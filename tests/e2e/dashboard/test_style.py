"""A municipality's own colours and logo on its agents' pages, in a real Chromium under the strict policy."""

import struct
import zlib
from pathlib import Path

import pytest
from playwright.async_api import expect

from callcenter.model.style import Style, one_colour
from callcenter.model.tokens import take_tokens
from callcenter.store import styles
from tests.e2e.button.axe import faults_seen_by_axe
from tests.e2e.dashboard.conftest import OpenPage
from tests.e2e.dashboard.world import MARIA, World
from tests.unit.model.test_tokens import published

pytestmark = pytest.mark.asyncio(loop_scope="module")

MOST_BYTES = 100_000  # of script and style
PURPLE = "rgb(124, 40, 130)"


def logo() -> bytes:
    """A purple PNG of 60 by 20."""
    rows = (b"\0" + b"\x7c\x28\x82" * 60) * 20
    chunks = (
        (b"IHDR", struct.pack(">IIBBBBB", 60, 20, 8, 2, 0, 0, 0)),
        (b"IDAT", zlib.compress(rows)),
        (b"IEND", b""),
    )
    packed = (
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data)) for kind, data in chunks
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(packed)


async def test_a_municipality_has_its_own_colours_and_logo(page_of: OpenPage, world: World) -> None:
    # given a municipality with both, and a neighbour without
    async with world.store.begin() as tx:
        await styles.save(
            tx, world.town.municipality.id, Style(one_colour("#7c2882", "light"), one_colour("#d9a3e0", "dark"), logo())
        )
    await world.user("nel", "Nel", town=world.neighbour)
    anna, nel = await page_of("anna"), await page_of("nel")
    said: list[str] = []
    anna.on("console", lambda message: said.append(message.text))
    await anna.reload()
    call_id = await world.caller(MARIA)
    theirs = await world.caller(MARIA, town=world.neighbour)
    await expect(anna.locator(f"#take-{call_id}")).to_be_enabled()
    await expect(nel.locator(f"#take-{theirs}")).to_be_enabled()

    # then its agents see them, the neighbour's don't, and both can be read
    background = "element => getComputedStyle(element).backgroundColor"
    assert await anna.locator(f"#take-{call_id}").evaluate(background) == PURPLE
    assert await nel.locator(f"#take-{theirs}").evaluate(background) != PURPLE
    shown = await anna.evaluate(
        "fetch('/logo.png').then(answer => [answer.status, answer.headers.get('content-type')])"
    )
    assert shown == [200, "image/png"]
    assert "/logo.png" in await anna.evaluate(
        "getComputedStyle(document.querySelector('h1'), '::before').backgroundImage"
    )
    assert await faults_seen_by_axe(anna) == []

    # and in the dark it has its other colour
    await anna.emulate_media(color_scheme="dark")
    assert await anna.locator(f"#take-{call_id}").evaluate(background) == "rgb(217, 163, 224)"
    assert await faults_seen_by_axe(anna) == []
    assert said == []


@pytest.mark.parametrize(
    ("theme", "file", "button"),
    [("rotterdam", "design-tokens.css", "rgb(201, 54, 117)"), ("voorbeeld", "variables.css", "rgb(81, 21, 239)")],
)
async def test_a_published_theme_restyles_the_page(
    page_of: OpenPage, world: World, theme: str, file: str, button: str
) -> None:
    # given a municipality with the tokens that a theme of the community has published, and a call
    taken = take_tokens(published(theme, file), "light")
    async with world.store.begin() as tx:
        await styles.save(tx, world.town.municipality.id, Style(taken.tokens))
    page = await page_of("anna")
    call_id = await world.caller(MARIA)
    take = page.locator(f"#take-{call_id}")
    await expect(take).to_be_enabled()

    # then its buttons are in its colours, and all can be read: also under the pointer
    assert await take.evaluate("element => getComputedStyle(element).backgroundColor") == button
    await take.hover()
    assert await faults_seen_by_axe(page) == []
    await world.claim(call_id, "anna")
    await world.answer(call_id)
    await expect(page.locator("#hold")).to_be_visible()
    assert await faults_seen_by_axe(page, unsure=False) == []

    # and a dark page has our own
    await page.emulate_media(color_scheme="dark")
    assert await faults_seen_by_axe(page, unsure=False) == []


async def test_script_and_style_weigh_little(page_of: OpenPage, world: World) -> None:
    # given a municipality with a whole theme
    taken = take_tokens(published("voorbeeld", "variables.css"), "light")
    async with world.store.begin() as tx:
        await styles.save(tx, world.town.municipality.id, Style(taken.tokens))
    page = await page_of("anna")

    # then all that the page loads of them stays within its budget, also where nothing compresses it
    loaded = await page.evaluate(
        "performance.getEntriesByType('resource').filter(one => /\\.(css|js)$/.test(one.name))"
        ".map(one => [new URL(one.name).pathname, one.decodedBodySize])"
    )
    assert {Path(path).name for path, _ in loaded} >= {"style.css", "page.js", "morph.js"}
    assert all(size > 0 for _, size in loaded)
    assert sum(size for _, size in loaded) <= MOST_BYTES
