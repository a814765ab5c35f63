"""What the agent chooses of how the page looks and sounds."""

from typing import Final

WORDS: Final[dict[str, tuple[str, str]]] = {
    "preferences": ("uw instellingen", "your settings"),
    "save": ("Opslaan", "Save"),
    "theme": ("Kleuren", "Colours"),
    "theme-auto": ("Zoals deze computer", "As this computer"),
    "theme-light": ("Licht", "Light"),
    "theme-dark": ("Donker", "Dark"),
    "when-somebody-calls": ("Als er iemand belt", "When somebody calls"),
    "sound": ("Een geluid", "A sound"),
    "notices": ("Een melding, als u iets anders bekijkt", "A notification, while you look at something else"),
    "notices-refused": (
        "Uw browser staat geen meldingen toe van deze site. Zet ze daar eerst aan.",
        "Your browser allows no notifications of this site. Turn them on there first.",
    ),
}
