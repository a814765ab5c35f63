"""The door of the office: it leads whoever comes in to their first page of it."""

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import RedirectResponse

from callcenter.dashboard.desk import desk_of
from callcenter.dashboard.gate import Gate, Visitor
from callcenter.dashboard.office.frame import office_of

router = APIRouter()

ANYONE = Depends(Gate(None))


@router.get("/office")
async def go_in(request: Request, visitor: Visitor = ANYONE) -> Response:
    """Lead there."""
    return RedirectResponse(office_of(visitor.user, desk_of(request)), 303)
