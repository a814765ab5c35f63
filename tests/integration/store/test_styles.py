"""How a municipality's pages look comes back as it was kept."""

from callcenter.model.style import Style
from callcenter.store import styles
from callcenter.store.database import Store
from tests.integration.store.town import Town
from tests.unit.model.test_style import png


async def test_a_style_comes_back_as_it_was_kept(store: Store, town: Town) -> None:
    chosen = Style("#7c2882", "#d9a3e0", png(30, 10))
    async with store.begin() as tx:
        assert await styles.find(tx, town.id) == Style()
        for style in (chosen, Style(light="#0b5cad")):
            await styles.save(tx, town.id, style)
            assert await styles.find(tx, town.id) == style
