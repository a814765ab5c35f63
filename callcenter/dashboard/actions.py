"""What agents do: take a call, hang up, be ready or not, choose how their pages look, sound and speak."""

from datetime import datetime

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import RedirectResponse
from starlette.datastructures import FormData

from callcenter.dashboard.answers import answer_click, wants_json
from callcenter.dashboard.desk import Desk, desk_of
from callcenter.dashboard.gate import Gate, Visitor
from callcenter.dashboard.office.frame import PLACES
from callcenter.dashboard.screen import REASONS
from callcenter.dashboard.words import LANGUAGES, speaker
from callcenter.logs import Log, log
from callcenter.model.call import Call, CallState
from callcenter.model.preferences import read_preferences
from callcenter.model.staff import Action, User
from callcenter.store import audit, calls, phones, queue, users
from callcenter.store.database import Tx

router = APIRouter()

TAKES = Depends(Gate(Action.TAKE_CALL))
ANYONE = Depends(Gate(None))


@router.post("/calls/{call_id}/take")
async def take(request: Request, call_id: str, visitor: Visitor = TAKES) -> Response:
    """Take a caller: the first click wins, and the agent's own phone rings."""
    desk = desk_of(request)
    try:
        async with desk.store.begin() as tx:
            outcome = await _claim(tx, visitor, desk.clock())
    except calls.AlreadyInCall:
        outcome = "in-call"
    if outcome == "yours":
        desk.hub.has_call(visitor.user.id, call_id)
        log(
            Log.CALL_CLAIMED,
            staff=visitor.user.id,
            call=call_id,
            municipality=visitor.municipality_id,
        )
    sentence = await _outcome_in_words(desk, visitor, outcome)
    return await answer_click(request, visitor, outcome, sentence, call_id)


async def _claim(tx: Tx, visitor: Visitor, now: datetime) -> str:
    """Claim the call in this transaction; return the outcome's name."""
    call, municipality_id = visitor.named_call, visitor.municipality_id
    phone = await phones.phone_of(tx, visitor.user.id)
    user = await users.user_by_id(tx, visitor.user.id)
    if phone is None or user is None:
        return "no-phone"
    if call.agent_id == user.id and call.state is not CallState.ENDED:
        return "yours"  # a second click on the same button
    if not user.ready:
        return "not-ready"
    if await calls.claim(tx, call.id, municipality_id, user.id, phone.name, now):
        await audit.note(tx, now, "take", user, call.id)
        return "yours"
    return await _lost(tx, call, user, now)


async def _lost(tx: Tx, call: Call, user: User, now: datetime) -> str:
    """Return why this user could not claim the call."""
    municipality_id = call.municipality_id
    mine = await queue.call_of(tx, user.id, municipality_id, now)
    if mine is not None and mine.call_id == call.id:
        return "yours"  # another click of theirs has won it since this one was let in
    if mine is not None and mine.state is CallState.ENDED:
        return "wrapping-up"
    # Lost: to a colleague who has or had it, or to the caller's own hang-up.
    return "gone" if await calls.taker(tx, call.id, municipality_id) is None else "taken"


async def _outcome_in_words(desk: Desk, visitor: Visitor, outcome: str) -> str | None:
    if outcome == "yours":
        return None  # the call that rings stands on the page
    say = speaker(visitor.user.language)
    if outcome != "taken":
        return say(f"said-{outcome}")
    async with desk.store.begin() as tx:
        name = await calls.taker(tx, visitor.named_call.id, visitor.municipality_id)
    return say("said-taken", name=name)


@router.post("/calls/{call_id}/hangup")
async def hang_up(request: Request, call_id: str, visitor: Visitor = TAKES) -> Response:
    """Ask for the end of one's own call, or of the ringing."""
    desk = desk_of(request)
    async with desk.store.begin() as tx:
        asked = await calls.ask_hangup(tx, call_id, visitor.user.id)
        if asked:
            await audit.note(tx, desk.clock(), "hang-up", visitor.user, call_id)
    rings = visitor.named_call.state is CallState.OFFERED
    outcome = ("stopping" if rings else "ending") if asked else "no-call"
    sentence = speaker(visitor.user.language)(f"said-{outcome}")
    return await answer_click(request, visitor, outcome, sentence)


@router.post("/ready")
async def ready(request: Request, visitor: Visitor = TAKES) -> Response:
    """Be ready, or not, for one of the reasons that the page offers."""
    form = await request.form()
    is_ready = form.get("ready") == "yes"
    given = form.get("reason")
    reason = given if isinstance(given, str) and given in REASONS else REASONS[0]
    async with desk_of(request).store.begin() as tx:
        await users.set_ready(tx, visitor.user.id, is_ready, None if is_ready else reason)
    outcome = "ready" if is_ready else "paused"
    sentence = speaker(visitor.user.language)(f"said-{outcome}")
    return await answer_click(request, visitor, outcome, sentence)


@router.post("/preferences")
async def preferences(request: Request, visitor: Visitor = ANYONE) -> Response:
    """Choose how one's pages look and sound. A switch that is not in the form is off."""
    form = await request.form()
    chosen = {name: form.get(name) == "yes" for name in ("sound", "notices", "keys")}
    wanted = read_preferences({"theme": form.get("theme"), **chosen})
    async with desk_of(request).store.begin() as tx:
        await users.set_preferences(tx, visitor.user, wanted)
    if not wants_json(request):
        return RedirectResponse(_back(form), 303)
    return Response(status_code=204)


@router.post("/language")
async def language(request: Request, visitor: Visitor = ANYONE) -> Response:
    """Choose the language of one's pages."""
    form = await request.form()
    wanted = form.get("language")
    if isinstance(wanted, str) and wanted in LANGUAGES:
        async with desk_of(request).store.begin() as tx:
            await users.set_language(tx, visitor.user.id, wanted)
    return RedirectResponse(_back(form), 303)


def _back(form: FormData) -> str:
    """The page that the form stands on: one of the office, else the agent's."""
    return next((place.path for place in PLACES if place.path == form.get("back")), "/")
