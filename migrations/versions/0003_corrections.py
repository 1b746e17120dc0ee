"""What finds are found by, names of speakers that are the same, rules of sites

No table is copied: SQLite would delete what refers to it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

TEXTS = ("rule", "mood", "speaker_name")


def upgrade() -> None:
    op.create_table(
        "speaker_names",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("speaker_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("name_key", sa.Text(), nullable=False),
        sa.Column("created_by", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["created_by"], ["users.id"], name=op.f("fk_speaker_names_created_by"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["speaker_id"], ["speakers.id"], name=op.f("fk_speaker_names_speaker_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_speaker_names")),
        sa.UniqueConstraint("name_key", name=op.f("uq_speaker_names_name_key")),
    )
    op.create_index(op.f("ix_speaker_names_speaker_id"), "speaker_names", ["speaker_id"])
    op.create_table(
        "site_rules",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("site", sa.Text(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("match", sa.String(length=8), nullable=False),
        sa.Column("pattern", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("created_by", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["created_by"], ["users.id"], name=op.f("fk_site_rules_created_by"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_site_rules")),
    )
    op.create_index(op.f("ix_site_rules_site"), "site_rules", ["site"])
    op.add_column("speakers", sa.Column("version", sa.Integer(), nullable=False, server_default="1"))
    op.add_column("analyses", sa.Column("beliefs", sa.JSON(), nullable=False, server_default="[]"))
    op.add_column("annotations", sa.Column("figures", sa.JSON(), nullable=False, server_default="[]"))
    for name in TEXTS:
        kind = sa.String(length=16) if name == "mood" else sa.Text()
        op.add_column("annotations", sa.Column(name, kind, nullable=False, server_default=""))
    op.execute(
        "ALTER TABLE annotations ADD COLUMN site_rule_id INTEGER"
        " CONSTRAINT fk_annotations_site_rule_id REFERENCES site_rules (id)"
    )
    op.create_index(op.f("ix_annotations_site_rule_id"), "annotations", ["site_rule_id"])
    op.execute(
        "UPDATE annotations SET speaker_name = (SELECT name FROM speakers WHERE id = speaker_id)"
        " WHERE speaker_id IS NOT NULL"
    )


def downgrade() -> None:
    op.execute("UPDATE annotations SET status = 'found' WHERE site_rule_id IS NOT NULL")
    op.drop_index(op.f("ix_annotations_site_rule_id"), "annotations")
    for name in (*TEXTS, "figures", "site_rule_id"):
        op.execute(f"ALTER TABLE annotations DROP COLUMN {name}")
    op.execute("ALTER TABLE analyses DROP COLUMN beliefs")
    op.execute("ALTER TABLE speakers DROP COLUMN version")
    op.drop_table("site_rules")
    op.drop_table("speaker_names")
