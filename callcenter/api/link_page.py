"""The link page `/m/{municipality}/{purpose}`: the button for e-mail, letters, and sites that can't take a script.

Beside it a sheet to print with a QR code of that link, and the code as SVG. Pages hold nothing of a person, and work
without JavaScript as far as they can: the number to call is there.
"""

import io
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import segno
from fastapi import FastAPI, Request, Response
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from sqlalchemy.exc import SQLAlchemyError

from callcenter.api.button_script import NAME
from callcenter.api.health import HealthLook
from callcenter.api.link_words import language_of, words
from callcenter.logs import Log, fault, log
from callcenter.model.phone_number import as_written
from callcenter.model.tenant import SLUG, Municipality, Purpose, TenantError
from callcenter.store import tenants
from callcenter.store.database import Store

FOLDER = Path(__file__).parent / "pages"
_PAGE_SECONDS = 60  # how soon a changed number is on it
_ASSET_SECONDS = 300


@dataclass(frozen=True)
class Found:
    """What a link leads to."""

    municipality: Municipality
    purpose: Purpose


class LinkPages:
    """Makes the pages."""

    def __init__(self, store: Store, health: HealthLook, api_url: str, irma_url: str) -> None:
        """`api_url` and `irma_url` as a browser sees them."""
        self._store = store
        self._health = health
        self._api_url = api_url.rstrip("/")
        self._pages = templates()
        self._policy = (
            f"default-src 'none'; script-src 'self'; connect-src 'self' {origin_of(irma_url)}; style-src 'self';"
            " img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
        )

    async def link(self, municipality: str, purpose: str, request: Request) -> Response:
        """The page with the button."""
        found = await self._find(municipality, purpose)
        if not isinstance(found, Found):
            return self._fault(found, request)
        attributes, of = request.query_params.get("attributes", ""), found.municipality
        return self._page(
            "link.html",
            found,
            request,
            attributes=attributes if SLUG.fullmatch(attributes) else "",
            closed=not of.hours.is_open(datetime.now(UTC)),
            closing=of.closing.given().get(language_for(request, of.language)),
            away=await self._health.identification_is_away(),
        )

    async def sheet(self, municipality: str, purpose: str, request: Request) -> Response:
        """The sheet to print."""
        found = await self._find(municipality, purpose)
        if not isinstance(found, Found):
            return self._fault(found, request)
        return self._page("sheet.html", found, request)

    async def qr(self, municipality: str, purpose: str, request: Request) -> Response:
        """The QR code of the link, as a picture for letters."""
        found = await self._find(municipality, purpose)
        if not isinstance(found, Found):
            return self._fault(found, request)
        caching = {"Cache-Control": f"public, max-age={_ASSET_SECONDS}"}
        return Response(qr_svg(self._url(found)), media_type="image/svg+xml", headers=caching)

    async def _find(self, municipality: str, purpose: str) -> Found | int:
        """What this leads to, else the status to answer with."""
        if not (SLUG.fullmatch(municipality) and SLUG.fullmatch(purpose)):
            return 404
        try:
            async with self._store.begin() as tx:
                of = await tenants.municipality_by_slug(tx, municipality)
                why = await tenants.find_purpose(tx, of.id, purpose) if of else None
        except (SQLAlchemyError, OSError, TenantError) as error:
            log(Log.FAILED, process="api", **fault(error))
            return 503
        return Found(of, why) if of and why else 404

    def _url(self, found: Found) -> str:
        return f"{self._api_url}/m/{found.municipality.slug}/{found.purpose.slug}"

    def _page(self, name: str, found: Found, request: Request, *, away: bool = False, **more: Any) -> Response:
        of = found.municipality
        language = language_for(request, of.language)
        text = self._pages.get_template(name).render(
            words=words(language),
            language=language,
            other="en" if language == "nl" else "nl",
            municipality=of,
            purpose=found.purpose,
            title=found.purpose.name(language),
            shown=as_written(of.number),
            url=self._url(found),
            script=f"/{NAME}",
            away=away,
            **more,
        )
        return self._answer(text, 200, {"Cache-Control": "no-store" if away else f"public, max-age={_PAGE_SECONDS}"})

    def _fault(self, status: int, request: Request) -> Response:
        language = language_for(request, "nl")
        said, kind = words(language), {404: "unknown", 503: "away"}[status]
        text = self._pages.get_template("fault.html").render(
            language=language, title=said[kind], next=said[f"{kind}_next"]
        )
        headers = {"Cache-Control": "no-store"} | ({"Retry-After": "60"} if status == 503 else {})
        return self._answer(text, status, headers)

    def _answer(self, text: str, status: int, headers: dict[str, str]) -> Response:
        own = {"Content-Security-Policy": self._policy, "Vary": "Accept-Language"}
        return Response(text, status, own | headers, "text/html")


def serve_link_pages(app: FastAPI, store: Store, health: HealthLook, api_url: str, irma_url: str) -> None:
    """Let `app` give the pages out."""
    pages = LinkPages(store, health, api_url, irma_url)
    style = (FOLDER / "page.css").read_bytes()

    @app.api_route("/m/page.css", methods=["GET", "HEAD"], include_in_schema=False)
    async def page_css() -> Response:
        return Response(style, media_type="text/css", headers={"Cache-Control": f"public, max-age={_ASSET_SECONDS}"})

    for path, answer in (
        ("/m/{municipality}/{purpose}/qr.svg", pages.qr),
        ("/m/{municipality}/{purpose}/qr", pages.sheet),
        ("/m/{municipality}/{purpose}", pages.link),
        ("/m/{municipality}/{purpose}/", pages.link),  # as people type it
    ):
        app.add_api_route(path, answer, methods=["GET", "HEAD"], response_model=None, include_in_schema=False)


def qr_svg(url: str) -> bytes:
    """Draw a QR code that survives a fold and a bad printer (level M), with its quiet zone (ISO/IEC 18004)."""
    out = io.BytesIO()
    segno.make_qr(url, error="m").save(
        out, kind="svg", border=4, scale=8, light="#fff", svgclass=None, lineclass=None, xmldecl=False
    )
    return out.getvalue()


def origin_of(url: str) -> str:
    """Return the origin of a URL (RFC 6454)."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}".lower()


def templates() -> Environment:
    """The templates of our pages."""
    return Environment(loader=FileSystemLoader(FOLDER), autoescape=True, undefined=StrictUndefined, trim_blocks=True)


def language_for(request: Request, otherwise: str) -> str:
    """Choose a page's language."""
    return language_of(request.query_params.get("lang"), request.headers.get("Accept-Language", ""), otherwise)
