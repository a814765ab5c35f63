"""What is said of a new password."""

from typing import Final

WORDS: Final[dict[str, tuple[str, str]]] = {
    "new-password": ("Nieuw wachtwoord", "New password"),
    "new-password-again": ("Nieuw wachtwoord, nog een keer", "New password, once more"),
    "password-hint": (
        "Minstens 12 tekens. Een korte zin die u onthoudt is het sterkst; spaties mogen.",
        "At least 12 characters. A short sentence that you remember is strongest; spaces are fine.",
    ),
    "password-short": (
        "Dit wachtwoord is te kort: kies er een van minstens 12 tekens.",
        "This password is too short: choose one of at least 12 characters.",
    ),
    "password-long": (
        "Dit wachtwoord is te lang: kies er een van hoogstens 200 tekens.",
        "This password is too long: choose one of at most 200 characters.",
    ),
    "password-common": (
        "Dit wachtwoord kiezen veel mensen. Kies een ander, bijvoorbeeld een korte zin.",
        "Many people choose this password. Choose another, such as a short sentence.",
    ),
    "password-own-name": (
        "Dit wachtwoord lijkt te veel op uw naam. Kies een ander, bijvoorbeeld een korte zin.",
        "This password is too much like your name. Choose another, such as a short sentence.",
    ),
    "password-unlike": (
        "De twee nieuwe wachtwoorden zijn niet gelijk. Vul ze nog een keer in.",
        "The two new passwords are not the same. Fill them in once more.",
    ),
}
