"""How a municipality's pages look comes back as it was kept."""

import asyncio

from callcenter.model.style import Style, one_colour
from callcenter.store import styles
from callcenter.store.database import Store
from tests.integration.store.town import Town
from tests.unit.model.test_style import png


async def test_a_style_comes_back_as_it_was_kept(store: Store, town: Town) -> None:
    chosen = Style(one_colour("#7c2882", "light"), one_colour("#d9a3e0", "dark"), png(30, 10))
    async with store.begin() as tx:
        assert await styles.find(tx, town.id) == Style()
        for style in (chosen, Style(light={"utrecht-link-color": "#0b5cad"})):
            await styles.save(tx, town.id, style)
            assert await styles.find(tx, town.id) == style


async def test_of_styles_kept_at_once_one_stays(store: Store, town: Town) -> None:
    chosen = [Style({"utrecht-link-color": f"#7c288{number}"}) for number in range(8)]

    async def keep(style: Style) -> None:
        async with store.begin() as tx:
            await styles.save(tx, town.id, style)

    await asyncio.gather(*map(keep, chosen))
    async with store.begin() as tx:
        assert await styles.find(tx, town.id) in chosen
