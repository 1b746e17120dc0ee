"""Stories: articles with the same text; and the record of what a site answered

The texts that are here already are compared by a job, for which this writes the row."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "story_bands",
        sa.Column("value", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("article_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["article_id"], ["articles.id"], name=op.f("fk_story_bands_article_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("value", "article_id", name=op.f("pk_story_bands")),
    )
    op.create_index(op.f("ix_story_bands_article_id"), "story_bands", ["article_id"])
    op.create_table(
        "story_copies",
        sa.Column("article_id", sa.Integer(), nullable=False),
        sa.Column("copy_id", sa.Integer(), nullable=False),
        sa.Column("share", sa.Double(), nullable=False),
        sa.ForeignKeyConstraint(
            ["article_id"], ["articles.id"], name=op.f("fk_story_copies_article_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["copy_id"], ["articles.id"], name=op.f("fk_story_copies_copy_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("article_id", "copy_id", name=op.f("pk_story_copies")),
    )
    op.create_index(op.f("ix_story_copies_copy_id"), "story_copies", ["copy_id"])
    for name, kind in (
        ("asked_url", sa.Text()),
        ("status", sa.Integer()),
        ("fetched_at", sa.DateTime(timezone=True)),
        ("size", sa.Integer()),
    ):
        op.add_column("captures", sa.Column(name, kind, nullable=True))
    op.add_column("captures", sa.Column("outcome", sa.String(length=16), nullable=False, server_default=""))
    op.add_column("captures", sa.Column("problem", sa.Text(), nullable=False, server_default=""))
    op.execute(
        "INSERT INTO jobs (kind, key, payload, state, attempts, progress, message, error, worker, created_at)"
        " SELECT 'stories', 'stories', '{}', 'queued', 0, 0.0, '', '', '', CURRENT_TIMESTAMP"
        " WHERE EXISTS (SELECT 1 FROM articles) AND NOT EXISTS (SELECT 1 FROM jobs WHERE key = 'stories')"
    )


def downgrade() -> None:
    op.execute("DELETE FROM jobs WHERE kind = 'stories'")
    op.execute("DELETE FROM captures WHERE outcome <> ''")
    for name in ("problem", "outcome", "size", "fetched_at", "status", "asked_url"):
        op.execute(f"ALTER TABLE captures DROP COLUMN {name}")
    op.drop_table("story_copies")
    op.drop_table("story_bands")
