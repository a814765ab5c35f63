"""How a click is answered: JSON to a script, a redirect to a browser that runs none."""

from urllib.parse import urlencode

from fastapi import Request, Response
from fastapi.responses import JSONResponse, RedirectResponse

from callcenter.dashboard.desk import desk_of
from callcenter.dashboard.gate import Visitor
from callcenter.dashboard.pages import Pages, Viewing
from callcenter.dashboard.reading import screen_for, whole_message
from callcenter.dashboard.security import content_policy
from callcenter.store import tenants


def wants_json(request: Request) -> bool:
    """Whether a script of ours asks."""
    return "application/json" in request.headers.get("accept", "")


def pages_of(request: Request) -> Pages:
    """The pages of this dashboard."""
    pages: Pages = request.app.state.pages
    return pages


async def answer_click(
    request: Request, visitor: Visitor, outcome: str, sentence: str | None, call_id: str = ""
) -> Response:
    """Say what came of a click, with the page as it is now; no sentence where the page itself says it."""
    if not wants_json(request):
        query = {"said": outcome} | ({"call": call_id} if call_id else {})
        return RedirectResponse(f"/?{urlencode(query)}", 303)
    message = await whole_message(desk_of(request), pages_of(request), visitor, sentence)
    return JSONResponse(message | {"outcome": outcome})


async def agent_page(
    request: Request,
    visitor: Visitor,
    said: str | None,
    revealed: dict[str, str] | None = None,
    outcome: str = "",
) -> Response:
    """The agent's whole page. `outcome`: of which click `said` speaks."""
    desk = desk_of(request)
    user, screen = await screen_for(desk, visitor)
    async with desk.store.begin() as tx:
        municipality = await tenants.municipality_by_id(tx, visitor.municipality_id)
    hosts = municipality.link_hosts if municipality else ()
    viewing = Viewing(user, visitor.csrf_token)
    answer = pages_of(request).agent(screen, viewing, said, revealed or {}, outcome)
    answer.headers["Content-Security-Policy"] = content_policy(desk, hosts)
    return answer
