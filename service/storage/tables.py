"""The tables. The migrations build the same ones; a test compares the two on both engines."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    UniqueConstraint,
    text,
)

from service.storage.columns import CleanText, Instant, Json, KeyText

# Every constraint has a name, because only a named one can be changed later.
metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    }
)


def _number() -> Column[int]:
    """A number that grows with every row; SQLite counts only in a column that says INTEGER."""
    counted = BigInteger().with_variant(Integer, "sqlite")
    return Column("number", counted, primary_key=True, autoincrement=True)


def _closeout(*, primary_key: bool = False) -> Column[str]:
    return Column(
        "closeout_id",
        KeyText,
        ForeignKey("closeouts.id"),
        primary_key=primary_key,
        nullable=False,
    )


deliveries = Table(
    "deliveries",
    metadata,
    _number(),
    Column("workspace", KeyText, nullable=False),
    Column("id", KeyText, nullable=False),
    Column("received_at", Instant, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("state", KeyText, nullable=False, server_default="new"),
    Column("reason", CleanText),
    UniqueConstraint("id", "workspace"),  # in this order it also serves to look up an id alone
    Index(None, "state", "received_at", "number"),
)

seen_events = Table(
    "seen_events",
    metadata,
    Column("workspace", KeyText, primary_key=True),
    Column("key", KeyText, primary_key=True),
    Column("at", Instant, nullable=False),
)

# `due_at`, `reasons` and `left_status_id` say what waits. A taking moves them into `taken_…`, so that
# what is marked during the lease stands apart from what the lease works off, and a lease that runs
# out gives back what it took.
due_projects = Table(
    "due_projects",
    metadata,
    Column("workspace", KeyText, primary_key=True),
    Column("key", KeyText, primary_key=True),
    Column("due_at", Instant),
    Column("reasons", CleanText, nullable=False, server_default=text("''")),
    Column("left_status_id", CleanText),
    Column("taken_due_at", Instant),
    Column("taken_reasons", CleanText, nullable=False, server_default=text("''")),
    Column("taken_left_status_id", CleanText),
    Column("taken_at", Instant),
    Column("leased_until", Instant),
    Column("fence", BigInteger, nullable=False, server_default="0"),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Index(None, "due_at"),
    Index(None, "workspace", "taken_at"),
)

closeouts = Table(
    "closeouts",
    metadata,
    Column("id", KeyText, primary_key=True),
    Column("workspace", KeyText, nullable=False),
    Column("key", KeyText, nullable=False),
    Column("ordinal", Integer, nullable=False),
    Column("project_name", CleanText, nullable=False),
    Column("project_url", CleanText, nullable=False),
    Column("status", KeyText, nullable=False),
    Column("requested_at", Instant, nullable=False),
    Column("delivered_at", Instant, nullable=False),
    Column("closing_into_id", CleanText),
    Column("closing_into_name", CleanText),
    Column("closing_into_category", CleanText),
    Column("return_to_id", CleanText),
    Column("return_to_name", CleanText),
    Column("return_to_category", CleanText),
    Column("page_id", KeyText),
    Column("page_url", CleanText),
    Column("page_seen", CleanText),
    Column("page_seen_at", Instant),
    Column("closed_at", Instant),
    Column("pages_workspace", KeyText),
    Column("tickets_workspace", KeyText),
    Column("page_stamp", CleanText),
    Column("gate_scope", CleanText),
    Column("known_as", CleanText),
    UniqueConstraint("workspace", "key", "ordinal"),
    Index(None, "status", "requested_at"),
    Index(None, "requested_at"),
    Index(None, "page_id"),
)

status_changes = Table(
    "status_changes",
    metadata,
    _number(),
    _closeout(),
    Column("at", Instant, nullable=False),
    Column("before", CleanText),
    Column("after", CleanText, nullable=False),
    Column("reason", CleanText, nullable=False),
    Index(None, "closeout_id"),
)

holds = Table(
    "holds",
    metadata,
    _closeout(primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("at", Instant, nullable=False),
    Column("moved_from_id", CleanText, nullable=False),
    Column("moved_from_name", CleanText, nullable=False),
    Column("moved_from_category", CleanText, nullable=False),
    Column("moved_to_id", CleanText, nullable=False),
    Column("moved_to_name", CleanText, nullable=False),
    Column("moved_to_category", CleanText, nullable=False),
)

effects = Table(
    "effects",
    metadata,
    _number(),
    _closeout(),
    Column("purpose", KeyText, nullable=False),
    Column("subject", KeyText, nullable=False),
    Column("marker", KeyText, nullable=False),
    Column("state", CleanText, nullable=False),
    Column("intended_at", Instant, nullable=False),
    Column("done_at", Instant),
    Column("remote_id", CleanText),
    Column("remote_url", CleanText),
    Column("note", CleanText),
    UniqueConstraint("closeout_id", "purpose", "subject"),
)

actions = Table(
    "actions",
    metadata,
    Column("id", KeyText, primary_key=True),
    _closeout(),
    Column("number", Integer, nullable=False),
    Column("change", CleanText, nullable=False),
    Column("owner_id", CleanText, nullable=False),
    Column("owner_name", CleanText, nullable=False),
    Column("due_on", Date, nullable=False),
    Column("check", CleanText, nullable=False),
    Column("ticket_id", KeyText),
    Column("ticket_key", CleanText),
    Column("ticket_url", CleanText),
    Column("status", CleanText, nullable=False),
    Index(None, "closeout_id", "number"),
    Index(None, "ticket_id"),
)

verifications = Table(
    "verifications",
    metadata,
    _number(),
    Column("action_id", KeyText, ForeignKey("actions.id"), nullable=False),
    Column("by_id", CleanText),
    Column("by_name", CleanText, nullable=False),
    Column("at", Instant, nullable=False),
    Column("evidence", CleanText, nullable=False),
    Column("source", CleanText, nullable=False),
    Index(None, "action_id"),
)

waivers = Table(
    "waivers",
    metadata,
    Column("id", KeyText, primary_key=True),
    _closeout(),
    Column("check", CleanText, nullable=False),
    Column("by_name", CleanText, nullable=False),
    Column("reason", CleanText, nullable=False),
    Column("until", Date, nullable=False),
    Column("at", Instant, nullable=False),
    Index(None, "closeout_id", "at"),
)

verdicts = Table(
    "verdicts",
    metadata,
    _closeout(primary_key=True),
    Column("tree", Json, nullable=False),
    Column("at", Instant, nullable=False),
    Column("policy", CleanText, nullable=False),
)

figures = Table(
    "figures",
    metadata,
    _closeout(primary_key=True),
    Column("figures", Json, nullable=False),
    Column("at", Instant, nullable=False),
)

# A note may speak of a closeout that is not there: a line for people is never refused.
notes = Table(
    "notes",
    metadata,
    _number(),
    Column("at", Instant, nullable=False),
    Column("text", CleanText, nullable=False),
    Column("closeout_id", KeyText),
    Column("workspace", CleanText),
    Index(None, "at", "number"),
    Index(None, "closeout_id", "at", "number"),
)

workspaces = Table(
    "workspaces",
    metadata,
    Column("name", KeyText, primary_key=True),
    Column("enrolled_at", Instant, nullable=False),
    Column("swept_until", Instant, nullable=False),
    Column("parked_until", Instant),
    Column("last_delivery_at", Instant),
    Column("trouble", CleanText),
)

gate_audits = Table(
    "gate_audits",
    metadata,
    Column("workspace", KeyText, primary_key=True),
    Column("at", Instant, nullable=False),
    Column("covered", Json, nullable=False),
    Column("findings", Json, nullable=False),
)

standing_closed = Table(
    "standing_closed",
    metadata,
    Column("workspace", KeyText, primary_key=True),
    Column("key", KeyText, primary_key=True),
)

# What becomes known of a project's plan and money. Rows are only added; `ordinal` counts those of a
# name, so that two workers who see the same change keep it once.
plan_facts = Table(
    "plan_facts",
    metadata,
    Column("workspace", KeyText, primary_key=True),
    Column("key", KeyText, primary_key=True),
    Column("name", KeyText, primary_key=True),
    Column("ordinal", Integer, primary_key=True, autoincrement=False),
    Column("at", Instant, nullable=False),
    Column("value", Json, nullable=False),
    Column("source", CleanText, nullable=False),
    Column("by", CleanText),
)

# Working time that was imported from files; `person` is a keyed digest and never a name.
time_entries = Table(
    "time_entries",
    metadata,
    Column("workspace", KeyText, primary_key=True),
    Column("key", KeyText, primary_key=True),
    Column("id", KeyText, primary_key=True),
    Column("at", Instant, nullable=False),
    Column("seconds", Integer, nullable=False),
    Column("issue_id", KeyText),
    Column("person", KeyText),
    Column("role", CleanText),
    Column("source", CleanText, nullable=False),
    Column("imported_at", Instant, nullable=False),
)
