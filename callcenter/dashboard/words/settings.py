"""What the pages of a municipality's settings say."""

from typing import Final

WORDS: Final[dict[str, tuple[str, str]]] = {
    "place-settings": ("Instellingen", "Settings"),
    "save-settings": ("Opslaan", "Save"),
    "set-saved": ("Opgeslagen.", "Saved."),
    "set-meanwhile": (
        (
            "Niet opgeslagen: een collega heeft dit intussen gewijzigd. Hieronder staat wat u invulde. Slaat u op, "
            "dan vervangt u wat uw collega opsloeg."
        ),
        (
            "Not saved: a colleague has changed this meanwhile. Below is what you filled in. If you save, you "
            "replace what your colleague saved."
        ),
    ),
    "see-meanwhile": ("Bekijk wat er nu staat", "See how it is now"),
    "fault-form": ("Niet opgeslagen: kijk naar de velden in rood.", "Not saved: look at the fields in red."),
    # -- opening hours
    "opening-hours": ("Openingstijden", "Opening hours"),
    "open-when": ("Wanneer bent u open?", "When are you open?"),
    "open-always": ("Altijd open", "Always open"),
    "open-hours": ("Op deze tijden", "At these hours"),
    "hours-hint": (
        "Laat een dag leeg als u dan gesloten bent. Dicht om 00:00 is aan het eind van de dag.",
        "Leave a day empty when you are closed on it. Closes at 00:00 is at the end of the day.",
    ),
    "always-counts": (
        "U bent altijd open, behalve op gesloten dagen. De tijden hieronder blijven bewaard, maar gelden nu niet.",
        "You are always open, except on closed days. The hours below are kept, but do not count now.",
    ),
    "opens": ("open om", "opens at"),
    "closes": ("dicht om", "closes at"),
    "weekday-0": ("Maandag", "Monday"),
    "weekday-1": ("Dinsdag", "Tuesday"),
    "weekday-2": ("Woensdag", "Wednesday"),
    "weekday-3": ("Donderdag", "Thursday"),
    "weekday-4": ("Vrijdag", "Friday"),
    "weekday-5": ("Zaterdag", "Saturday"),
    "weekday-6": ("Zondag", "Sunday"),
    "fault-time": ("Vul een tijd in, zoals 08:30.", "Fill in a time, such as 08:30."),
    "fault-hours": ("Dit is niet later dan de tijd ervoor.", "This is not later than the time before it."),
    "fault-no-hours": ("Vul de tijden van minstens één dag in.", "Fill in the hours of at least one day."),
    # -- closed days
    "closed-days": ("Gesloten dagen", "Closed days"),
    "closed-hint": (
        "Feestdagen en andere dagen waarop u dicht bent. Maak een regel leeg om hem weg te halen.",
        "Holidays and other days on which you are closed. Empty a row to take it away.",
    ),
    "closed-day": ("Gesloten dag {number}", "Closed day {number}"),
    "closed-name": ("Naam van dag {number}", "Name of day {number}"),
    "fault-closed": (
        "Deze dag is al voorbij, staat er al, of is te ver weg.",
        "This day has passed, is there already, or is too far off.",
    ),
    # -- codes and callers
    "codes-and-callers": ("Codes en bellers", "Codes and callers"),
    "code-minutes": ("Hoe lang een code werkt, in minuten", "How long a code works, in minutes"),
    "code-minutes-hint": (
        "Van 1 tot {most}. Geldt voor codes die hierna worden gemaakt.",
        "From 1 to {most}. Holds for codes that are made from now on.",
    ),
    "wrap-up-seconds": ("Tijd om een gesprek af te ronden, in seconden", "Time to wrap up a call, in seconds"),
    "wrap-up-hint": (
        "Van 0 (geen) tot {most}. Zo lang ziet een medewerker de gegevens van de beller nog.",
        "From 0 (none) to {most}. So long an agent still sees the caller’s data.",
    ),
    "unverified": ("Bellers zonder juiste code", "Callers without a right code"),
    "unverified-refuse": ("Niet doorverbinden", "Do not connect"),
    "unverified-wait": ("Wel in de wachtrij, als “niet bewezen”", "In the queue, as “not proven”"),
    # -- purposes
    "purposes": ("Onderwerpen", "Purposes"),
    "purposes-hint": (
        "Waarvoor inwoners bellen. Nieuwe onderwerpen, en wat zij vragen, stelt de beheerder in.",
        "What citizens call for. New ones, and what they ask, are the operator's to set.",
    ),
    "purpose-of": ("Onderwerp: {name}", "Purpose: {name}"),
    "name-nl": ("Naam in het Nederlands", "Name in Dutch"),
    "name-en": ("Naam in het Engels", "Name in English"),
    "purpose-links": ("Links naar uw eigen systeem", "Links to your own system"),
    "links-hint": (
        (
            "Een medewerker opent ze tijdens het gesprek. Begin met https:// en schrijf een gegeven als {{bsn}}. "
            "Maak een regel leeg om hem weg te halen."
        ),
        (
            "An agent opens them during the call. Begin with https:// and write a value as {{bsn}}. "
            "Empty a row to take it away."
        ),
    ),
    "links-hosts": ("Toegestaan: {hosts}", "Allowed: {hosts}"),
    "links-attributes": ("Gegevens van dit onderwerp: {names}", "Values of this purpose: {names}"),
    "links-no-hosts": (
        "De beheerder heeft nog geen systeem toegestaan.",
        "The operator has allowed no system yet.",
    ),
    "link-label": ("Tekst van link {number}", "Text of link {number}"),
    "link-template": ("Adres van link {number}", "Address of link {number}"),
    "fault-link": (
        "Dit adres kan niet. Begin met https://, zonder spaties, en schrijf een gegeven als {{bsn}}.",
        "This address won't do. Begin with https://, without spaces, and write a value as {{bsn}}.",
    ),
    "fault-link-host": (
        "Dit systeem is niet toegestaan. Vraag uw beheerder om het toe te voegen.",
        "This system is not allowed. Ask your operator to add it.",
    ),
    "fault-link-attribute": (
        "Dit adres noemt een gegeven dat dit onderwerp niet vraagt.",
        "This address names a value that this purpose does not ask.",
    ),
    "preview": ("Voorbeeld", "Preview"),
    "preview-how": (
        "Zo gaat het open voor een verzonnen persoon, Jan van Voorbeeld:",
        "This is what opens for an invented person, Jan van Voorbeeld:",
    ),
    "show-preview": ("Toon voorbeeld", "Show preview"),
    "to-settings": ("Naar de instellingen", "To the settings"),
}
