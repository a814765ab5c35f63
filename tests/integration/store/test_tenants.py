"""Municipalities and purposes come back as they were kept, and each name and number is given once."""

import asyncio
from dataclasses import replace
from datetime import date, time

import pytest

from callcenter.model.call import Rules, Unverified
from callcenter.model.closing import ClosingTexts
from callcenter.model.tenant import Hours, Link, Municipality, Purpose, TenantError
from callcenter.store import queue, tenants
from callcenter.store.database import Store
from callcenter.store.tenants import NumberTaken, SlugTaken
from tests.integration.store.town import Town, new_id

FULL = Municipality(
    new_id(),
    "elders",
    "Gemeente Élders & Co",
    "+31243290001",
    language="en",
    rules=Rules(Unverified.WAIT, tries=5, wrap_up_seconds=90),
    code_seconds=600,
    max_waiting=7,
    hours=Hours(
        {0: (time(8, 30), time(17)), 4: (time(9), time(0))},
        "Europe/Brussels",
        {date(2026, 12, 25): "Eerste Kerstdag"},
        {1: (time(10), time(12))},
    ),
    origins=("https://elders.example",),
    link_hosts=("zaken.elders.example",),
    links=(Link("Wiki", "https://zaken.elders.example/wiki"),),
    closing=ClosingTexts("Bel morgen. 📞", "Call tomorrow."),
)


async def test_a_municipality_comes_back_as_it_was_kept(store: Store) -> None:
    async with store.begin() as tx:
        await tenants.add_municipality(tx, FULL)
    async with store.begin() as tx:
        assert await tenants.municipality_by_id(tx, FULL.id) == FULL
        assert await tenants.municipality_by_slug(tx, "elders") == FULL
        assert await tenants.municipality_by_number(tx, "+31243290001") == FULL
        assert await tenants.municipalities(tx) == [FULL]
        assert await tenants.municipality_by_number(tx, "+31243290002") is None


async def test_links_of_a_municipality_lead_to_hosts_of_its_list(store: Store, town: Town) -> None:
    wiki, away = Link("Wiki", "https://zaken.example/wiki"), Link("Weg", "https://evil.example/")
    async with store.begin() as tx:
        await tenants.save_links(tx, replace(town.municipality, links=(wiki,)))
        kept = await tenants.municipality_by_id(tx, town.id)
        assert kept is not None
        assert kept.links == (wiki,)
        with pytest.raises(TenantError, match="not among"):
            await tenants.save_links(tx, replace(town.municipality, links=(away,)))
    with pytest.raises(TenantError, match="not among"):
        async with store.begin() as tx:
            await tenants.add_municipality(tx, replace(FULL, links=(away,)))


@pytest.mark.parametrize(
    ("changes", "error"),
    [({"slug": "voorbeeldstad"}, SlugTaken), ({"number": "+31243290000"}, NumberTaken)],
)
async def test_a_slug_and_a_number_are_given_once(
    store: Store, town: Town, changes: dict[str, str], error: type[TenantError]
) -> None:
    with pytest.raises(error, match="choose another"):
        async with store.begin() as tx:
            await tenants.add_municipality(tx, replace(FULL, id=new_id(), **changes))  # type: ignore[arg-type]


async def test_of_two_that_get_one_number_at_once_the_second_is_told(store: Store, town: Town) -> None:
    other = await Town.found(store, "elders", "+31243290001")

    async def make(slug: str) -> None:
        async with store.begin() as tx:
            await tenants.add_municipality(tx, replace(FULL, id=new_id(), slug=slug, number="+31243290002"))

    async def change(of: Municipality) -> None:
        async with store.begin() as tx:
            await tenants.save_by_operator(tx, replace(of, number="+31243290003"), 365)

    for both in (
        (make(f"stad-{number}") for number in range(4)),
        (change(one.municipality) for one in (town, other)),
    ):
        told = await asyncio.gather(*both, return_exceptions=True)
        assert [one for one in told if not isinstance(one, NumberTaken)] == [None]


async def test_a_purpose_comes_back_as_it_was_kept(store: Store, town: Town) -> None:
    async with store.begin() as tx:
        assert await tenants.purposes(tx, town.id) == [town.purpose]
        assert await tenants.find_purpose(tx, town.id, "verhuizing") == town.purpose
        assert await tenants.purpose_by_id(tx, town.purpose.id) == town.purpose
        assert await tenants.find_purpose(tx, "another town", "verhuizing") is None
        assert await queue.purpose_names(tx, town.id) == {town.purpose.id: ("Verhuizing", "Moving")}


async def test_a_purpose_is_made_once_and_with_links_that_are_allowed(store: Store, town: Town) -> None:
    again = replace(town.purpose, id=new_id())
    away = Purpose(new_id(), town.id, "x", "x", "x", [[["a.b.c.d"]]], (Link("Weg", "https://evil.example/{d}"),))
    for purpose, said in ((again, "has a purpose 'verhuizing' already"), (away, "not among")):
        with pytest.raises(TenantError, match=said):
            async with store.begin() as tx:
                await tenants.add_purpose(tx, purpose, town.municipality)
