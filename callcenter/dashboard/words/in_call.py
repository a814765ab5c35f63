"""What is said of a caller on hold, and of the wrap-up after a call."""

from typing import Final

WORDS: Final[dict[str, tuple[str, str]]] = {
    # -- my state
    "busy-ringing": ("Telefoon gaat over", "Phone rings"),
    "busy-connected": ("In gesprek", "In a call"),
    "busy-wrapping-up": ("Afronden", "Wrap-up"),
    # -- hold
    "hold": ("Zet in de wacht", "Put on hold"),
    "hold-back": ("Terug naar de beller", "Back to the caller"),
    "held": ("In de wacht", "On hold"),
    "held-for": ("De beller hoort muziek en hoort u niet, al", "The caller hears music and does not hear you, for"),
    # -- keys
    "key-hold": ("beller in de wacht, en terug", "put the caller on hold, and back"),
    "key-done": ("klaar met afronden", "done with the wrap-up"),
    "key-links": ("naar de links van het gesprek", "go to the links of the call"),
    "key-end": ("naar de knop die het gesprek beëindigt", "go to the button that ends the call"),
    "now-hold": ("in de wacht", "on hold"),
    "now-return": ("terug naar de beller", "back to the caller"),
    "now-done": ("klaar", "done"),
    "now-links": ("links", "links"),
    "now-end": ("naar Ophangen", "to Hang up"),
    "now-put-back": ("naar Toch niet aannemen", "to Don't take after all"),
    # -- wrap-up
    "wrapping-up": ("Afronden", "Wrap-up"),
    "wrap-up-left": ("Gegevens weg over", "Data gone in"),
    "wrap-up-why": ("Het gesprek is voorbij; het duurde {time}", "The call is over; it lasted {time}"),
    "wrap-up-done": ("Klaar", "Done"),
    "wrap-up-extend": ("Verlengen", "Extend"),
    "blocked-wrapping-up": (
        "U rondt een gesprek af. Kies Klaar om de volgende aan te nemen.",
        "You are wrapping up a call. Choose Done to take the next one.",
    ),
    "said-wrapping-up": (
        "U rondt nog een gesprek af. Kies Klaar en neem deze beller dan aan.",
        "You are still wrapping up a call. Choose Done, then take this one.",
    ),
    "said-extended": ("U hebt meer tijd om af te ronden.", "You have more time to wrap up."),
    "said-not-extended": ("Langer kan niet.", "It can't be any longer."),
    "said-wrapped-up": (
        "Het afronden is klaar. De gegevens van de beller zijn gewist.",
        "The wrap-up is over. The caller's data has been erased.",
    ),
}
