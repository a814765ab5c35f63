"""What everybody may know of how it goes: `GET /v1/health` for monitors, and the status page for people."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from fastapi import FastAPI, Request, Response

from callcenter.api.health import Health, HealthLook
from callcenter.api.link_page import language_for, templates
from callcenter.api.link_words import words

_TIME_ZONE = ZoneInfo("Europe/Amsterdam")
_AWAY = 503
_KEPT_SECONDS = 5
_POLICY = "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"


def serve_health(app: FastAPI, health: HealthLook) -> None:
    """Let `app` tell how it goes."""
    pages = templates()

    @app.get("/v1/health", response_model_exclude_none=True, responses={_AWAY: {"model": Health}})
    async def tell(response: Response) -> Health:
        """Whether identification works now; 503 when it does not. For monitors."""
        seen = await health.now()
        if seen.state != "works":
            response.status_code = _AWAY
        return seen

    @app.api_route("/status", methods=["GET", "HEAD"], response_model=None, include_in_schema=False)
    async def page(request: Request) -> Response:
        seen, language = await health.now(), language_for(request, "nl")
        text = pages.get_template("status.html").render(
            words=words(language),
            language=language,
            other="en" if language == "nl" else "nl",
            state=seen.state.replace("-", "_"),
            since=seen.since,
            shown=_as_read(seen.since, datetime.now(UTC)) if seen.since else "",
        )
        headers = {
            "Content-Security-Policy": _POLICY,
            "Cache-Control": f"public, max-age={_KEPT_SECONDS}",
            "Vary": "Accept-Language",
        }
        return Response(text, headers=headers, media_type="text/html")


def _as_read(moment: datetime, now: datetime) -> str:
    """The time of day; with the day before it when that is not today."""
    here, today = (one.astimezone(_TIME_ZONE) for one in (moment, now))
    return f"{here:%H:%M}" if here.date() == today.date() else f"{here:%d-%m-%Y %H:%M}"
