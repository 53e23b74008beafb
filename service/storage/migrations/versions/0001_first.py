"""The first schema."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)
NUMBER = sa.BigInteger().with_variant(sa.Integer, "sqlite")  # it counts only where it says INTEGER


def upgrade() -> None:
    _create_inbox()
    _create_work()
    _create_closeouts()
    _create_actions()
    _create_judgements()


def _create_inbox() -> None:
    op.create_table(
        "deliveries",
        sa.Column("number", NUMBER, autoincrement=True, nullable=False),
        sa.Column("workspace", sa.Text, nullable=False),
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("received_at", INSTANT, nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
        sa.Column("state", sa.Text, server_default="new", nullable=False),
        sa.Column("reason", sa.Text),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_deliveries")),
        sa.UniqueConstraint("id", "workspace", name=op.f("uq_deliveries_id_workspace")),
    )
    op.create_index(
        op.f("ix_deliveries_state_received_at_number"),
        "deliveries",
        ["state", "received_at", "number"],
    )
    op.create_table(
        "seen_events",
        sa.Column("workspace", sa.Text, nullable=False),
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("workspace", "key", name=op.f("pk_seen_events")),
    )


def _create_work() -> None:
    op.create_table(
        "due_projects",
        sa.Column("workspace", sa.Text, nullable=False),
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("due_at", INSTANT),
        sa.Column("reasons", sa.Text, server_default="", nullable=False),
        sa.Column("left_status_id", sa.Text),
        sa.Column("taken_due_at", INSTANT),
        sa.Column("taken_reasons", sa.Text, server_default="", nullable=False),
        sa.Column("taken_left_status_id", sa.Text),
        sa.Column("taken_at", INSTANT),
        sa.Column("leased_until", INSTANT),
        sa.Column("fence", sa.BigInteger, server_default="0", nullable=False),
        sa.Column("attempts", sa.Integer, server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("workspace", "key", name=op.f("pk_due_projects")),
    )
    op.create_index(op.f("ix_due_projects_due_at"), "due_projects", ["due_at"])
    op.create_index(
        op.f("ix_due_projects_workspace_taken_at"), "due_projects", ["workspace", "taken_at"]
    )
    op.create_table(
        "workspaces",
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("enrolled_at", INSTANT, nullable=False),
        sa.Column("swept_until", INSTANT, nullable=False),
        sa.Column("parked_until", INSTANT),
        sa.Column("last_delivery_at", INSTANT),
        sa.Column("trouble", sa.Text),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_workspaces")),
    )
    op.create_table(
        "notes",
        sa.Column("number", NUMBER, autoincrement=True, nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("closeout_id", sa.Text),
        sa.Column("workspace", sa.Text),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_notes")),
    )
    op.create_index(op.f("ix_notes_at_number"), "notes", ["at", "number"])
    op.create_index(
        op.f("ix_notes_closeout_id_at_number"), "notes", ["closeout_id", "at", "number"]
    )


def _create_closeouts() -> None:
    op.create_table(
        "closeouts",
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("workspace", sa.Text, nullable=False),
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("ordinal", sa.Integer, nullable=False),
        sa.Column("project_name", sa.Text, nullable=False),
        sa.Column("project_url", sa.Text, nullable=False),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("requested_at", INSTANT, nullable=False),
        sa.Column("delivered_at", INSTANT, nullable=False),
        sa.Column("closing_into_id", sa.Text, nullable=False),
        sa.Column("closing_into_name", sa.Text, nullable=False),
        sa.Column("closing_into_category", sa.Text, nullable=False),
        sa.Column("return_to_id", sa.Text),
        sa.Column("return_to_name", sa.Text),
        sa.Column("return_to_category", sa.Text),
        sa.Column("page_id", sa.Text),
        sa.Column("page_url", sa.Text),
        sa.Column("page_seen", sa.Text),
        sa.Column("page_seen_at", INSTANT),
        sa.Column("closed_at", INSTANT),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_closeouts")),
        sa.UniqueConstraint(
            "workspace", "key", "ordinal", name=op.f("uq_closeouts_workspace_key_ordinal")
        ),
    )
    op.create_index(op.f("ix_closeouts_page_id"), "closeouts", ["page_id"])
    op.create_index(op.f("ix_closeouts_requested_at"), "closeouts", ["requested_at"])
    op.create_index(
        op.f("ix_closeouts_status_requested_at"), "closeouts", ["status", "requested_at"]
    )
    op.create_table(
        "status_changes",
        sa.Column("number", NUMBER, autoincrement=True, nullable=False),
        sa.Column("closeout_id", sa.Text, nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("before", sa.Text),
        sa.Column("after", sa.Text, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.ForeignKeyConstraint(
            ["closeout_id"], ["closeouts.id"], name=op.f("fk_status_changes_closeout_id")
        ),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_status_changes")),
    )
    op.create_index(op.f("ix_status_changes_closeout_id"), "status_changes", ["closeout_id"])
    op.create_table(
        "holds",
        sa.Column("closeout_id", sa.Text, nullable=False),
        sa.Column("number", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("moved_from_id", sa.Text, nullable=False),
        sa.Column("moved_from_name", sa.Text, nullable=False),
        sa.Column("moved_from_category", sa.Text, nullable=False),
        sa.Column("moved_to_id", sa.Text, nullable=False),
        sa.Column("moved_to_name", sa.Text, nullable=False),
        sa.Column("moved_to_category", sa.Text, nullable=False),
        sa.ForeignKeyConstraint(
            ["closeout_id"], ["closeouts.id"], name=op.f("fk_holds_closeout_id")
        ),
        sa.PrimaryKeyConstraint("closeout_id", "number", name=op.f("pk_holds")),
    )
    op.create_table(
        "effects",
        sa.Column("number", NUMBER, autoincrement=True, nullable=False),
        sa.Column("closeout_id", sa.Text, nullable=False),
        sa.Column("purpose", sa.Text, nullable=False),
        sa.Column("subject", sa.Text, nullable=False),
        sa.Column("marker", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("intended_at", INSTANT, nullable=False),
        sa.Column("done_at", INSTANT),
        sa.Column("remote_id", sa.Text),
        sa.Column("remote_url", sa.Text),
        sa.Column("note", sa.Text),
        sa.ForeignKeyConstraint(
            ["closeout_id"], ["closeouts.id"], name=op.f("fk_effects_closeout_id")
        ),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_effects")),
        sa.UniqueConstraint(
            "closeout_id", "purpose", "subject", name=op.f("uq_effects_closeout_id_purpose_subject")
        ),
    )


def _create_actions() -> None:
    op.create_table(
        "actions",
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("closeout_id", sa.Text, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("change", sa.Text, nullable=False),
        sa.Column("owner_id", sa.Text, nullable=False),
        sa.Column("owner_name", sa.Text, nullable=False),
        sa.Column("due_on", sa.Date, nullable=False),
        sa.Column("check", sa.Text, nullable=False),
        sa.Column("ticket_id", sa.Text),
        sa.Column("ticket_key", sa.Text),
        sa.Column("ticket_url", sa.Text),
        sa.Column("status", sa.Text, nullable=False),
        sa.ForeignKeyConstraint(
            ["closeout_id"], ["closeouts.id"], name=op.f("fk_actions_closeout_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_actions")),
    )
    op.create_index(op.f("ix_actions_closeout_id_number"), "actions", ["closeout_id", "number"])
    op.create_index(op.f("ix_actions_ticket_id"), "actions", ["ticket_id"])
    op.create_table(
        "verifications",
        sa.Column("number", NUMBER, autoincrement=True, nullable=False),
        sa.Column("action_id", sa.Text, nullable=False),
        sa.Column("by_id", sa.Text),
        sa.Column("by_name", sa.Text, nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("evidence", sa.Text, nullable=False),
        sa.Column("source", sa.Text, nullable=False),
        sa.ForeignKeyConstraint(
            ["action_id"], ["actions.id"], name=op.f("fk_verifications_action_id")
        ),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_verifications")),
    )
    op.create_index(op.f("ix_verifications_action_id"), "verifications", ["action_id"])
    op.create_table(
        "waivers",
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("closeout_id", sa.Text, nullable=False),
        sa.Column("check", sa.Text, nullable=False),
        sa.Column("by_name", sa.Text, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("until", sa.Date, nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(
            ["closeout_id"], ["closeouts.id"], name=op.f("fk_waivers_closeout_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_waivers")),
    )
    op.create_index(op.f("ix_waivers_closeout_id_at"), "waivers", ["closeout_id", "at"])


def _create_judgements() -> None:
    op.create_table(
        "verdicts",
        sa.Column("closeout_id", sa.Text, nullable=False),
        sa.Column("tree", sa.Text, nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("policy", sa.Text, nullable=False),
        sa.ForeignKeyConstraint(
            ["closeout_id"], ["closeouts.id"], name=op.f("fk_verdicts_closeout_id")
        ),
        sa.PrimaryKeyConstraint("closeout_id", name=op.f("pk_verdicts")),
    )
    op.create_table(
        "figures",
        sa.Column("closeout_id", sa.Text, nullable=False),
        sa.Column("figures", sa.Text, nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(
            ["closeout_id"], ["closeouts.id"], name=op.f("fk_figures_closeout_id")
        ),
        sa.PrimaryKeyConstraint("closeout_id", name=op.f("pk_figures")),
    )
