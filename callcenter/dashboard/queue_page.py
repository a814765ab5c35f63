"""The agent's one page. An operator, for whom there is nothing of citizens, is led to the office."""

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import RedirectResponse

from callcenter.dashboard.answers import agent_page
from callcenter.dashboard.desk import desk_of
from callcenter.dashboard.gate import Gate, Visitor
from callcenter.dashboard.office.frame import office_of
from callcenter.dashboard.security import storable
from callcenter.dashboard.words import speaker
from callcenter.model.call import CallState
from callcenter.model.staff import Action, may
from callcenter.store import calls, queue

# What a click may have led to, for a page that was loaded anew after it; anything else is not said.
SAID = frozenset(
    {"yours", "taken", "gone", "in-call", "not-ready", "no-phone", "ending", "stopping", "no-call", "ready", "paused"}
    | {"wrapping-up", "extended", "not-extended", "wrapped-up"}
)

router = APIRouter()


@router.get("/")
async def start(
    request: Request,
    said: str = "",
    call: str = "",
    visitor: Visitor = Depends(Gate(None)),  # noqa: B008
) -> Response:
    """The page. `said` and `call` come from a click on a browser that ran no script."""
    if not may(visitor.user, Action.SEE_QUEUE, visitor.user.municipality_id):
        return RedirectResponse(office_of(visitor.user, desk_of(request)), 303)
    sentence = await _sentence(request, visitor, said, storable(call)) if said in SAID else None
    return await agent_page(request, visitor, sentence, outcome=said if sentence else "")


async def _sentence(request: Request, visitor: Visitor, said: str, call_id: str) -> str | None:
    """What came of a click, in words; None for a call that no longer rings: the address outlives it."""
    say = speaker(visitor.user.language)
    if said == "yours":
        desk = desk_of(request)
        async with desk.store.begin() as tx:
            mine = await queue.call_of(tx, visitor.user.id, visitor.municipality_id, desk.clock())
        rings = mine is not None and mine.call_id == call_id and mine.state is CallState.OFFERED
        return say("said-yours") if rings else None
    if said != "taken":
        return say(f"said-{said}")
    async with desk_of(request).store.begin() as tx:
        name = await calls.taker(tx, call_id, visitor.municipality_id)
    return say("said-taken", name=name) if name else say("said-taken-nobody")
