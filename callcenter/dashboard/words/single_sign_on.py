"""What is said of single sign-on."""

from typing import Final

WORDS: Final[dict[str, tuple[str, str]]] = {
    "sso-with": ("Inloggen via {name}", "Log in via {name}"),
    "sso-in": ("U bent ingelogd.", "You are logged in."),
    "sso-stale": (
        "Dat duurde te lang of begon in een andere browser. Probeer het opnieuw.",
        "That took too long, or began in another browser. Try again.",
    ),
    "sso-failed": (
        "Inloggen via uw gemeente lukt nu niet. Probeer het zo opnieuw; blijft het misgaan, meld het uw beheerder.",
        "Logging in via your municipality does not work now. Try again soon; if it goes on, tell your administrator.",
    ),
    "sso-kept-out": (
        "U hebt hier geen toegang meer. Vraag uw manager als dat niet klopt.",
        "You have no access here any more. Ask your manager if that is wrong.",
    ),
    "sso-no-role": (
        "Uw account heeft hier nog geen rol. Vraag uw beheerder om u toegang te geven.",
        "Your account has no role here yet. Ask your administrator to give you access.",
    ),
}
