"""Whether PostgreSQL guards what is in the tables: what binds the user who connects, and which tables are open."""

from dataclasses import dataclass

from sqlalchemy import text

from callcenter.store.database import Tx
from callcenter.store.roles import PROCESSES, role_of
from callcenter.store.tables import metadata

_USER = text(
    "SELECT session_user, current_database() AS database, rolsuper OR rolbypassrls AS unbound"
    " FROM pg_roles WHERE rolname = session_user"
)
_ROLES = text("SELECT rolname FROM pg_roles WHERE rolname = ANY(:names) AND pg_has_role(session_user, oid, 'MEMBER')")
_OPEN = text(
    "SELECT relname FROM pg_class WHERE oid = ANY(:tables ::regclass[]) AND NOT relrowsecurity ORDER BY relname"
)


@dataclass(frozen=True)
class Guards:
    """What holds for the user of VB_DATABASE_URL.

    Attributes:
        user: their name.
        unbound: whether they are a superuser, or pass by row level security.
        roles: the processes' roles that they may act as.
        open_tables: those without row level security.
    """

    user: str
    unbound: bool
    roles: tuple[str, ...]
    open_tables: tuple[str, ...]


async def guards(tx: Tx) -> Guards:
    """Look at the guards; PostgreSQL only, and once its tables are there."""
    user = (await tx.connection.execute(_USER)).one()
    names = [role_of(user.database, process) for process in PROCESSES]
    roles = await tx.connection.scalars(_ROLES, {"names": names})
    open_tables = await tx.connection.scalars(_OPEN, {"tables": list(metadata.tables)})
    return Guards(user.session_user, user.unbound, tuple(roles), tuple(open_tables))
