"""Who asks: the PostgreSQL role that each process acts as, and for whom the dashboard asks a question.

The migration 0003 makes the roles, and says what each may do. Roles belong to a whole cluster, so they are named after
the database: two installations in one cluster don't share them. SQLite has none: it is one process's own file.
"""

import hashlib
from typing import Final, Literal, get_args

from callcenter.settings import SettingsError

Process = Literal["api", "conductor", "dashboard"]
PROCESSES: Final[tuple[Process, ...]] = get_args(Process)

# The setting that the dashboard's policies go by: the id of a municipality, or one of the two words below it. With
# nothing, or anything else, no row shows at all.
WITHIN: Final = "veilig_bellen.within"
ENTRANCE: Final = "entrance"  # nobody is known yet: what log-ins need
INSTALLATION: Final = "installation"  # for an operator: municipalities and keys, and nothing of a citizen

_LONGEST = 63  # bytes of a name in PostgreSQL; more are cut off, and two names may become one


def role_of(database: str, process: Process) -> str:
    """Return the name of the role that this process acts as in this database."""
    name = f"{database}_{process}"
    if len(name.encode()) <= _LONGEST:
        return name
    return f"{hashlib.sha256(database.encode()).hexdigest()[:32]}_{process}"


class MayNotMakeRoles(SettingsError):
    """The user who migrates may make no roles; the message says what to run first, and as whom."""

    def __init__(self, missing: list[str], user: str) -> None:
        made = "; ".join(f"CREATE ROLE {as_name(role)} NOLOGIN" for role in missing)
        granted = ", ".join(map(as_name, missing))
        super().__init__(
            f"VB_DATABASE_URL: {user} may make no roles; have who administers PostgreSQL run this, and migrate again:"
            f" {made}; and if processes log in as {user} too: GRANT {granted} TO {as_name(user)}"
        )


class MayNotAct(SettingsError):
    """The role of this process is not there, or is not for the user of VB_DATABASE_URL; the message says what to do."""


def as_name(name: str) -> str:
    """Return a name as SQL writes it, whatever is in it."""
    return '"' + name.replace('"', '""') + '"'


def as_text(value: str) -> str:
    """Return a text as SQL writes it; `standard_conforming_strings` is on since PostgreSQL 9.1."""
    return "'" + value.replace("'", "''") + "'"
