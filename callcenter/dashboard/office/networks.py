"""The field for the networks that a municipality's staff may come from; and whom a new list would put out."""

from typing import Final

from callcenter.dashboard.desk import Desk
from callcenter.dashboard.office.fields import Fields
from callcenter.model.networks import MOST, NetworkError, is_within, read_networks
from callcenter.store.database import Tx
from callcenter.store.networks import addresses_of

FIELD: Final = "networks"
BAD, OUTSIDE, SURE = f"{FIELD}-bad", f"{FIELD}-outside", f"{FIELD}-sure"  # what goes with it
LONGEST = 4000  # characters
SHOWN = 5  # addresses


def read(fields: Fields) -> tuple[str, ...]:
    """Return the networks in the form; one that is none is named beside the field."""
    texts = fields.line(FIELD, LONGEST, needed=False).replace(",", " ").split()
    try:
        networks = read_networks(texts)
    except NetworkError as error:
        fields.put(BAD, error.given)
        fields.fault(FIELD, "fault-networks")
        return ()
    if len(networks) > MOST:
        fields.fault(FIELD, "fault-networks-many")
    return networks


async def check_who_is_outside(
    tx: Tx, desk: Desk, fields: Fields, municipality_id: str, networks: tuple[str, ...]
) -> None:
    """Note a fault when staff who are logged in now would be put out, unless the form says that this is meant."""
    there = await addresses_of(tx, municipality_id, *desk.limits(desk.clock()))
    outside = [address for address in there if not is_within(networks, address)]
    if outside and fields.text(SURE) != "yes":
        more = f" (+{len(outside) - SHOWN})" if len(outside) > SHOWN else ""
        fields.put(OUTSIDE, ", ".join(outside[:SHOWN]) + more)
        fields.fault(FIELD, "fault-networks-outside")
