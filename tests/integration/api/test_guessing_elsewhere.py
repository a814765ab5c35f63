"""Those who guess by program, with the API key of another call centre: what they say of a call is their own word."""

import asyncio
import secrets
from collections import Counter

import httpx

from callcenter.api.resolving import AT_ONCE
from callcenter.model.code import new_code
from tests.integration.api.test_guessing import Caller, Guarded, guarded, kind, proven
from tests.integration.api.world import NUMBER, Installation

__all__ = ["guarded"]


class Hostile:
    """Who holds a municipality's key, and gives each try a call, a number and a trunk of its own."""

    def __init__(self, api: Installation, key: str) -> None:
        self._api, self._headers = api, {"Authorization": f"Bearer {key}"}

    async def tries(self, code: str, client: httpx.AsyncClient | None = None) -> str:
        """Ask about a code; tell what came of it."""
        name = secrets.token_hex(8)
        said = {"call": name, "caller": f"+316{secrets.randbelow(10**8):08d}", "trunk": f"t{name}"}
        question = {"number": NUMBER, "code": code, **said}
        answer = await (client or self._api.internal).post("/v1/codes/resolve", json=question, headers=self._headers)
        return kind(answer)


async def test_a_key_takes_its_share_whatever_it_calls_its_trunks(guarded: Guarded) -> None:
    """Given a key that names a new trunk each time, when it guesses, then callers over our own trunk are not slowed."""
    api = await guarded(guess_limit_municipality="12/60")
    begun = await proven(api)
    hostile = Hostile(api, await api.add_key("resolve", municipality_id=api.municipality.id))

    said = Counter([await hostile.tries(new_code()) for _ in range(20)])

    assert said["code-unknown"] == 8, "two thirds"
    assert kind(await Caller(api, "+31699999999").types(begun.code)) == "right"


async def test_many_at_once_are_hardly_more_than_the_limit(guarded: Guarded) -> None:
    """Given hundreds of codes sent at the same moment, then the limit holds for all but a few of them."""
    api = await guarded(guess_limit_municipality="12/60")
    hostile = Hostile(api, await api.add_key("resolve", municipality_id=api.municipality.id))
    right = {(await proven(api)).code for _ in range(10)}
    codes = [new_code() for _ in range(200)] + sorted(right)

    limits = httpx.Limits(max_connections=len(codes))
    async with httpx.AsyncClient(base_url=api.internal.base_url, trust_env=False, timeout=60, limits=limits) as client:
        asked = []
        for code in codes:
            asked.append(asyncio.create_task(hostile.tries(code, client)))
            await asyncio.sleep(0)
        said = Counter(await asyncio.gather(*asked))

    assert said["code-unknown"] <= 8 + AT_ONCE
    assert not said["right"], "they came last, when the limit was in force"
