"""What `callcenter admin` does: makes municipalities, purposes, staff with their phones, and keys."""

import hashlib
import json
import secrets
import uuid
from datetime import UTC, datetime

from pwdlib import PasswordHash

from callcenter.model.call import Rules, Unverified
from callcenter.model.code import new_token
from callcenter.model.staff import Phone, Role, User
from callcenter.model.tenant import Condiscon, Link, Municipality, Purpose, TenantError
from callcenter.store import keys, people, tenants
from callcenter.store.database import Store

REALM = "veilig-bellen"  # the realm of every phone's digest; see asterisk/conf/pjsip.conf
MIN_PASSWORD = 12  # characters: length over rules (NIST SP 800-63B)


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
    language: str = "nl",
) -> Municipality:
    """Make a municipality. Raises TenantError."""
    new = Municipality(
        id=uuid.uuid4().hex,
        slug=slug,
        name=name,
        number=number,
        language=language,
        rules=Rules(unverified),
        origins=origins,
        link_hosts=link_hosts,
    )
    async with store.begin() as tx:
        await tenants.add_municipality(tx, new)
    return new


async def add_purpose(
    store: Store,
    municipality_slug: str,
    slug: str,
    name_nl: str,
    name_en: str,
    condiscon: Condiscon,
    links: tuple[Link, ...] = (),
) -> Purpose:
    """Make a purpose. Raises AdminError or TenantError."""
    async with store.begin() as tx:
        of = await tenants.municipality_by_slug(tx, municipality_slug)
        if of is None:
            raise AdminError(f"there is no municipality {municipality_slug!r}; make it first")
        new = Purpose(uuid.uuid4().hex, of.id, slug, name_nl, name_en, condiscon, links)
        await tenants.add_purpose(tx, new, of)
    return new


def read_condiscon(text: str) -> Condiscon:
    """Read attributes from `id,id` (all of one credential) or a JSON condiscon. Raises TenantError."""
    if not text.lstrip().startswith("["):
        return [[[part.strip() for part in text.split(",")]]]
    try:
        value: Condiscon = json.loads(text)
    except json.JSONDecodeError:
        raise TenantError("attributes: wanted ids with commas, or JSON such as [[['a.b.c.d']]]") from None
    return value


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
    if len(password) < MIN_PASSWORD:
        raise AdminError(f"a password has at least {MIN_PASSWORD} characters")
    async with store.begin() as tx:
        municipality_id = None
        if role is not Role.OPERATOR:
            of = await tenants.municipality_by_slug(tx, municipality_slug or "")
            if of is None:
                raise AdminError(f"there is no municipality {municipality_slug!r}; make it first")
            municipality_id = of.id
        user = User(uuid.uuid4().hex, login, name, role, municipality_id, language)
        await people.add_user(tx, user, PasswordHash.recommended().hash(password))
        if role is Role.OPERATOR:
            return user, None, ""
        phone, phone_password = new_phone(user)
        await people.set_phone(tx, phone, municipality_id)
    return user, phone, phone_password


def new_phone(user: User) -> tuple[Phone, str]:
    """Return a new SIP account of this user, and its password, which is kept nowhere."""
    name, password = f"phone-{secrets.token_hex(6)}", secrets.token_urlsafe(18)
    # SIP's digest is MD5 by RFC 3261; the password is random, so that the digest can't be guessed.
    digest = hashlib.md5(f"{name}:{REALM}:{password}".encode(), usedforsecurity=False).hexdigest()
    return Phone(name, user.id, REALM, digest), password


async def add_api_key(store: Store, name: str, municipality_slug: str | None = None) -> str:
    """Make an API key that may resolve codes; return it, to be shown once. Raises AdminError."""
    token = new_token()
    async with store.begin() as tx:
        municipality_id = None
        if municipality_slug is not None:
            of = await tenants.municipality_by_slug(tx, municipality_slug)
            if of is None:
                raise AdminError(f"there is no municipality {municipality_slug!r}; make it first")
            municipality_id = of.id
        await keys.add_key(tx, token, name, (keys.RESOLVE,), municipality_id, datetime.now(UTC))
    return token
