"""The SIP account of an agent's phone, as it is made: a name and a password that nobody chose."""

import hashlib
import secrets

from callcenter.model.staff import Phone, User

REALM = "veilig-bellen"  # the realm of every phone's digest; see asterisk/conf/pjsip.conf


def new_phone(user: User) -> tuple[Phone, str]:
    """Return a new SIP account of this user, and its password, which is kept nowhere."""
    name, password = f"phone-{secrets.token_hex(6)}", secrets.token_urlsafe(18)
    # SIP's digest is MD5 by RFC 3261; the password is random, so that the digest can't be guessed.
    digest = hashlib.md5(f"{name}:{REALM}:{password}".encode(), usedforsecurity=False).hexdigest()
    return Phone(name, user.id, REALM, digest), password
