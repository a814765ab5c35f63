"""What call centres ask and tell: who is behind a code, and how the call with them goes on."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Request
from pydantic import BaseModel, Field

from callcenter.api.elsewhere import Elsewhere
from callcenter.api.gate import Gate
from callcenter.api.guessing import NoAnswer
from callcenter.api.problems import Problem
from callcenter.api.resolving import Asked, NumberRefused, Resolving, problem_of
from callcenter.model.tenant import E164
from callcenter.store import keys
from callcenter.store.outside import OutsideState


class Question(BaseModel):
    """Who typed this code, on a call to this number?"""

    number: str = Field(description="the number dialled, E.164", pattern=f"^{E164.pattern}$", repr=False)
    code: str = Field(description="ten digits", pattern=r"^[0-9]{10}$", repr=False)
    call: str = Field(
        description="the asker's id of the call: asking again for it gives the same",
        pattern="^[A-Za-z0-9._:@-]{1,128}$",
        repr=False,
    )
    caller: str | None = Field(None, description="the calling number, E.164, if it is known", max_length=40, repr=False)
    trunk: str | None = Field(None, description="where the call came in", pattern="^[a-z][a-z0-9-]{0,39}$")


class Answer(BaseModel):
    """The disclosure behind the code, by an opaque id; `irmaSession` only for a key with scope `resolve:irma`."""

    reference: str
    irmaSession: str | None = Field(None, repr=False)  # noqa: N815 - JSON's manner


class Told(BaseModel):
    """How far a call is."""

    state: OutsideState


Reference = Annotated[str, Path(description="as resolving gave it")]


def call_centre_routes(gate: Gate, resolving: Resolving, elsewhere: Elsewhere) -> APIRouter:
    """Return the routes, each behind the gate."""
    routes = APIRouter()

    async def may_resolve(request: Request) -> keys.ApiKey:
        return await gate.key(request, keys.RESOLVE)

    Key = Annotated[keys.ApiKey, Depends(may_resolve)]  # noqa: N806 - a type

    @routes.post("/v1/codes/resolve", response_model_exclude_none=True)
    async def resolve(question: Question, key: Key) -> Answer:
        """Say who is behind a code, and use the code up."""
        asked = Asked(question.number, question.code, question.call, question.caller, question.trunk)
        try:
            found = await resolving.resolve(asked, key)
        except NoAnswer as why:
            raise problem_of(why) from None
        except NumberRefused:
            raise Problem(403, "number-refused", "This API key is not for calls to this number.") from None
        answer = Answer(reference=elsewhere.reference(found, key))
        if keys.RESOLVE_IRMA in key.scopes:
            answer.irmaSession = await elsewhere.irma_session(found)
        return answer

    @routes.get("/v1/calls/{reference}")
    async def call(reference: Reference, key: Key) -> Told:
        """Say how far a call is, as its call centre has told."""
        return Told(state=await elsewhere.state(reference, key))

    @routes.post("/v1/calls/{reference}")
    async def tell(reference: Reference, told: Told, key: Key) -> Told:
        """Take what a call centre tells of its call. When it has ended, what is personal is erased."""
        return Told(state=await elsewhere.tell(reference, key, told.state))

    return routes
