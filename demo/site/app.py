"""The sample municipality's website: the button as any municipality pastes it, and beside it the panel of the demo.

Nothing in the product knows the demo. For somebody without the app, the page takes the picture of the QR code out of
the button and posts it here. It is read as a phone's camera would, and an invented citizen's wallet gets what it says.
"""

import json
from collections.abc import Awaitable, Callable
from math import isqrt
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import numpy as np
import zxingcpp
from fastapi import FastAPI, HTTPException, Request, Response
from fastapi.staticfiles import StaticFiles
from jinja2 import Environment, FileSystemLoader

from demo.persons import PERSONS
from demo.wallet import WalletError

FOLDER = Path(__file__).parent
LARGEST_SIDE = 1000  # pixels

Choose = Callable[[str, dict[str, Any]], Awaitable[None]]


def create_site(api_url: str, irma_url: str, municipality: str, number: str, choose: Choose) -> FastAPI:
    """Return the website as an ASGI application.

    Args:
        api_url: origin that the button's script comes from.
        irma_url: the IRMA server as a browser sees it.
        municipality: its slug, as the installation knows it.
        number: what its citizens call, E.164.
        choose: is given the slug of a citizen and the session of the QR code. Raises KeyError, WalletError.
    """
    app = FastAPI(openapi_url=None)
    pages = Environment(loader=FileSystemLoader(FOLDER / "static"), autoescape=True)
    page = pages.get_template("index.html").render(
        api=api_url, municipality=municipality, number=number, shown=_as_written(number), persons=PERSONS
    )
    policy = _policy(api_url, irma_url)

    @app.get("/")
    async def home() -> Response:
        return Response(page, media_type="text/html", headers={"Content-Security-Policy": policy})

    @app.post("/demo/choose/{slug}", status_code=204)
    async def chosen(slug: str, request: Request) -> None:
        session = read_qr(await request.body())
        if session is None:
            raise HTTPException(422, "Er staat geen QR-code op de pagina. Klik eerst op de knop.")
        try:
            await choose(slug, session)
        except KeyError:
            raise HTTPException(404, "Deze inwoner is er niet.") from None
        except WalletError:
            raise HTTPException(409, "De app kon niets met deze code. Begin opnieuw.") from None

    app.mount("/static", StaticFiles(directory=FOLDER / "static"))
    return app


def read_qr(picture: bytes) -> dict[str, Any] | None:
    """Read the session pointer out of a picture of a QR code; None if there is none.

    Args:
        picture: a square, a byte of brightness for each pixel, row by row.
    """
    side = isqrt(len(picture))
    if side**2 != len(picture) or not 0 < side <= LARGEST_SIDE:
        return None
    codes = zxingcpp.read_barcodes(np.frombuffer(picture, np.uint8).reshape(side, side))
    if not codes:
        return None
    # The link that opens the app: https://open.yivi.app/-/session#{"u": …}
    try:
        session = json.loads(unquote(urlsplit(codes[0].text).fragment))
    except ValueError:
        return None
    return session if isinstance(session, dict) else None


def _policy(api_url: str, irma_url: str) -> str:
    """What a municipality with a strict Content-Security-Policy has to allow, and no more."""
    return (
        f"default-src 'none'; script-src 'self' {api_url}; connect-src 'self' {api_url} {irma_url};"
        " style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )


def _as_written(number: str) -> str:
    national = f"0{number.removeprefix('+31')}"
    return f"{national[:3]} {national[3:6]} {national[6:8]} {national[8:]}"
