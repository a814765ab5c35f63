"""The wallets of invented citizens: the real app's library (`demo/wallet/`, in Go), run as a command a session."""

import asyncio
import json
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, cast

import httpx

from demo.irma import RunningIrma
from demo.persons import Person
from demo.places import made

ISSUANCE = "https://irma.app/ld/request/issuance/v2"
YEAR_SECONDS = 365 * 24 * 3600


class WalletError(Exception):
    """A session did not end well in the wallet."""


class WalletRefused(WalletError):
    """The person declined, or the session was cancelled elsewhere."""


class WalletFailed(WalletError):
    """The wallet could not do the session; the message says why."""


class Wallet:
    """One person's wallet, kept in a folder; it does one session at a time."""

    def __init__(self, folder: Path, *, deadline: float = 30.0) -> None:
        """`deadline`: seconds that a session may take, pairing included."""
        self._folder = folder
        self._deadline = deadline
        self._turn = asyncio.Lock()

    async def load(self, person: Person, irma: RunningIrma, *, lifetime: int = YEAR_SECONDS) -> None:
        """Put this person's cards in the wallet, by an issuance session.

        Args:
            person: whose cards.
            irma: the server that issues them.
            lifetime: seconds that they are valid. IRMA counts in whole weeks from last Thursday and rounds down: a
                card that is to be valid for a few seconds has expired when it comes.

        Raises:
            WalletError
        """
        valid_until = int(time.time()) + lifetime
        cards = [
            {"credential": card, "validity": valid_until, "attributes": attributes}
            for card, attributes in person.cards().items()
        ]
        session = {"request": {"@context": ISSUANCE, "credentials": cards}}
        async with httpx.AsyncClient(trust_env=False) as http:
            answer = await http.post(f"{irma.url}/session", json=session, headers={"Authorization": irma.token})
        if not answer.is_success:
            raise WalletFailed(f"The IRMA server does not issue {person.slug}'s cards: {answer.text}")
        await self._session("issue", answer.json()["sessionPtr"])

    async def disclose(
        self,
        session_ptr: Mapping[str, Any],
        *,
        refuse: bool = False,
        withhold: bool = False,
        on_pairing: Callable[[str], object] | None = None,
    ) -> str | None:
        """Scan the QR code and agree: show the first cards that fit.

        Args:
            session_ptr: the contents of the QR code.
            refuse: decline instead.
            withhold: cheat: show one attribute less than asked.
            on_pairing: told the code that the person must type in the browser, when the session asks for pairing.

        Returns:
            The return URL (`tel:…`), or None when the session has none.

        Raises:
            WalletRefused, WalletFailed
        """
        return await self._session("disclose", session_ptr, refuse=refuse, withhold=withhold, on_pairing=on_pairing)

    async def _session(
        self,
        verb: str,
        session_ptr: Mapping[str, Any],
        *,
        refuse: bool = False,
        withhold: bool = False,
        on_pairing: Callable[[str], object] | None = None,
    ) -> str | None:
        command = [
            str(made("wallet")),
            *("--storage", str(self._folder), "--schemes", str(made("scheme"))),
            *("--deadline", f"{self._deadline}s"),
            *(["--refuse"] if refuse else []),
            *(["--withhold"] if withhold else []),
            verb,
        ]
        async with self._turn:
            last = await _run(command, json.dumps(dict(session_ptr)), on_pairing)
        match last.get("event"):
            case "done":
                return last.get("returnUrl")
            case "cancelled":
                raise WalletRefused("The person declined, or the session was cancelled")
            case _:
                raise WalletFailed(f"The wallet could not {verb}: {last.get('reason', 'it said nothing')}")


async def _run(command: list[str], stdin: str, on_pairing: Callable[[str], object] | None) -> dict[str, str]:
    """Runs the command to its end and returns its last event."""
    process = await asyncio.create_subprocess_exec(
        # The kernel ends it when we die, whatever we die of.
        *("setpriv", "--pdeathsig", "KILL", *command),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        start_new_session=True,
    )
    said, told = cast("asyncio.StreamReader", process.stdout), cast("asyncio.StreamWriter", process.stdin)
    try:
        told.write(stdin.encode())
        told.close()
        event: dict[str, str] = {}
        async for line in said:
            event = json.loads(line)
            if event["event"] == "pairing" and on_pairing is not None:
                on_pairing(event["code"])
        await process.wait()
        return event
    finally:
        with suppress(ProcessLookupError):
            process.kill()
        await asyncio.shield(process.wait())
