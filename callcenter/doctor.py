"""The doctor: looks at a whole installation, a finding each, and says what to do about what is wrong.

It may touch every room, and changes nothing. Each check has a deadline and its own faults: none keeps the others from
being made. Findings hold no secret.
"""

import asyncio
import ssl
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path

import httpx
from sqlalchemy import text

from callcenter import doctor_files
from callcenter.ari_app.names import APP
from callcenter.doctor_rights import examine_rights, if_allowed
from callcenter.finding import Finding
from callcenter.irma.client import IrmaServer
from callcenter.irma.errors import IrmaAway, IrmaError
from callcenter.logs import fault
from callcenter.model.guessing import chance_to_plan_for
from callcenter.model.tenant import Condiscon, Purpose
from callcenter.processes import ari_trust
from callcenter.settings import Settings, SettingsError
from callcenter.store import keys, tenants
from callcenter.store.database import Store, open_store
from callcenter.store.migrate import SchemaMismatch, check_version
from callcenter.store.roles import INSTALLATION

__all__ = ["Finding", "examine"]

DEADLINE_SECONDS = 15.0  # for one check
CLOCK_SECONDS = 5.0  # that clocks may differ: leases and the ends of codes are told by them
_KEY = "API key of the conductor"
HIGHEST_CHANCE = 1e-4  # a day, that a guesser hits a code
_OLDEST_ASTERISK = (22, 4)  # the first with REST over the events WebSocket

Check = Callable[[], Awaitable[list[Finding]]]


@dataclass
class _Known:
    """What the check of the database has learnt, for those after it."""

    purposes: list[tuple[str, Purpose]] | None = None  # with the slug of the municipality


async def examine(settings: Settings) -> list[Finding]:
    """Check everything, and return the findings in the order in which they are best dealt with."""
    known = _Known()
    first: list[tuple[str, Check]] = [
        ("settings", lambda: _settings(settings)),
        ("files", lambda: doctor_files.examine_files(settings)),
        ("database", lambda: _database(settings, known)),
    ]
    then: list[tuple[str, Check]] = [
        ("IRMA server", lambda: _irma(settings, known)),
        ("internal api", lambda: _internal_api(settings)),
        ("Asterisk", lambda: _asterisk(settings)),
    ]
    findings: list[Finding] = []
    for group in (first, then):
        for found in await asyncio.gather(*(_within_deadline(name, check) for name, check in group)):
            findings += found
    return findings


async def _within_deadline(name: str, check: Check) -> list[Finding]:
    try:
        async with asyncio.timeout(DEADLINE_SECONDS):
            return await check()
    except TimeoutError:
        return [Finding(name, ok=False, advice=f"no answer within {DEADLINE_SECONDS:g} s; is something in between?")]
    except Exception as error:  # noqa: BLE001 - a fault in a check is a finding too, and hides no other
        told = fault(error)
        return [Finding(name, ok=False, advice=f"could not be checked: {told['error']} at {told['where']}")]


async def _settings(settings: Settings) -> list[Finding]:
    wanted = {"code_key": "api", "irma_token": "api", "ari_password": "conductor", "internal_api_key": "conductor"}
    found = []
    for name, process in wanted.items():
        try:
            settings.require(name)
            found.append(Finding(f"setting for the {process}", ok=True, advice=f"VB_{name.upper()} is set"))
        except SettingsError as error:
            found.append(Finding(f"setting for the {process}", ok=False, advice=str(error)))
    if settings.tls_proxy and not settings.trusted_proxies:
        advice = "VB_TRUSTED_PROXIES is not set: to us everybody has the proxy's address, so that nobody can be limited"
        found.append(Finding("addresses", ok=False, advice=advice))
    return [*found, _guessing(settings)]


def _guessing(settings: Settings) -> Finding:
    chance = chance_to_plan_for(settings.guess_limits())
    told = f"with these limits a guesser on 30 lines hits one of 100 living codes with a chance of {chance:.1e} a day"
    if chance <= HIGHEST_CHANCE:
        return Finding("guessing", ok=True, advice=told)
    return Finding("guessing", ok=False, advice=f"{told}: make VB_GUESS_LIMIT_MUNICIPALITY narrower, such as 60/20")


# -- database --------------------------------------------------------------------------------------


async def _database(settings: Settings, known: _Known) -> list[Finding]:
    file = settings.database_url.removeprefix("sqlite:///")
    if file != settings.database_url and not await asyncio.to_thread(Path(file).exists):
        return [Finding("database", ok=False, advice=f"{file} is not there; run `callcenter admin migrate`")]
    found = []
    try:
        async with open_store(settings.database_url) as store:
            found += await _connection(store)
            await check_version(store)
            found.append(Finding("tables", ok=True, advice="of this program's version"))
            found += await examine_rights(store)
            seen = store.within(INSTALLATION)  # should it be the dashboard's own log-in
            if settings.internal_api_key.get_secret_value():  # else its setting is told of
                found += await if_allowed(_KEY, _api_key(settings, seen))
            found += await if_allowed("municipalities", _purposes(seen, known))
    except SchemaMismatch as error:
        found.append(Finding("tables", ok=False, advice=str(error)))
    except SettingsError as error:
        found.append(Finding("database", ok=False, advice=str(error)))
    return found


async def _connection(store: Store) -> list[Finding]:
    if store.dialect == "sqlite":
        return [Finding("database", ok=True, advice="SQLite, on this machine: for one process, as in the demo")]
    before = time.time()
    async with store.begin() as tx:
        now, encrypted, local = (
            await tx.connection.execute(
                text(
                    "SELECT clock_timestamp(), ssl, inet_client_addr() IS NULL OR inet_client_addr() <<= '127.0.0.0/8'"
                    " OR inet_client_addr() = '::1' FROM pg_stat_ssl WHERE pid = pg_backend_pid()"
                )
            )
        ).one()
    how = "over TLS" if encrypted else "on this machine" if local else "in clear"
    answers = Finding("database", ok=bool(encrypted or local), advice=f"PostgreSQL answers {how}")
    return [answers, _clock("the database's", now, before)]


async def _api_key(settings: Settings, store: Store) -> list[Finding]:
    token = settings.internal_api_key.get_secret_value()
    async with store.begin() as tx:
        key = await keys.find_key(tx, token)
    if key is None or not key.works(datetime.now(UTC)) or not key.ours or keys.RESOLVE not in key.scopes:
        return [Finding(_KEY, ok=False, advice="unknown or revoked; make one with `callcenter admin add-api-key`")]
    return [Finding(_KEY, ok=True, advice="known, and may resolve codes")]


async def _purposes(store: Store, known: _Known) -> list[Finding]:
    async with store.begin() as tx:
        towns = await tenants.municipalities(tx)
        known.purposes = [(town.slug, purpose) for town in towns for purpose in await tenants.purposes(tx, town.id)]
    if not towns:
        advice = "there is none yet; make one with `callcenter admin add-municipality`"
        return [Finding("municipalities", ok=False, advice=advice)]
    return [Finding("municipalities", ok=True, advice=f"{len(towns)}, with {len(known.purposes)} purposes")]


# -- IRMA server -----------------------------------------------------------------------------------


async def _irma(settings: Settings, known: _Known) -> list[Finding]:
    async with IrmaServer(settings.irma_url, settings.irma_token) as irma:
        try:
            await irma.public_key()
        except IrmaError as error:
            return [Finding("IRMA server", ok=False, advice=str(error))]
        found = [Finding("IRMA server", ok=True, advice="answers, and signs its results")]
        found += await _clock_of("the IRMA server's", f"{settings.irma_url.rstrip('/')}/publickey")
        if not settings.irma_token.get_secret_value():  # its setting is told of
            return found
        sets = [
            (f"attributes of {town}/{one.slug}{name and f', set {name}'}", asked)
            for town, one in known.purposes or []
            for name, asked in ({"": one.condiscon} | one.attribute_sets).items()
        ]
        return found + _told_once(await asyncio.gather(*(_attributes(irma, name, asked) for name, asked in sets)))


def _told_once(findings: list[Finding]) -> list[Finding]:
    """Let what is wrong with several for one reason be one finding, named after the first."""
    alike: dict[tuple[bool, str], list[Finding]] = {}
    for one in findings:
        alike.setdefault((one.ok, one.advice), []).append(one)
    once = []
    for first, *others in alike.values():
        if first.ok or not others:
            once += [first, *others]
        else:
            once.append(replace(first, name=f"{first.name} and {len(others)} more"))
    return once


async def _attributes(irma: IrmaServer, name: str, condiscon: Condiscon) -> Finding:
    try:
        checked = await irma.check(condiscon)
    except IrmaAway as error:
        advice = f"{error}; or it looks on the internet for an attribute that it does not know"
        return Finding(name, ok=False, advice=advice)
    except IrmaError as error:
        return Finding(name, ok=False, advice=str(error))
    return Finding(name, ok=checked.ok, advice=checked.fault or "known, and we may ask them")


# -- our own api, and Asterisk ---------------------------------------------------------------------


async def _internal_api(settings: Settings) -> list[Finding]:
    name = "internal api"
    async with _http() as http:
        try:
            await http.get(settings.internal_api_url)  # whatever it answers, it is there
        except httpx.HTTPError as error:
            return [Finding(name, ok=False, advice=_no_answer(error, settings.internal_api_url, "VB_INTERNAL_API_URL"))]
    return [Finding(name, ok=True, advice="answers")]


async def _asterisk(settings: Settings) -> list[Finding]:
    url = settings.ari_url.replace("ws", "http", 1).rstrip("/")
    user = (settings.ari_user, settings.ari_password.get_secret_value())
    if not user[1]:  # its setting is told of
        return []
    try:
        trust = ari_trust(settings)
    except SettingsError as error:
        return [Finding("Asterisk", ok=False, advice=str(error))]
    async with _http(user, trust) as http:
        try:
            info = await http.get(f"{url}/asterisk/info", params={"only": "system"})
            app = await http.get(f"{url}/applications/{APP}")
        except httpx.HTTPError as error:
            return [Finding("Asterisk", ok=False, advice=_no_answer(error, settings.ari_url, "VB_ARI_URL"))]
    if info.status_code == httpx.codes.UNAUTHORIZED:
        advice = (
            "refuses us: VB_ARI_USER and VB_ARI_PASSWORD are not those of its ari.conf (`callcenter pbx configure`)"
        )
        return [Finding("Asterisk", ok=False, advice=advice)]
    try:
        version = str(info.json()["system"]["version"])
    except (ValueError, KeyError, TypeError):
        return [Finding("Asterisk", ok=False, advice=f"what answers at VB_ARI_URL is no ARI ({info.status_code})")]
    return [_version(version), _app(app.status_code)]


def _version(version: str) -> Finding:
    numbers = tuple(int(part) for part in version.partition("-")[0].split(".")[:2] if part.isdigit())
    if numbers and numbers < _OLDEST_ASTERISK:
        return Finding("Asterisk", ok=False, advice=f"is {version}; wanted 22.4 or newer")
    return Finding("Asterisk", ok=True, advice=f"{version} answers to our password")


def _app(status: int) -> Finding:
    if status == httpx.codes.OK:
        return Finding("conductor", ok=True, advice="conducts this PBX")
    return Finding("conductor", ok=False, advice="none conducts this PBX; start `callcenter pbx conduct`")


# -- what checks share -----------------------------------------------------------------------------


async def _clock_of(whose: str, url: str) -> list[Finding]:
    """Compare the clock with the Date of an HTTP answer (RFC 9110, 6.6.1), which is whole seconds."""
    async with _http() as http:
        before = time.time()
        try:
            theirs = parsedate_to_datetime((await http.get(url)).headers["Date"])
        except (httpx.HTTPError, KeyError, ValueError):
            return []  # it need not say
    return [_clock(whose, theirs, before)]


def _clock(whose: str, theirs: datetime, before: float) -> Finding:
    ours = datetime.fromtimestamp((before + time.time()) / 2, UTC)
    apart = (theirs - ours).total_seconds()
    if abs(apart) <= CLOCK_SECONDS:
        return Finding("clock", ok=True, advice=f"agrees with {whose}")
    way = "behind" if apart > 0 else "ahead of"
    return Finding("clock", ok=False, advice=f"ours is {abs(apart):.0f} s {way} {whose}; set both by NTP")


@asynccontextmanager
async def _http(
    user: tuple[str, str] | None = None, trust: ssl.SSLContext | None = None
) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(auth=user, timeout=5.0, trust_env=False, verify=trust or True) as http:
        yield http


def _no_answer(error: httpx.HTTPError, url: str, setting: str) -> str:
    where = httpx.URL(url)
    what = "its certificate is not trusted" if "CERTIFICATE" in str(error).upper() else type(error).__name__
    return f"no answer from {where.host}:{where.port or 'its port'} ({what}): does it run? see {setting}"
