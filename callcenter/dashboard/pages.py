"""Turns values into HTML: the templates, the page's parts, and the static files with their hash."""

import hashlib
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from callcenter.dashboard.screen import LONG_WAIT_SECONDS, REASONS, Screen
from callcenter.dashboard.shortcuts import KEYS
from callcenter.dashboard.words import LANGUAGES, language_for, speaker
from callcenter.model.preferences import Theme
from callcenter.model.staff import User

_HERE: Final = Path(__file__).parent
STATIC_FOLDER: Final = _HERE / "static"
# Each part of the agent's page, and which values of the screen it is made from.
PARTS: Final = {"head": "me", "notes": "me", "queue": "queue", "call": "call", "today": "today", "keys": "keys"}
Shared = dict[tuple[str, str | None], str]  # queues, by language and by what keeps from taking a call


@dataclass(frozen=True)
class Viewing:
    """Whose page it is, and what their forms must carry."""

    user: User
    csrf_token: str


@dataclass(frozen=True)
class Shown:
    """What a page shows."""

    screen: Screen
    parts: dict[str, str]


class Pages:
    """All templates of the dashboard, ready to be filled in."""

    def __init__(self) -> None:
        self.static_hash = _hash_of(STATIC_FOLDER)
        # In a part that several agents share stands this in place of each one's token. Made anew by each
        # process, so that no caller's name can hold it.
        self._token_mark = secrets.token_hex(16)
        self._env = Environment(
            loader=FileSystemLoader(_HERE / "templates"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._env.globals |= {
            "static": f"/static/{self.static_hash}",
            "long_wait": LONG_WAIT_SECONDS,
            "reasons": REASONS,
            "keys": KEYS,
            "themes": tuple(theme.value for theme in Theme),
            "csrf": self._token_mark,
        }

    def page(self, name: str, language: str, *, status: int = 200, **values: Any) -> HTMLResponse:
        """Return a whole page."""
        html = self._env.get_template(name).render(say=speaker(language), language=language, **values)
        return HTMLResponse(html, status)

    def fault(self, status: int, key: str, accept_language: str, **values: object) -> HTMLResponse:
        """Return a page that says what went wrong and what to do."""
        language = language_for(accept_language)
        sentence = speaker(language)(key, **values)
        return self.page("fault.html", language, status=status, sentence=sentence)

    def agent(
        self, screen: Screen, viewing: Viewing, said: str | None, revealed: dict[str, str], outcome: str = ""
    ) -> HTMLResponse:
        """Return the agent's whole page; `revealed` are masked values that were asked for without a script."""
        answer = self.page(
            "agent.html", screen.language, screen=screen, said=said, outcome=outcome, revealed=revealed,
            live=False, title=title_of(screen), words=self._words_for_scripts(screen.language),
        )  # fmt: skip
        html = bytes(answer.body).decode().replace(self._token_mark, viewing.csrf_token)
        return HTMLResponse(html)

    def parts(
        self, screen: Screen, viewing: Viewing, before: Shown | None = None, shared: Shared | None = None
    ) -> dict[str, str]:
        """Return the HTML of each part that may change, for a page that is live.

        Args:
            before: what this page showed; a part whose values are the same is not made again.
            shared: within one reading of the store, the queues that several agents see just so; is added to.
        """
        made = {}
        for name, value in PARTS.items():
            same = before is not None and before.screen.language == screen.language
            if same and before is not None and getattr(before.screen, value) == getattr(screen, value):
                made[name] = before.parts[name]
            elif name == "queue" and shared is not None:
                key = (screen.language, screen.queue.blocked)
                shared[key] = shared.get(key) or self._part(name, screen)
                made[name] = shared[key].replace(self._token_mark, viewing.csrf_token)
            else:
                made[name] = self._part(name, screen).replace(self._token_mark, viewing.csrf_token)
        return made

    def _part(self, name: str, screen: Screen) -> str:
        template = self._env.get_template(f"parts/{name}.html")
        return template.render(
            say=speaker(screen.language), language=screen.language, screen=screen, live=True, revealed={}
        )

    def _words_for_scripts(self, language: str) -> dict[str, str]:
        say = speaker(language)
        keys = (
            "copied",
            "copy-failed",
            "said-failed",
            "mask",
            "reveal",
            "revealed-for",
            "offline",
            "moved",
            "too-many-pages",
            "notices-refused",
        )
        # `{seconds}` is filled in by the script.
        return {key: say(key, seconds="{seconds}") for key in keys}


def title_of(screen: Screen) -> str:
    """Return the page's title: how many wait, for those who look at another tab."""
    app = speaker(screen.language)("app")
    return f"({screen.queue.count}) {app}" if screen.queue.count else app


def other_language(language: str) -> str:
    """Return the language to switch to."""
    return LANGUAGES[1 - LANGUAGES.index(language)]


def _hash_of(folder: Path) -> str:
    digest = hashlib.sha256()
    for file in sorted(folder.iterdir()):
        digest.update(file.name.encode() + file.read_bytes())
    return digest.hexdigest()[:16]
