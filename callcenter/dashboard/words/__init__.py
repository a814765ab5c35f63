"""Every text of the dashboard, in Dutch and in English; plain words (B1), no jargon. A file for each room of the site.

A text with a value in it has a `{name}` there. A key that is missing is a fault of the program: KeyError.
"""

from dataclasses import dataclass
from typing import Final

from callcenter.dashboard.words import (
    account,
    agent,
    audit,
    caller,
    closing,
    common,
    entrance,
    in_call,
    log_in,
    networks,
    office,
    operator,
    password,
    preferences,
    settings,
    single_sign_on,
    today,
)

LANGUAGES: Final = ("nl", "en")

_ROOMS: Final = (
    common, log_in, entrance, single_sign_on, password, account, agent, caller, in_call, preferences,
    office, today, audit, settings, closing, operator, networks,
)  # fmt: skip
WORDS: Final[dict[str, tuple[str, str]]] = {key: texts for room in _ROOMS for key, texts in room.WORDS.items()}


@dataclass(frozen=True)
class Say:
    """Says a text in one language: `say("waited", time="0:41")`."""

    language: str

    def __call__(self, key: str, **values: object) -> str:
        """Return the text of this key with these values in it. Raises KeyError for a key that is not there."""
        return WORDS[key][LANGUAGES.index(self.language)].format(**values)


def speaker(language: str) -> Say:
    """Return who speaks this language; Dutch for one that we don't speak."""
    return Say(language if language in LANGUAGES else LANGUAGES[0])


def attribute_label(say: Say, short_name: str) -> str:
    """Return what an attribute is called; one that we have no word for is called by its own name."""
    key = f"attribute-{short_name}"
    return say(key) if key in WORDS else short_name


def language_for(accept_language: str) -> str:
    """Return the language for someone whom we don't know yet, from the header of RFC 9110, 12.5.4."""
    for part in accept_language.split(","):
        wanted = part.strip()[:2].lower()
        if wanted in LANGUAGES:
            return wanted
    return LANGUAGES[0]
