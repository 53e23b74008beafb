"""Closings asked for or without an instant, keepers of pages and tickets, the tools' own rules."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

ADDED = ("pages_workspace", "tickets_workspace", "page_stamp", "gate_scope", "known_as")
INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    with op.batch_alter_table("closeouts") as closeouts:
        for part in ("id", "name", "category"):
            closeouts.alter_column(f"closing_into_{part}", existing_type=sa.Text, nullable=True)
        for column in ADDED:
            closeouts.add_column(sa.Column(column, sa.Text))
    op.create_table(
        "gate_audits",
        sa.Column("workspace", sa.Text, nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("covered", sa.Text, nullable=False),
        sa.Column("findings", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("workspace", name=op.f("pk_gate_audits")),
    )
    op.create_table(
        "standing_closed",
        sa.Column("workspace", sa.Text, nullable=False),
        sa.Column("key", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("workspace", "key", name=op.f("pk_standing_closed")),
    )
