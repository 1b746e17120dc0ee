"""What other programs speak: notes on pages outside, posted targets, flags, OAuth codes and tokens"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _hypothesis()
    _oauth()
    _web_annotation()


def _person(table: str, column: str, target: str = "users", gone: str = "CASCADE") -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{target}.id"], name=op.f(f"fk_{table}_{column}"), ondelete=gone)


def _hypothesis() -> None:
    op.create_table(
        "outside_notes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=True),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("uri", "keys", "title", "body", "quote")),
        sa.Column("tags", sa.JSON(), nullable=False),
        sa.Column("tag_keys", sa.Text(), nullable=False),
        sa.Column("refs", sa.JSON(), nullable=False),
        sa.Column("ref_keys", sa.Text(), nullable=False),
        sa.Column("target", sa.JSON(), nullable=False),
        sa.Column("extra", sa.JSON(), nullable=False),
        sa.Column("visibility", sa.String(length=8), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        _person("outside_notes", "author_id", gone="SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outside_notes")),
    )
    for column in ("author_id", "created_at", "updated_at"):
        op.create_index(op.f(f"ix_outside_notes_{column}"), "outside_notes", [column])
    op.create_table(
        "posted_targets",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("annotation_id", sa.Integer(), nullable=True),
        sa.Column("note_id", sa.Integer(), nullable=True),
        sa.Column("uri", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("target", sa.JSON(), nullable=False),
        sa.Column("start", sa.Integer(), nullable=True),
        sa.Column("end", sa.Integer(), nullable=True),
        sa.Column("quote", sa.Text(), nullable=False),
        sa.Column("tags", sa.JSON(), nullable=False),
        sa.Column("extra", sa.JSON(), nullable=False),
        _person("posted_targets", "annotation_id", "annotations"),
        _person("posted_targets", "note_id", "notes"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_posted_targets")),
        sa.UniqueConstraint("annotation_id", name=op.f("uq_posted_targets_annotation_id")),
        sa.UniqueConstraint("note_id", name=op.f("uq_posted_targets_note_id")),
    )
    op.create_table(
        "row_flags",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("row", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        _person("row_flags", "user_id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_row_flags")),
        sa.UniqueConstraint("row", "kind", "user_id", name=op.f("uq_row_flags_row_kind_user_id")),
    )
    op.create_index(op.f("ix_row_flags_user_id"), "row_flags", ["user_id"])


def _oauth() -> None:
    op.create_table(
        "oauth_codes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("code_hash", sa.String(length=64), nullable=False),
        sa.Column("client", sa.Text(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        _person("oauth_codes", "user_id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_oauth_codes")),
        sa.UniqueConstraint("code_hash", name=op.f("uq_oauth_codes_code_hash")),
    )
    op.create_index(op.f("ix_oauth_codes_user_id"), "oauth_codes", ["user_id"])
    op.create_table(
        "oauth_tokens",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("code_id", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("refresh_hash", sa.String(length=64), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("refresh_until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        _person("oauth_tokens", "user_id"),
        _person("oauth_tokens", "code_id", "oauth_codes"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_oauth_tokens")),
        sa.UniqueConstraint("refresh_hash", name=op.f("uq_oauth_tokens_refresh_hash")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_oauth_tokens_token_hash")),
    )
    for column in ("user_id", "code_id"):
        op.create_index(op.f(f"ix_oauth_tokens_{column}"), "oauth_tokens", [column])


def _web_annotation() -> None:
    op.create_table(
        "kept_annotations",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=36), nullable=False),
        *(sa.Column(f"{what}_id", sa.Integer(), nullable=True) for what in ("article", "annotation", "note", "author")),
        sa.Column("visibility", sa.String(length=8), nullable=False),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        _person("kept_annotations", "article_id", "articles"),
        _person("kept_annotations", "annotation_id", "annotations"),
        _person("kept_annotations", "note_id", "notes", gone="SET NULL"),
        _person("kept_annotations", "author_id", gone="SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_kept_annotations")),
        sa.UniqueConstraint("name", name=op.f("uq_kept_annotations_name")),
    )
    for what in ("article", "annotation", "note", "author"):
        op.create_index(op.f(f"ix_kept_annotations_{what}_id"), "kept_annotations", [f"{what}_id"])


def downgrade() -> None:
    op.drop_table("kept_annotations")
    for table in ("oauth_tokens", "oauth_codes", "row_flags", "posted_targets", "outside_notes"):
        op.drop_table(table)
