"""Second factors: codes of an authenticator app (TOTP, RFC 6238), and recovery codes for when it is lost."""

import hashlib
import secrets
import unicodedata
from datetime import datetime, timedelta
from typing import Final

import pyotp

ISSUER: Final = "Veilig bellen"
STEP_SECONDS: Final = 30  # RFC 6238, 5.2
SKEW_STEPS: Final = 1  # that a phone's clock may be ahead or behind
RECOVERY_CODES: Final = 10

FREE_TRIES: Final = 5  # wrong codes in a row before the delay begins
LONGEST_DELAY: Final = timedelta(minutes=15)
_LETTERS: Final = "abcdefghjkmnpqrstuvwxyz23456789"  # none that is read for another
_RECOVERY_LETTERS: Final = 16  # 79 bits: nobody guesses one, nor finds it from its hash


def new_secret() -> str:
    """Return a new secret for an authenticator app, in base32: 160 bits (RFC 4226, 4)."""
    return pyotp.random_base32(32)


def app_address(secret: str, login: str, place: str) -> str:
    """Return the `otpauth:` address that an authenticator app reads from a QR code."""
    return pyotp.TOTP(secret).provisioning_uri(name=f"{login} ({place})" if place else login, issuer_name=ISSUER)


def step_of(secret: str, code: str, now: datetime, last_step: int) -> int | None:
    """Return the time step of this code, if it is right and later than the last that was used (RFC 6238, 5.2)."""
    current = int(now.timestamp()) // STEP_SECONDS
    totp = pyotp.TOTP(secret)
    right = None
    for step in range(current - SKEW_STEPS, current + SKEW_STEPS + 1):
        if secrets.compare_digest(totp.generate_otp(step).encode(), code.encode()) and step > last_step:
            right = step
    return right


def typed_code(text: str) -> str:
    """Return what somebody typed as a code, without the spaces and hyphens that it was shown with."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    return "".join(one for one in plain if one.isalnum())[:40]


def is_app_code(code: str) -> bool:
    """Tell whether this looks like an app's code, rather than a recovery code."""
    return len(code) == 6 and code.isdecimal() and code.isascii()


def seconds_to_wait(wrong: int, last_wrong: datetime | None, now: datetime) -> float:
    """Return for how long no app's code is looked at after so many wrong ones in a row.

    Only who knows the password gets here, so that this keeps no colleague out for a stranger. At the longest delay
    some 100 codes a day are looked at, of which three in a million are right.
    """
    if wrong < FREE_TRIES or last_wrong is None:
        return 0.0
    delay = min(timedelta(seconds=2 ** min(wrong - FREE_TRIES, 20)), LONGEST_DELAY)
    return max(0.0, (last_wrong + delay - now).total_seconds())


def new_recovery_codes() -> tuple[str, ...]:
    """Return ten recovery codes, as they are shown: four groups of four."""
    codes = ("".join(secrets.choice(_LETTERS) for _ in range(_RECOVERY_LETTERS)) for _ in range(RECOVERY_CODES))
    return tuple("-".join(code[at : at + 4] for at in range(0, _RECOVERY_LETTERS, 4)) for code in codes)


def recovery_hash(user_id: str, code: str) -> bytes:
    """Return what is kept of a recovery code; it is random, so that a plain hash will do (NIST SP 800-63B, 3.1.2.2)."""
    return hashlib.sha256(f"{user_id}:{typed_code(code)}".encode()).digest()
