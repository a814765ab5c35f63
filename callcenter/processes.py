"""Puts each process together out of its rooms: the api, the dashboard, the conductor; and the PBX's include."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx

from callcenter import __version__
from callcenter.agi.asking import CallCentreApi
from callcenter.agi.server import AgiServer, AgiSettings, agi_server
from callcenter.api.disclosing import Disclosing
from callcenter.api.health import HealthLook
from callcenter.api.internal import create_internal_api
from callcenter.api.metrics import Metrics
from callcenter.api.public import create_public_api
from callcenter.api.status_hub import StatusHub
from callcenter.api.taking import Taking
from callcenter.ari_app import pbx_config
from callcenter.ari_app.lease import conduct_when_leased
from callcenter.ari_app.pbx_settings import (
    PbxSettings,
    PbxSettingsError,
    Trunk,
    TrunkByAddress,
    TrunkByRegistration,
)
from callcenter.ari_app.resolve import ResolveClient
from callcenter.dashboard.app import create_dashboard
from callcenter.internal_tls import NotesCertificates, client_tls, server_tls
from callcenter.irma.breaker import Breaker
from callcenter.irma.client import IrmaServer
from callcenter.logs import Log, log
from callcenter.serving import PortTaken, serving
from callcenter.settings import Settings, SettingsError
from callcenter.store.database import Store
from callcenter.store.sealing import Sealer, Unsealer
from callcenter.store.sweeper import ending_wrap_ups, sweep

IRMA_SECONDS = 3.0  # for the IRMA server to answer in, so that the citizen has an answer within 5
NEEDED_BY_API = ("code_key", "irma_token", "seal_public_key_file")
NEEDED_BY_DASHBOARD = ("seal_private_key_file", "staff_key")
NEEDED_BY_AGI = ("internal_api_key", "agi_number")
NEEDED_BY_CONDUCTOR = ("ari_password", "internal_api_key")


@asynccontextmanager
async def running_api(settings: Settings, store: Store) -> AsyncIterator[None]:
    """Serve the public and the internal side for as long as the block runs."""
    settings.require(*NEEDED_BY_API)
    sealer = Sealer.from_file(Path(str(settings.seal_public_key_file)))
    async with AsyncExitStack() as stack:
        breaker, metrics = Breaker(), Metrics()
        metrics.show_breaker(breaker)
        irma = await stack.enter_async_context(
            IrmaServer(
                settings.irma_url,
                settings.irma_token,
                deadline=IRMA_SECONDS,
                breaker=breaker,
                note=metrics.asked_irma,
            )
        )
        disclosing = Disclosing(settings, store, irma)
        taking = Taking(settings, store, irma, sealer)
        internal = create_internal_api(settings, store, taking, metrics)
        hub, health = StatusHub(store), HealthLook(store, irma)
        public = create_public_api(store, hub, health, disclosing, taking, settings)
        tls = server_tls(settings)
        more: dict[str, Any] = {} if tls is None else {"ssl_context_factory": lambda *_: tls, "http": NotesCertificates}
        await stack.enter_async_context(
            serving(internal, settings.internal_host, settings.internal_port, "VB_INTERNAL_PORT", **more)
        )
        await stack.enter_async_context(
            serving(public, settings.api_host, settings.api_port, "VB_API_PORT", settings.trusted_proxies)
        )
        stack.callback(hub.stop)  # first of all, or the server would wait for feeds that go on and on
        with _told("api", settings.api_public_url):
            yield


@asynccontextmanager
async def running_dashboard(settings: Settings, store: Store) -> AsyncIterator[None]:
    """Serve the agents' pages for as long as the block runs."""
    settings.require(*NEEDED_BY_DASHBOARD)
    unsealer = Unsealer.watching(Path(str(settings.seal_private_key_file)))
    app = create_dashboard(settings, store, unsealer)
    host, port = settings.dashboard_host, settings.dashboard_port
    async with serving(app, host, port, "VB_DASHBOARD_PORT", settings.trusted_proxies):
        with _told("dashboard", settings.office_url if settings.is_office else settings.dashboard_public_url):
            yield


@asynccontextmanager
async def running_conductor(settings: Settings, store: Store) -> AsyncIterator[asyncio.Task[None]]:
    """Conduct the PBX for as long as the block runs; the task ends early only with an error."""
    settings.require(*NEEDED_BY_CONDUCTOR)
    ari_trust(settings)  # a wrong file is told now, and not by a task later
    key = settings.internal_api_key.get_secret_value()
    transport = httpx.AsyncHTTPTransport(verify=client_tls(settings))
    async with (
        ending_wrap_ups(store, "conductor"),
        ResolveClient(settings.internal_api_url, key, transport) as resolver,
    ):
        task = asyncio.create_task(conduct_when_leased(settings, store, resolver))
        try:
            with _told("conductor", settings.ari_url):
                yield task
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)


@asynccontextmanager
async def running_agi(settings: Settings) -> AsyncIterator[None]:
    """Answer FastAGI for as long as the block runs."""
    settings.require(*NEEDED_BY_AGI)
    host, port = _address("VB_AGI_BIND", settings.agi_bind)
    given = AgiSettings(
        number=settings.agi_number,
        prompt=settings.agi_prompt,
        digit_seconds=settings.agi_digit_seconds,
        late_proof_seconds=settings.late_proof_seconds,
    )
    key = settings.internal_api_key.get_secret_value()
    async with CallCentreApi(settings.internal_api_url, key, client_tls(settings)) as api, AsyncExitStack() as stack:
        try:
            await stack.enter_async_context(agi_server(AgiServer(api, given), host, port))
        except OSError as error:
            raise PortTaken(f"{settings.agi_bind} can't be listened on ({error.strerror}); set VB_AGI_BIND") from None
        with _told("agi", settings.agi_bind):
            yield


def ari_trust(settings: Settings) -> ssl.SSLContext:
    """Return what to trust for ARI over wss://. Raises SettingsError when its file can't be used."""
    try:
        return ssl.create_default_context(cafile=settings.ari_ca_file)
    except OSError as error:  # ssl.SSLError is one
        why = "is no PEM" if isinstance(error, ssl.SSLError) else f"can't be read ({error.strerror})"
        raise SettingsError(f"VB_ARI_CA_FILE: {settings.ari_ca_file} {why}; wanted: certificates in PEM") from None


@contextmanager
def _told(process: str, address: str) -> Iterator[None]:
    """Log that a process has started, and that it has stopped."""
    log(Log.STARTED, process=process, version=__version__, address=address)
    try:
        yield
    finally:
        log(Log.STOPPED, process=process)


def pbx_settings(settings: Settings) -> PbxSettings:
    """Return what the PBX must know of the installation. Raises PbxSettingsError, SettingsError.

    SIP and sound are in clear for now (TLS and SRTP come later), so `sip_bind` belongs on loopback, on a closed network
    with the provider and the agents, or on a VPN. Trunks need it off loopback, so that is not refused.
    """
    settings.require("ari_password")
    sip_host, sip_port = _address("VB_SIP_BIND", settings.sip_bind)
    http_host, http_port = _address("VB_HTTP_BIND", settings.http_bind)
    return PbxSettings(
        ari_password=settings.ari_password.get_secret_value(),
        trunks=tuple(_trunk(trunk) for trunk in settings.trunks),
        sip_host=sip_host,
        sip_port=sip_port,
        http_host=http_host,
        http_port=http_port,
        rtp_first=settings.rtp_first,
        rtp_last=settings.rtp_last,
    )


def configure_pbx(settings: Settings, folder: Path) -> list[Path]:
    """Write the include into a copy of asterisk/conf; return what was written."""
    return pbx_config.write(pbx_settings(settings), folder)


async def sweep_now(store: Store) -> int:
    """Erase what is overdue; return how many disclosures that were."""
    return await sweep(store, datetime.now(UTC))


def _address(name: str, bind: str) -> tuple[str, int]:
    host, _, port = bind.rpartition(":")
    if not host or not port.isdigit():
        raise PbxSettingsError(f"{name}: given {bind!r}; wanted address:port, such as 127.0.0.1:5060")
    return host.strip("[]"), int(port)


def _trunk(given: dict[str, Any]) -> Trunk:
    try:
        if "server" in given:
            return TrunkByRegistration(**given | {"match": tuple(given.get("match", ()))})
        return TrunkByAddress(given["name"], tuple(given["match"]))
    except (KeyError, TypeError):
        raise PbxSettingsError(
            f"VB_TRUNKS: {given.get('name', 'a trunk')}: wanted name and match (addresses),"
            " or name, server, user and password"
        ) from None
