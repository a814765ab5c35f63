"""A PostgreSQL role for each process with the least that it needs, and row level security for the dashboard's.

SQLite is one process's own file, and gets the views only.
"""

from collections.abc import Iterator

import sqlalchemy as sa
from alembic import op
from sqlalchemy.exc import ProgrammingError

from callcenter.store.engines import may_not
from callcenter.store.migrations.rights import GRANTS, SEEN, TRAIL_ADDED, TRAIL_READ
from callcenter.store.roles import PROCESSES, MayNotMakeRoles, Process, as_name, role_of

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

# Views are read with the rights of whoever owns them. An operator sees how many calls there are, and no call; a manager
# sees who an operator is that stands in the trail, and no more of them.
_VIEWS = {
    "calls_under_way": "SELECT municipality_id, state, count(*) AS calls FROM call WHERE state <> 'ended'"
    " GROUP BY municipality_id, state",
    "operator_name": "SELECT id, name, login FROM staff WHERE municipality_id IS NULL",
}


def upgrade() -> None:
    """Make the views and the roles, and say what each may do and see."""
    for view, query in _VIEWS.items():
        op.execute(f"CREATE VIEW {view} AS {query}")
    if op.get_bind().dialect.name == "sqlite":
        return
    roles = _roles()
    _make(list(roles.values()))
    for statement in (*_grants(roles), *_row_level_security(roles)):
        op.execute(statement)


def downgrade() -> None:
    """Take it all back."""
    if op.get_bind().dialect.name == "postgresql":
        for table in _tables():
            op.execute(f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY")
        for role in map(as_name, _roles().values()):
            op.execute(f"DROP OWNED BY {role}")  # its rights and policies in this database
            op.execute(f"DROP ROLE {role}")
    for view in _VIEWS:
        op.execute(f"DROP VIEW {view}")


def _roles() -> dict[Process, str]:
    database = str(op.get_bind().scalar(sa.text("SELECT current_database()")))
    return {process: role_of(database, process) for process in PROCESSES}


def _tables() -> list[str]:
    return [name for name in sa.inspect(op.get_bind()).get_table_names() if name != "alembic_version"]


def _make(roles: list[str]) -> None:
    """Make those that are not there, perhaps beside another who does so. Raises MayNotMakeRoles."""
    bind = op.get_bind()
    there = set(bind.scalars(sa.text("SELECT rolname FROM pg_roles WHERE rolname = ANY(:names)"), {"names": roles}))
    missing, user = sorted(set(roles) - there), str(bind.scalar(sa.text("SELECT current_user")))
    for role in map(as_name, missing):
        try:
            op.execute(_unless(f"CREATE ROLE {role} NOLOGIN", "duplicate_object OR unique_violation"))
        except ProgrammingError as error:
            if not may_not(error):
                raise
            raise MayNotMakeRoles(missing, user) from None
    for role in map(as_name, roles):
        # So that one log-in will do for a small installation. Who may not has processes with log-ins of their own.
        op.execute(_unless(f"GRANT {role} TO CURRENT_USER", "insufficient_privilege"))


def _unless(statement: str, condition: str) -> str:
    return f"DO $do$ BEGIN {statement}; EXCEPTION WHEN {condition} THEN NULL; END $do$"


def _grants(roles: dict[Process, str]) -> Iterator[str]:
    yield "REVOKE CREATE ON SCHEMA public FROM PUBLIC"  # as PostgreSQL does by itself since 15
    for process, tables in GRANTS.items():
        for table, rights in tables.items():
            spelt = ", ".join(_spelt(right, table) for right in rights)
            yield f"GRANT {spelt} ON {table} TO {as_name(roles[process])}"


def _spelt(right: str, table: str) -> str:
    what, _, left_out = right.partition(" but ")
    if not left_out:
        return what
    columns = (as_name(column["name"]) for column in sa.inspect(op.get_bind()).get_columns(table))
    return f"{what} ({', '.join(column for column in columns if column != as_name(left_out))})"


def _row_level_security(roles: dict[Process, str]) -> Iterator[str]:
    """All tables have it, so that a new one shows nothing until somebody says to whom."""
    dashboard, others = as_name(roles["dashboard"]), ", ".join(as_name(roles[one]) for one in ("api", "conductor"))
    for table in _tables():
        yield f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY"
        # A constant, which the planner leaves out: what is asked at each call costs nothing more.
        yield f"CREATE POLICY others ON {table} TO {others} USING (true) WITH CHECK (true)"
    for table, seen in SEEN.items():
        yield f"CREATE POLICY dashboard ON {table} TO {dashboard} USING ({seen}) WITH CHECK ({seen})"
    yield f"CREATE POLICY dashboard_reads ON audit FOR SELECT TO {dashboard} USING ({TRAIL_READ})"
    yield f"CREATE POLICY dashboard_adds ON audit FOR INSERT TO {dashboard} WITH CHECK ({TRAIL_ADDED})"
