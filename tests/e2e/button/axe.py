"""Lets axe-core look at a page: WCAG 2.2 AA and its best practices."""

from typing import Any

from playwright.async_api import Page

from demo.places import made

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


async def faults_seen_by_axe(page: Page, rules: list[str] | None = None, *, unsure: bool = True) -> list[str]:
    """What axe finds wrong, a line each. `rules`: these only; `unsure`: also what it asks a person to look at."""
    source = made("button").resolve().parent / "node_modules" / "axe-core" / "axe.min.js"
    if await page.evaluate("typeof axe === 'undefined'"):
        await page.evaluate(source.read_text())  # past a page's policy, as a person's own eyes would
    found: dict[str, Any] = await page.evaluate("only => axe.run({ runOnly: only })", rules or TAGS)
    assert found["passes"]
    return [
        f"{fault['id']}: {fault['help']}: {node['html'][:200]}"
        for kind in (("violations", "incomplete") if unsure else ("violations",))
        for fault in found[kind]
        for node in fault["nodes"]
    ]
