"""What is said on the way in, after the password: second factors and recovery codes."""

from typing import Final

WORDS: Final[dict[str, tuple[str, str]]] = {
    "second-title": ("Nog één stap", "One more step"),
    "second-code": ("Code uit uw app", "Code from your app"),
    "second-code-or-recovery": ("Code uit uw app, of een herstelcode", "Code from your app, or a recovery code"),
    "second-recovery-only": ("Herstelcode", "Recovery code"),
    "second-hint": (
        "Zes cijfers. Uw app kwijt? Vul hier dan een van uw herstelcodes in.",
        "Six digits. Lost your app? Fill in one of your recovery codes here instead.",
    ),
    "second-hint-no-codes": (
        "Zes cijfers. Uw app kwijt? Vraag uw beheerder om een nieuwe start.",
        "Six digits. Lost your app? Ask your manager for a new start.",
    ),
    "second-hint-recovery": ("Zestien letters en cijfers.", "Sixteen letters and digits."),
    "second-go-on": ("Verder", "Go on"),
    "second-back": ("Terug naar het begin", "Back to the start"),
    "second-wrong": (
        "Deze code klopt niet, of is al gebruikt. Wacht op de volgende code en probeer het opnieuw.",
        "This code is not right, or was used already. Wait for the next code and try again.",
    ),
    "second-wait": (
        "Er zijn te veel verkeerde codes ingevuld. Wacht {seconds} seconden, of gebruik een herstelcode.",
        "Too many wrong codes were filled in. Wait {seconds} seconds, or use a recovery code.",
    ),
    "log-in-again": (
        "Dat duurde te lang of ging te vaak mis. Log opnieuw in.",
        "That took too long, or went wrong too often. Log in again.",
    ),
    # -- passkeys
    "passkey": ("Passkey", "Passkey"),
    "passkey-log-in": ("Inloggen met een passkey", "Log in with a passkey"),
    "passkey-use": ("Gebruik uw passkey", "Use your passkey"),
    "passkey-make": ("Maak een passkey", "Make a passkey"),
    "passkey-explained": (
        "Uw telefoon, computer of beveiligingssleutel bewijst dan dat u het bent. Er is niets over te typen.",
        "Your phone, computer or security key then proves that it is you. There is nothing to copy.",
    ),
    "passkey-wrong": (
        "Deze passkey kennen we niet, of de aanvraag was verlopen. Probeer het opnieuw.",
        "We do not know this passkey, or the request was stale. Try again.",
    ),
    "passkey-stopped": (
        "Het is niet gelukt, of u bent gestopt. Probeer het opnieuw of kies een andere manier.",
        "That did not work, or you stopped. Try again or choose another way.",
    ),
    "passkey-no-script": (
        "Passkeys werken niet in deze browser, of scripts staan uit.",
        "Passkeys do not work in this browser, or scripts are off.",
    ),
    "or": ("of", "or"),
    # -- adding the first
    "enrol-title": ("Maak uw account veilig", "Make your account safe"),
    "enrol-explained": (
        "U ziet hier straks gegevens van inwoners. Daarom is een wachtwoord alleen niet genoeg.",
        "You are about to see citizens' data here. So a password alone is not enough.",
    ),
    "app-title": ("Voeg een app toe", "Add an app"),
    "app-scan": (
        "Scan dit plaatje met een app voor codes op uw telefoon, zoals Microsoft Authenticator of 2FAS.",
        "Scan this picture with an app for codes on your phone, such as Microsoft Authenticator or 2FAS.",
    ),
    "app-qr": ("QR-code voor uw app", "QR code for your app"),
    "app-key": ("Scannen lukt niet? Typ deze sleutel in de app:", "Can't scan? Type this key into the app:"),
    "app-first-code": ("Code die de app nu toont", "Code that the app shows now"),
    "app-confirm": ("Klaar", "Done"),
    "app-wrong": (
        "Deze code klopt niet. Kijk of de klok van uw telefoon goed staat en vul de nieuwste code in.",
        "This code is not right. See that your phone's clock is right, and fill in the newest code.",
    ),
    # -- recovery codes
    "recovery-title": ("Uw herstelcodes", "Your recovery codes"),
    "recovery-explained": (
        "Telefoon of sleutel kwijt? Met een van deze codes komt u binnen. Elke code werkt één keer.",
        "Lost your phone or key? One of these codes gets you in. Each works once.",
    ),
    "recovery-keep": (
        "U ziet ze alleen nu. Bewaar ze buiten deze computer, bijvoorbeeld op papier.",
        "You see them only now. Keep them away from this computer, on paper for instance.",
    ),
    "recovery-kept": ("Ik heb ze bewaard, verder", "I have kept them, go on"),
}
