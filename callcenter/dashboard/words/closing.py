"""What the settings say of the texts for when a municipality is closed."""

from typing import Final

WORDS: Final[dict[str, tuple[str, str]]] = {
    "closing-texts": ("Teksten voor als u gesloten bent", "Texts for when you are closed"),
    "closing-hint": (
        (
            "Dit leest iemand die op uw website of via uw link wil bellen als u dicht bent. Hoogstens {most} tekens. "
            "Wat bellers dan horen, verandert u hier niet."
        ),
        (
            "This is what people read who want to call from your website or link while you are closed. At most {most} "
            "characters. What callers hear then is not changed here."
        ),
    ),
    "closing-nl": ("In het Nederlands (leeg: de gewone tekst)", "In Dutch (empty: the usual text)"),
    "closing-en": ("In het Engels (leeg: de gewone tekst)", "In English (empty: the usual text)"),
}
