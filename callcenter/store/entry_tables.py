"""The tables of the way in: attempts, log-ins half-way, second factors, single sign-on."""

from sqlalchemy import BigInteger, Boolean, Column, ForeignKey, Integer, LargeBinary, String, Table

from callcenter.store.tables import Moment, metadata

# How often a password was wrong. Which name it was for, and from where, is in `mark` as a keyed hash only.
log_in_try = Table(
    "log_in_try",
    metadata,
    Column("mark", LargeBinary(32), primary_key=True),
    Column("wrong", Integer, nullable=False),
    Column("last_at", Moment, nullable=False, index=True),
    Column("right_at", Moment),
)

# A log-in of which only the password has been shown.
half_login = Table(
    "half_login",
    metadata,
    Column("token_hash", LargeBinary(32), primary_key=True),
    Column("staff_id", ForeignKey("staff.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("began_at", Moment, nullable=False),
    Column("tries", Integer, nullable=False),
)

totp = Table(
    "totp",
    metadata,
    Column("staff_id", ForeignKey("staff.id", ondelete="CASCADE"), primary_key=True),
    Column("secret", LargeBinary, nullable=False),
    Column("since", Moment, nullable=False),
    Column("last_step", BigInteger, nullable=False),
    Column("wrong", Integer, nullable=False),
    Column("wrong_at", Moment),
)

# An authenticator app that has been offered to one log-in, whole or half, and not confirmed by a code yet.
totp_offer = Table(
    "totp_offer",
    metadata,
    Column("token_hash", LargeBinary(32), primary_key=True),
    Column("staff_id", ForeignKey("staff.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("secret", LargeBinary, nullable=False),
    Column("offered_at", Moment, nullable=False),
)

passkey = Table(
    "passkey",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("credential_id", LargeBinary(1023), nullable=False, unique=True),
    Column("staff_id", ForeignKey("staff.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("public_key", LargeBinary, nullable=False),
    Column("sign_count", BigInteger, nullable=False),
    Column("name", String(40), nullable=False),
    Column("since", Moment, nullable=False),
    Column("used_at", Moment),
)

# A challenge is made without keeping it; one that a passkey has signed is kept until it is too old to be signed again.
spent_challenge = Table(
    "spent_challenge",
    metadata,
    Column("challenge_hash", LargeBinary(32), primary_key=True),
    Column("spent_at", Moment, nullable=False, index=True),
)

recovery_code = Table(
    "recovery_code",
    metadata,
    Column("staff_id", ForeignKey("staff.id", ondelete="CASCADE"), primary_key=True),
    Column("code_hash", LargeBinary(32), primary_key=True),
)

single_sign_on = Table(
    "single_sign_on",
    metadata,
    Column("municipality_id", ForeignKey("municipality.id"), primary_key=True),
    Column("issuer", String(300), nullable=False),
    Column("client_id", String(200), nullable=False),
    Column("client_secret", LargeBinary, nullable=False),
    Column("role_claim", String(100), nullable=False),
    Column("agent_value", String(200), nullable=False),
    Column("manager_value", String(200), nullable=False),
    Column("passwords", Boolean, nullable=False),
)

# A log-in that is under way at a provider.
sso_attempt = Table(
    "sso_attempt",
    metadata,
    Column("state_hash", LargeBinary(32), primary_key=True),
    Column("municipality_id", ForeignKey("municipality.id"), nullable=False),
    Column("nonce", String(64), nullable=False),
    Column("verifier", String(64), nullable=False),
    Column("began_at", Moment, nullable=False),
)

sso_identity = Table(
    "sso_identity",
    metadata,
    Column("municipality_id", ForeignKey("municipality.id"), primary_key=True),
    Column("subject", String(255), primary_key=True),
    Column("staff_id", ForeignKey("staff.id", ondelete="CASCADE"), nullable=False, index=True),
)
