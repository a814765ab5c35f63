"""A flood of starts: limited by address, by municipality and in all, without anybody's address being kept."""

import io
from collections.abc import AsyncIterator

import httpx
import pytest

from callcenter.logs import configure_logs
from callcenter.store.database import Store, open_store
from tests.integration.api.world import SITE, Installation

PROXIED = {"trusted_proxies": "127.0.0.1/32"}


@pytest.fixture
async def store(sqlite_url: str) -> AsyncIterator[Store]:
    """One database will do: the limits are in memory."""
    async with open_store(sqlite_url) as opened:
        yield opened


async def start(api: Installation, address: str = "192.0.2.1", municipality: str = "voorbeeldstad") -> httpx.Response:
    origin = SITE if municipality == "voorbeeldstad" else "https://elders.example"
    return await api.ask_to_start(municipality, **{"Origin": origin, "X-Forwarded-For": address})


def refused(answer: httpx.Response) -> bool:
    """Whether it was, as it should be."""
    if answer.status_code == 200:
        return False
    assert (answer.status_code, answer.json()["type"]) == (429, "too-many")
    assert 1 <= int(answer.headers["retry-after"]) <= 60
    assert answer.headers["access-control-allow-origin"]
    assert "retry-after" in answer.headers["access-control-expose-headers"].lower()
    return True


async def test_one_address_is_limited_and_the_next_one_is_not(api: Installation) -> None:
    """Given three a minute for an address, then the fourth waits; another address, or another network, does not."""
    async with api.again(starts_per_address=3, **PROXIED) as limited:
        assert [refused(await start(limited)) for _ in range(4)] == [False, False, False, True]
        assert not refused(await start(limited, "192.0.2.2"))
        assert [refused(await start(limited, f"2001:db8:1:2::{n}")) for n in range(4)] == [False, False, False, True]
        assert not refused(await start(limited, "2001:db8:1:3::1"))


async def test_nobody_gets_round_it_by_what_they_say_of_themselves(api: Installation) -> None:
    """Given a header that the citizen wrote and the proxy added to, then what the proxy saw counts."""
    async with api.again(starts_per_address=2, **PROXIED) as limited:
        answers = [await start(limited, f"198.51.100.{n}, 192.0.2.1") for n in range(3)]
        assert [refused(answer) for answer in answers] == [False, False, True]
        answers = [await start(limited, junk) for junk in ("x", "", "1.2.3.4.5", "y", "-")]
        assert any(refused(answer) for answer in answers)


async def test_without_a_trusted_proxy_nobodys_address_is_known(api: Installation) -> None:
    """Given a proxy that is not trusted, then not all citizens together are taken for one."""
    async with api.again(starts_per_address=1) as limited:
        assert not any([refused(await start(limited)) for _ in range(5)])


async def test_a_municipality_and_all_together_are_limited_too(api: Installation) -> None:
    """Given limits for a municipality and in all, then a flood from many addresses ends there, and not before."""
    async with api.again(starts_per_municipality=2, starts_in_all=4, **PROXIED) as limited:
        answers = [await start(limited, f"192.0.2.{n}") for n in range(3)]
        assert [refused(answer) for answer in answers] == [False, False, True]
        assert not refused(await start(limited, "192.0.2.9", "elders"))
        assert refused(await start(limited, "192.0.2.10", "elders"))


async def test_a_flood_is_told_of_in_one_line_without_an_address(api: Installation) -> None:
    """Given a flood, then the log tells which limit, once, and no answer or line holds the address."""
    said = io.StringIO()
    configure_logs("json", said)
    async with api.again(starts_per_address=1, **PROXIED) as limited:
        answers = [await start(limited, "203.0.113.77") for _ in range(10)]

    lines = [line for line in said.getvalue().splitlines() if "VB308" in line]
    assert len(lines) == 1
    assert '"because": "address"' in lines[0]
    for text in (said.getvalue(), *(answer.text for answer in answers)):
        assert "203.0.113" not in text
    assert [refused(answer) for answer in answers] == [False] + [True] * 9
