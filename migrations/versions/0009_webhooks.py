"""Webhooks and their deliveries, addresses of change feeds, what changed in a revision"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

DATED = ("notes", "revisions", "verdicts")
MADE = sa.text("author_id IS NOT NULL")


def _when(name: str, *, nullable: bool = False) -> sa.Column:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _of(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{target}.id"], name=op.f(f"fk_{table}_{column}"), ondelete="CASCADE")


def upgrade() -> None:
    op.add_column("revisions", sa.Column("changes", sa.JSON(), nullable=False, server_default="[]"))
    for table in DATED:
        op.create_index(op.f(f"ix_{table}_created_at"), table, ["created_at"])
    op.create_index("ix_annotations_made", "annotations", ["created_at"], sqlite_where=MADE, postgresql_where=MADE)
    op.create_table(
        "change_addresses",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("filters", sa.JSON(), nullable=False),
        _when("created_at"),
        _when("used_at", nullable=True),
        _of("change_addresses", "user_id", "users"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_change_addresses")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_change_addresses_token_hash")),
    )
    op.create_index(op.f("ix_change_addresses_user_id"), "change_addresses", ["user_id"])
    op.create_table(
        "webhooks",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("events", sa.JSON(), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("secret", "old_secret", "base", "error")),
        sa.Column("failures", sa.Integer(), nullable=False),
        *(_when(name, nullable=True) for name in ("old_until", "failing_since", "next_at", "off_at")),
        _when("created_at"),
        _of("webhooks", "user_id", "users"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_webhooks")),
    )
    op.create_index(op.f("ix_webhooks_user_id"), "webhooks", ["user_id"])
    op.create_table(
        "deliveries",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("webhook_id", sa.Integer(), nullable=False),
        sa.Column("message_id", sa.String(length=40), nullable=False),
        sa.Column("event", sa.String(length=32), nullable=False),
        sa.Column("article_id", sa.Integer(), nullable=True),
        sa.Column("ref_id", sa.Integer(), nullable=True),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.Column("error", sa.Text(), nullable=False),
        *(_when(name) for name in ("next_at", "created_at")),
        _when("tried_at", nullable=True),
        _of("deliveries", "webhook_id", "webhooks"),
        _of("deliveries", "article_id", "articles"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deliveries")),
        sa.UniqueConstraint("message_id", name=op.f("uq_deliveries_message_id")),
    )
    for column in ("webhook_id", "article_id"):
        op.create_index(op.f(f"ix_deliveries_{column}"), "deliveries", [column])
    op.create_index("ix_deliveries_state_next_at", "deliveries", ["state", "next_at"])


def downgrade() -> None:
    for table in ("deliveries", "webhooks", "change_addresses"):
        op.drop_table(table)
    op.drop_index("ix_annotations_made", "annotations")
    for table in DATED:
        op.drop_index(op.f(f"ix_{table}_created_at"), table)
    op.execute("ALTER TABLE revisions DROP COLUMN changes")
