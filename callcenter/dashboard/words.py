"""Every text of the dashboard, in Dutch and in English; plain words (B1), no jargon.

A text with a value in it has a `{name}` there. A key that is missing is a fault of the program: KeyError.
"""

from dataclasses import dataclass
from typing import Final

LANGUAGES: Final = ("nl", "en")

_WORDS: Final[dict[str, tuple[str, str]]] = {
    "app": ("Veilig bellen", "Secure calling"),
    "operator-page": (
        "U beheert deze installatie. Hier staan geen gegevens van inwoners voor u.",
        "You look after this installation. There is no citizen's data for you here.",
    ),
    "language": ("English", "Nederlands"),
    "log-out": ("Uitloggen", "Log out"),
    "close": ("Sluiten", "Close"),
    # -- log in
    "log-in": ("Inloggen", "Log in"),
    "log-in-name": ("Gebruikersnaam", "User name"),
    "password": ("Wachtwoord", "Password"),
    "log-in-wrong": (
        "Deze gebruikersnaam en dit wachtwoord horen niet bij elkaar. Controleer ze en probeer het opnieuw.",
        "This user name and password do not belong together. Check them and try again.",
    ),
    "log-in-wait": (
        "Er is een paar keer verkeerd ingelogd. Wacht {seconds} seconden en probeer het dan opnieuw.",
        "There were a few wrong attempts. Wait {seconds} seconds, then try again.",
    ),
    "log-in-busy": (
        "Er loggen nu te veel mensen tegelijk in. Probeer het zo opnieuw.",
        "Too many people are logging in right now. Try again in a moment.",
    ),
    "log-in-over": (
        "U bent uitgelogd. Log in om verder te gaan.",
        "You have been logged out. Log in to go on.",
    ),
    # -- my state
    "ready": ("Beschikbaar", "Ready"),
    "not-ready": ("Niet beschikbaar", "Not ready"),
    "become-ready": ("Maak mij beschikbaar", "Make me ready"),
    "become-not-ready": ("Niet beschikbaar, want:", "Not ready, because:"),
    "reason-pause": ("Pauze", "Break"),
    "reason-meeting": ("Overleg", "Meeting"),
    "reason-work": ("Ander werk", "Other work"),
    "reason-logged-out": ("Uitgelogd", "Logged out"),
    "reason-busy": ("Telefoon in gesprek", "Phone was busy"),
    "reason-declined": ("Oproep geweigerd", "Call was declined"),
    "reason-no-answer": ("Niet opgenomen", "Not answered"),
    "reason-not-registered": ("Telefoon niet verbonden", "Phone not connected"),
    "reason-phone-lost": ("Verbinding kwijt", "Connection lost"),
    "reason-failed": ("Bellen mislukt", "Ringing failed"),
    "why-busy": (
        "Uw telefoon was in gesprek. Leg eerst op, en maak u dan weer beschikbaar.",
        "Your phone was busy. Hang up first, then make yourself ready again.",
    ),
    "why-declined": (
        "U hebt de oproep op uw telefoon geweigerd. Maak u weer beschikbaar als u wilt opnemen.",
        "You declined the call on your phone. Make yourself ready again when you can answer.",
    ),
    "why-no-answer": (
        "Uw telefoon werd niet opgenomen. Zet het geluid aan, en maak u weer beschikbaar als u er bent.",
        "Your phone was not answered. Turn its sound on, and make yourself ready when you are back.",
    ),
    "why-not-registered": (
        "Uw telefoon is niet verbonden. Start uw telefoonprogramma, wacht tot hij verbonden is, en maak u beschikbaar.",
        "Your phone is not connected. Start your phone program, wait until it is connected, then make yourself ready.",
    ),
    "why-phone-lost": (
        "De verbinding met uw telefoon viel weg. Controleer netwerk en headset, en maak u dan weer beschikbaar.",
        "The connection with your phone was lost. Check network and headset, then make yourself ready again.",
    ),
    "why-failed": (
        "Uw telefoon kon niet gebeld worden. Probeer het nog eens; lukt het weer niet, meld het dan aan uw beheerder.",
        "Your phone could not be rung. Try once more; if it fails again, tell your administrator.",
    ),
    "caller-kept-place": ("De beller staat weer op zijn plaats.", "The caller is back in their place."),
    "phone-connected": ("Telefoon verbonden", "Phone connected"),
    "phone-away": ("Telefoon niet verbonden", "Phone not connected"),
    "phone-none": ("Geen telefoon", "No phone"),
    "phone-away-do": (
        "Uw telefoon is niet verbonden. Start uw telefoonprogramma of herstel uw netwerk; daarna kunt u opnemen.",
        "Your phone is not connected. Start your phone program or mend your network; then you can take calls.",
    ),
    "phone-none-do": (
        "U hebt nog geen telefoon. Vraag uw beheerder om een telefoon voor u te maken.",
        "You have no phone yet. Ask your administrator to make one for you.",
    ),
    # -- queue
    "queue": ("Wachtrij", "Queue"),
    "waiting-none": ("niemand wacht", "nobody waits"),
    "waiting-one": ("1 wachtend", "1 waiting"),
    "waiting-many": ("{count} wachtend", "{count} waiting"),
    "longest": ("langste wacht", "longest wait"),
    "queue-empty": (
        "Er wacht niemand. Nieuwe bellers verschijnen hier vanzelf.",
        "Nobody is waiting. New callers appear here by themselves.",
    ),
    "verified": ("identiteit bewezen", "identity proven"),
    "not-verified": ("niet bewezen", "not proven"),
    "unknown-caller": ("Onbekende beller", "Unknown caller"),
    "no-name": ("Naam niet gedeeld", "Name not shared"),
    "no-purpose": ("Algemeen", "General"),
    "unreadable": (
        "De gegevens van deze beller kunnen niet worden gelezen. Vraag ze mondeling, en meld dit aan uw beheerder.",
        "This caller's data can't be read. Ask for it by voice, and tell your administrator.",
    ),
    "take": ("Opnemen", "Take"),
    "take-of": ("Opnemen: {name}", "Take: {name}"),
    "rings-at": ("gaat over bij {name}", "ringing {name}"),
    "blocked-in-call": (
        "U hebt een gesprek. Daarna kunt u weer opnemen.",
        "You have a call. You can take another after it.",
    ),
    "blocked-not-ready": (
        "U bent niet beschikbaar. Maak u beschikbaar om op te nemen.",
        "You are not ready. Make yourself ready to take calls.",
    ),
    "blocked-no-phone": (
        "Zonder telefoon kunt u niet opnemen. Vraag uw beheerder om een telefoon.",
        "You can't take calls without a phone. Ask your administrator for one.",
    ),
    "new-caller": ("Nieuwe beller: {purpose}", "New caller: {purpose}"),
    # -- the current call
    "call": ("Gesprek", "Call"),
    "call-none": (
        "U hebt nu geen gesprek. Kies een beller uit de wachtrij; dan gaat uw telefoon over.",
        "You have no call now. Choose a caller from the queue; your phone will ring.",
    ),
    "ringing": ("Uw telefoon gaat over", "Your phone is ringing"),
    "ringing-do": ("Neem op met uw telefoon of headset.", "Answer with your phone or headset."),
    "connected": ("In gesprek", "In a call"),
    "waited": ("wachtte {time}", "waited {time}"),
    "reveal": ("Toon", "Show"),
    "mask": ("Verberg", "Hide"),
    "reveal-of": ("Toon {label}; dit wordt vastgelegd", "Show {label}; this is recorded"),
    "revealed-for": ("Zichtbaar voor {seconds} seconden", "Visible for {seconds} seconds"),
    "copy": ("Kopieer", "Copy"),
    "copy-of": ("Kopieer {label}", "Copy {label}"),
    "copied": ("Gekopieerd", "Copied"),
    "copy-failed": ("Kopiëren lukte niet; selecteer de tekst zelf.", "Copying failed; select the text yourself."),
    "not-shown": ("niet getoond", "not shown by the citizen"),
    "none-on-card": ("staat niet op de kaart", "none on the card"),
    "links": ("Openen met de gegevens van de beller", "Open with the caller's data"),
    "opens-tab": ("(opent in een nieuw tabblad)", "(opens in a new tab)"),
    "link-lacks": ("een gegeven dat nodig is, is niet gedeeld", "a detail it needs was not shared"),
    "hang-up": ("Ophangen", "Hang up"),
    "stop-ringing": ("Stop overgaan", "Stop ringing"),
    "call-unproven": (
        "Deze beller heeft zich niet bewezen. Stel zelf vast met wie u spreekt.",
        "This caller has not proven who they are. Find out for yourself whom you speak with.",
    ),
    # -- today
    "today": ("Vandaag", "Today"),
    "today-none": ("Vandaag: nog geen gesprekken", "Today: no calls yet"),
    "today-one": ("Vandaag: 1 gesprek", "Today: 1 call"),
    "today-many": ("Vandaag: {count} gesprekken", "Today: {count} calls"),
    "average": ("gemiddeld {time}", "average {time}"),
    "today-why": (
        "Na een gesprek blijven alleen tijden staan; de gegevens van de beller zijn gewist.",
        "After a call only times remain; the caller's data has been erased.",
    ),
    # -- what came of a click, and news
    "said-yours": ("Uw telefoon gaat over. Neem op.", "Your phone is ringing. Answer it."),
    "said-taken": ("{name} was u net voor.", "{name} was just before you."),
    "said-taken-nobody": ("Deze beller is al geholpen.", "This caller has been helped already."),
    "said-gone": ("Deze beller heeft zelf opgehangen.", "This caller has hung up."),
    "said-in-call": ("U hebt al een gesprek. Hang eerst op.", "You have a call already. Hang up first."),
    "said-not-ready": (
        "U bent niet beschikbaar. Maak u eerst beschikbaar.",
        "You are not ready. Make yourself ready first.",
    ),
    "said-no-phone": (
        "U hebt nog geen telefoon. Vraag uw beheerder om een telefoon voor u te maken.",
        "You have no phone yet. Ask your administrator to make one for you.",
    ),
    "said-ending": ("Het gesprek wordt beëindigd.", "The call is being ended."),
    "said-no-call": ("Dit gesprek was al voorbij.", "This call was over already."),
    "said-ready": ("U bent beschikbaar.", "You are ready."),
    "said-paused": ("U bent niet beschikbaar.", "You are not ready."),
    "said-ended": (
        "Het gesprek is voorbij. De gegevens van de beller zijn gewist.",
        "The call is over. The caller's data has been erased.",
    ),
    "said-caller-left": ("De beller heeft opgehangen.", "The caller has hung up."),
    "said-back": ("De beller staat weer in de wachtrij.", "The caller is back in the queue."),
    "said-failed": ("Dat lukte niet. Probeer het nog eens.", "That did not work. Try again."),
    "moved": (
        "De wachtrij schoof net op. Kijk wie u wilt opnemen en klik nog eens.",
        "The queue has just moved up. See whom you want to take, and click again.",
    ),
    # -- live
    "offline": (
        "Geen verbinding. De wachtrij hieronder kan verouderd zijn. We proberen het opnieuw…",
        "No connection. The queue below may be out of date. Trying again…",
    ),
    "too-many-pages": (
        "Deze pagina staat op te veel plekken open en is hier gestopt. Ververs haar om hier verder te gaan.",
        "This page is open in too many places, and has stopped here. Refresh it to go on here.",
    ),
    # -- keys
    "keys": ("Toetsen", "Keys"),
    "keys-all": ("alle toetsen", "all keys"),
    "key-take": ("de langst wachtende beller opnemen", "take the caller who waited longest"),
    "key-ready": ("beschikbaar of pauze", "ready or break"),
    "key-queue": ("naar de wachtrij", "go to the queue"),
    "key-call": ("naar het gesprek", "go to the call"),
    "key-help": ("deze lijst", "this list"),
    "keys-on": ("Toetsen gebruiken", "Use these keys"),
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
    # -- attributes, by the last part of their id
    "attribute-bsn": ("BSN", "BSN"),
    "attribute-initials": ("Voorletters", "Initials"),
    "attribute-firstnames": ("Voornamen", "First names"),
    "attribute-prefix": ("Voorvoegsel", "Prefix"),
    "attribute-surname": ("Achternaam", "Surname"),
    "attribute-familyname": ("Geslachtsnaam", "Family name"),
    "attribute-fullname": ("Volledige naam", "Full name"),
    "attribute-gender": ("Geslacht", "Gender"),
    "attribute-nationality": ("Nederlander", "Dutch national"),
    "attribute-dateofbirth": ("Geboortedatum", "Date of birth"),
    "attribute-cityofbirth": ("Geboorteplaats", "Place of birth"),
    "attribute-countryofbirth": ("Geboorteland", "Country of birth"),
    "attribute-digidlevel": ("DigiD-niveau", "DigiD level"),
    "attribute-street": ("Straat", "Street"),
    "attribute-houseNumber": ("Huisnummer", "House number"),
    "attribute-zipcode": ("Postcode", "Postcode"),
    "attribute-city": ("Woonplaats", "City"),
    "attribute-municipality": ("Gemeente", "Municipality"),
    "attribute-email": ("E-mailadres", "E-mail address"),
    "attribute-mobilenumber": ("Mobiel nummer", "Mobile number"),
}


@dataclass(frozen=True)
class Say:
    """Says a text in one language: `say("waited", time="0:41")`."""

    language: str

    def __call__(self, key: str, **values: object) -> str:
        """Return the text of this key with these values in it. Raises KeyError for a key that is not there."""
        return _WORDS[key][LANGUAGES.index(self.language)].format(**values)


def speaker(language: str) -> Say:
    """Return who speaks this language; Dutch for one that we don't speak."""
    return Say(language if language in LANGUAGES else LANGUAGES[0])


def attribute_label(say: Say, short_name: str) -> str:
    """Return what an attribute is called; one that we have no word for is called by its own name."""
    key = f"attribute-{short_name}"
    return say(key) if key in _WORDS else short_name


def language_for(accept_language: str) -> str:
    """Return the language for someone whom we don't know yet, from the header of RFC 9110, 12.5.4."""
    for part in accept_language.split(","):
        wanted = part.strip()[:2].lower()
        if wanted in LANGUAGES:
            return wanted
    return LANGUAGES[0]
