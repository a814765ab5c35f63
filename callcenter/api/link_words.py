"""What the link page, the sheet for letters and the status page say, in Dutch (B1) and English."""

from typing import Final

LANGUAGES: Final = ("nl", "en")

_WORDS: Final[dict[str, tuple[str, str]]] = {
    "call": ("Bel", "Call"),
    "other-language": ("English", "Nederlands"),
    "no-script": (
        "Deze pagina werkt niet zonder JavaScript. U kunt ons wel gewoon bellen.",
        "This page does not work without JavaScript. You can still just call us.",
    ),
    "unknown": ("Deze pagina bestaat niet", "This page does not exist"),
    "unknown-next": (
        "Misschien klopt het adres niet helemaal. Kijk nog eens in uw brief, of ga naar de website van uw gemeente.",
        "Perhaps the address is not complete. Look in your letter again, or go to your municipality's website.",
    ),
    "away": ("Deze pagina werkt nu even niet", "This page does not work at the moment"),
    "away-next": (
        "Probeer het over een minuut opnieuw. Of bel uw gemeente op het nummer in uw brief.",
        "Try again in a minute. Or call your municipality on the number in your letter.",
    ),
    "identification-away": (
        "Laten zien wie u bent lukt nu even niet. U kunt ons wel gewoon bellen.",
        "Showing who you are does not work at the moment. You can still just call us.",
    ),
    "closed": ("We zijn nu gesloten", "We are closed now"),
    "closed-next": ("U kunt ons bellen als we weer open zijn.", "You can call us when we are open again."),
    "status-works": ("Het werkt", "It works"),
    "status-works-next": (
        "U kunt laten zien wie u bent, en ons daarna bellen.",
        "You can show who you are, and then call us.",
    ),
    "status-identification-away": (
        "Laten zien wie u bent lukt nu niet",
        "Showing who you are does not work now",
    ),
    "status-identification-away-next": (
        "U kunt uw gemeente wel gewoon bellen. Een medewerker vraagt dan wie u bent.",
        "You can still just call your municipality. Somebody will then ask who you are.",
    ),
    "status-database-away": ("Het werkt nu niet", "It does not work now"),
    "status-database-away-next": (
        "U kunt nu niet laten zien wie u bent. Misschien lukt bellen ook niet. Probeer het later opnieuw.",
        "You can’t show who you are now. Perhaps you can’t call either. Try again later.",
    ),
    "status-since": ("Dat is zo sinds", "This has been so since"),
    "status-again": (
        "Wilt u weten of dit is veranderd? Laad deze pagina opnieuw.",
        "Would you like to know whether this has changed? Load this page again.",
    ),
    "sheet": ("Bel ons en laat zien wie u bent", "Call us and show who you are"),
    "scan": (
        "Scan deze code met de camera van uw telefoon.",
        "Scan this code with the camera of your phone.",
    ),
    "type": ("Of typ dit adres in uw browser:", "Or type this address into your browser:"),
    "without": ("Liever zonder app? Bel", "Rather without the app? Call"),
    "qr": ("QR-code die naar deze pagina leidt", "QR code that leads to this page"),
    "print-it": (
        "Druk dit blad af, of zet de QR-code in uw brief:",
        "Print this sheet, or put the QR code into your letter:",
    ),
    "as-picture": ("de QR-code als SVG", "the QR code as SVG"),
}


def words(language: str) -> dict[str, str]:
    """Every text in this language; the names have _ for -, as templates want them."""
    column = LANGUAGES.index(language)
    return {name.replace("-", "_"): texts[column] for name, texts in _WORDS.items()}


def language_of(asked: str | None, accepted: str, otherwise: str) -> str:
    """Choose a language: the one in the address, else what the browser accepts (RFC 9110, 12.5.4), else this."""
    if asked in LANGUAGES:
        return asked
    ranked: list[tuple[float, str]] = []
    for one in accepted.lower().split(","):
        tag, _, weight = one.replace(" ", "").partition(";q=")
        language = tag.split("-")[0]
        if language in LANGUAGES:
            ranked.append((_weight(weight), language))
    best = max(ranked, key=lambda one: one[0], default=(0.0, otherwise))  # the first of equals
    return best[1] if best[0] > 0 else otherwise


def _weight(text: str) -> float:
    try:
        return float(text) if text else 1.0
    except ValueError:
        return 0.0
