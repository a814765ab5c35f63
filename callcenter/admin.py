"""What `callcenter admin` does: makes municipalities, staff with their phones, and keys. Purposes: `purposes.py`."""

import secrets
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from callcenter.hashing import PASSWORD_HASH
from callcenter.model.attributes import check_patterns
from callcenter.model.call import Rules, Unverified
from callcenter.model.code import new_token
from callcenter.model.networks import read_networks
from callcenter.model.password import FAULTS, fault_of
from callcenter.model.phone_account import new_phone
from callcenter.model.staff import Phone, Role, User
from callcenter.model.style import Style
from callcenter.model.tenant import Municipality
from callcenter.store import audit, keys, phones, styles, tenants, users
from callcenter.store.database import Store, Tx
from callcenter.store.keys import ApiKey
from callcenter.store.networks import save_networks

CODE_MINUTES = 15  # that a code lives, unless set otherwise


class AdminError(Exception):
    """What was asked can't be done; the message says why and what to do."""


async def add_municipality(
    store: Store,
    slug: str,
    name: str,
    number: str,
    *,
    unverified: Unverified = Unverified.REFUSE,
    origins: tuple[str, ...] = (),
    link_hosts: tuple[str, ...] = (),
    allowed_attributes: tuple[str, ...] = ("*",),
    code_minutes: int = CODE_MINUTES,
    language: str = "nl",
) -> Municipality:
    """Make a municipality. Raises TenantError."""
    check_patterns(allowed_attributes)
    new = Municipality(
        id=uuid.uuid4().hex,
        slug=slug,
        name=name,
        number=number,
        language=language,
        rules=Rules(unverified),
        origins=origins,
        link_hosts=link_hosts,
        allowed_attributes=allowed_attributes,
        code_seconds=code_minutes * 60,
    )
    async with store.begin() as tx:
        await tenants.add_municipality(tx, new)
        await audit.note(tx, datetime.now(UTC), "municipality-made", None, municipality_id=new.id)
    return new


@asynccontextmanager
async def changing(store: Store, slug: str, what: str) -> AsyncIterator[tuple[Tx, Municipality]]:
    """Within this `what` of a municipality is changed, by nobody else meanwhile; it is noted. Raises AdminError."""
    async with store.begin() as tx:
        of = await found(tx, slug, locked=True)
        yield tx, of
        await audit.note(tx, datetime.now(UTC), "municipality-changed", None, detail=what, municipality_id=of.id)


async def found(tx: Tx, slug: str, *, locked: bool = False) -> Municipality:
    """Return the municipality with this slug; `locked`: no other transaction changes it. Raises AdminError."""
    of = await tenants.municipality_by_slug(tx, slug)
    if of is not None and locked:
        await tenants.lock_municipality(tx, of.id)
        of = await tenants.municipality_by_slug(tx, slug)  # as it is now: another may have had it until then
    if of is None:
        raise AdminError(f"there is no municipality {slug!r}; make it first")
    return of


async def set_code_minutes(store: Store, slug: str, minutes: int) -> None:
    """Let new codes of a municipality live so long. Raises AdminError."""
    async with changing(store, slug, "code-minutes") as (tx, of):
        await tenants.save_code_seconds(tx, replace(of, code_seconds=minutes * 60))


async def set_second_factor(store: Store, slug: str, *, must: bool) -> None:
    """Say whether the staff of a municipality must have a second factor. Raises AdminError."""
    async with changing(store, slug, "second-factor") as (tx, of):
        await tenants.save_second_factor(tx, replace(of, second_factor=must))


async def set_networks(store: Store, slug: str, networks: tuple[str, ...]) -> tuple[str, ...]:
    """Let the staff of a municipality come from these networks only (none: from anywhere); return what is kept.

    Raises AdminError, NetworkError.
    """
    kept = read_networks(networks)
    async with changing(store, slug, "networks") as (tx, of):
        await save_networks(tx, replace(of, networks=kept))
    return kept


async def set_wrap_up(store: Store, slug: str, seconds: int) -> None:
    """Let agents of a municipality keep what is known of a caller for so long after a call. Raises AdminError."""
    async with changing(store, slug, "wrap-up") as (tx, of):
        rules = replace(of.rules, wrap_up_seconds=seconds)
        await tenants.save_wrap_up_seconds(tx, replace(of, rules=rules))


async def set_style(store: Store, slug: str, style: Style) -> None:
    """Let the agents' pages of a municipality look so. Raises AdminError."""
    async with changing(store, slug, "style") as (tx, of):
        await styles.save(tx, of.id, style)


async def keep_audit(store: Store, slug: str, days: int) -> None:
    """Keep new lines of a municipality's audit trail so long. Raises AdminError."""
    async with changing(store, slug, "audit-days") as (tx, of):
        await tenants.save_audit_days(tx, of, days)


async def add_user(
    store: Store,
    login: str,
    name: str,
    role: Role,
    municipality_slug: str | None,
    password: str,
    language: str = "nl",
) -> tuple[User, Phone | None, str]:
    """Make a user, and a phone if they take calls; return both, and the phone's password.

    Raises AdminError, LoginTaken.
    """
    fault = fault_of(password, login, name)
    if fault is not None:
        raise AdminError(FAULTS[fault])
    async with store.begin() as tx:
        municipality_id = None
        if role is not Role.OPERATOR:
            municipality_id = (await found(tx, municipality_slug or "")).id
        user = User(uuid.uuid4().hex, login, name, role, municipality_id, language)
        await users.add_user(tx, user, PASSWORD_HASH.hash(password))
        await audit.note(tx, datetime.now(UTC), "staff-made", None, about=user)
        if role is Role.OPERATOR:
            return user, None, ""
        phone, phone_password = new_phone(user)
        await phones.set_phone(tx, phone, municipality_id)
    return user, phone, phone_password


async def add_api_key(
    store: Store,
    name: str,
    municipality_slug: str | None = None,
    *,
    scopes: tuple[str, ...] = (keys.RESOLVE,),
    days: int | None = None,
) -> str:
    """Make an API key for one municipality, or for all (a conductor's); return it, to be shown once.

    Raises AdminError.
    """
    if municipality_slug is None and keys.RESOLVE_IRMA in scopes:
        raise AdminError(f"scope {keys.RESOLVE_IRMA!r} opens what citizens disclosed: name the one --municipality")
    token, now = new_token(), datetime.now(UTC)
    expires_at = None if days is None else now + timedelta(days=days)
    async with store.begin() as tx:
        municipality_id = None
        if municipality_slug is not None:
            municipality_id = (await found(tx, municipality_slug)).id
        scopes = tuple(dict.fromkeys((keys.RESOLVE, *scopes)))  # the others say more of the same answer
        await _keep_key(tx, token, ApiKey(secrets.token_hex(4), name, scopes, municipality_id, expires_at), now)
    return token


async def list_api_keys(store: Store) -> list[str]:
    """Return a line for each key: never the key itself, which nobody knows any more."""
    async with store.begin() as tx:
        kept = await keys.all_keys(tx)
    return [_key_line(one, datetime.now(UTC)) for one in kept]


def _key_line(one: keys.KeptKey, now: datetime) -> str:
    key = one.key
    until = f"until {_minute(key.expires_at)}" if key.expires_at else "until revoked"
    if not key.works(now):
        until = "revoked" if key.revoked_at else "expired"
    used = _minute(one.used_at) if one.used_at else "never"
    for_whom = one.municipality_slug or "(all)"
    scopes = ",".join(key.scopes)
    return f"{key.id}  {for_whom:20}  {scopes:20}  made {_minute(one.made_at)}  used {used:17}  {until}  {key.name}"


def _minute(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%MZ")


async def rotate_api_key(store: Store, key_id: str, overlap_hours: float, days: int | None = None) -> str:
    """Make a key that does the same as this one, which goes on working for so long; return the new one.

    Raises AdminError.
    """
    token, now = new_token(), datetime.now(UTC)
    expires_at = None if days is None else now + timedelta(days=days)
    async with store.begin() as tx:
        old = await keys.key_by_id(tx, key_id)
        if old is None or not old.works(now):
            raise AdminError(f"there is no key {key_id!r} that works; `callcenter admin list-api-keys` shows them")
        overlap_ends = now + timedelta(hours=overlap_hours)
        await keys.expire_key(tx, key_id, min(overlap_ends, old.expires_at or overlap_ends))
        await _keep_key(tx, token, replace(old, id=secrets.token_hex(4), expires_at=expires_at), now)
    return token


async def revoke_api_key(store: Store, key_id: str) -> None:
    """Let a key work no more, from now on. Raises AdminError."""
    async with store.begin() as tx:
        key = await keys.key_by_id(tx, key_id)
        if key is None or not await keys.revoke_key(tx, key_id, datetime.now(UTC)):
            raise AdminError(f"there is no key {key_id!r} that works; `callcenter admin list-api-keys` shows them")
        await _note_key(tx, "key-revoked", key)


async def _keep_key(tx: Tx, token: str, new: ApiKey, now: datetime) -> None:
    if not await keys.add_key(tx, token, new.name, new.scopes, new.municipality_id, now, new.expires_at, new.id):
        raise AdminError("another key has the id that was drawn; nothing is changed, try again")
    await _note_key(tx, "key-made", new)


async def _note_key(tx: Tx, action: str, key: ApiKey) -> None:
    detail = f"{key.id} {key.name}"
    await audit.note(tx, datetime.now(UTC), action, None, detail=detail, municipality_id=key.municipality_id)
