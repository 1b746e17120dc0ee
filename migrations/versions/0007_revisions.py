"""Revisions, and where annotations stood in them

No table is copied: SQLite would delete what refers to it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def new_columns() -> dict[str, tuple[sa.Column, ...]]:
    return {
        "articles": (
            sa.Column("silent_revision", sa.Integer(), nullable=True),
            sa.Column("checks", sa.String(length=8), nullable=False, server_default=""),
            sa.Column("check_at", sa.DateTime(timezone=True), nullable=True),
        ),
        "revisions": (
            sa.Column("cause", sa.String(length=16), nullable=False, server_default=""),
            sa.Column("added", sa.Integer(), nullable=False, server_default="0"),
            sa.Column("removed", sa.Integer(), nullable=False, server_default="0"),
            sa.Column("silent", sa.Boolean(), nullable=False, server_default=sa.false()),
        ),
        "annotations": (sa.Column("past", sa.Boolean(), nullable=False, server_default=sa.false()),),
    }


def upgrade() -> None:
    for table, columns in new_columns().items():
        for column in columns:
            op.add_column(table, column)
    op.create_index(op.f("ix_articles_check_at"), "articles", ["check_at"])
    op.create_table(
        "annotation_places",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("annotation_id", sa.Integer(), nullable=False),
        sa.Column("revision_id", sa.Integer(), nullable=False),
        sa.Column("start", sa.Integer(), nullable=False),
        sa.Column("end", sa.Integer(), nullable=False),
        sa.Column("exact", sa.Text(), nullable=False),
        sa.Column("prefix", sa.Text(), nullable=False),
        sa.Column("suffix", sa.Text(), nullable=False),
        sa.Column("spans", sa.JSON(), nullable=False),
        sa.Column("offsets", sa.JSON(), nullable=False),
        sa.Column("carried_to", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("score", sa.Double(), nullable=False),
        sa.Column("doubt", sa.String(length=16), nullable=False),
        sa.Column("decision", sa.String(length=16), nullable=False),
        sa.Column("reviewed_by", sa.Integer(), nullable=True),
        sa.Column("reviewed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["annotation_id"], ["annotations.id"], name=op.f("fk_annotation_places_annotation_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["revision_id"], ["revisions.id"], name=op.f("fk_annotation_places_revision_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["reviewed_by"], ["users.id"], name=op.f("fk_annotation_places_reviewed_by"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_annotation_places")),
        sa.UniqueConstraint(
            "annotation_id", "revision_id", name=op.f("uq_annotation_places_annotation_id_revision_id")
        ),
    )
    op.create_index(op.f("ix_annotation_places_revision_id"), "annotation_places", ["revision_id"])


def downgrade() -> None:
    op.drop_table("annotation_places")
    op.drop_index(op.f("ix_articles_check_at"), "articles")
    for table, columns in new_columns().items():
        for column in reversed(columns):
            op.execute(f"ALTER TABLE {table} DROP COLUMN {column.name}")
