"""What each process may do with each table, and which rows the dashboard may see; 0003 puts it in force.

Whoever runs the migrations owns the tables, and is bound by none of it: `callcenter admin` is.
"""

from typing import Final

from callcenter.store.roles import ENTRANCE, INSTALLATION, WITHIN, Process

# -- what each process may do ----------------------------------------------------------------------

# Of a disclosure: whose it is and how far it goes; and what erasing empties.
_COURSE = "id, municipality_id, purpose_id, call_id, state"
_ERASED = "state, sealed, code_hash, irma_session, irma_token, begun, look_at"

_ALL = ("SELECT", "INSERT", "UPDATE", "DELETE")
_READ: Final = ("SELECT",)

# Each right as SQL says it, or `RIGHT but COLUMN`: to all columns but that one.
GRANTS: Final[dict[Process, dict[str, tuple[str, ...]]]] = {
    # Writes what is sealed and can't read it; sweeps, so it alone may take lines from the trail that are old enough.
    "api": {
        "alembic_version": _READ,
        "municipality": _READ,
        "purpose": _READ,
        "api_key": ("SELECT", "UPDATE (used_at)"),
        "disclosure": ("SELECT but sealed", "INSERT", "UPDATE", "DELETE"),
        "call": ("SELECT", "UPDATE (disclosure_id, phone_name)"),
        "guess_limit": _ALL,
        "one_time_link": ("SELECT (expires_at)", "DELETE"),
        "audit": ("SELECT (at, keep_days)", "INSERT", "DELETE"),
        "log_in_try": ("SELECT", "UPDATE (wrong)", "DELETE"),
    },
    # Knows calls and phones. Of a disclosure it sees that there is one, and erases it.
    "conductor": {
        "alembic_version": _READ,
        "municipality": _READ,
        "call": ("SELECT", "INSERT", "UPDATE"),
        "disclosure": (f"SELECT ({_COURSE})", f"UPDATE ({_ERASED})"),
        "staff": ("SELECT but password_hash", "UPDATE (ready, not_ready_reason)"),
        "phone": ("SELECT", "UPDATE (registered)"),
        "lease": _ALL,
    },
    "dashboard": {
        "alembic_version": _READ,
        "municipality": ("SELECT", "INSERT", "UPDATE"),
        "municipality_style": _ALL,
        "purpose": _ALL,
        "staff": ("SELECT", "INSERT", "UPDATE"),
        "staff_session": _ALL,
        "one_time_link": _ALL,
        "phone": _ALL,
        "api_key": ("SELECT", "INSERT", "UPDATE"),
        "disclosure": ("SELECT", f"UPDATE ({_ERASED})"),
        "call": ("SELECT", "UPDATE"),
        "calls_under_way": _READ,
        "operator_name": _READ,
        "audit": ("SELECT", "INSERT"),
        "lease": _READ,
        "half_login": _ALL,
        "log_in_try": _ALL,
        "totp": _ALL,
        "totp_offer": _ALL,
        "passkey": _ALL,
        "spent_challenge": _ALL,
        "recovery_code": _ALL,
        "single_sign_on": _READ,
        "sso_attempt": _ALL,
        "sso_identity": ("SELECT", "INSERT", "DELETE"),
    },
}

# -- which rows the dashboard may see --------------------------------------------------------------

_WITHIN = f"(SELECT current_setting('{WITHIN}', true))"  # in brackets: asked once a statement, and not once a row
_OWN = f"municipality_id = {_WITHIN}"
_AT_ENTRANCE = f"{_WITHIN} = '{ENTRANCE}'"
_OF_INSTALLATION = f"{_WITHIN} = '{INSTALLATION}'"
_ANYBODY = f"{_AT_ENTRANCE} OR {_OF_INSTALLATION}"
# For what belongs to nobody, as it holds hashes only: a challenge that was signed, names and networks that were tried.
_SOMEBODY = f"{_ANYBODY} OR EXISTS (SELECT FROM municipality WHERE id = {_WITHIN})"


def _through_staff(table: str) -> str:
    """Whose staff may be seen, of those this may be seen: the policy of `staff` holds within a policy too."""
    return f"EXISTS (SELECT FROM staff WHERE staff.id = {table}.staff_id)"


# Each is for reading and for writing; a table that is not here shows the dashboard nothing.
SEEN: Final[dict[str, str]] = {
    "municipality": f"id = {_WITHIN} OR {_ANYBODY}",
    "municipality_style": f"{_OWN} OR {_OF_INSTALLATION}",
    "purpose": f"{_OWN} OR {_OF_INSTALLATION}",
    "staff": f"{_OWN} OR {_ANYBODY}",
    "api_key": _OF_INSTALLATION,
    "lease": _OF_INSTALLATION,
    "disclosure": _OWN,
    "call": _OWN,
    "single_sign_on": f"{_OWN} OR {_ANYBODY}",
    "sso_attempt": _AT_ENTRANCE,
    "sso_identity": f"{_OWN} OR {_AT_ENTRANCE}",
    "spent_challenge": _SOMEBODY,
    "log_in_try": _SOMEBODY,
} | {
    table: _through_staff(table)
    for table in (
        "staff_session", "one_time_link", "phone", "half_login", "totp", "totp_offer", "passkey", "recovery_code"
    )
}  # fmt: skip
# Whoever does something adds a line; only the municipality's own staff read them.
TRAIL_READ, TRAIL_ADDED = _OWN, f"{_OWN} OR {_ANYBODY}"
