"""What an agent does in a call and after it: have the caller wait, come back, extend the wrap-up or be done with it."""

from fastapi import APIRouter, Depends, Request, Response

from callcenter.dashboard.answers import answer_click
from callcenter.dashboard.desk import desk_of
from callcenter.dashboard.gate import Gate, Visitor
from callcenter.dashboard.words import speaker
from callcenter.model.staff import Action
from callcenter.store import audit, calls, wrap_ups

router = APIRouter()

TAKES = Depends(Gate(Action.TAKE_CALL))


@router.post("/calls/{call_id}/hold")
async def hold(request: Request, call_id: str, visitor: Visitor = TAKES) -> Response:
    """Have one's own caller wait with music, or come back to them."""
    wanted = (await request.form()).get("hold") == "yes"
    desk = desk_of(request)
    async with desk.store.begin() as tx:
        done = await calls.ask_hold(tx, call_id, visitor.user.id, desk.clock(), hold=wanted)
    outcome = ("held" if wanted else "back") if done else "no-call"
    # The page itself says that the caller is on hold.
    sentence = None if done else speaker(visitor.user.language)("said-no-call")
    return await answer_click(request, visitor, outcome, sentence)


@router.post("/calls/{call_id}/wrap-up/extend")
async def extend(request: Request, call_id: str, visitor: Visitor = TAKES) -> Response:
    """Keep what is known of the caller for as long again, once."""
    desk = desk_of(request)
    now = desk.clock()
    async with desk.store.begin() as tx:
        extended = await wrap_ups.extend(tx, call_id, visitor.user.id, now)
        if extended:
            await audit.note(tx, now, "extend-wrap-up", visitor.user, call_id)
    outcome = "extended" if extended else "not-extended"
    return await answer_click(request, visitor, outcome, speaker(visitor.user.language)(f"said-{outcome}"))


@router.post("/calls/{call_id}/wrap-up/done")
async def done(request: Request, call_id: str, visitor: Visitor = TAKES) -> Response:
    """Be done with the wrap-up: the caller is erased, and the agent can take the next."""
    desk = desk_of(request)
    async with desk.store.begin() as tx:
        await wrap_ups.end(tx, call_id, visitor.user.id, desk.clock())
    # Over is over, by this click or by the clock a moment before.
    return await answer_click(request, visitor, "wrapped-up", speaker(visitor.user.language)("said-wrapped-up"))
