"""The tables. What is personal: in `disclosure` `sealed`, `code_hash`, `irma_token`, `irma_session` and `begun`."""

from datetime import UTC, datetime
from typing import Any, cast

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    DateTime,
    Dialect,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    TypeDecorator,
    text,
)

from callcenter.model.closing import LONGEST_TEXT

AUDIT_DAYS = 365  # that a line of the audit trail is kept, unless set otherwise

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_name)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)


class Moment(TypeDecorator[datetime]):
    """An aware datetime; SQLite forgets the zone, so there it is written and read as UTC."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:  # noqa: ARG002 - SQLAlchemy calls it so
        """Write in UTC."""
        return value if value is None else value.astimezone(UTC)

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:  # noqa: ARG002 - SQLAlchemy calls it so
        """Read as aware."""
        if isinstance(value, datetime) and value.tzinfo is None:
            return value.replace(tzinfo=UTC)
        return cast("datetime | None", value)


def _id() -> Column[str]:
    return Column("id", String(32), primary_key=True)


def _municipality(*, nullable: bool = False, index: bool = True) -> Column[str]:
    return Column("municipality_id", ForeignKey("municipality.id"), nullable=nullable, index=index)


municipality = Table(
    "municipality",
    metadata,
    _id(),
    Column("slug", String(40), nullable=False, unique=True),
    Column("name", String(200), nullable=False),
    Column("number", String(16), nullable=False, unique=True),
    Column("language", String(2), nullable=False),
    Column("unverified", String(8), nullable=False),
    Column("tries", Integer, nullable=False),
    Column("code_seconds", Integer, nullable=False),
    Column("max_waiting", Integer, nullable=False),
    Column("hours", JSON, nullable=False),
    Column("origins", JSON, nullable=False),
    Column("link_hosts", JSON, nullable=False),
    Column("links", JSON, nullable=False),
    Column("allowed_attributes", JSON, nullable=False),
    Column("wrap_up_seconds", Integer, nullable=False),
    Column("audit_days", Integer, nullable=False, default=AUDIT_DAYS),
    Column("second_factor", Boolean, nullable=False),
    Column("networks", JSON, nullable=False),
    Column("closing_nl", String(LONGEST_TEXT), nullable=False),
    Column("closing_en", String(LONGEST_TEXT), nullable=False),
)

# Apart from the municipality, which is read all the time: a logo is large.
municipality_style = Table(
    "municipality_style",
    metadata,
    Column("municipality_id", ForeignKey("municipality.id"), primary_key=True),
    Column("light", JSON, nullable=False),
    Column("dark", JSON, nullable=False),
    Column("logo", LargeBinary),
)

purpose = Table(
    "purpose",
    metadata,
    _id(),
    _municipality(),
    Column("slug", String(40), nullable=False),
    Column("name_nl", String(200), nullable=False),
    Column("name_en", String(200), nullable=False),
    Column("condiscon", JSON, nullable=False),
    Column("attribute_sets", JSON, nullable=False),
    Column("pairing", Boolean, nullable=False),
    Column("legal_basis", String(500)),
    Column("links", JSON, nullable=False),
    Index("uq_purpose_slug", "municipality_id", "slug", unique=True),
)

staff = Table(
    "staff",
    metadata,
    _id(),
    _municipality(nullable=True),
    Column("login", String(100), nullable=False),
    Column("name", String(200), nullable=False),
    Column("role", String(10), nullable=False),
    Column("password_hash", String(200)),
    Column("language", String(2), nullable=False),
    Column("ready", Boolean, nullable=False),
    Column("not_ready_reason", String(20)),
    Column("preferences", JSON, nullable=False),
    Column("logins_ended", Integer, nullable=False),
    Column("disabled_at", Moment),
    # Who is removed stays as a name for the audit trail; their log-in name is free again.
    Column("removed_at", Moment),
)
_HERE = text("removed_at IS NULL")
Index("uq_staff_login", staff.c.login, unique=True, postgresql_where=_HERE, sqlite_where=_HERE)

staff_session = Table(
    "staff_session",
    metadata,
    Column("token_hash", LargeBinary(32), primary_key=True),
    Column(
        "staff_id",
        ForeignKey("staff.id", ondelete="CASCADE"),
        nullable=False,
        index=True,
    ),
    Column("csrf_token", String(64), nullable=False),
    Column("started_at", Moment, nullable=False),
    Column("seen_at", Moment, nullable=False),
    Column("id", String(32), nullable=False, unique=True),  # by which its user names it
    Column("browser", String(40), nullable=False),
    Column("address", String(45), nullable=False),
    Column("proven_at", Moment, nullable=False),  # when its user last showed that it is they
)

# What a person is handed once, to get in by: `kind` says what it opens.
one_time_link = Table(
    "one_time_link",
    metadata,
    Column("token_hash", LargeBinary(32), primary_key=True),
    Column("staff_id", ForeignKey("staff.id", ondelete="CASCADE"), nullable=False),
    Column("kind", String(10), nullable=False),
    Column("expires_at", Moment, nullable=False),
    Index("uq_one_time_link", "staff_id", "kind", unique=True),
)

phone = Table(
    "phone",
    metadata,
    Column("name", String(40), primary_key=True),
    Column(
        "staff_id",
        ForeignKey("staff.id", ondelete="CASCADE"),
        nullable=False,
        unique=True,
    ),
    Column("realm", String(40), nullable=False),
    Column("digest", String(64), nullable=False),
    Column("registered", Boolean, nullable=False),
)

api_key = Table(
    "api_key",
    metadata,
    _id(),
    Column("token_hash", LargeBinary(32), nullable=False, unique=True),
    Column("name", String(100), nullable=False),
    Column("scopes", JSON, nullable=False),
    _municipality(nullable=True),
    Column("made_at", Moment, nullable=False),
    Column("used_at", Moment),
    Column("expires_at", Moment),
    Column("revoked_at", Moment),
)

disclosure = Table(
    "disclosure",
    metadata,
    _id(),
    _municipality(),
    Column("purpose_id", ForeignKey("purpose.id"), nullable=False),
    Column("state", String(10), nullable=False),
    Column("requested_at", Moment, nullable=False),
    Column("expires_at", Moment, nullable=False, index=True),
    Column("condiscon", JSON, nullable=False),
    Column("start_key_hash", LargeBinary(32), unique=True),
    Column("begun", LargeBinary),
    Column("code_hash", LargeBinary(32)),
    Column("status_hash", LargeBinary(32), nullable=False, unique=True),
    Column("callback_hash", LargeBinary(32), nullable=False, unique=True),
    Column("irma_token", LargeBinary),
    Column("irma_session", LargeBinary),
    Column("sealed", LargeBinary),
    Column("reason", String(20)),
    Column("look_at", Moment),
    Column("call_id", String(32), index=True),
    # A call at another call centre is no row of `call`: when it was connected, and until when we wait for a word.
    Column("outside_connected_at", Moment),
    Column("outside_until", Moment),
)
# Unique among the living: when it has ended, its hash is erased.
Index(
    "uq_disclosure_code_hash",
    disclosure.c.code_hash,
    unique=True,
    postgresql_where=text("code_hash IS NOT NULL"),
    sqlite_where=text("code_hash IS NOT NULL"),
)
# What the sweeper looks for is among the living: it need not go through those that ended within the hour.
_LIVING = text("state IN ('requested', 'scanned', 'disclosed', 'called')")
Index(
    "ix_disclosure_living",
    disclosure.c.state,
    disclosure.c.expires_at,
    postgresql_where=_LIVING,
    sqlite_where=_LIVING,
)
# Only the few whose IRMA session may be under way have a time to look at them.
Index(
    "ix_disclosure_look_at",
    disclosure.c.look_at,
    postgresql_where=text("look_at IS NOT NULL"),
    sqlite_where=text("look_at IS NOT NULL"),
)

call = Table(
    "call",
    metadata,
    _id(),
    _municipality(index=False),  # ix_call_day begins with it
    Column("purpose_id", ForeignKey("purpose.id")),
    Column("disclosure_id", String(32), index=True),
    Column("was_verified", Boolean, nullable=False),
    Column("pbx", String(32), nullable=False),
    Column("channel_id", String(150), nullable=False),
    Column("language", String(2), nullable=False),
    Column("state", String(10), nullable=False),
    Column("version", Integer, nullable=False),
    Column("tries", Integer, nullable=False),
    Column("agent_id", String(32)),
    Column("phone_name", String(40)),
    Column("offers", Integer, nullable=False),
    Column("hangup_asked", Boolean, nullable=False),
    Column("held_since", Moment),
    Column("arrived_at", Moment, nullable=False),
    Column("waiting_since", Moment),
    Column("offered_at", Moment),
    Column("connected_at", Moment),
    Column("ended_at", Moment),
    Column("outcome", String(10)),
    Column("wrap_up_until", Moment),
    Column("wrap_up_extended", Boolean, nullable=False),
)
_TAKEN = text("state IN ('offered', 'connected')")
_LIVE = text("state <> 'ended'")
# First click wins, and an agent has one call at a time: the database says so, not the program.
Index(
    "uq_call_agent_live",
    call.c.agent_id,
    unique=True,
    postgresql_where=_TAKEN,
    sqlite_where=_TAKEN,
)
Index(
    "uq_call_channel_live",
    call.c.pbx,
    call.c.channel_id,
    unique=True,
    postgresql_where=_LIVE,
    sqlite_where=_LIVE,
)
Index(
    "ix_call_live",
    call.c.municipality_id,
    call.c.state,
    call.c.waiting_since,
    postgresql_where=_LIVE,
    sqlite_where=_LIVE,
)
# The few whose wrap-up is not over, or not erased: erasing takes the name of the phone too.
_WRAPPING_UP = text("wrap_up_until IS NOT NULL AND phone_name IS NOT NULL")
Index("ix_call_wrap_up", call.c.wrap_up_until, postgresql_where=_WRAPPING_UP, sqlite_where=_WRAPPING_UP)
Index("ix_call_agent_ended", call.c.agent_id, call.c.ended_at)
Index("ix_call_day", call.c.municipality_id, call.c.arrived_at)

audit = Table(
    "audit",
    metadata,
    _id(),
    Column("at", Moment, nullable=False),
    Column("municipality_id", ForeignKey("municipality.id")),
    Column("staff_id", String(32)),
    Column("action", String(40), nullable=False),
    Column("call_id", String(32), index=True),
    Column("attribute", String(100)),
    Column("about_id", String(32)),  # the user to whom it was done
    Column("detail", String(200)),  # which settings: their names, not their values
    Column("address", String(45)),
    Column("keep_days", Integer, nullable=False),
    Index("ix_audit_day", "municipality_id", "at"),
    Index("ix_audit_kept", "keep_days", "at"),
)

# How far each limit on wrong codes is used up. A caller's number or a call's id is in `scope` as a keyed hash only.
guess_limit = Table(
    "guess_limit",
    metadata,
    Column("scope", String(150), primary_key=True),
    Column("kind", String(16), nullable=False),
    Column("free_at", Moment, nullable=False, index=True),
    Column("opens_at", Moment, nullable=False),
    Column("wrong", Integer, nullable=False),
    Column("alarmed", Boolean, nullable=False),
    Column("slot_at", Moment),
    Column("wrong_code", LargeBinary(32)),
)

lease = Table(
    "lease",
    metadata,
    Column("pbx", String(32), primary_key=True),
    Column("holder", String(64), nullable=False),
    Column("until", Moment, nullable=False),
)
