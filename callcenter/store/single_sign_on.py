"""Single sign-on in the store: each municipality's provider, log-ins under way at it, and who is who there."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, delete, insert, select, update

from callcenter.model.single_sign_on import SingleSignOn
from callcenter.model.staff import Role, User
from callcenter.store.database import Tx
from callcenter.store.entry_tables import single_sign_on, sso_attempt, sso_identity
from callcenter.store.events import Change
from callcenter.store.tables import municipality, staff
from callcenter.store.users import USER, user_of


@dataclass(frozen=True)
class Attempt:
    """A log-in under way at a provider: what its answer must fit."""

    municipality_id: str
    nonce: str
    verifier: str


async def set_provider(tx: Tx, by: SingleSignOn, closed_secret: bytes) -> None:
    """Keep how a municipality's staff log in, in the place of what was."""
    await remove_provider(tx, by.municipality_id)
    await tx.connection.execute(
        insert(single_sign_on).values(
            municipality_id=by.municipality_id,
            issuer=by.issuer,
            client_id=by.client_id,
            client_secret=closed_secret,
            role_claim=by.role_claim,
            agent_value=by.agent_value,
            manager_value=by.manager_value,
            passwords=by.passwords,
        )
    )


async def remove_provider(tx: Tx, municipality_id: str) -> None:
    """Let a municipality have no single sign-on."""
    await tx.connection.execute(delete(single_sign_on).where(single_sign_on.c.municipality_id == municipality_id))


async def provider_of(tx: Tx, municipality_id: str) -> tuple[SingleSignOn, bytes] | None:
    """How this municipality's staff log in, and the closed secret."""
    row = (
        await tx.connection.execute(select(single_sign_on).where(single_sign_on.c.municipality_id == municipality_id))
    ).one_or_none()
    return None if row is None else (_provider(row), row.client_secret)


async def names_with_provider(tx: Tx, most: int) -> list[tuple[str, str]]:
    """Slug and name of municipalities that have single sign-on, by name."""
    rows = await tx.connection.execute(
        select(municipality.c.slug, municipality.c.name)
        .join(single_sign_on, single_sign_on.c.municipality_id == municipality.c.id)
        .order_by(municipality.c.name)
        .limit(most)
    )
    return [(row.slug, row.name) for row in rows]


async def id_of(tx: Tx, slug: str) -> str | None:
    """The id of the municipality with this slug, if it has single sign-on."""
    found: str | None = await tx.connection.scalar(
        select(municipality.c.id)
        .join(single_sign_on, single_sign_on.c.municipality_id == municipality.c.id)
        .where(municipality.c.slug == slug)
    )
    return found


async def begin(tx: Tx, state_hash: bytes, attempt: Attempt, now: datetime, forget_before: datetime) -> None:
    """Keep a log-in under way; those that began before that moment are forgotten."""
    await tx.connection.execute(delete(sso_attempt).where(sso_attempt.c.began_at < forget_before))
    await tx.connection.execute(
        insert(sso_attempt).values(
            state_hash=state_hash,
            municipality_id=attempt.municipality_id,
            nonce=attempt.nonce,
            verifier=attempt.verifier,
            began_at=now,
        )
    )


async def use(tx: Tx, state_hash: bytes, since: datetime) -> Attempt | None:
    """Use up the log-in under way with this state, if it began after this moment."""
    row = (
        await tx.connection.execute(
            delete(sso_attempt)
            .where(sso_attempt.c.state_hash == state_hash)
            .returning(
                sso_attempt.c.municipality_id, sso_attempt.c.nonce, sso_attempt.c.verifier, sso_attempt.c.began_at
            )
        )
    ).one_or_none()
    return None if row is None or row.began_at <= since else Attempt(row.municipality_id, row.nonce, row.verifier)


async def who_is(tx: Tx, municipality_id: str, subject: str) -> User | None:
    """The user whom this municipality's provider calls so."""
    row = (
        await tx.connection.execute(
            select(*USER)
            .join(sso_identity, sso_identity.c.staff_id == staff.c.id)
            .where(sso_identity.c.municipality_id == municipality_id, sso_identity.c.subject == subject)
        )
    ).one_or_none()
    return None if row is None else user_of(row)


async def add_identity(tx: Tx, municipality_id: str, subject: str, user_id: str) -> None:
    """Keep what the provider calls this user."""
    await tx.connection.execute(
        insert(sso_identity).values(municipality_id=municipality_id, subject=subject, staff_id=user_id)
    )


async def set_role_and_name(tx: Tx, user: User, role: Role, name: str) -> None:
    """Keep what the provider says of this user now."""
    await tx.connection.execute(update(staff).where(staff.c.id == user.id).values(role=role.value, name=name))
    tx.announce(Change("staff", user.id, user.municipality_id))


async def may_use_password(tx: Tx, user: User | None) -> bool:
    """Whether this user's municipality lets accounts with a password log in; for nobody it is asked just so."""
    place = (user and user.municipality_id) or ""
    allowed = await tx.connection.scalar(
        select(single_sign_on.c.passwords).where(single_sign_on.c.municipality_id == place)
    )
    return allowed is not False


def _provider(row: Row[*tuple[Any, ...]]) -> SingleSignOn:
    return SingleSignOn(
        municipality_id=row.municipality_id,
        issuer=row.issuer,
        client_id=row.client_id,
        role_claim=row.role_claim,
        agent_value=row.agent_value,
        manager_value=row.manager_value,
        passwords=row.passwords,
    )
