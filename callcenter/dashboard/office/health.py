"""How the installation is, for operators: versions, conductors, phones and numbers of calls; nobody's data."""

from fastapi import APIRouter, Depends, Request, Response

from callcenter import __version__
from callcenter.dashboard.desk import desk_of
from callcenter.dashboard.gate import Gate, Visitor
from callcenter.dashboard.office.frame import clock_time, office_page
from callcenter.model.staff import Action
from callcenter.store import health
from callcenter.store.migrate import versions

ZONE = "Europe/Amsterdam"  # an operator belongs to no municipality

router = APIRouter()

SEES = Depends(Gate(Action.SEE_HEALTH))
WATCHES = Depends(Gate(Action.SEE_HEALTH, counts_as_use=False))


@router.get("/health")
async def show_health(request: Request, visitor: Visitor = SEES) -> Response:
    """The page."""
    found, wanted = await versions(desk_of(request).store)
    tables = {"version": __version__, "tables": found, "wanted": wanted, "dialect": desk_of(request).store.dialect}
    return await _page(request, visitor, "health", **tables)


@router.get("/health/rows")
async def health_rows(request: Request, visitor: Visitor = WATCHES) -> Response:
    """What changes, for the page that keeps itself true."""
    return await _page(request, visitor, "health_rows")


async def _page(request: Request, visitor: Visitor, name: str, **values: str | None) -> Response:
    desk = desk_of(request)
    now = desk.clock()
    async with desk.store.begin() as tx:
        conductors = [(one.pbx, one.until > now, clock_time(one.until, ZONE)) for one in await health.conductors(tx)]
        towns = await health.busyness(tx, *desk.limits(now))
    return office_page(request, visitor, name, status=200, conductors=conductors, towns=towns, **values)
