"""The button's script as websites load it: `v1` under a name that stays, and under one with the hash of what it holds.

The hashed name is for a site that wants exactly these bytes (`integrity`). A build makes the same bytes from the same
source, so the hash changes only when the button does.
"""

import gzip
import hashlib
from base64 import b64encode
from dataclasses import dataclass, field
from pathlib import Path

from fastapi import FastAPI, Request, Response

from callcenter.api.problems import Problem
from callcenter.settings import Settings

PACKAGED = Path(__file__).parent / "button" / "dist" / "veilig-bellen.js"  # in a wheel
BUILT = Path(__file__).parents[2] / "build" / "button" / "veilig-bellen.js"  # in a checkout, by set-up
NAME = "v1/veilig-bellen.js"

_SHORT_SECONDS = 300  # how soon a site has a mended button
_FOR_EVERYONE = {  # any website may load it, also with `integrity`; what it may then do is another matter
    "Access-Control-Allow-Origin": "*",
    "Cross-Origin-Resource-Policy": "cross-origin",
    "Vary": "Accept-Encoding",
}


class NoBundle(Exception):
    """The bundle of the button is not there; the message says what to do."""


@dataclass(frozen=True)
class ButtonScript:
    """The bundle of the web component, ready to be sent."""

    content: bytes = field(repr=False)
    gzipped: bytes = field(repr=False)

    @classmethod
    def read(cls, given: Path | None) -> "ButtonScript":
        """Read the bundle: `given` (VB_BUTTON_FILE), else the one that came with us. Raises NoBundle."""
        path = given or (PACKAGED if PACKAGED.exists() else BUILT)
        try:
            content = path.read_bytes()
        except OSError as error:
            raise NoBundle(
                f"the button's bundle {path} can't be read ({error.strerror}): set VB_BUTTON_FILE, or build it"
                " (`make setup` in a checkout)"
            ) from None
        return cls(content, gzip.compress(content, 9, mtime=0))

    @property
    def digest(self) -> str:
        """The part of its hash that is in the name."""
        return hashlib.sha256(self.content).hexdigest()[:16]

    @property
    def hashed_name(self) -> str:
        """The path that always means these bytes."""
        return f"v1/veilig-bellen.{self.digest}.js"

    @property
    def integrity(self) -> str:
        """What a site writes in `integrity` (Subresource Integrity)."""
        return f"sha384-{b64encode(hashlib.sha384(self.content).digest()).decode()}"


def serve_button(app: FastAPI, given: Path | None) -> None:
    """Let `app` give the button to websites. A bundle that is not there takes nothing else down: the doctor tells."""
    try:
        script: ButtonScript | None = ButtonScript.read(given)
    except NoBundle:
        script = None

    def bundle() -> ButtonScript:
        if script is None:
            raise Problem(
                503, "button-missing", "The button is not installed here: `callcenter doctor` says what to do."
            )
        return script

    @app.api_route(f"/{NAME}", methods=["GET", "HEAD"], include_in_schema=False)
    async def present(request: Request) -> Response:
        """The button of version 1, as it is now."""
        return _answer(bundle(), request, f"public, max-age={_SHORT_SECONDS}")

    @app.api_route("/v1/veilig-bellen.{digest}.js", methods=["GET", "HEAD"], include_in_schema=False)
    async def exact(digest: str, request: Request) -> Response:
        """The button with this hash, and no other: what a site asks for by its hash never turns into something else."""
        found = bundle()
        if digest != found.digest:
            detail = f"This build is no longer here. Load /{NAME}, or paste the lines of `callcenter button` again."
            raise Problem(404, "script-gone", detail, dict(_FOR_EVERYONE))
        return _answer(found, request, "public, max-age=31536000, immutable")


def _answer(script: ButtonScript, request: Request, caching: str) -> Response:
    tag = f'W/"{script.digest}"'  # weak: the same script, compressed or not
    headers = {**_FOR_EVERYONE, "Cache-Control": caching, "ETag": tag}
    if tag in [one.strip() for one in request.headers.get("If-None-Match", "").split(",")]:
        return Response(status_code=304, headers=headers)
    if not takes_gzip(request.headers.get("Accept-Encoding", "")):
        return Response(script.content, media_type="text/javascript", headers=headers)
    headers["Content-Encoding"] = "gzip"
    return Response(script.gzipped, media_type="text/javascript", headers=headers)


def takes_gzip(accepted: str) -> bool:
    """Tell whether this Accept-Encoding (RFC 9110, 12.5.3) lets us send gzip."""
    for one in accepted.lower().split(","):
        coding, _, weight = one.replace(" ", "").partition(";q=")
        if coding in ("gzip", "x-gzip", "*"):
            return weight.strip("0.") != "" if weight else True
    return False


def lines_to_paste(settings: Settings, municipality: str, purpose: str) -> str:
    """Return what a website pastes, and the same bound to the present build. Raises NoBundle."""
    script, url = ButtonScript.read(settings.button_file), settings.api_public_url.rstrip("/")
    tag = f'<veilig-bellen municipality="{municipality}" purpose="{purpose}">the number to call</veilig-bellen>'
    return f"""Paste this. The button is kept up to date by us; an incompatible one would be v2:

<script src="{url}/{NAME}" defer></script>
{tag}

Or, for exactly this build (paste anew at each upgrade of ours):

<script src="{url}/{script.hashed_name}" integrity="{script.integrity}" crossorigin="anonymous" defer></script>
{tag}

{len(script.content)} bytes, {len(script.gzipped)} gzipped."""
