"""`callcenter demo`: the main job on this machine, by hand or (`--once`) checked without hands."""

import asyncio
import contextlib
import os
import shutil
import signal
import sys
import tempfile
import time
from pathlib import Path

from callcenter.logs import configure_logs
from callcenter.store import calls
from demo.once import NotShown, run_once
from demo.places import SetupMissing
from demo.process import ChildEndedError, NotInTimeError
from demo.stage import PASSWORD, Stage, Tell, stage


def run_demo(*, once: bool, shots: Path | None) -> int:
    """Run the demo; return the exit code of the command: 0 only if all was shown (or Ctrl-C ended it)."""
    folder = Path(tempfile.mkdtemp(prefix="veilig-bellen-demo-"))
    started = time.monotonic()
    try:
        with (folder / "log.txt").open("w") as stream:
            configure_logs("text", stream)
            asyncio.run(_once(folder, shots, started) if once else _by_hand(folder, started))
    except (NotShown, SetupMissing, ChildEndedError, NotInTimeError) as error:
        print(f"demo: {error}\n  our log: {folder}/log.txt", file=sys.stderr)
        return 1
    shutil.rmtree(folder, ignore_errors=True)
    return 0


async def _once(folder: Path, shots: Path | None, started: float) -> None:
    shots = shots or Path(tempfile.mkdtemp(prefix="veilig-bellen-screenshots-"))
    shots.mkdir(parents=True, exist_ok=True)
    async with stage(folder, _teller(started)) as it:
        await run_once(it, shots)
    print(f"\nAll of it happened. Screenshots: {shots}")


async def _by_hand(folder: Path, started: float) -> None:
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stopped.set)
    showing = asyncio.create_task(_show(folder, started))
    stopping = asyncio.create_task(stopped.wait())
    await asyncio.wait({showing, stopping}, return_when=asyncio.FIRST_COMPLETED)
    stopping.cancel()
    showing.cancel()  # also while parts are still starting: what runs is stopped, the rest never starts
    with contextlib.suppress(asyncio.CancelledError):
        await showing
    print("\nEverything that the demo started has ended.")


async def _show(folder: Path, started: float) -> None:
    async with stage(folder, _teller(started)) as it:
        print(_invitation(it, folder), flush=True)
        try:
            await _tell_calls(it)
        finally:
            print("\nStopping …", flush=True)


def _teller(started: float) -> Tell:
    def tell(line: str) -> None:
        print(f"  {time.monotonic() - started:5.1f} s  {line}", flush=True)

    return tell


def _invitation(it: Stage, folder: Path) -> str:
    logins = " or ".join(agent.login for agent in it.agents)
    return f"""
Veilig bellen runs on this machine (process {os.getpid()}).

  The municipality's website   {it.site_url}
  The agents' dashboard        {it.dashboard_url}
                               log in as {logins}, password {PASSWORD}

Try:
  1. Open the dashboard and log in. The agent's softphone is connected, and answers by itself.
  2. Open the website in another window, click the button, and choose an invented citizen
     (or scan the QR code with a Yivi app that knows this demo's scheme).
  3. The citizen's phone calls and types the code. Watch them appear in the queue, known by name.
  4. Take the call, show the BSN, open the link (its certificate is the demo's own: accept it), hang up.
     The data is gone.
  5. Log in as mia, who manages the team: Team, Settings and the audit trail stand behind "Office".
     As olga, the operator, you see municipalities, API keys and health, and nothing of citizens.

Our log: {folder}/log.txt          Ctrl-C ends everything."""


async def _tell_calls(it: Stage) -> None:
    """Say what happens, as it happens: the moves of each call, without any data."""
    changes = it.store.subscribe()
    told: dict[str, str] = {}
    try:
        async for change in changes:
            if change.kind != "call":
                continue
            async with it.store.begin() as tx:
                call = await calls.find(tx, change.id)
            if call is not None and told.get(call.id) != call.state:
                told[call.id] = call.state
                print(f"  {time.strftime('%H:%M:%S')}  call {call.id[:6]}: {call.state}", flush=True)
    finally:
        changes.close()
