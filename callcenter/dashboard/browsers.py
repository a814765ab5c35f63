"""Names a browser and its system from the User-Agent header: only so that its user knows it again."""

from typing import Final

from callcenter.dashboard.words import Say

# The first that is found names it; many say that they are others as well.
_BROWSERS: Final = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("Firefox/", "Firefox"),
    ("FxiOS/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
_SYSTEMS: Final = (
    ("Windows", "Windows"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("CrOS", "ChromeOS"),
    ("Mac OS X", "macOS"),
    ("Linux", "Linux"),
)


def browser_of(user_agent: str) -> str:
    """Return `Firefox/Windows`; a half that we don't know is left empty."""
    return f"{_first(_BROWSERS, user_agent)}/{_first(_SYSTEMS, user_agent)}"


def in_words(say: Say, browser: str) -> str:
    """Return what a person calls it: `Firefox op Windows`."""
    name, _, system = browser.partition("/")
    if name and system:
        return say("browser-on", browser=name, system=system)
    return name or system or say("browser-unknown")


def _first(known: tuple[tuple[str, str], ...], user_agent: str) -> str:
    return next((name for part, name in known if part in user_agent), "")
