"""What the office says: the team, one-time links, and one's phone."""

from typing import Final

WORDS: Final[dict[str, tuple[str, str]]] = {
    "places": ("Onderdelen", "Sections"),
    "to-content": ("Naar de inhoud", "To the content"),
    "place-queue": ("Wachtrij", "Queue"),
    "place-team": ("Team", "Team"),
    "place-phone": ("Mijn telefoon", "My phone"),
    "office": ("Beheer", "Office"),
    "office-offline": (
        "Geen verbinding. Wat hier staat kan verouderd zijn. We proberen het opnieuw…",
        "No connection. What is shown here may be out of date. Trying again…",
    ),
    "cancel": ("Annuleren", "Cancel"),
    # -- forms
    "fault-empty": ("Vul dit in.", "Fill this in."),
    "fault-long": ("Dit is te lang. Maak het korter.", "This is too long. Make it shorter."),
    "fault-minutes": (
        "Vul een heel aantal minuten in, van {least} tot {most}.",
        "Fill in a whole number of minutes, from {least} to {most}.",
    ),
    "fault-seconds": (
        "Vul een heel aantal seconden in, van {least} tot {most}.",
        "Fill in a whole number of seconds, from {least} to {most}.",
    ),
    "fault-days": (
        "Vul een heel aantal dagen in, van {least} tot {most}.",
        "Fill in a whole number of days, from {least} to {most}.",
    ),
    "fault-choice": ("Kies er een.", "Choose one."),
    "fault-login": (
        "Gebruik alleen kleine letters, cijfers en . _ @ + -",
        "Use small letters, digits and . _ @ + - only",
    ),
    "fault-login-taken": (
        "Deze gebruikersnaam is al in gebruik. Kies een andere.",
        "This user name is taken. Choose another.",
    ),
    # -- the team
    "tally": ("Nu in het team", "Now in the team"),
    "role-agent": ("Medewerker", "Agent"),
    "role-manager": ("Leidinggevende", "Manager"),
    "role-operator": ("Beheerder", "Operator"),
    "member-ready": ("Beschikbaar", "Ready"),
    "member-ringing": ("Telefoon gaat over", "Phone rings"),
    "member-in-call": ("In gesprek", "In a call"),
    "member-on-hold": ("Beller in de wacht", "Caller on hold"),
    "member-wrapping-up": ("Rondt af", "Wrapping up"),
    "member-not-ready": ("Niet beschikbaar", "Not ready"),
    "member-logged-out": ("Uitgelogd", "Logged out"),
    "member-invited": ("Uitgenodigd", "Invited"),
    "member-link-over": ("Link verlopen", "Link expired"),
    "member-disabled": ("Geblokkeerd", "Blocked"),
    "invite": ("Collega uitnodigen", "Invite a colleague"),
    "invite-how": (
        "U krijgt een link voor uw collega. Daarmee kiest die zelf een wachtwoord; u ziet het niet.",
        "You get a link for your colleague. With it they choose a password themselves; you do not see it.",
    ),
    "name-of": ("Naam", "Name"),
    "login-hint": (
        "Bijvoorbeeld het e-mailadres. Kleine letters en cijfers.",
        "The e-mail address, for example. Small letters and digits.",
    ),
    "role": ("Rol", "Role"),
    "role-agent-does": ("Medewerker: neemt gesprekken aan", "Agent: takes calls"),
    "role-manager-does": (
        "Leidinggevende: neemt gesprekken aan en beheert het team en de instellingen",
        "Manager: takes calls, and looks after the team and the settings",
    ),
    "language-of-pages": ("Taal van de pagina’s", "Language of the pages"),
    "make-link": ("Maak de link", "Make the link"),
    "link": ("Link", "Link"),
    "link-for": ("Link voor {name}", "Link for {name}"),
    "link-how": (
        "Geef deze link zelf aan uw collega. Hij staat alleen nu op uw scherm, werkt één keer en tot {until}.",
        "Hand this link to your colleague yourself. It is on your screen only now, works once, and until {until}.",
    ),
    "to-team": ("Naar het team", "To the team"),
    "state": ("Status", "Status"),
    "phone": ("Telefoon", "Phone"),
    "logins": ("Open sessies", "Open sessions"),
    "last-seen": ("laatst gezien {at}", "last seen {at}"),
    "link-works-until": ("Link werkt tot", "Link works until"),
    "what-you-can-do": ("Wat u kunt doen", "What you can do"),
    "reset": ("Nieuwe link voor een wachtwoord", "New link for a password"),
    "reset-does": (
        (
            "Wachtwoord vergeten, of kwijt aan een ander? Het oude wachtwoord werkt dan niet meer en uw collega wordt "
            "uitgelogd. U krijgt een link om een nieuw wachtwoord te kiezen."
        ),
        (
            "Password forgotten, or known to somebody else? The old one then works no more, and your colleague is "
            "logged out. You get a link to choose a new one."
        ),
    ),
    "reset-sure": ("Ja, maak een nieuwe link", "Yes, make a new link"),
    "sign-out": ("Overal uitloggen", "Log out everywhere"),
    "sign-out-does": (
        "Sluit alle open pagina’s van uw collega, overal. Inloggen kan daarna gewoon weer.",
        "Closes all open pages of your colleague, everywhere. They can log in again.",
    ),
    "disable": ("Blokkeren", "Block"),
    "disable-does": (
        (
            "Voor nu geen toegang: uw collega wordt uitgelogd en de telefoon gaat niet meer over. Een lopend gesprek "
            "gaat door tot er wordt opgehangen."
        ),
        (
            "No access for now: your colleague is logged out, and their phone rings no more. A call under way lasts "
            "until somebody hangs up."
        ),
    ),
    "enable": ("Weer toelaten", "Let in again"),
    "enable-does": (
        "Uw collega kan weer inloggen, en maakt bij Mijn telefoon een nieuwe telefoon.",
        "Your colleague can log in again, and makes a new phone at My phone.",
    ),
    "remove": ("Verwijderen", "Remove"),
    "remove-does": (
        "Voorgoed: uw collega wordt uitgelogd, en account en telefoon verdwijnen. In het logboek blijft de naam staan.",
        "For good: your colleague is logged out, and their account and phone go. Their name stays in the audit trail.",
    ),
    "remove-sure": ("Ja, verwijder deze collega", "Yes, remove this colleague"),
    "not-yourself": (
        "Dit bent u zelf. Uw eigen toegang wijzigt alleen een andere leidinggevende; zo blijft er altijd een over.",
        "This is you. Only another manager can change your own access; so one is always left.",
    ),
    "did-disabled": ("Geblokkeerd en uitgelogd.", "Blocked and logged out."),
    "did-enabled": ("Weer toegelaten.", "Let in again."),
    "did-removed": ("Verwijderd en uitgelogd.", "Removed and logged out."),
    "did-signed-out": ("Overal uitgelogd.", "Logged out everywhere."),
    # -- a one-time link
    "choose-password": ("Kies een wachtwoord", "Choose a password"),
    "welcome-how": (
        "Welkom. Kies het wachtwoord waarmee u voortaan inlogt. Niemand anders ziet het.",
        "Welcome. Choose the password to log in with from now on. Nobody else sees it.",
    ),
    "password-chosen": ("Wachtwoord gekozen", "Password chosen"),
    "password-chosen-now": (
        "Uw wachtwoord is gekozen. U kunt nu inloggen als {login}.",
        "Your password has been chosen. You can log in now as {login}.",
    ),
    "link-no-more": (
        (
            "Deze link werkt niet meer. Hebt u er al een wachtwoord mee gekozen? Log dan in. Vraag anders uw "
            "leidinggevende om een nieuwe."
        ),
        (
            "This link works no more. Have you chosen a password with it? Then log in. Else ask your manager for "
            "a new one."
        ),
    ),
    # -- my phone
    "phone-server": ("Server", "Server"),
    "phone-user": ("Gebruiker", "User"),
    "phone-baresip": ("Regel voor baresip (accounts)", "Line for baresip (accounts)"),
    "phone-password-gone": ("Alleen te zien toen het gemaakt werd", "Shown only when it was made"),
    "phone-password-once": (
        "Uw telefoon is gemaakt. Het wachtwoord staat hier alleen nu: stel uw telefoon meteen in.",
        "Your phone has been made. Its password is here only now: set your phone up at once.",
    ),
    "phone-qr": ("QR-code voor Linphone", "QR code for Linphone"),
    "phone-qr-how": (
        "Linphone: kies bij het eerste gebruik “QR-code scannen”. De code werkt één keer, en een kwartier lang.",
        "Linphone: choose “Scan QR code” at first use. The code works once, and for a quarter of an hour.",
    ),
    "phone-make": ("Maak mijn telefoon", "Make my phone"),
    "phone-make-does": (
        "U hebt nog geen telefoon. Maak er een, en stel er uw softphone mee in.",
        "You have no phone yet. Make one, and set up your softphone with it.",
    ),
    "phone-renew": ("Telefoon opnieuw instellen", "Set up my phone anew"),
    "phone-renew-does": (
        (
            "Doe dit alleen als u het wachtwoord kwijt bent of een ander toestel neemt. De telefoon die nu is "
            "ingesteld werkt dan meteen niet meer: u kunt pas weer opnemen als u de nieuwe gegevens hebt ingevuld."
        ),
        (
            "Do this only when you lost the password or take another device. The phone that is set up now then "
            "works no more, at once: you can take calls again when you have filled in what you get."
        ),
    ),
    "phone-renew-sure": ("Ja, de oude telefoon mag uit", "Yes, the old phone may stop"),
}
