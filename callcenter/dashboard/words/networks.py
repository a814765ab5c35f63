"""What is said about the networks that staff may come from."""

from typing import Final

WORDS: Final[dict[str, tuple[str, str]]] = {
    "networks": ("Netwerken van waaruit medewerkers mogen inloggen", "Networks that staff may log in from"),
    "networks-hint": (
        "Met spaties ertussen, zoals 192.0.2.0/24 2001:db8::/32. Leeg: overal vandaan.",
        "With spaces between them, such as 192.0.2.0/24 2001:db8::/32. Empty: from anywhere.",
    ),
    "fault-networks": (
        "{network} is geen netwerk. Schrijf het als 192.0.2.0/24 of 2001:db8::/32, of schrijf één adres.",
        "{network} is no network. Write it as 192.0.2.0/24 or 2001:db8::/32, or write one address.",
    ),
    "fault-networks-many": ("Dit zijn meer dan 100 netwerken.", "These are more than 100 networks."),
    "fault-networks-outside": (
        (
            "Nog niet opgeslagen: medewerkers die nu zijn ingelogd, vallen hierbuiten ({addresses}). "
            "Als u opslaat, worden zij uitgelogd."
        ),
        (
            "Not saved yet: staff who are logged in now are outside of this ({addresses}). "
            "If you save, they are logged out."
        ),
    ),
    "networks-sure": ("Ja, log hen uit", "Yes, log them out"),
    "networks-seen": ("Inloggen kan alleen vanaf deze netwerken", "Staff can log in from these networks only"),
    "networks-set-by": ("De beheerder stelt dit in.", "The operator sets this."),
    "log-in-outside": (
        "Sommige gemeenten laten alleen inloggen vanaf hun eigen netwerk.",
        "Some municipalities let staff log in from their own network only.",
    ),
    "sso-outside": (
        "Vanaf dit netwerk kunt u hier niet inloggen. Gebruik het netwerk van uw gemeente.",
        "You cannot log in here from this network. Use the network of your municipality.",
    ),
    "audit-log-in-outside": ("Sessie beëindigd: ander netwerk", "Session ended: another network"),
}
