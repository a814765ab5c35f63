"""Which passwords staff may choose: length over rules, and none that a guesser tries first (NIST SP 800-63B, 3.1.1.2).

The list of common ones is that of zxcvbn (MIT): 30 000 passwords of real leaks, Dutch ones among them. It is compared
with what is left of a password without what people put around a word to please a rule: `W3lkom2026!` is `welkom`.
"""

import re
import unicodedata
from typing import Final

from zxcvbn.frequency_lists import FREQUENCY_LISTS

SHORTEST = 12  # characters
LONGEST = 200  # characters; hashing is not to cost more than it has to

# What offices in the Netherlands choose when they must change a password, and the leaks of the world know less well.
_LOCAL: Final = frozenset(
    """
    gemeente stadhuis gemeentehuis burgerzaken klantcontact callcenter veiligbellen welkomterug geheimpje inloggen
    lente voorjaar zomer najaar herfst winter januari februari maart april mei juni juli augustus september oktober
    november december maandag dinsdag woensdag donderdag vrijdag zaterdag zondag koningsdag sinterklaas
    """.split()  # noqa: SIM905 -- read as words
)
_COMMON: Final = frozenset(FREQUENCY_LISTS["passwords"]) | _LOCAL
_LOOKALIKES: Final = str.maketrans("013457@$!€", "oleastasie")
# What is wrong, by its key, for who reads what a command says. The pages say it in words of their own.
FAULTS: Final = {
    "password-short": f"this password is too short: choose one of at least {SHORTEST} characters",
    "password-long": f"this password is too long: choose one of at most {LONGEST} characters",
    "password-common": "many people choose this password; choose another, such as a short sentence",
    "password-own-name": "this password is too much like the user's name; choose another, such as a short sentence",
}
_ROWS: Final = (
    "qwertyuiop[]",
    "asdfghjkl;'",
    "zxcvbnm,./",
    "1234567890",
    "1234567890-=",
    "azertyuiop",
    "abcdefghijklmnopqrstuvwxyz",
)
_OWN_REST = 8  # characters that must be left without one's own name
_OWN_WORD = 3  # letters of a name that is looked for


def fault_of(password: str, login: str, name: str) -> str | None:
    """Return what is wrong with a new password of this user, as a key of FAULTS; None when it is good."""
    if len(password) < SHORTEST:
        return "password-short"
    if len(password) > LONGEST:
        return "password-long"
    plain = unicodedata.normalize("NFKC", password).casefold()
    if _is_common(plain):
        return "password-common"
    if _is_own_name(plain, login, name):
        return "password-own-name"
    return None


def _is_common(plain: str) -> bool:
    read = {plain, plain.translate(_LOOKALIKES)}
    # A digit at an end is a decoration, and within a word it stands for a letter: both readings are looked at.
    bare = {re.sub(r"^[\W\d_]+|[\W\d_]+$", "", one) for one in read}
    bare |= {one.translate(_LOOKALIKES) for one in bare}
    letters = {re.sub(r"[\W\d_]+", "", one) for one in read | bare}
    return any(one in _COMMON or _is_run(one) for one in map(_repeated, read | bare | letters) if one)


def _is_run(text: str) -> bool:
    """Whether it is keys in a row, forwards or backwards, or one character over and over."""
    if len(text) < _OWN_WORD:
        return len(set(text)) == 1
    rows = [row * (len(text) // len(row) + 2) for row in _ROWS]
    return any(text in row or text[::-1] in row for row in rows)


def _repeated(text: str) -> str:
    """Return what a text repeats: `welkomwelkom` gives `welkom`; one that repeats nothing is given back."""
    length = (text + text).find(text, 1)
    return text[:length] if length > 0 else text


def _is_own_name(plain: str, login: str, name: str) -> bool:
    squashed = re.sub(r"[\W_]+", "", plain)
    own = {_squash(login), _squash(name), *(_squash(word) for word in re.split(r"[\W_]+", f"{login} {name}"))}
    for word in sorted(own, key=len, reverse=True):
        if len(word) >= _OWN_WORD:
            squashed = squashed.replace(word, "")
    had = len(re.sub(r"[\W_]+", "", plain))
    return len(squashed) < min(_OWN_REST, had)


def _squash(text: str) -> str:
    return re.sub(r"[\W_]+", "", unicodedata.normalize("NFKC", text).casefold())
