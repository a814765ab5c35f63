"""What the operator's pages say: municipalities, API keys, health."""

from typing import Final

WORDS: Final[dict[str, tuple[str, str]]] = {
    "place-municipalities": ("Gemeenten", "Municipalities"),
    "place-keys": ("API-sleutels", "API keys"),
    "place-health": ("Toestand", "Health"),
    # -- municipalities
    "town-new": ("Nieuwe gemeente", "New municipality"),
    "town-make": ("Maak deze gemeente", "Make this municipality"),
    "slug": ("Korte naam in adressen", "Short name in addresses"),
    "slug-hint": (
        "Kleine letters, cijfers en streepjes. Verandert later niet meer.",
        "Small letters, digits and hyphens. Does not change later.",
    ),
    "number-called": ("Telefoonnummer dat inwoners bellen", "Telephone number that citizens call"),
    "number-hint": ("Voluit, zoals +31243290000.", "In full, such as +31243290000."),
    "origins": ("Websites die de knop mogen tonen", "Websites that may show the button"),
    "origins-hint": (
        "Met spaties ertussen, zoals https://www.voorbeeldstad.example",
        "With spaces between them, such as https://www.voorbeeldstad.example",
    ),
    "link-hosts": ("Systemen waar links heen mogen", "Systems that links may lead to"),
    "link-hosts-hint": (
        "Namen met spaties ertussen, zoals zaken.voorbeeldstad.example",
        "Names with spaces between them, such as zaken.voorbeeldstad.example",
    ),
    "allowed": ("Gegevens die gevraagd mogen worden", "Attributes that may be asked"),
    "allowed-hint": (
        "Met spaties ertussen, zoals pbdf.gemeente.personalData.* – een ster voor alles.",
        "With spaces between them, such as pbdf.gemeente.personalData.* – a star for all.",
    ),
    "audit-days": ("Dagen dat het logboek bewaard blijft", "Days that the audit trail is kept"),
    "audit-days-hint": (
        "Van 30 tot 3650. Geldt voor regels die hierna worden geschreven.",
        "From 30 to 3650. Holds for lines that are written from now on.",
    ),
    "to-municipalities": ("Naar de gemeenten", "To the municipalities"),
    "fault-slug": ("Gebruik kleine letters, cijfers en streepjes.", "Use small letters, digits and hyphens."),
    "fault-slug-taken": ("Een andere gemeente heeft deze korte naam.", "Another municipality has this short name."),
    "fault-number-taken": ("Een andere gemeente heeft dit nummer.", "Another municipality has this number."),
    "fault-e164": ("Schrijf het nummer voluit, zoals +31243290000.", "Write the number in full, such as +31243290000."),
    "fault-origins": (
        "Schrijf elke website als https://www.voorbeeldstad.example, zonder pad.",
        "Write each website as https://www.voorbeeldstad.example, without a path.",
    ),
    "fault-hosts": (
        "Schrijf alleen namen, zoals zaken.voorbeeldstad.example.",
        "Write names only, such as zaken.voorbeeldstad.example.",
    ),
    "fault-hosts-own-link": (
        "Deze gemeente heeft een link naar een systeem dat hier niet meer bij staat.",
        "This municipality has a link to a system that is not in this list any more.",
    ),
    "fault-hosts-linked": (
        "Een onderwerp heeft een link naar een systeem dat hier niet meer bij staat.",
        "A purpose has a link to a system that is not in this list any more.",
    ),
    "fault-allowed": (
        "Schrijf schema.uitgever.kaart.gegeven, met * voor alles.",
        "Write scheme.issuer.card.attribute, with * for any.",
    ),
    "fault-allowed-asked": (
        "Een onderwerp vraagt nu iets dat dan niet meer mag.",
        "A purpose asks something now that would not be allowed any more.",
    ),
    # -- keys
    "key-new": ("Nieuwe sleutel", "New key"),
    "key-name": ("Waarvoor", "What for"),
    "key-place": ("Gemeente", "Municipality"),
    "key-of-all": ("Alle gemeenten (een PBX van ons)", "All municipalities (a PBX of ours)"),
    "key-scope": ("Geeft", "Gives"),
    "key-resolve": ("Onze eigen verwijzing", "Our own reference"),
    "key-resolve-irma": ("Ook het nummer van de IRMA-sessie", "The IRMA session’s id as well"),
    "key-make": ("Maak de sleutel", "Make the key"),
    "key-shown": ("Sleutel voor {name}", "Key for {name}"),
    "key-once": (
        "Deze sleutel staat alleen nu op uw scherm. Zet hem meteen waar hij hoort.",
        "This key is on your screen only now. Put it where it belongs at once.",
    ),
    "key-overlap": ("De oude sleutel werkt nog tot {until}.", "The old key works on until {until}."),
    "key-itself": ("Sleutel", "Key"),
    "key-made": ("Gemaakt", "Made"),
    "key-used": ("Laatst gebruikt", "Last used"),
    "key-until": ("Werkt tot", "Works until"),
    "key-do": ("Wijzigen", "Change"),
    "key-works": ("Werkt", "Works"),
    "key-over": ("Werkt niet meer", "Works no more"),
    "key-rotate": ("Vervangen", "Rotate"),
    "key-revoke": ("Intrekken", "Revoke"),
    "key-revoke-sure": ("Ja, trek deze sleutel in", "Yes, revoke this key"),
    "key-revoked": ("De sleutel werkt niet meer.", "The key works no more."),
    "key-never": ("nooit", "never"),
    "to-keys": ("Naar de sleutels", "To the keys"),
    "fault-scope": (
        "Dit geeft te veel voor alle gemeenten: kies er een.",
        "This gives too much for all municipalities: choose one.",
    ),
    "fault-form-used": (
        "Met dit formulier is al een sleutel gemaakt. Ververs de pagina.",
        "A key was made with this form already. Refresh the page.",
    ),
    # -- health
    "health-how": (
        "Wat hier staat zijn aantallen en tijden. Gegevens van inwoners ziet een beheerder niet.",
        "What is here are numbers and times. An operator sees no citizen’s data.",
    ),
    "health-version": ("Versie", "Version"),
    "health-tables": ("Tabellen", "Tables"),
    "health-tables-old": ("{found}; gewenst {wanted}: draai `callcenter admin migrate`",
                          "{found}; wanted {wanted}: run `callcenter admin migrate`"),
    "health-conductors": ("Telefooncentrales", "Telephone exchanges"),
    "health-no-conductors": ("Nog geen telefooncentrale heeft zich gemeld.", "No telephone exchange has shown up yet."),
    "health-there": ("Wordt bestuurd", "Is conducted"),
    "health-away": ("Niemand bestuurt deze sinds {at}", "Nobody conducts it since {at}"),
    "health-towns": ("Nu in de gemeenten", "Now in the municipalities"),
    "health-waiting": ("Wachten", "Waiting"),
    "health-talking": ("In gesprek", "In a call"),
    "health-phones": ("Telefoons verbonden", "Phones connected"),
    "health-ready": ("Beschikbaar", "Ready"),
}  # fmt: skip
