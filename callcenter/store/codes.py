"""The use of a code: one atomic UPDATE, which every call with a code asks for."""

from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import BindParameter, bindparam, null, or_, select, update
from sqlalchemy.sql.dml import ReturningUpdate

from callcenter.model.call import CallState
from callcenter.model.disclosure import OPEN, Disclosure, DisclosureState
from callcenter.store.database import Store, Tx, telling
from callcenter.store.disclosures import COLUMNS, disclosure_of
from callcenter.store.events import Change
from callcenter.store.guesses import none_in_force
from callcenter.store.quick import Prepared
from callcenter.store.tables import call, disclosure

_TELLING = telling("disclosure", disclosure.c.id, disclosure.c.municipality_id)


async def use_code(
    tx: Tx,
    code_hashes: tuple[bytes, ...],
    municipality_id: str,
    call_id: str,
    now: datetime,
    *,
    unless_limited: Sequence[str] = (),
    outside_until: datetime | None = None,
) -> Disclosure | None:
    """Use up a code for this call, by one UPDATE; None when no living, proven disclosure has it.

    It has several hashes while the key of codes is changed.

    Asking again for the same call gives the same answer: the first answer may have been lost. For a call
    that has ended the code is left alone, because nobody would erase what is behind it. `unless_limited`: the keys
    of limits on guesses; while one of these is in force no code is used up, right or wrong.

    `outside_until`: it is a call at another call centre, which has until then to tell how it goes on. Nobody there can
    unseal the attributes and our dashboard does not show the call, so they are erased here and now.
    """
    outside = outside_until is not None
    statement = _use_code(len(code_hashes), len(unless_limited), outside=outside)
    given = _given(code_hashes, municipality_id, call_id, now, unless_limited, outside_until)
    rows = (await tx.connection.execute(statement, given)).all()
    tx.erased |= outside and bool(rows)
    for row in rows:
        tx.announce(Change("disclosure", row.id, row.municipality_id))
    return _the_only(rows)


async def use_code_at_once(
    store: Store,
    code_hashes: tuple[bytes, ...],
    municipality_id: str,
    call_id: str,
    now: datetime,
    *,
    unless_limited: Sequence[str] = (),
    outside_until: datetime | None = None,
) -> Disclosure | None:
    """The same in a transaction of its own; on PostgreSQL in a single round trip, which also tells of it."""
    if store.quick is None:
        async with store.begin() as tx:
            return await use_code(
                tx, code_hashes, municipality_id, call_id, now,
                unless_limited=unless_limited, outside_until=outside_until,
            )  # fmt: skip
    prepared = _prepared(len(code_hashes), len(unless_limited), outside=outside_until is not None)
    given = _given(code_hashes, municipality_id, call_id, now, unless_limited, outside_until)
    return _the_only(await store.quick.rows(prepared, given))


async def code_is_nearly_proven(tx: Tx, code_hashes: tuple[bytes, ...], municipality_id: str, now: datetime) -> bool:
    """Tell whether the disclosure with this code is still under way, so that it pays to ask again."""
    found = await tx.connection.scalar(
        select(disclosure.c.id).where(
            disclosure.c.code_hash.in_(code_hashes),
            disclosure.c.municipality_id == municipality_id,
            disclosure.c.state.in_(OPEN),
            disclosure.c.expires_at > now,
        )
    )
    return found is not None


@lru_cache
def _use_code(hashes: int, limits: int, *, outside: bool) -> ReturningUpdate[Any]:
    """Return the one UPDATE, for so many hashes and limits.

    Each shape is built once, with a parameter for each value: building it takes longer than carrying it out, as does
    a list of parameters that SQLAlchemy writes out anew each time.
    """
    now: BindParameter[datetime] = bindparam("now")
    proven = (disclosure.c.state == DisclosureState.DISCLOSED.value) & (disclosure.c.expires_at > now)
    if limits:
        proven &= none_in_force(_parameters("limit", limits), now)
    asked_again = (disclosure.c.state == DisclosureState.CALLED.value) & (disclosure.c.call_id == bindparam("call"))
    over = select(call.c.id).where(call.c.id == bindparam("call"), call.c.state == CallState.ENDED.value)
    statement = (
        update(disclosure)
        .where(
            disclosure.c.code_hash.in_(_parameters("hash", hashes)),
            disclosure.c.municipality_id == bindparam("municipality"),
            or_(proven, asked_again),
            ~over.exists(),
        )
        .values(state=DisclosureState.CALLED.value, call_id=bindparam("call"))
    )
    if outside:
        statement = statement.values(outside_until=bindparam("outside"), sealed=null())
    return statement.returning(*COLUMNS)


@lru_cache
def _prepared(hashes: int, limits: int, *, outside: bool) -> Prepared:
    return Prepared(_use_code(hashes, limits, outside=outside).returning(_TELLING))


def _given(
    code_hashes: Sequence[bytes],
    municipality_id: str,
    call_id: str,
    now: datetime,
    unless_limited: Sequence[str],
    outside_until: datetime | None,
) -> dict[str, object]:
    given = {"municipality": municipality_id, "call": call_id, "now": now}
    given |= _numbered("hash", code_hashes) | _numbered("limit", unless_limited)
    return given if outside_until is None else given | {"outside": outside_until}


def _parameters(name: str, number: int) -> list[BindParameter[Any]]:
    return [bindparam(f"{name}_{index}") for index in range(number)]


def _numbered(name: str, values: Sequence[object]) -> dict[str, object]:
    return {f"{name}_{index}": value for index, value in enumerate(values)}


def _the_only(rows: Sequence[Any]) -> Disclosure | None:
    """Return the one that it led to.

    Two, each under a key of its own, may have the same code: nobody can tell whose call it is, so it is neither's.
    """
    return disclosure_of(rows[0]) if len(rows) == 1 else None
