"""A municipality at one moment: one read of the store from which the screens of all its agents are made."""

from dataclasses import dataclass
from datetime import datetime

from callcenter.dashboard.desk import Desk
from callcenter.logs import Log, log
from callcenter.model.staff import Phone
from callcenter.model.tenant import Municipality, Purpose
from callcenter.store import phones, queue, tenants
from callcenter.store.database import Tx
from callcenter.store.queue import QueuedCall
from callcenter.store.sealing import Attributes, SealError


@dataclass(frozen=True)
class Floor:
    """Who waits and who talks with whom.

    Attributes:
        waiting: the queue, longest first; those being offered are in it too.
        taken: the call that each agent has, by the agent's id.
        attributes: what was disclosed, by disclosure id; None when it can't be unsealed.
        phones: by the id of their user.
    """

    at: datetime
    municipality: Municipality
    purposes: dict[str, Purpose]
    waiting: list[QueuedCall]
    taken: dict[str, QueuedCall]
    attributes: dict[str, Attributes | None]
    phones: dict[str, Phone]

    def attributes_of(self, call: QueuedCall) -> Attributes | None:
        """What the caller disclosed: nothing when not verified, None when it can't be read."""
        return {} if call.disclosure_id is None else self.attributes[call.disclosure_id]


async def read_floor(desk: Desk, tx: Tx, municipality_id: str) -> Floor:
    """Read all of it in one transaction, and unseal what was disclosed."""
    municipality = await tenants.municipality_by_id(tx, municipality_id)
    if municipality is None:
        raise LookupError("staff of a municipality that is not there; its row has been deleted by hand")
    waiting = await queue.queue_of(tx, municipality_id)
    at = desk.clock()
    taken = await queue.taken_in(tx, municipality_id, at)
    return Floor(
        at=at,
        municipality=municipality,
        purposes={one.id: one for one in await tenants.purposes(tx, municipality_id)},
        waiting=waiting,
        taken=taken,
        attributes={
            call.disclosure_id: unseal(desk, municipality_id, call)
            for call in [*waiting, *taken.values()]
            if call.disclosure_id is not None
        },
        phones={phone.staff_id: phone for phone in await phones.all_phones(tx)},
    )


def unseal(desk: Desk, municipality_id: str, call: QueuedCall) -> Attributes | None:
    """Return what this caller disclosed: nothing when not verified, None when it can't be read."""
    if call.disclosure_id is None:
        return {}
    try:
        # Nothing sealed is as unreadable as what was sealed for another key.
        return desk.unsealer.unseal(call.sealed or b"", municipality_id, call.disclosure_id)
    except SealError as error:
        log(Log.UNSEAL_FAILED, disclosure=call.disclosure_id, error=type(error).__name__)
        return None
