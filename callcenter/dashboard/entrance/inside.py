"""From where staff may come: the networks of their municipality, where it has a list."""

from starlette.requests import HTTPConnection

from callcenter.dashboard.gate import address_of
from callcenter.model.networks import is_within
from callcenter.store import networks
from callcenter.store.database import Tx


async def is_inside(tx: Tx, municipality_id: str | None, connection: HTTPConnection) -> bool:
    """Tell whether this request may be one of this municipality's staff; None: of an operator's, or of nobody's."""
    return is_within(await networks.networks_of(tx, municipality_id), address_of(connection))
