"""What the store knows of disclosures: their moves, the use of their codes, their sealed attributes."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, delete, func, insert, or_, select, update

from callcenter.model.call import CallState
from callcenter.model.disclosure import FIRST_LOOK, LIVING, OPEN, Disclosure, DisclosureState, sources_of
from callcenter.model.tenant import Condiscon
from callcenter.store.database import Tx
from callcenter.store.events import Change
from callcenter.store.tables import call, disclosure

COLUMNS = (
    disclosure.c.id,
    disclosure.c.municipality_id,
    disclosure.c.purpose_id,
    disclosure.c.state,
    disclosure.c.requested_at,
    disclosure.c.expires_at,
    disclosure.c.call_id,
)
# Once the session is over nobody asks the IRMA server about it, so its bearer token has served.
_SESSION_OVER = {"irma_token": None, "look_at": None}
ERASED = _SESSION_OVER | {"sealed": None, "code_hash": None, "irma_session": None, "begun": None}


@dataclass(frozen=True)
class Secrets:
    """By what a disclosure is found again, each as a hash; and what only the api can open: IRMA's tokens, answer."""

    code_hash: bytes
    status_hash: bytes
    callback_hash: bytes
    irma_token: bytes
    irma_session: bytes | None = None
    start_key_hash: bytes | None = None  # of the Idempotency-Key
    begun: bytes | None = None  # what the citizen's browser was answered, for when it asks again


@dataclass(frozen=True)
class OpenSession:
    """A disclosure whose IRMA session may still be under way, with its closed requestor token, and what was asked."""

    disclosure: Disclosure
    irma_token: bytes
    condiscon: Condiscon


@dataclass(frozen=True)
class EarlierStart:
    """What was answered when this disclosure was started, closed; None once the citizen's app has taken over."""

    disclosure_id: str
    begun: bytes | None


async def add(tx: Tx, new: Disclosure, condiscon: Condiscon, secrets: Secrets) -> None:
    """Keep a new disclosure, and what it asks.

    Raises IntegrityError when its code is taken among the living, or its key has started another.
    """
    await tx.connection.execute(
        insert(disclosure).values(
            id=new.id,
            municipality_id=new.municipality_id,
            purpose_id=new.purpose_id,
            state=new.state.value,
            requested_at=new.requested_at,
            expires_at=new.expires_at,
            code_hash=secrets.code_hash,
            status_hash=secrets.status_hash,
            callback_hash=secrets.callback_hash,
            irma_token=secrets.irma_token,
            irma_session=secrets.irma_session,
            look_at=new.requested_at + FIRST_LOOK,
            condiscon=condiscon,
            start_key_hash=secrets.start_key_hash,
            begun=secrets.begun,
        )
    )
    tx.announce(Change("disclosure", new.id, new.municipality_id))


async def move(
    tx: Tx, disclosure_id: str, to: DisclosureState, sealed: bytes | None = None, reason: str | None = None
) -> bool:
    """Bring a disclosure to this state, if it may go there from where it is; tell whether it did.

    `sealed`: the attributes, when it becomes disclosed; `reason`: what its citizen is told of how it ended.
    A final state erases what is personal.
    """
    values: dict[str, Any] = {"state": to.value, "begun": None}  # nobody needs the QR code a second time
    if sealed is not None:
        values["sealed"] = sealed
    if reason is not None:
        values["reason"] = reason
    if to not in OPEN:
        values |= _SESSION_OVER
    if to not in LIVING:
        values |= ERASED
    row = (
        await tx.connection.execute(
            update(disclosure)
            .where(disclosure.c.id == disclosure_id, disclosure.c.state.in_(sources_of(to)))
            .values(values)
            .returning(disclosure.c.municipality_id)
        )
    ).one_or_none()
    if row is None:
        return False
    tx.erased |= to not in LIVING
    tx.announce(Change("disclosure", disclosure_id, row.municipality_id))
    return True


async def by_callback(tx: Tx, callback_hash: bytes) -> OpenSession | None:
    """The disclosure whose callback URL holds this secret, while it has an IRMA session."""
    return await _open_session(tx, disclosure.c.callback_hash == callback_hash)


async def by_start_key(tx: Tx, start_key_hash: bytes) -> EarlierStart | None:
    """The disclosure that this Idempotency-Key has started."""
    row = (
        await tx.connection.execute(
            select(disclosure.c.id, disclosure.c.begun).where(disclosure.c.start_key_hash == start_key_hash)
        )
    ).one_or_none()
    return None if row is None else EarlierStart(row.id, row.begun)


async def open_session(tx: Tx, disclosure_id: str) -> OpenSession | None:
    """The disclosure with this id, while its IRMA session may be under way."""
    return await _open_session(tx, (disclosure.c.id == disclosure_id) & disclosure.c.state.in_(OPEN))


async def open_session_by_code(tx: Tx, code_hashes: tuple[bytes, ...], municipality_id: str) -> OpenSession | None:
    """The disclosure with this code, while its IRMA session may be under way."""
    return await _open_session(
        tx,
        (disclosure.c.code_hash.in_(code_hashes))
        & (disclosure.c.municipality_id == municipality_id)
        & disclosure.c.state.in_(OPEN),
    )


async def open_sessions(tx: Tx, ids: list[str]) -> list[OpenSession]:
    """Those of these disclosures whose IRMA session may be under way."""
    rows = await tx.connection.execute(
        select(*COLUMNS, disclosure.c.irma_token, disclosure.c.condiscon).where(
            disclosure.c.id.in_(ids), disclosure.c.state.in_(OPEN)
        )
    )
    return [OpenSession(disclosure_of(row), row.irma_token, row.condiscon) for row in rows]


async def _open_session(tx: Tx, condition: Any) -> OpenSession | None:
    row = (
        await tx.connection.execute(
            select(*COLUMNS, disclosure.c.irma_token, disclosure.c.condiscon).where(
                condition, disclosure.c.irma_token.is_not(None)
            )
        )
    ).first()
    return None if row is None else OpenSession(disclosure_of(row), row.irma_token, row.condiscon)


async def sealed(tx: Tx, disclosure_id: str, municipality_id: str) -> bytes | None:
    """The sealed attributes of a disclosure of this municipality."""
    value: bytes | None = await tx.connection.scalar(
        select(disclosure.c.sealed).where(
            disclosure.c.id == disclosure_id,
            disclosure.c.municipality_id == municipality_id,
        )
    )
    return value


async def irma_session(tx: Tx, disclosure_id: str) -> bytes | None:
    """The closed IRMA session id of a disclosure, while it is kept."""
    value: bytes | None = await tx.connection.scalar(
        select(disclosure.c.irma_session).where(disclosure.c.id == disclosure_id)
    )
    return value


async def expire(tx: Tx, now: datetime) -> int:
    """Erase what has outlived its time and led to no call; return how many there were."""
    return await _erase(
        tx,
        DisclosureState.EXPIRED,
        (disclosure.c.expires_at <= now) & disclosure.c.state.in_(sources_of(DisclosureState.EXPIRED)),
    )


async def erase_for_call(tx: Tx, call_id: str) -> int:
    """Erase the personal data behind a call that has ended; return how many disclosures that were."""
    return await _erase(
        tx,
        DisclosureState.ENDED,
        (disclosure.c.call_id == call_id) & (disclosure.c.state == DisclosureState.CALLED.value),
    )


async def erase_without_call(tx: Tx, now: datetime) -> int:
    """Erase what was called with, but whose call is over, or is none of ours and the time has passed.

    That happens when the answer about a code came after the caller had hung up, or when another call centre says no
    more of a call.
    """
    its_call = select(call.c.state).where(call.c.id == disclosure.c.call_id)
    wrapped_up = or_(call.c.wrap_up_until.is_(None), call.c.wrap_up_until <= now)
    over = its_call.where(call.c.state == CallState.ENDED.value, wrapped_up).exists()
    until = func.coalesce(disclosure.c.outside_until, disclosure.c.expires_at)
    forgotten = ~its_call.exists() & (until <= now)
    return await _erase(
        tx, DisclosureState.ENDED, (disclosure.c.state == DisclosureState.CALLED.value) & or_(over, forgotten)
    )


async def _erase(tx: Tx, to: DisclosureState, which: ColumnElement[bool]) -> int:
    rows = await tx.connection.execute(
        update(disclosure)
        .where(which)
        .values(state=to.value, **ERASED)
        .returning(disclosure.c.id, disclosure.c.municipality_id)
    )
    gone = rows.all()
    for row in gone:
        tx.announce(Change("disclosure", row.id, row.municipality_id))
    tx.erased |= bool(gone)
    return len(gone)


async def forget(tx: Tx, before: datetime) -> int:
    """Delete the empty rows of disclosures that ended; their citizen has seen how it ended."""
    result = await tx.connection.execute(
        delete(disclosure).where(
            disclosure.c.expires_at < before,
            or_(disclosure.c.outside_until.is_(None), disclosure.c.outside_until < before),
            disclosure.c.state.not_in([state.value for state in LIVING]),
        )
    )
    return result.rowcount


def disclosure_of(row: Row[*tuple[Any, ...]]) -> Disclosure:
    """Return the disclosure that a row with `COLUMNS` holds."""
    return Disclosure(
        id=row.id,
        municipality_id=row.municipality_id,
        purpose_id=row.purpose_id,
        state=DisclosureState(row.state),
        requested_at=row.requested_at,
        expires_at=row.expires_at,
        call_id=row.call_id,
    )
