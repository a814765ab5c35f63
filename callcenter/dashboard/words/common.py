"""What several pages say, and what went wrong."""

from typing import Final

WORDS: Final[dict[str, tuple[str, str]]] = {
    "app": ("Veilig bellen", "Secure calling"),
    "language": ("English", "Nederlands"),
    "log-out": ("Uitloggen", "Log out"),
    "close": ("Sluiten", "Close"),
    # -- live
    "offline": (
        "Geen verbinding. De wachtrij hieronder kan verouderd zijn. We proberen het opnieuw…",
        "No connection. The queue below may be out of date. Trying again…",
    ),
    "too-many-pages": (
        "Deze pagina staat op te veel plekken open en is hier gestopt. Ververs haar om hier verder te gaan.",
        "This page is open in too many places, and has stopped here. Refresh it to go on here.",
    ),
    # -- errors
    "error-400": (
        "Deze aanvraag klopt niet. Ga terug, ververs de pagina en probeer het opnieuw.",
        "This request makes no sense. Go back, refresh the page and try again.",
    ),
    "error-405": ("Dat kan hier niet. Ga naar het begin.", "That can't be done here. Go to the start."),
    "error-413": (
        "Wat u stuurde is te groot. Ga terug en vul minder in.",
        "What you sent is too large. Go back and fill in less.",
    ),
    "error-403": (
        "Deze pagina was verlopen of kwam van elders. Ga terug, ververs de pagina en probeer het opnieuw.",
        "This page was stale, or came from elsewhere. Go back, refresh the page and try again.",
    ),
    "error-forbidden": ("Dit mag u hier niet doen.", "You may not do this here."),
    "error-404": ("Deze pagina is er niet (meer).", "This page is not there (any more)."),
    "error-origin": (
        "Deze pagina is niet geopend op haar eigen adres. Open {url} en probeer het daar.",
        "This page was not opened at its own address. Open {url} and try it there.",
    ),
    "error-500": (
        "Er ging bij ons iets mis. Probeer het opnieuw; blijft het misgaan, meld het dan aan uw beheerder.",
        "Something went wrong on our side. Try again; if it goes on, tell your administrator.",
    ),
    "to-start": ("Naar het begin", "To the start"),
}
