"""security.txt (RFC 9116): tells whoever finds a weakness whom to write to; on the api and on the dashboard."""

from datetime import UTC, datetime, timedelta
from typing import Final

from fastapi import FastAPI, HTTPException
from fastapi.responses import PlainTextResponse

from callcenter.settings import Settings

PATH: Final = "/.well-known/security.txt"
_GOOD_FOR: Final = timedelta(days=90)  # RFC 9116, 2.5.5 wants less than a year


def security_txt(settings: Settings, now: datetime) -> str | None:
    """Return the text as it is at this moment (an aware datetime); None when nobody is named."""
    if not settings.security_contact:
        return None
    contacts = [f"Contact: {one.strip()}" for one in settings.security_contact.split(",")]
    expires = (now + _GOOD_FOR).astimezone(UTC).strftime("%Y-%m-%dT00:00:00Z")
    return "\n".join([*contacts, f"Expires: {expires}", "Preferred-Languages: nl, en", ""])


def serve_security_txt(app: FastAPI, settings: Settings) -> None:
    """Serve it; not found when nobody is named."""

    @app.get(PATH, include_in_schema=False)
    async def text() -> PlainTextResponse:
        found = security_txt(settings, datetime.now(UTC))
        if found is None:
            raise HTTPException(404, "Not Found")
        return PlainTextResponse(found)
