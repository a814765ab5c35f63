"""What the store knows of second factors: authenticator apps, passkeys, recovery codes."""

import hashlib
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from callcenter.model.staff import User
from callcenter.store.database import Tx
from callcenter.store.entry_tables import passkey, recovery_code, spent_challenge, totp, totp_offer
from callcenter.store.tables import staff
from callcenter.store.users import IN_SERVICE, USER, user_of


@dataclass(frozen=True)
class Passkey:
    """A passkey as its user sees it; `name` is theirs."""

    id: str
    credential_id: bytes
    name: str
    since: datetime
    used_at: datetime | None


@dataclass(frozen=True)
class Factors:
    """What somebody can show beside their password."""

    app_since: datetime | None
    passkeys: tuple[Passkey, ...]
    codes_left: int

    @property
    def any(self) -> bool:
        """Whether there is one at all. Recovery codes stand in for one, and are none."""
        return self.app_since is not None or bool(self.passkeys)

    @property
    def count(self) -> int:
        """How many apps and passkeys there are."""
        return len(self.passkeys) + (self.app_since is not None)


@dataclass(frozen=True)
class App:
    """An authenticator app: its closed secret, the last time step used, and wrong codes in a row."""

    closed: bytes
    last_step: int
    wrong: int
    wrong_at: datetime | None


@dataclass(frozen=True)
class KeptPasskey:
    """What a signature is checked with, and whose it is."""

    id: str
    user: User
    public_key: bytes
    sign_count: int


async def factors_of(tx: Tx, user_id: str) -> Factors:
    """The second factors of this user."""
    since = await tx.connection.scalar(select(totp.c.since).where(totp.c.staff_id == user_id))
    rows = await tx.connection.execute(
        select(passkey.c.id, passkey.c.credential_id, passkey.c.name, passkey.c.since, passkey.c.used_at)
        .where(passkey.c.staff_id == user_id)
        .order_by(passkey.c.since, passkey.c.id)
    )
    left = await tx.connection.scalar(
        select(func.count()).select_from(recovery_code).where(recovery_code.c.staff_id == user_id)
    )
    keys = tuple(Passkey(row.id, row.credential_id, row.name, row.since, row.used_at) for row in rows)
    return Factors(since, keys, left or 0)


async def lock(tx: Tx, user_id: str) -> None:
    """Let no other transaction that asks this change the factors of this user before this one has ended."""
    await tx.connection.execute(select(staff.c.id).where(staff.c.id == user_id).with_for_update())


# -- authenticator apps


async def offer_app(tx: Tx, token_hash: bytes, user_id: str, closed: bytes, now: datetime) -> None:
    """Keep a secret that this log-in, whole or half, is shown; one that it was shown before counts no more."""
    await lock(tx, user_id)
    await tx.connection.execute(delete(totp_offer).where(totp_offer.c.token_hash == token_hash))
    await tx.connection.execute(
        insert(totp_offer).values(token_hash=token_hash, staff_id=user_id, secret=closed, offered_at=now)
    )


async def offered_app(tx: Tx, token_hash: bytes, user_id: str, since: datetime) -> bytes | None:
    """The closed secret that this log-in was shown after this moment."""
    closed: bytes | None = await tx.connection.scalar(
        select(totp_offer.c.secret).where(
            totp_offer.c.token_hash == token_hash, totp_offer.c.staff_id == user_id, totp_offer.c.offered_at > since
        )
    )
    return closed


async def set_app(tx: Tx, user_id: str, closed: bytes, step: int, now: datetime) -> None:
    """Keep the app that this user has confirmed with the code of this time step, in the place of another."""
    await lock(tx, user_id)
    await remove_app(tx, user_id)
    await tx.connection.execute(
        insert(totp).values(staff_id=user_id, secret=closed, since=now, last_step=step, wrong=0, wrong_at=None)
    )


async def app_of(tx: Tx, user_id: str) -> App | None:
    """The app of this user, which nobody else can change before this transaction ends."""
    row = (await tx.connection.execute(select(totp).where(totp.c.staff_id == user_id).with_for_update())).one_or_none()
    return None if row is None else App(row.secret, row.last_step, row.wrong, row.wrong_at)


async def app_used(tx: Tx, user_id: str, step: int) -> bool:
    """Note that the code of this step was used; tell whether it is the first time (RFC 6238, 5.2)."""
    noted = await tx.connection.execute(
        update(totp)
        .where(totp.c.staff_id == user_id, totp.c.last_step < step)
        .values(last_step=step, wrong=0, wrong_at=None)
    )
    return bool(noted.rowcount)


async def app_wrong(tx: Tx, user_id: str, now: datetime) -> None:
    """Note that a code was wrong."""
    await tx.connection.execute(
        update(totp).where(totp.c.staff_id == user_id).values(wrong=totp.c.wrong + 1, wrong_at=now)
    )


async def remove_app(tx: Tx, user_id: str) -> None:
    """Let the app of this user count no more, nor one that was only offered."""
    await tx.connection.execute(delete(totp).where(totp.c.staff_id == user_id))
    await tx.connection.execute(delete(totp_offer).where(totp_offer.c.staff_id == user_id))


# -- passkeys


async def add_passkey(
    tx: Tx, user_id: str, credential_id: bytes, public_key: bytes, sign_count: int, name: str, now: datetime
) -> bool:
    """Keep a passkey; tell whether it is new."""
    try:
        async with tx.connection.begin_nested():
            await tx.connection.execute(
                insert(passkey).values(
                    id=uuid.uuid4().hex,
                    credential_id=credential_id,
                    staff_id=user_id,
                    public_key=public_key,
                    sign_count=sign_count,
                    name=name,
                    since=now,
                )
            )
    except IntegrityError:
        return False
    return True


async def find_passkey(tx: Tx, credential_id: bytes) -> KeptPasskey | None:
    """The passkey with the id that its authenticator gave it, and its user."""
    row = (
        await tx.connection.execute(
            select(*USER, passkey.c.id.label("passkey_id"), passkey.c.public_key, passkey.c.sign_count)
            .join(passkey, passkey.c.staff_id == staff.c.id)
            .where(passkey.c.credential_id == credential_id, IN_SERVICE)
        )
    ).one_or_none()
    return None if row is None else KeptPasskey(row.passkey_id, user_of(row), row.public_key, row.sign_count)


async def passkey_used(tx: Tx, id_: str, sign_count: int, now: datetime) -> None:
    """Note that a passkey was used, and how often it says that it was."""
    await tx.connection.execute(update(passkey).where(passkey.c.id == id_).values(sign_count=sign_count, used_at=now))


async def spend_challenge(tx: Tx, challenge: bytes, now: datetime, forget_before: datetime) -> bool:
    """Note that this challenge was signed; tell whether it is the first time."""
    await tx.connection.execute(delete(spent_challenge).where(spent_challenge.c.spent_at < forget_before))
    try:
        async with tx.connection.begin_nested():
            await tx.connection.execute(
                insert(spent_challenge).values(challenge_hash=hashlib.sha256(challenge).digest(), spent_at=now)
            )
    except IntegrityError:
        return False
    return True


async def remove_passkey(tx: Tx, user_id: str, id_: str) -> bool:
    """Let this passkey count no more if it is this user's; tell whether there was one."""
    gone = await tx.connection.execute(delete(passkey).where(passkey.c.id == id_, passkey.c.staff_id == user_id))
    return bool(gone.rowcount)


# -- recovery codes


async def set_recovery_codes(tx: Tx, user_id: str, hashes: Iterable[bytes]) -> None:
    """Keep these recovery codes in the place of all others."""
    await lock(tx, user_id)
    await tx.connection.execute(delete(recovery_code).where(recovery_code.c.staff_id == user_id))
    await tx.connection.execute(insert(recovery_code), [{"staff_id": user_id, "code_hash": one} for one in hashes])


async def use_recovery_code(tx: Tx, user_id: str, code_hash: bytes) -> bool:
    """Use a recovery code up; tell whether it was there: each works once."""
    gone = await tx.connection.execute(
        delete(recovery_code).where(recovery_code.c.staff_id == user_id, recovery_code.c.code_hash == code_hash)
    )
    return bool(gone.rowcount)


async def remove_all(tx: Tx, user_id: str) -> None:
    """Remove all second factors of this user, and their recovery codes: for who has lost them."""
    await remove_app(tx, user_id)
    for table in (passkey, recovery_code):
        await tx.connection.execute(delete(table).where(table.c.staff_id == user_id))
