"""Links that work once, and an audit trail that only grows: the database itself refuses whatever else."""

import sqlalchemy as sa
from alembic import op

import callcenter.store.tables

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make both tables, and set the guard on the trail."""
    op.create_table(
        "audit",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("at", callcenter.store.tables.Moment(timezone=True), nullable=False),
        sa.Column("municipality_id", sa.String(length=32), nullable=True),
        sa.Column("staff_id", sa.String(length=32), nullable=True),
        sa.Column("action", sa.String(length=40), nullable=False),
        sa.Column("call_id", sa.String(length=32), nullable=True),
        sa.Column("attribute", sa.String(length=100), nullable=True),
        sa.Column("about_id", sa.String(length=32), nullable=True),
        sa.Column("detail", sa.String(length=200), nullable=True),
        sa.Column("address", sa.String(length=45), nullable=True),
        sa.Column("keep_days", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["municipality_id"],
            ["municipality.id"],
            name=op.f("fk_audit_municipality_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit")),
    )
    with op.batch_alter_table("audit", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_audit_call_id"), ["call_id"], unique=False)
        batch_op.create_index("ix_audit_day", ["municipality_id", "at"], unique=False)
        batch_op.create_index("ix_audit_kept", ["keep_days", "at"], unique=False)

    op.create_table(
        "one_time_link",
        sa.Column("token_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("staff_id", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("expires_at", callcenter.store.tables.Moment(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["staff_id"],
            ["staff.id"],
            name=op.f("fk_one_time_link_staff_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_one_time_link")),
    )
    with op.batch_alter_table("one_time_link", schema=None) as batch_op:
        batch_op.create_index("uq_one_time_link", ["staff_id", "kind"], unique=True)
    for statement in _SQLITE_GUARD if op.get_bind().dialect.name == "sqlite" else _POSTGRES_GUARD:
        op.execute(statement)


def downgrade() -> None:
    """Drop both."""
    with op.batch_alter_table("one_time_link", schema=None) as batch_op:
        batch_op.drop_index("uq_one_time_link")

    op.drop_table("one_time_link")
    with op.batch_alter_table("audit", schema=None) as batch_op:
        batch_op.drop_index("ix_audit_kept")
        batch_op.drop_index("ix_audit_day")
        batch_op.drop_index(batch_op.f("ix_audit_call_id"))

    op.drop_table("audit")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION audit_only_grows()")


# A line may go when its days have passed, by the database's own clock.
_SQLITE_GUARD = (
    """
    CREATE TRIGGER audit_no_update BEFORE UPDATE ON audit
    BEGIN SELECT RAISE(ABORT, 'the audit trail only grows'); END
    """,
    """
    CREATE TRIGGER audit_no_replace BEFORE INSERT ON audit
    WHEN EXISTS (SELECT 1 FROM audit WHERE id = NEW.id)
    BEGIN SELECT RAISE(ABORT, 'the audit trail only grows'); END
    """,
    """
    CREATE TRIGGER audit_no_delete BEFORE DELETE ON audit
    WHEN julianday(OLD.at) + OLD.keep_days > julianday('now')
    BEGIN SELECT RAISE(ABORT, 'the audit trail only grows'); END
    """,
)
_POSTGRES_GUARD = (
    """
    CREATE FUNCTION audit_only_grows() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      IF TG_OP = 'DELETE' AND OLD.at + make_interval(days => OLD.keep_days) < now() THEN
        RETURN OLD;
      END IF;
      RAISE EXCEPTION 'the audit trail only grows' USING ERRCODE = 'insufficient_privilege';
    END $$
    """,
    """
    CREATE TRIGGER audit_no_change BEFORE UPDATE OR DELETE ON audit
    FOR EACH ROW EXECUTE FUNCTION audit_only_grows()
    """,
    """
    CREATE TRIGGER audit_no_truncate BEFORE TRUNCATE ON audit
    FOR EACH STATEMENT EXECUTE FUNCTION audit_only_grows()
    """,
)
