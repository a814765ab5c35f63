"""A municipality's own Asterisk, with the very dialplan of our guide: it asks about its callers' codes over FastAGI."""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
import pytest_asyncio
from pydantic import SecretStr
from sqlalchemy import select

from callcenter import admin, processes
from callcenter.model.disclosure import DisclosureState
from callcenter.store.tables import disclosure
from demo.asterisk import Pbx, asterisk, own_settings
from demo.places import ROOT
from demo.ports import free_port
from demo.process import until
from tests.sip.call_centre import CODE, NUMBER, SLUG, CallCentre, call_centre
from tests.sip.sipp import Target, sipp

GUIDE = ROOT / "docs/integrators.md"
WRONG = "9999999999"
PORT = free_port()
MODULES = ("res_speech", "res_agi", "res_clioriginate")  # res_agi needs the first (Debian 22.10)


def guides_dialplan() -> str:
    """The dialplan of the guide, with this test's own port and number in it."""
    (block,) = re.findall(r"```asterisk\n(.*?)```", GUIDE.read_text(), flags=re.DOTALL)
    return str(block).replace("127.0.0.1:4573", f"127.0.0.1:{PORT}").replace("0243290000", "0201234567")


# What the municipality has beside it: here agents speak at once with whoever is known, and others wait.
REST = """
[desk]
include => call-ended
exten => known,1,AGI(agi://127.0.0.1:{port}/connected)
 same => n,Wait(60)
exten => unknown,1,Wait(60)
[typed-elsewhere]
exten => s,1,Answer()
 same => n,AGI(agi://127.0.0.1:{port}/resolve,1029384756)
 same => n,Goto(desk,known,1)
"""


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def town_pbx(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Pbx]:
    """The municipality's own Asterisk: no ARI application, FastAGI, and its own dialplan."""
    conf = ROOT / "asterisk/conf"
    changed = {
        "extensions.conf": guides_dialplan() + REST.format(port=PORT),
        "modules.conf": (conf / "modules.conf").read_text() + "".join(f"load = {name}.so\n" for name in MODULES),
        # As a municipality may have it, so that we see what would be in its logs.
        "logger.conf": "[general]\n[logfiles]\nmessages => notice,warning,error,verbose(3)\n",
        "asterisk.conf": (conf / "asterisk.conf").read_text().replace("verbose = 0", "verbose = 3"),
    }
    async with asterisk(tmp_path_factory.mktemp("town"), own_settings(), changed=changed) as running:
        yield running


@dataclass
class Town:
    """A municipality with its own call centre, beside our api."""

    centre: CallCentre
    pbx: Pbx

    async def state(self) -> str:
        """The state of the one disclosure, as far as its call centre has told."""
        async with self.centre.store.begin() as tx:
            row = (await tx.connection.execute(select(disclosure))).one()
        return "connected" if row.state == "called" and row.outside_connected_at else str(row.state)

    async def comes_to(self, state: str) -> None:
        """Wait until it is in this state."""

        async def there() -> bool:
            return await self.state() == state

        await until(there, what=f"the disclosure is {state}", seconds=20)

    async def waits(self, exten: str) -> None:
        """Wait until a caller is at this extension of the desk."""

        async def there() -> bool:
            return f"{exten}@desk" in await self.pbx.cli("core show channels")

        await until(there, what=f"the caller is at {exten}", seconds=30)

    async def empty(self) -> None:
        """Wait until nobody calls any more."""

        async def there() -> bool:
            return await self.pbx.channels() == 0

        await until(there, what="nobody calls", seconds=15)


@asynccontextmanager
async def agi_of(centre: CallCentre, **changes: object) -> AsyncIterator[None]:
    """Run `callcenter agi` with a key of the municipality."""
    key = await admin.add_api_key(centre.store, "their Asterisk", SLUG)
    given: dict[str, object] = {
        "internal_api_key": SecretStr(key),
        "agi_bind": f"127.0.0.1:{PORT}",
        "agi_number": NUMBER,
        "agi_digit_seconds": 3,
        "agi_prompt": "/var/lib/asterisk/sounds/nl/ask-code",
    }
    async with processes.running_agi(centre.settings.model_copy(update=given | changes)):
        yield


@pytest_asyncio.fixture
async def town(tmp_path: Path, town_pbx: Pbx) -> AsyncIterator[Town]:
    async with call_centre(tmp_path, town_pbx) as centre, agi_of(centre):
        town = Town(centre, town_pbx)
        yield town
        await town_pbx.cli("channel request hangup all")
        await town.empty()


async def test_a_right_code_is_told_from_ringing_to_hang_up(town: Town, target_folder: Path) -> None:
    """Given a proven disclosure, when its code is typed there, then the dialplan knows, and our feed till the end."""
    await town.centre.disclosed()
    values = {"code": CODE, "stay": "4"}
    async with sipp(target_folder, "right-code", Target(town.pbx.sip_port), values=values) as caller:
        await town.waits("known")
        await town.comes_to("connected")
        await caller.done()
    await town.comes_to("ended")


async def test_after_three_wrong_codes_they_wait_unknown(town: Town, target_folder: Path) -> None:
    """Given wrong codes, when three were typed, then the caller comes to a human as unknown."""
    await town.centre.disclosed()
    async with sipp(
        target_folder, "three-wrong-waits", Target(town.pbx.sip_port), values={"wrong": WRONG, "stay": "8"}
    ) as caller:
        await town.waits("unknown")
        await caller.done()
    assert await town.state() == "disclosed"


async def test_a_used_code_is_wrong(town: Town, target_folder: Path) -> None:
    """Given a caller who is known by a code, when a second one types it, then that one is asked again."""
    await town.centre.disclosed()
    target = Target(town.pbx.sip_port)
    async with sipp(target_folder / "one", "right-code", target, values={"code": CODE, "stay": "30"}):
        await town.waits("known")
        async with sipp(target_folder / "two", "right-code", target, values={"code": CODE, "stay": "20"}):
            await town.waits("unknown")
    assert await town.state() in ("connected", "ended")


async def test_with_our_api_away_they_wait_unknown(tmp_path: Path, town_pbx: Pbx, target_folder: Path) -> None:
    """Given an api that is away, when a code is typed, then the caller comes to a human at once, as unknown."""
    nobody = f"http://127.0.0.1:{free_port()}"
    async with call_centre(tmp_path, town_pbx) as centre, agi_of(centre, internal_api_url=nobody):
        await centre.disclosed()
        town = Town(centre, town_pbx)
        values = {"code": CODE, "stay": "3"}
        async with sipp(target_folder, "right-code", Target(town_pbx.sip_port), values=values) as caller:
            await town.waits("unknown")
            await caller.done()
        assert await town.state() == "disclosed"


async def test_with_no_agi_server_they_wait_unknown(tmp_path: Path, town_pbx: Pbx, target_folder: Path) -> None:
    """Given nobody at the AGI port, when somebody calls, then the dialplan goes on by itself."""
    async with call_centre(tmp_path, town_pbx) as centre:
        town = Town(centre, town_pbx)
        values = {"code": CODE, "stay": "3"}
        async with sipp(target_folder, "right-code", Target(town_pbx.sip_port), values=values) as caller:
            await town.waits("unknown")
            await caller.done()


async def test_who_hangs_up_while_typing_uses_no_code_up(town: Town, target_folder: Path) -> None:
    """Given a caller, when they hang up with half a code typed, then the code still serves."""
    await town.centre.disclosed()
    async with sipp(target_folder, "hangs-up-typing", Target(town.pbx.sip_port), values={"code": CODE}) as caller:
        await caller.done()
    await town.empty()
    assert await town.state() == "disclosed"


async def test_who_hangs_up_while_we_wait_for_the_proof_uses_no_code_up(town: Town, target_folder: Path) -> None:
    """Given a citizen who is not done, when they hang up and then are done, then the code was not used up."""
    reference = await town.centre.disclosed(state=DisclosureState.REQUESTED)
    values = {"code": CODE, "stay": "1"}
    async with sipp(target_folder, "right-code", Target(town.pbx.sip_port), values=values) as caller:
        await caller.done()
    await town.empty()
    await town.centre.prove(reference)
    await asyncio.sleep(1.5)  # longer than it takes to ask again
    assert await town.state() == "disclosed"


async def test_a_code_may_be_given_as_an_argument(town: Town) -> None:
    """Given a dialplan that has read the code itself, when it hands it on, then the answer is the same."""
    await town.centre.disclosed()
    await town.pbx.cli("channel originate Local/s@typed-elsewhere application Wait 5")
    await town.comes_to("connected")
    await town.pbx.cli("channel request hangup all")
    await town.comes_to("ended")


async def test_nothing_secret_is_in_that_asterisks_logs(town: Town, target_folder: Path) -> None:
    """Given logs at verbosity 3, when a code was read over AGI, then neither it nor a reference's holder is there."""
    await town.centre.disclosed()
    values = {"code": CODE, "stay": "2"}
    async with sipp(target_folder, "right-code", Target(town.pbx.sip_port), values=values) as caller:
        await caller.done()
    await town.comes_to("ended")
    logged = "".join(file.read_text(errors="replace") for file in town.pbx.logs.iterdir() if file.is_file())
    assert "agi://127.0.0.1" in logged  # it does log much
    said = logged.replace(f"/resolve,{CODE}", "")  # where a test gave it as an argument, which the guide warns of
    assert CODE not in said
    assert "Bearer" not in said
