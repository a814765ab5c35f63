"""What is said at the log-in."""

from typing import Final

WORDS: Final[dict[str, tuple[str, str]]] = {
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
}
