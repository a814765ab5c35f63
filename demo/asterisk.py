"""Starts a real Asterisk of its own, with the project's configuration, for the demo and the tests.

`async with asterisk(folder) as pbx:` gives one with all its ports free and its own; `python -m demo.asterisk` runs one
until Ctrl-C, to look at by hand.
"""

import asyncio
import secrets
import shutil
import tempfile
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import httpx

from callcenter.ari_app.pbx_config import ARI_USER, PbxSettings, TrunkByAddress, write
from demo.asterisk_root import AsteriskRoot, make_root
from demo.places import ROOT, made
from demo.ports import LOOPBACK, free_port, free_window
from demo.process import Child, child, until

CONF = ROOT / "asterisk" / "conf"

TRUNK_ADDRESS = "127.0.0.2"
"""Where the demo's and the tests' trunk calls from. Each Asterisk has a SIP port of its own, so all can share it."""

_PORTS_PER_LEG = 2
_LEGS_PER_CALL = 2
_START_SECONDS = 20


class CliFailedError(RuntimeError):
    """Asterisk's command line could not be reached."""


@dataclass(frozen=True)
class Pbx:
    """A running Asterisk.

    Attributes:
        settings: what it was configured with: ports, trunks, password.
        child: its process, with what it wrote on the console.
    """

    settings: PbxSettings
    root: AsteriskRoot
    child: Child

    @property
    def ari_url(self) -> str:
        """Where the conductor connects, without user and password."""
        return f"ws://{self.settings.http_host}:{self.settings.http_port}/ari"

    @property
    def ari_user(self) -> str:
        """Name of the conductor's ARI user."""
        return ARI_USER

    @property
    def ari_password(self) -> str:
        """Password of the conductor's ARI user."""
        return self.settings.ari_password

    @property
    def sip_host(self) -> str:
        """IP address that SIP is heard on."""
        return self.settings.sip_host

    @property
    def sip_port(self) -> int:
        """UDP and TCP port that SIP is heard on."""
        return self.settings.sip_port

    @property
    def sounds(self) -> Path:
        """Folder of the prompts: recordings of a municipality go to `nl_NAME/` in here, also while it runs."""
        return self.root.path / "var/lib/asterisk/sounds"

    @property
    def logs(self) -> Path:
        """Folder of Asterisk's own logs: `messages`, `security`."""
        return self.root.path / "var/log/asterisk"

    async def cli(self, command: str) -> str:
        """Gives what Asterisk answers to a command, such as `core show channels count`.

        Raises:
            CliFailedError: Asterisk can't be reached.
        """
        process = await asyncio.create_subprocess_exec(
            *map(str, self.root.inside("/usr/sbin/asterisk", "-rx", command)),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        out, _ = await process.communicate()
        if process.returncode != 0:
            raise CliFailedError(f"asterisk -rx '{command}': {out.decode(errors='replace').strip()}")
        return out.decode(errors="replace").strip()

    async def channels(self) -> int:
        """How many channels are up."""
        return int((await self.cli("core show channels count")).split()[0])


def own_settings(*, calls: int = 50, **changes: object) -> PbxSettings:
    """Settings for an Asterisk on loopback, with ports that nobody else has and a new password.

    Args:
        calls: how many calls at once its RTP ports must carry.
        changes: other settings of PbxSettings; `trunks` is one by address, 127.0.0.2, unless given.
    """
    rtp = free_window(calls * _LEGS_PER_CALL * _PORTS_PER_LEG)
    settings = PbxSettings(
        ari_password=secrets.token_urlsafe(24),
        trunks=(TrunkByAddress("trunk", (TRUNK_ADDRESS,)),),
        sip_host=LOOPBACK,
        sip_port=free_port(),
        http_host=LOOPBACK,
        http_port=free_port(),
        rtp_first=rtp.start,
        rtp_last=rtp.stop - 1,
    )
    return replace(settings, **changes)  # type: ignore[arg-type]


@asynccontextmanager
async def asterisk(
    folder: Path,
    settings: PbxSettings | None = None,
    *,
    recordings: Path | None = None,
    changed: Mapping[str, str] | None = None,
) -> AsyncIterator[Pbx]:
    """Runs an Asterisk for as long as the block lasts; gives it once it takes calls and ARI requests.

    Args:
        folder: where it may make its root folder `asterisk/` and write its console log `asterisk.log`.
        settings: `own_settings()` unless given.
        recordings: folder with a municipality's own recordings, as `nl_NAME/PROMPT.alaw`.
        changed: configuration files that are another's than ours, by name.

    Raises:
        SetupMissing: Asterisk or the prompts have not been made yet.
        NoWayToRunAsteriskError: neither bubblewrap nor chroot works here.
        ChildEndedError, NotInTimeError: it did not start; the message holds the end of its log.
    """
    rootfs, prompts = made("asterisk-rootfs"), made("prompts")
    settings = settings or own_settings()
    root = make_root(folder / "asterisk", rootfs)
    _furnish(root.path, settings, prompts, recordings)
    for name, text in (changed or {}).items():
        (root.path / "etc/asterisk" / name).write_text(text)
    command = root.inside("/usr/sbin/asterisk", "-f", "-n")
    async with child("Asterisk", command, log=folder / "asterisk.log", env={"HOME": "/"}) as process:
        pbx = Pbx(settings, root, process)
        await until(lambda: _booted(pbx), what="Asterisk takes calls", seconds=_START_SECONDS, child=process)
        yield pbx


def _furnish(root: Path, settings: PbxSettings, prompts: Path, recordings: Path | None) -> None:
    """Puts configuration, prompts and music where Asterisk looks for them."""
    shutil.copytree(CONF, root / "etc/asterisk", dirs_exist_ok=True, ignore=shutil.ignore_patterns("generated"))
    write(settings, root / "etc/asterisk")
    library = root / "var/lib/asterisk"
    for source in (prompts, recordings):
        if source is not None:
            shutil.copytree(source, library / "sounds", dirs_exist_ok=True, ignore=shutil.ignore_patterns("music"))
    shutil.copytree(prompts / "music", library / "moh", dirs_exist_ok=True)


async def _booted(pbx: Pbx) -> bool:
    """ARI answers to our password, so it is ours, and all modules are up."""
    url = pbx.ari_url.replace("ws:", "http:")
    try:
        async with httpx.AsyncClient(auth=(pbx.ari_user, pbx.ari_password), trust_env=False) as client:
            answer = await client.get(f"{url}/asterisk/ping")
        return answer.status_code == httpx.codes.OK and "fully booted" in await pbx.cli("core waitfullybooted")
    except (httpx.TransportError, CliFailedError):
        return False


async def _wait_for_ever(pbx: Pbx) -> None:
    print(f"SIP {pbx.sip_host}:{pbx.sip_port}, trunk from {TRUNK_ADDRESS}")
    print(f"ARI {pbx.ari_url}, user {pbx.ari_user}, password {pbx.ari_password}")
    print(f"files in {pbx.root.path}; Ctrl-C ends it", flush=True)
    await pbx.child.process.wait()


async def main() -> None:
    """Runs one Asterisk until Ctrl-C: for a look by hand."""
    with tempfile.TemporaryDirectory(prefix="veilig-bellen-") as folder:
        async with asterisk(Path(folder)) as pbx:
            await _wait_for_ever(pbx)


if __name__ == "__main__":
    asyncio.run(main())
