"""What the agent's page says of the agent and of the queue."""

from typing import Final

WORDS: Final[dict[str, tuple[str, str]]] = {
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
        "U hebt de oproep op uw telefoon geweigerd. Maak u weer beschikbaar als u iemand kunt aannemen.",
        "You declined the call on your phone. Make yourself ready again when you can take somebody.",
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
        "Uw telefoon is niet verbonden. Start uw telefoonprogramma of herstel uw netwerk.",
        "Your phone is not connected. Start your phone program or mend your network.",
    ),
    "phone-none-do": (
        "U hebt nog geen telefoon. Maak er hier een:",
        "You have no phone yet. Make one here:",
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
    "take": ("Aannemen", "Take"),
    "take-of": ("Aannemen: {name}", "Take: {name}"),
    "choose": ("Neem een beller aan; dan gaat uw telefoon over.", "Take a caller; your phone will ring."),
    "rings-at": ("gaat over bij {name}", "ringing {name}"),
    "blocked-ringing": (
        "Uw telefoon gaat over. Neem eerst op.",
        "Your phone is ringing. Answer it first.",
    ),
    "blocked-in-call": (
        "U hebt een gesprek. Daarna kunt u de volgende aannemen.",
        "You have a call. You can take the next one after it.",
    ),
    "blocked-not-ready": (
        "U bent niet beschikbaar. Maak u beschikbaar om een beller aan te nemen.",
        "You are not ready. Make yourself ready to take a caller.",
    ),
    "blocked-no-phone": (
        "Zonder telefoon kunt u niemand aannemen. Maak er een bij Mijn telefoon.",
        "You can't take anybody without a phone. Make one at My phone.",
    ),
    "blocked-phone-away": (
        "Uw telefoon is niet verbonden. Start uw telefoonprogramma om een beller aan te nemen.",
        "Your phone is not connected. Start your phone program to take a caller.",
    ),
    "new-caller": ("Nieuwe beller: {purpose}", "New caller: {purpose}"),
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
        "U hebt nog geen telefoon. Maak er een bij Mijn telefoon.",
        "You have no phone yet. Make one at My phone.",
    ),
    "said-ending": ("Het gesprek wordt beëindigd.", "The call is being ended."),
    "said-stopping": ("Uw telefoon stopt met overgaan.", "Your phone stops ringing."),
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
        "De wachtrij schoof net op. Kijk wie u wilt aannemen en klik nog eens.",
        "The queue has just moved up. See whom you want to take, and click again.",
    ),
    # -- keys
    "keys": ("Toetsen", "Keys"),
    "keys-all": ("alle toetsen", "all keys"),
    "key-take": ("de langst wachtende beller aannemen", "take the caller who waited longest"),
    "key-ready": ("pauze, of weer beschikbaar", "break, or ready again"),
    "key-queue": ("naar de wachtrij", "go to the queue"),
    "key-call": ("naar het gesprek", "go to the call"),
    "key-help": ("deze lijst", "this list"),
    "keys-on": ("Toetsen gebruiken", "Use these keys"),
    "now-take": ("aannemen", "take"),
    "now-pause": ("pauze", "break"),
    "now-ready": ("beschikbaar", "ready"),
}
