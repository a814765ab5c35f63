"""Plays one scenario by hand: `python -m tests.sip.run SCENARIO`, or `make sip SCENARIO=…`.

Without a name it lists the scenarios. With `--to` it plays at that PBX; else it starts an Asterisk, an internal api
and a conductor of its own, and tells what becomes of the call. More in docs/testing-sip.md.
"""

import argparse
import asyncio
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

from callcenter.model.call import CallState
from demo.asterisk import TRUNK_ADDRESS, asterisk, own_settings
from demo.places import SetupMissing
from demo.process import ChildEndedError, NotInTimeError
from tests.sip.call_centre import CODE, CallCentre, call_centre
from tests.sip.scenario import DEFAULTS, ScenarioError, names
from tests.sip.sipp import CALLED_NUMBER, ScenarioFailedError, Target, play, scripted_phone, sipp

SIP_PORT = 5060
LOOK_SECONDS = 0.05
PHONE = "phone-"


def main() -> None:
    """Runs what the command line asks for; exit code 1 when the scenario was not played as it says."""
    options = _parser().parse_args()
    if not options.scenario:
        for name, meaning in names().items():
            print(f"{name:20} {meaning}")
        return
    try:
        with tempfile.TemporaryDirectory(prefix="veilig-bellen-") as folder:
            asyncio.run(_run(options, Path(folder)))
    except (ScenarioError, ScenarioFailedError, SetupMissing, ChildEndedError, NotInTimeError) as error:
        sys.exit(str(error))
    print(f"{options.scenario}: played as it says")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.sip.run", description=__doc__)
    parser.add_argument("scenario", nargs="?", help="one of scenarios/*.xml; none: list them")
    parser.add_argument("--to", metavar="HOST[:PORT]", help="the PBX; none: one of our own")
    parser.add_argument("--number", default=CALLED_NUMBER, help="to call (default: %(default)s)")
    parser.add_argument("--code", default=CODE, help="the right code (default: %(default)s)")
    parser.add_argument("--stay", default=DEFAULTS["stay"], help="seconds to stay in the call (default: %(default)s)")
    parser.add_argument("--from", dest="address", default=TRUNK_ADDRESS, help="address to call from, %(default)s")
    parser.add_argument("--user", help="of a phone, for the phone-… scenarios with --to")
    parser.add_argument("--password", help="of that phone")
    return parser


async def _run(options: argparse.Namespace, folder: Path) -> None:
    if options.to is None:
        await _at_our_own(options, folder)
        return
    host, _, port = options.to.partition(":")
    to = Target(int(port or SIP_PORT), options.number, host)
    if options.scenario.startswith(PHONE):
        if not (options.user and options.password):
            raise ScenarioError(f"{options.scenario} is a phone: give its account with --user and --password")
        account = {"user": options.user, "password": options.password}
        async with scripted_phone(folder / "phone", options.scenario, pbx_port=to.port, **account) as phone:
            print("registered; call this phone now")
            await phone.done()
        return
    await play(folder / "caller", options.scenario, to, address=options.address, code=options.code, stay=options.stay)


async def _at_our_own(options: argparse.Namespace, folder: Path) -> None:
    """At an Asterisk, an api and a conductor of our own, with one proven disclosure that has the right code."""
    async with (
        asterisk(folder, own_settings(digit_seconds=4)) as pbx,
        call_centre(folder, pbx) as centre,
        centre.conductor(),
        _told(centre),
    ):
        print(f"PBX at {pbx.sip_host}:{pbx.sip_port}; ARI at {pbx.ari_url}, user {pbx.ari_user}", flush=True)
        await centre.disclosed(options.code)
        to = Target(pbx.sip_port, options.number)
        if options.scenario.startswith(PHONE):
            await _phone(centre, options.scenario, folder)
        else:
            await play(folder / "caller", options.scenario, to, code=options.code, stay=options.stay)


async def _phone(centre: CallCentre, scenario: str, folder: Path) -> None:
    """A caller waits, and an agent takes the call on a phone that does what the scenario says."""
    agent = await centre.agent()
    account = {"user": agent.phone.name, "password": agent.password}
    waits = {"code": CODE, "stay": "15"}
    async with (
        scripted_phone(folder / "phone", scenario, pbx_port=centre.pbx.sip_port, **account) as phone,
        sipp(folder / "caller", "hangs-up-waiting", Target(centre.pbx.sip_port), values=waits) as caller,
    ):
        await centre.take(agent, await centre.call_is(CallState.WAITING))
        await phone.done()
        await caller.done()
    print(f"the agent reads: {await centre.reason(agent)}")


@asynccontextmanager
async def _told(centre: CallCentre) -> AsyncIterator[None]:
    """Prints each change of each call, as long as the block lasts."""

    async def tell() -> None:
        clock = asyncio.get_running_loop().time
        began, known = clock(), dict[str, CallState]()
        while True:
            for call in await centre.live():
                if known.get(call.id) is not call.state:
                    known[call.id] = call.state
                    print(f"{clock() - began:7.3f} s  {call.state}, tries {call.tries}", flush=True)
            await asyncio.sleep(LOOK_SECONDS)

    telling = asyncio.create_task(tell())
    try:
        yield
    finally:
        telling.cancel()
        with suppress(asyncio.CancelledError):
            await telling


if __name__ == "__main__":
    main()
