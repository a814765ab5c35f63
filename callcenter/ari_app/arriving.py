"""Arriving: whose number was dialled, is it open, is there room; and the call is kept before anything is done."""

import asyncio
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime

from callcenter.logs import Log, fault, log
from callcenter.model import call as m
from callcenter.model.tenant import Municipality
from callcenter.store import calls, tenants
from callcenter.store.database import STORE_AWAY, Store

RETRY_SECONDS = 0.5  # between two tries while the database is away


@dataclass(frozen=True)
class Arrived:
    """A call that is kept now, and the event that it is to hear first."""

    call: m.Call
    municipality: Municipality
    event: m.Event


async def keep_call_patiently(store: Store, pbx: str, channel_id: str, number: str) -> Arrived | None:
    """Keep the call of this channel to `number` (E.164), however long the database is away.

    Returns None when no municipality has the number. Raises IntegrityError when the channel has a call already,
    and TenantError when the municipality's row can't be read.
    """
    while True:
        try:
            return await _keep_call(store, pbx, channel_id, number)
        except STORE_AWAY as error:
            log(Log.FAILED, process="conductor", **fault(error))
        await asyncio.sleep(RETRY_SECONDS)


async def _keep_call(store: Store, pbx: str, channel_id: str, number: str) -> Arrived | None:
    now = datetime.now(UTC)
    async with store.begin() as tx:
        of = await tenants.municipality_by_number(tx, number)
        if of is None:
            return None
        room = await calls.count_waiting(tx, of.id) < of.max_waiting
        call = m.Call(
            id=uuid.uuid4().hex,
            municipality_id=of.id,
            pbx=pbx,
            channel_id=channel_id,
            arrived_at=now,
            language=of.language,
        )
        await calls.add(tx, call)
    if not of.hours.is_open(now):
        return Arrived(call, of, m.TurnedAway(now, m.Outcome.CLOSED))
    if not room:
        return Arrived(call, of, m.TurnedAway(now, m.Outcome.BUSY))
    return Arrived(call, of, m.Admitted(now))
