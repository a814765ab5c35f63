"""How the tests of second factors act as an authenticator app, and find what a page holds."""

import re
from html import unescape

import httpx
import pyotp

from callcenter.dashboard.desk import utc_now
from callcenter.store import second_factors
from callcenter.store.second_factors import Factors
from tests.e2e.dashboard.world import World


class App:
    """An authenticator app that knows one key."""

    def __init__(self, page: str) -> None:
        found = re.search(r'<code class="key">([A-Z2-7 ]+)</code>', page)
        assert found is not None, page
        self.totp = pyotp.TOTP(found[1].replace(" ", ""))

    def code(self, steps: int = 0) -> str:
        """The code of now, or of so many steps later."""
        return self.totp.generate_otp(self.totp.timecode(utc_now()) + steps)


def codes_on(answer: httpx.Response) -> list[str]:
    """The recovery codes that a page shows."""
    return re.findall(r"<li><code>([a-z2-9-]+)</code></li>", answer.text)


def said_on(answer: httpx.Response) -> str:
    """The text of a page, without its tags."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", answer.text)).split())


async def factors_of(world: World, login: str) -> Factors:
    """What the store has of this user's second factors."""
    async with world.store.begin() as tx:
        return await second_factors.factors_of(tx, world.users[login].id)
