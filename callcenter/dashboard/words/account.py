"""What is said on the page of one's own account."""

from typing import Final

WORDS: Final[dict[str, tuple[str, str]]] = {
    "account": ("Mijn account", "My account"),
    "account-of": ("Ingelogd als {name}, gebruikersnaam {login}.", "Logged in as {name}, user name {login}."),
    "account-back": ("Terug naar het werk", "Back to work"),
    "back": ("Terug", "Back"),
    # -- language
    "own-language": ("Taal", "Language"),
    "language-nl": ("Nederlands", "Nederlands"),
    "language-en": ("English", "English"),
    "language-save": ("Kies", "Choose"),
    "said-language-changed": ("Uw taal is gekozen.", "Your language has been set."),
    # -- password
    "own-password": ("Wachtwoord", "Password"),
    "own-password-old": ("Huidig wachtwoord", "Current password"),
    "own-password-change": ("Wijzig wachtwoord", "Change password"),
    "own-password-wrong": (
        "Dit is niet uw huidige wachtwoord. Probeer het opnieuw.",
        "This is not your current password. Try again.",
    ),
    "own-password-wait": (
        "Het wachtwoord was een paar keer verkeerd. Wacht {seconds} seconden en probeer het dan opnieuw.",
        "The password was wrong a few times. Wait {seconds} seconds, then try again.",
    ),
    "said-password-changed": (
        "Uw wachtwoord is gewijzigd. Waar u verder was ingelogd, bent u uitgelogd.",
        "Your password has been changed. Wherever else you were logged in, you have been logged out.",
    ),
    # -- second factors
    "own-factors": ("Tweede stap bij het inloggen", "Second step of the log-in"),
    "factors-none": (
        "U logt in met alleen een wachtwoord. Met een tweede stap komt een ander er ook met uw wachtwoord niet in.",
        "You log in with a password alone. With a second step nobody gets in with your password.",
    ),
    "factor-app": ("App voor codes", "App for codes"),
    "factor-passkey": ("Passkey {name}", "Passkey {name}"),
    "factor-since": ("sinds {at}", "since {at}"),
    "factor-used": ("laatst gebruikt {at}", "last used {at}"),
    "factor-remove": ("Verwijder", "Remove"),
    "factor-remove-of": ("Verwijder {what}", "Remove {what}"),
    "factor-is-last": (
        "Een tweede stap is hier verplicht. Voeg eerst een andere toe; dan kan deze weg.",
        "A second step is a must here. Add another first; then this one can go.",
    ),
    "factor-add-app": ("Voeg een app toe", "Add an app"),
    "factor-replace-app": ("Kies een andere app", "Choose another app"),
    "factor-add-passkey": ("Voeg een passkey toe", "Add a passkey"),
    "passkey-name": ("Naam, om hem te herkennen", "Name, to know it by"),
    "passkey-name-hint": (
        "Bijvoorbeeld: telefoon, of sleutel aan mijn bos.",
        "For instance: phone, or key on my ring.",
    ),
    "passkey-full": (
        "U hebt al tien passkeys. Verwijder er eerst een.",
        "You have ten passkeys already. Remove one first.",
    ),
    "codes-left": ("Herstelcodes: nog {count} van de 10.", "Recovery codes: {count} of 10 left."),
    "codes-new": ("Maak nieuwe herstelcodes", "Make new recovery codes"),
    "said-app-added": ("De app is toegevoegd.", "The app has been added."),
    "said-app-removed": ("De app is verwijderd.", "The app has been removed."),
    "said-passkey-added": ("De passkey is toegevoegd.", "The passkey has been added."),
    "said-passkey-removed": ("De passkey is verwijderd.", "The passkey has been removed."),
    "said-recovery-code-used": (
        "Deze herstelcode werkt nu niet meer. Bent u uw app of passkey kwijt, voeg dan een nieuwe toe.",
        "This recovery code works no more. If you have lost your app or passkey, add a new one.",
    ),
    # -- showing once more that it is you
    "prove-title": ("Bent u het nog?", "Is it still you?"),
    "prove-explained": (
        "Hiervoor vragen we uw wachtwoord nog een keer. Dan hoeft het tien minuten lang niet meer.",
        "For this we ask your password once more. Then it is not needed for ten minutes.",
    ),
    "said-proven": (
        "Dank u. U kunt nu verder met wat u wilde doen.",
        "Thank you. Now go on with what you wanted to do.",
    ),
    # -- log-ins
    "own-log-ins": ("Waar u bent ingelogd", "Where you are logged in"),
    "browser-on": ("{browser} op {system}", "{browser} on {system}"),
    "browser-unknown": ("Onbekende browser", "Unknown browser"),
    "log-in-here": ("dit is hier", "this is here"),
    "log-in-since": ("sinds {at}", "since {at}"),
    "log-in-seen": ("laatst gebruikt {at}", "last used {at}"),
    "log-in-from": ("vanaf {address}", "from {address}"),
    "log-in-end": ("Beëindig", "End"),
    "log-in-end-of": ("Beëindig {what}, sinds {at}", "End {what}, since {at}"),
    "log-in-end-others": ("Beëindig alle andere", "End all others"),
    "log-out-everywhere": ("Overal uitloggen", "Log out everywhere"),
    "said-login-ended": ("Daar bent u uitgelogd.", "You have been logged out there."),
    "said-others-ended": ("U bent alleen hier nog ingelogd.", "You are logged in here only now."),
}
