"""The first tables."""

import sqlalchemy as sa
from alembic import op

import callcenter.store.tables
from callcenter.store.migrations.entry import drop_entry, make_log_ins, make_second_factors, make_single_sign_on

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make all tables."""
    op.create_table(
        "guess_limit",
        sa.Column("scope", sa.String(length=150), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("free_at", callcenter.store.tables.Moment(timezone=True), nullable=False),
        sa.Column("opens_at", callcenter.store.tables.Moment(timezone=True), nullable=False),
        sa.Column("wrong", sa.Integer(), nullable=False),
        sa.Column("alarmed", sa.Boolean(), nullable=False),
        sa.Column("slot_at", callcenter.store.tables.Moment(timezone=True), nullable=True),
        sa.Column("wrong_code", sa.LargeBinary(length=32), nullable=True),
        sa.PrimaryKeyConstraint("scope", name=op.f("pk_guess_limit")),
    )
    with op.batch_alter_table("guess_limit", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_guess_limit_free_at"), ["free_at"], unique=False)

    op.create_table(
        "lease",
        sa.Column("pbx", sa.String(length=32), nullable=False),
        sa.Column("holder", sa.String(length=64), nullable=False),
        sa.Column("until", callcenter.store.tables.Moment(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("pbx", name=op.f("pk_lease")),
    )
    op.create_table(
        "municipality",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("slug", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("number", sa.String(length=16), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("unverified", sa.String(length=8), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("code_seconds", sa.Integer(), nullable=False),
        sa.Column("max_waiting", sa.Integer(), nullable=False),
        sa.Column("hours", sa.JSON(), nullable=False),
        sa.Column("origins", sa.JSON(), nullable=False),
        sa.Column("link_hosts", sa.JSON(), nullable=False),
        sa.Column("links", sa.JSON(), nullable=False),
        sa.Column("allowed_attributes", sa.JSON(), nullable=False),
        sa.Column("wrap_up_seconds", sa.Integer(), nullable=False),
        sa.Column("audit_days", sa.Integer(), nullable=False),
        sa.Column("second_factor", sa.Boolean(), nullable=False),
        sa.Column("networks", sa.JSON(), nullable=False),
        sa.Column("closing_nl", sa.String(length=300), nullable=False),
        sa.Column("closing_en", sa.String(length=300), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_municipality")),
        sa.UniqueConstraint("slug", name=op.f("uq_municipality_slug")),
        sa.UniqueConstraint("number", name=op.f("uq_municipality_number")),
    )
    op.create_table(
        "municipality_style",
        sa.Column("municipality_id", sa.String(length=32), nullable=False),
        sa.Column("light", sa.JSON(), nullable=False),
        sa.Column("dark", sa.JSON(), nullable=False),
        sa.Column("logo", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(
            ["municipality_id"], ["municipality.id"], name=op.f("fk_municipality_style_municipality_id")
        ),
        sa.PrimaryKeyConstraint("municipality_id", name=op.f("pk_municipality_style")),
    )
    op.create_table(
        "api_key",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("scopes", sa.JSON(), nullable=False),
        sa.Column("municipality_id", sa.String(length=32), nullable=True),
        sa.Column("made_at", callcenter.store.tables.Moment(timezone=True), nullable=False),
        sa.Column("used_at", callcenter.store.tables.Moment(timezone=True), nullable=True),
        sa.Column("expires_at", callcenter.store.tables.Moment(timezone=True), nullable=True),
        sa.Column("revoked_at", callcenter.store.tables.Moment(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["municipality_id"],
            ["municipality.id"],
            name=op.f("fk_api_key_municipality_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_key")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_api_key_token_hash")),
    )
    with op.batch_alter_table("api_key", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_api_key_municipality_id"), ["municipality_id"], unique=False)

    op.create_table(
        "purpose",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("municipality_id", sa.String(length=32), nullable=False),
        sa.Column("slug", sa.String(length=40), nullable=False),
        sa.Column("name_nl", sa.String(length=200), nullable=False),
        sa.Column("name_en", sa.String(length=200), nullable=False),
        sa.Column("condiscon", sa.JSON(), nullable=False),
        sa.Column("attribute_sets", sa.JSON(), nullable=False),
        sa.Column("pairing", sa.Boolean(), nullable=False),
        sa.Column("legal_basis", sa.String(length=500), nullable=True),
        sa.Column("links", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["municipality_id"],
            ["municipality.id"],
            name=op.f("fk_purpose_municipality_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_purpose")),
    )
    with op.batch_alter_table("purpose", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_purpose_municipality_id"), ["municipality_id"], unique=False)
        batch_op.create_index("uq_purpose_slug", ["municipality_id", "slug"], unique=True)

    op.create_table(
        "staff",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("municipality_id", sa.String(length=32), nullable=True),
        sa.Column("login", sa.String(length=100), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("role", sa.String(length=10), nullable=False),
        sa.Column("password_hash", sa.String(length=200), nullable=True),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("ready", sa.Boolean(), nullable=False),
        sa.Column("not_ready_reason", sa.String(length=20), nullable=True),
        sa.Column("preferences", sa.JSON(), nullable=False),
        sa.Column("logins_ended", sa.Integer(), nullable=False),
        sa.Column("disabled_at", callcenter.store.tables.Moment(timezone=True), nullable=True),
        sa.Column("removed_at", callcenter.store.tables.Moment(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["municipality_id"],
            ["municipality.id"],
            name=op.f("fk_staff_municipality_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff")),
    )
    with op.batch_alter_table("staff", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_staff_municipality_id"), ["municipality_id"], unique=False)
        batch_op.create_index(
            "uq_staff_login",
            ["login"],
            unique=True,
            postgresql_where=sa.text("removed_at IS NULL"),
            sqlite_where=sa.text("removed_at IS NULL"),
        )

    op.create_table(
        "call",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("municipality_id", sa.String(length=32), nullable=False),
        sa.Column("purpose_id", sa.String(length=32), nullable=True),
        sa.Column("disclosure_id", sa.String(length=32), nullable=True),
        sa.Column("was_verified", sa.Boolean(), nullable=False),
        sa.Column("pbx", sa.String(length=32), nullable=False),
        sa.Column("channel_id", sa.String(length=150), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("agent_id", sa.String(length=32), nullable=True),
        sa.Column("phone_name", sa.String(length=40), nullable=True),
        sa.Column("offers", sa.Integer(), nullable=False),
        sa.Column("hangup_asked", sa.Boolean(), nullable=False),
        sa.Column("held_since", callcenter.store.tables.Moment(timezone=True), nullable=True),
        sa.Column("arrived_at", callcenter.store.tables.Moment(timezone=True), nullable=False),
        sa.Column(
            "waiting_since",
            callcenter.store.tables.Moment(timezone=True),
            nullable=True,
        ),
        sa.Column("offered_at", callcenter.store.tables.Moment(timezone=True), nullable=True),
        sa.Column("connected_at", callcenter.store.tables.Moment(timezone=True), nullable=True),
        sa.Column("ended_at", callcenter.store.tables.Moment(timezone=True), nullable=True),
        sa.Column("outcome", sa.String(length=10), nullable=True),
        sa.Column("wrap_up_until", callcenter.store.tables.Moment(timezone=True), nullable=True),
        sa.Column("wrap_up_extended", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["municipality_id"],
            ["municipality.id"],
            name=op.f("fk_call_municipality_id"),
        ),
        sa.ForeignKeyConstraint(["purpose_id"], ["purpose.id"], name=op.f("fk_call_purpose_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_call")),
    )
    with op.batch_alter_table("call", schema=None) as batch_op:
        batch_op.create_index("ix_call_agent_ended", ["agent_id", "ended_at"], unique=False)
        batch_op.create_index("ix_call_day", ["municipality_id", "arrived_at"], unique=False)
        batch_op.create_index(
            "ix_call_wrap_up",
            ["wrap_up_until"],
            unique=False,
            postgresql_where=sa.text("wrap_up_until IS NOT NULL AND phone_name IS NOT NULL"),
            sqlite_where=sa.text("wrap_up_until IS NOT NULL AND phone_name IS NOT NULL"),
        )
        batch_op.create_index(batch_op.f("ix_call_disclosure_id"), ["disclosure_id"], unique=False)
        batch_op.create_index(
            "ix_call_live",
            ["municipality_id", "state", "waiting_since"],
            unique=False,
            postgresql_where=sa.text("state <> 'ended'"),
            sqlite_where=sa.text("state <> 'ended'"),
        )
        batch_op.create_index(
            "uq_call_agent_live",
            ["agent_id"],
            unique=True,
            postgresql_where=sa.text("state IN ('offered', 'connected')"),
            sqlite_where=sa.text("state IN ('offered', 'connected')"),
        )
        batch_op.create_index(
            "uq_call_channel_live",
            ["pbx", "channel_id"],
            unique=True,
            postgresql_where=sa.text("state <> 'ended'"),
            sqlite_where=sa.text("state <> 'ended'"),
        )

    op.create_table(
        "disclosure",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("municipality_id", sa.String(length=32), nullable=False),
        sa.Column("purpose_id", sa.String(length=32), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column(
            "requested_at",
            callcenter.store.tables.Moment(timezone=True),
            nullable=False,
        ),
        sa.Column("expires_at", callcenter.store.tables.Moment(timezone=True), nullable=False),
        sa.Column("condiscon", sa.JSON(), nullable=False),
        sa.Column("start_key_hash", sa.LargeBinary(length=32), nullable=True),
        sa.Column("begun", sa.LargeBinary(), nullable=True),
        sa.Column("code_hash", sa.LargeBinary(length=32), nullable=True),
        sa.Column("status_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("callback_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("irma_token", sa.LargeBinary(), nullable=True),
        sa.Column("irma_session", sa.LargeBinary(), nullable=True),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.Column("reason", sa.String(length=20), nullable=True),
        sa.Column("look_at", callcenter.store.tables.Moment(timezone=True), nullable=True),
        sa.Column("call_id", sa.String(length=32), nullable=True),
        sa.Column("outside_connected_at", callcenter.store.tables.Moment(timezone=True), nullable=True),
        sa.Column("outside_until", callcenter.store.tables.Moment(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["municipality_id"],
            ["municipality.id"],
            name=op.f("fk_disclosure_municipality_id"),
        ),
        sa.ForeignKeyConstraint(["purpose_id"], ["purpose.id"], name=op.f("fk_disclosure_purpose_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_disclosure")),
        sa.UniqueConstraint("callback_hash", name=op.f("uq_disclosure_callback_hash")),
        sa.UniqueConstraint("start_key_hash", name=op.f("uq_disclosure_start_key_hash")),
        sa.UniqueConstraint("status_hash", name=op.f("uq_disclosure_status_hash")),
    )
    with op.batch_alter_table("disclosure", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_disclosure_call_id"), ["call_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_disclosure_expires_at"), ["expires_at"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_disclosure_municipality_id"),
            ["municipality_id"],
            unique=False,
        )
        batch_op.create_index(
            "ix_disclosure_living",
            ["state", "expires_at"],
            unique=False,
            postgresql_where=sa.text("state IN ('requested', 'scanned', 'disclosed', 'called')"),
            sqlite_where=sa.text("state IN ('requested', 'scanned', 'disclosed', 'called')"),
        )
        batch_op.create_index(
            "ix_disclosure_look_at",
            ["look_at"],
            unique=False,
            postgresql_where=sa.text("look_at IS NOT NULL"),
            sqlite_where=sa.text("look_at IS NOT NULL"),
        )
        batch_op.create_index(
            "uq_disclosure_code_hash",
            ["code_hash"],
            unique=True,
            postgresql_where=sa.text("code_hash IS NOT NULL"),
            sqlite_where=sa.text("code_hash IS NOT NULL"),
        )

    op.create_table(
        "phone",
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("staff_id", sa.String(length=32), nullable=False),
        sa.Column("realm", sa.String(length=40), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("registered", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["staff_id"],
            ["staff.id"],
            name=op.f("fk_phone_staff_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_phone")),
        sa.UniqueConstraint("staff_id", name=op.f("uq_phone_staff_id")),
    )
    make_log_ins()
    make_second_factors()
    make_single_sign_on()


def downgrade() -> None:
    """Drop them all."""
    drop_entry()
    op.drop_table("phone")
    with op.batch_alter_table("disclosure", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_disclosure_code_hash",
            postgresql_where=sa.text("code_hash IS NOT NULL"),
            sqlite_where=sa.text("code_hash IS NOT NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_disclosure_municipality_id"))
        batch_op.drop_index(batch_op.f("ix_disclosure_expires_at"))
        batch_op.drop_index(batch_op.f("ix_disclosure_call_id"))

    op.drop_table("disclosure")
    with op.batch_alter_table("call", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_call_channel_live",
            postgresql_where=sa.text("state <> 'ended'"),
            sqlite_where=sa.text("state <> 'ended'"),
        )
        batch_op.drop_index(
            "uq_call_agent_live",
            postgresql_where=sa.text("state IN ('offered', 'connected')"),
            sqlite_where=sa.text("state IN ('offered', 'connected')"),
        )
        batch_op.drop_index(
            "ix_call_live",
            postgresql_where=sa.text("state <> 'ended'"),
            sqlite_where=sa.text("state <> 'ended'"),
        )
        batch_op.drop_index(batch_op.f("ix_call_disclosure_id"))
        batch_op.drop_index(
            "ix_call_wrap_up",
            postgresql_where=sa.text("wrap_up_until IS NOT NULL AND phone_name IS NOT NULL"),
            sqlite_where=sa.text("wrap_up_until IS NOT NULL AND phone_name IS NOT NULL"),
        )
        batch_op.drop_index("ix_call_day")
        batch_op.drop_index("ix_call_agent_ended")

    op.drop_table("call")
    with op.batch_alter_table("staff", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_staff_login",
            postgresql_where=sa.text("removed_at IS NULL"),
            sqlite_where=sa.text("removed_at IS NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_staff_municipality_id"))

    op.drop_table("staff")
    with op.batch_alter_table("purpose", schema=None) as batch_op:
        batch_op.drop_index("uq_purpose_slug")
        batch_op.drop_index(batch_op.f("ix_purpose_municipality_id"))

    op.drop_table("purpose")
    with op.batch_alter_table("api_key", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_api_key_municipality_id"))

    op.drop_table("api_key")
    op.drop_table("municipality_style")
    op.drop_table("municipality")
    op.drop_table("lease")
    with op.batch_alter_table("guess_limit", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_guess_limit_free_at"))

    op.drop_table("guess_limit")
