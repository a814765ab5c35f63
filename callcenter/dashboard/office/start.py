"""The door of the office: it leads whoever comes in to their first page of it."""

from fastapi import APIRouter, Depends, Response
from fastapi.responses import RedirectResponse

from callcenter.dashboard.gate import Gate, Visitor
from callcenter.dashboard.office.frame import first_place_of

router = APIRouter()

ANYONE = Depends(Gate(None))


@router.get("/office")
async def go_in(visitor: Visitor = ANYONE) -> Response:
    """Lead there."""
    return RedirectResponse(first_place_of(visitor.user), 303)
