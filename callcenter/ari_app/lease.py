"""The lease of a PBX: whoever holds it conducts; the others wait, and take over when it runs out."""

import asyncio
import uuid
from contextlib import suppress
from datetime import UTC, datetime

from callcenter.ari_app.ari import AriReplaced
from callcenter.ari_app.conductor import Conductor
from callcenter.ari_app.resolve import ResolveClient
from callcenter.logs import Log, fault, log
from callcenter.settings import Settings
from callcenter.store.database import STORE_AWAY, Store
from callcenter.store.leases import release_lease, take_lease

RELEASE_SECONDS = 2.0  # how long stopping waits for the database


async def conduct_when_leased(settings: Settings, store: Store, resolver: ResolveClient) -> None:
    """Wait for the lease, conduct while it is ours, and wait again; until cancelled.

    Raises AriRefused when the PBX doesn't accept our user and password.
    """
    holder = uuid.uuid4().hex
    try:
        while True:
            await _until_ours(settings, store, holder)
            log(Log.LEASE_WON, pbx=settings.pbx_name, holder=holder)
            await _conduct_while_ours(settings, store, resolver, holder)
            log(Log.LEASE_LOST, pbx=settings.pbx_name, holder=holder)
    finally:
        with suppress(*STORE_AWAY, TimeoutError):
            async with asyncio.timeout(RELEASE_SECONDS):
                await release_lease(store, settings.pbx_name, holder)


async def _until_ours(settings: Settings, store: Store, holder: str) -> None:
    while not await _renewed(settings, store, holder, unknown=False):  # noqa: ASYNC110 -- the database is asked
        await asyncio.sleep(settings.lease_seconds / 5)


async def _conduct_while_ours(settings: Settings, store: Store, resolver: ResolveClient, holder: str) -> None:
    conducting = asyncio.create_task(Conductor(settings, store, resolver).run())
    try:
        while not conducting.done():
            await asyncio.wait({conducting}, timeout=settings.lease_seconds / 3)
            # While the database is away nobody else can take the lease: the calls go on.
            if not await _renewed(settings, store, holder, unknown=True):
                return
        conducting.result()
    except AriReplaced:
        # Another conducts this PBX, and thinks that the lease is theirs: don't fight, ask the database again.
        await asyncio.sleep(settings.lease_seconds)
    finally:
        conducting.cancel()
        await asyncio.gather(conducting, return_exceptions=True)


async def _renewed(settings: Settings, store: Store, holder: str, *, unknown: bool) -> bool:
    """Whether the lease is ours now; `unknown` when the database can't tell."""
    now = datetime.now(UTC)
    try:
        async with asyncio.timeout(settings.lease_seconds / 3):
            return await take_lease(store, settings.pbx_name, holder, now, settings.lease_seconds)
    except (*STORE_AWAY, TimeoutError) as error:
        log(Log.FAILED, process="conductor", **fault(error))
        return unknown
