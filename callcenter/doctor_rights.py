"""What the doctor looks at in PostgreSQL: whether what guards the tables binds those who ask."""

from collections.abc import Awaitable

from sqlalchemy.exc import ProgrammingError

from callcenter.finding import Finding
from callcenter.store.database import Store
from callcenter.store.engines import may_not
from callcenter.store.guards import guards


async def examine_rights(store: Store) -> list[Finding]:
    """Return a finding for the user who connects, and one for the tables; none for SQLite, which has no users."""
    if store.dialect == "sqlite":
        return []
    async with store.begin() as tx:
        found = await guards(tx)
    return [_user(found.user, found.roles, unbound=found.unbound), _tables(found.open_tables)]


async def if_allowed(name: str, check: Awaitable[list[Finding]]) -> list[Finding]:
    """Return what a check finds, or that this log-in may not look: that of one process has no right to the rest."""
    try:
        return await check
    except ProgrammingError as error:
        if not may_not(error):
            raise
        return [Finding(name, ok=True, advice="not looked at: this log-in has no right to it, as it should be")]


def _user(user: str, roles: tuple[str, ...], *, unbound: bool) -> Finding:
    name = "database user"
    if unbound:
        advice = (
            f"VB_DATABASE_URL: {user} is a superuser or has BYPASSRLS, so that nothing in the database binds who logs"
            " in as them; give each process a log-in of its own: see Roles in the database in docs/operators.md"
        )
        return Finding(name, ok=False, advice=advice)
    if not roles:
        advice = f"VB_DATABASE_URL: {user} may act as no process; see Roles in the database in docs/operators.md"
        return Finding(name, ok=False, advice=advice)
    return Finding(name, ok=True, advice=f"{user} may act as {', '.join(roles)}")


def _tables(open_tables: tuple[str, ...]) -> Finding:
    name = "row level security"
    if open_tables:
        run = "; ".join(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY" for table in open_tables)
        return Finding(name, ok=False, advice=f"is off for {', '.join(open_tables)}; as their owner run: {run}")
    return Finding(name, ok=True, advice="is on for every table")
