"""What an agent may see and use of the caller they have: a masked attribute, a link with attributes in it.

Both are deliberate, both are noted in the audit trail, and only for the agent who has the call.
"""

from contextlib import suppress

from fastapi import APIRouter, Depends, HTTPException, Request, Response
from fastapi.responses import JSONResponse, RedirectResponse

from callcenter.dashboard.answers import agent_page, wants_json
from callcenter.dashboard.caller import value_of
from callcenter.dashboard.desk import Desk, desk_of
from callcenter.dashboard.floor import unseal
from callcenter.dashboard.gate import Gate, Visitor
from callcenter.logs import Log, log
from callcenter.model.staff import Action
from callcenter.model.tenant import TenantError, fill_link, links_in_call
from callcenter.store import audit, queue, tenants
from callcenter.store.database import Tx
from callcenter.store.queue import QueuedCall
from callcenter.store.sealing import Attributes

REVEAL_SECONDS = 30

router = APIRouter()


@router.post("/calls/{call_id}/reveal/{name}")
async def reveal(
    request: Request,
    call_id: str,
    name: str,
    visitor: Visitor = Depends(Gate(Action.REVEAL)),  # noqa: B008
) -> Response:
    """Show a masked attribute of one's own caller for half a minute."""
    desk = desk_of(request)
    async with desk.store.begin() as tx:
        _, attributes = await _own_call(desk, tx, visitor)
        value = value_of(attributes, name)
        if value is None:
            raise HTTPException(404, "error-404")
        await audit.note(tx, desk.clock(), "reveal", visitor.user, call_id, name)
    log(
        Log.ATTRIBUTE_REVEALED,
        staff=visitor.user.id,
        call=call_id,
        municipality=visitor.municipality_id,
    )
    if wants_json(request):
        return JSONResponse({"value": value, "seconds": REVEAL_SECONDS})
    page = await agent_page(request, visitor, None, {name: value})
    page.headers["Refresh"] = f"{REVEAL_SECONDS};url=/"
    return page


@router.post("/calls/{call_id}/links/{number}")
async def open_link(
    request: Request,
    call_id: str,
    number: int,
    visitor: Visitor = Depends(Gate(Action.SEE_CALLER)),  # noqa: B008
) -> Response:
    """Lead to the municipality's own system, with the attributes that its link names."""
    desk = desk_of(request)
    async with desk.store.begin() as tx:
        mine, attributes = await _own_call(desk, tx, visitor)
        url = await _url(tx, mine, number, visitor.municipality_id, attributes)
        if url is None:
            raise HTTPException(404, "error-404")
        await audit.note(tx, desk.clock(), "link", visitor.user, call_id)
    return RedirectResponse(url, 303)


async def _own_call(desk: Desk, tx: Tx, visitor: Visitor) -> tuple[QueuedCall, Attributes]:
    """The call that the path names and what its caller disclosed, if this agent has it; else 404."""
    mine = await queue.call_of(tx, visitor.user.id, visitor.municipality_id, desk.clock())
    if mine is None or mine.call_id != visitor.named_call.id:
        raise HTTPException(404, "error-404")
    return mine, unseal(desk, visitor.municipality_id, mine) or {}


async def _url(tx: Tx, call: QueuedCall, number: int, municipality_id: str, attributes: Attributes) -> str | None:
    """Where this link leads for this caller; None when no such link may be opened, or it needs what was not shared."""
    municipality = await tenants.municipality_by_id(tx, municipality_id)
    purpose = None if call.purpose_id is None else await tenants.purpose_by_id(tx, call.purpose_id)
    links = () if municipality is None else links_in_call(municipality, purpose)
    if municipality is None or not 0 <= number < len(links):
        return None
    known = {id_: value for id_, value in attributes.items() if isinstance(value, str)}
    with suppress(TenantError):  # it was right when it was kept, but its system is allowed no more
        return fill_link(links[number], known, municipality.link_hosts)
    return None
