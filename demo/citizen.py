"""Invented citizens at work: the real wallet discloses, and a real SIP caller dials what the `tel:` URL says."""

import asyncio
import shutil
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from demo.asterisk import Pbx
from demo.baresip import Baresip
from demo.caller import Dialled, at_pbx, caller, dialled
from demo.irma import RunningIrma
from demo.persons import Person, person
from demo.wallet import Wallet, WalletFailed

ESTABLISHED, CLOSED = "CALL_ESTABLISHED", "CALL_CLOSED"
LONGEST_CALL_SECONDS = 1800


@dataclass
class Visit:
    """One citizen's call: their phone, once it has been started."""

    person: Person
    keys: str = field(repr=False)  # the code that their phone types
    phone: Baresip | None = None
    up: asyncio.Event = field(default_factory=asyncio.Event)
    task: "asyncio.Task[None] | None" = None

    @property
    def speaking(self) -> Baresip:
        """Their phone, which is there once `up` is set."""
        if self.phone is None:
            raise LookupError("this citizen's phone has not been started yet")
        return self.phone


class Citizens:
    """The invented citizens, each with a wallet that is loaded when first used."""

    def __init__(self, folder: Path, irma: RunningIrma, pbx: Pbx) -> None:
        self._folder = folder
        self._irma = irma
        self._pbx = pbx
        self._wallets: dict[str, Wallet] = {}
        self.visits: list[Visit] = []

    async def choose(self, slug: str, session_ptr: dict[str, Any]) -> None:
        """Let this citizen disclose in the session of the QR code, and then call. Raises WalletError."""
        citizen = person(slug)
        wallet = await self._wallet(citizen)
        tel = await wallet.disclose(session_ptr)
        if tel is None:
            raise WalletFailed("the session asked for no call")
        what = dialled(tel)
        visit = Visit(citizen, what.keys)
        visit.task = asyncio.create_task(self._call(visit, what))
        self.visits.append(visit)

    async def hang_up(self, visit: Visit) -> None:
        """Let the citizen put the phone down."""
        await visit.up.wait()
        await visit.speaking.hang_up()

    async def close(self) -> None:
        """End all calls."""
        tasks = [visit.task for visit in self.visits if visit.task is not None]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _wallet(self, citizen: Person) -> Wallet:
        wallet = self._wallets.get(citizen.slug)
        if wallet is None:
            wallet = Wallet(self._folder / f"wallet-{citizen.slug}")
            await wallet.load(citizen, self._irma)
            self._wallets[citizen.slug] = wallet
        return wallet

    async def _call(self, visit: Visit, what: Dialled) -> None:
        home = self._folder / f"caller-{len(self.visits)}-{visit.person.slug}"
        shutil.rmtree(home, ignore_errors=True)
        home.mkdir()
        async with caller(home) as phone:
            visit.phone = phone
            await phone.dial(at_pbx(what.number, self._pbx.sip_port))
            await phone.happened(ESTABLISHED, seconds=20)
            visit.up.set()
            await asyncio.sleep(what.pause)  # the commas of the URL, as a phone's dialler does it
            await phone.press(what.keys)
            await phone.happened(CLOSED, seconds=LONGEST_CALL_SECONDS)
