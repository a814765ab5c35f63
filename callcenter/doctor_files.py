"""What the doctor looks at on this machine's disk: the sealing keys, the button, and who may read what is secret."""

import asyncio
import os
from collections.abc import Iterator
from pathlib import Path

from callcenter.api.button_script import ButtonScript, NoBundle
from callcenter.finding import Finding
from callcenter.settings import PREFIX, Settings
from callcenter.store.sealing import Sealer, SealError, Unsealer, private_key_files, read_private_key

_OTHERS = 0o077  # permissions of group and others


async def examine_files(settings: Settings) -> list[Finding]:
    """Return a finding for each key, the button's bundle, and each file with a secret in it."""
    return await asyncio.to_thread(lambda: [*_keys(settings), _button(settings), *_secret_files(settings)])


def _keys(settings: Settings) -> Iterator[Finding]:
    """Not every machine has both keys: the api has the public one, the dashboard alone the private one."""
    sealer: Sealer | None = None
    unsealer: Unsealer | None = None
    public, private = settings.seal_public_key_file, settings.seal_private_key_file
    if public is None and private is None:
        yield Finding("sealing keys", ok=False, advice="no file is named; make them with `callcenter admin make-keys`")
    try:
        if public is not None:
            sealer = Sealer.from_file(public)
            yield Finding("sealing key (public)", ok=True, advice=f"{public} can be used")
        if private is not None:
            files = private_key_files(private)
            unsealer = Unsealer(*map(read_private_key, files))
            yield _private(private, len(files))
    except SealError as error:
        yield Finding("sealing keys", ok=False, advice=str(error))
    if sealer is not None and unsealer is not None:
        yield _pair(sealer, unsealer)


def _private(path: Path, keys: int) -> Finding:
    if not keys:
        advice = f"there is no *.private.pem in {path}; run `callcenter admin rotate-seal-key {path}`"
        return Finding("sealing key (private)", ok=False, advice=advice)
    older = f"; delete older ones a day after a rotation: there are {keys - 1}" if keys > 1 else ""
    return Finding("sealing key (private)", ok=True, advice=f"{path} can be used, and only by us{older}")


def _pair(sealer: Sealer, unsealer: Unsealer) -> Finding:
    try:
        unsealer.unseal(sealer.seal({"doctor": "looked"}, "none", "none"), "none", "none")
    except SealError:
        advice = "public and private key are no pair: what the api seals, the dashboard can't open; use one pair"
        return Finding("sealing keys", ok=False, advice=advice)
    return Finding("sealing keys", ok=True, advice="are a pair")


def _button(settings: Settings) -> Finding:
    try:
        script = ButtonScript.read(settings.button_file)
    except NoBundle as error:
        return Finding("button", ok=False, advice=str(error))
    return Finding("button", ok=True, advice=f"build {script.digest}; `callcenter button` shows the lines to paste")


def _secret_files(settings: Settings) -> Iterator[Finding]:
    for path in _paths(settings):
        try:
            mode = path.stat().st_mode & 0o777
        except OSError as error:
            yield Finding("secret file", ok=False, advice=f"{path} can't be looked at ({error.strerror})")
            continue
        if mode & _OTHERS:
            advice = f"others may read {path} (mode {mode:03o}); run `chmod 600 {path}`"
            yield Finding("secret file", ok=False, advice=advice)
        else:
            yield Finding("secret file", ok=True, advice=f"only we may read {path}")


def _paths(settings: Settings) -> Iterator[Path]:
    """The files of VB_…_FILE that hold a secret, and SQLite's."""
    for name in Settings.model_fields:
        path = os.environ.get(f"{PREFIX}{name.upper()}_FILE")
        if path is not None and not name.endswith("_file"):
            yield Path(path)
    if settings.database_url.startswith("sqlite:///"):
        file = Path(settings.database_url.removeprefix("sqlite:///"))
        yield from (one for one in (file, Path(f"{file}-wal")) if one.exists())
