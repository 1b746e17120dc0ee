"""What other programs speak: what they posted, and the tokens they act with."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, cascade, now, person


class OutsideNote(Base):
    """What somebody wrote through a program on a page that is no article here. `refs` are the rows it answers, the first
    of its thread first; `target` is as the program sent it. `keys`, `tag_keys` and `ref_keys` are for looking it up: one
    in each line, with a line break before and after."""

    __tablename__ = "outside_notes"
    id: Mapped[int] = mapped_column(primary_key=True)
    author_id: Mapped[int | None] = person(index=True)
    uri: Mapped[str]
    keys: Mapped[str]
    title: Mapped[str] = mapped_column(default="")
    body: Mapped[str] = mapped_column(default="")
    quote: Mapped[str] = mapped_column(default="")
    tags: Mapped[list[Any]] = mapped_column(default=list)
    tag_keys: Mapped[str] = mapped_column(default="")
    refs: Mapped[list[Any]] = mapped_column(default=list)
    ref_keys: Mapped[str] = mapped_column(default="")
    target: Mapped[list[Any]] = mapped_column(default=list)
    extra: Mapped[dict[str, Any]] = mapped_column(default=dict)
    visibility: Mapped[str] = mapped_column(String(8), default="all")  # all, private
    created_at: Mapped[datetime] = mapped_column(default=now, index=True)
    updated_at: Mapped[datetime] = mapped_column(default=now, index=True)
    deleted_at: Mapped[datetime | None]


class PostedTarget(Base):
    """How a program said where its annotation stands, so that it gets that back: of a passage while it stands at `start`
    and `end`, or of a note. `quote` are the words that found no place here; then they stand in the note itself."""

    __tablename__ = "posted_targets"
    id: Mapped[int] = mapped_column(primary_key=True)
    annotation_id: Mapped[int | None] = mapped_column(ForeignKey("annotations.id", ondelete="CASCADE"), unique=True)
    note_id: Mapped[int | None] = mapped_column(ForeignKey("notes.id", ondelete="CASCADE"), unique=True)
    uri: Mapped[str]
    title: Mapped[str] = mapped_column(default="")
    target: Mapped[list[Any]] = mapped_column(default=list)
    start: Mapped[int | None]
    end: Mapped[int | None]
    quote: Mapped[str] = mapped_column(default="")
    tags: Mapped[list[Any]] = mapped_column(default=list)  # as they were spelled
    extra: Mapped[dict[str, Any]] = mapped_column(default=dict)


class RowFlag(Base):
    """That a person flagged what a program shows (`row` is its id there), or that an editor hides it there."""

    __tablename__ = "row_flags"
    __table_args__ = (UniqueConstraint("row", "kind", "user_id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    row: Mapped[str] = mapped_column(String(32))
    kind: Mapped[str] = mapped_column(String(8))  # flag, hide
    user_id: Mapped[int] = cascade("users.id")
    created_at: Mapped[datetime] = mapped_column(default=now)


class OAuthCode(Base):
    """What a program exchanges, once, for tokens."""

    __tablename__ = "oauth_codes"
    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = cascade("users.id")
    code_hash: Mapped[str] = mapped_column(String(64), unique=True)
    client: Mapped[str]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class OAuthToken(Base):
    """What a program acts with for a person, until it expires; with the refresh token it gets a new pair."""

    __tablename__ = "oauth_tokens"
    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = cascade("users.id")
    code_id: Mapped[int] = cascade("oauth_codes.id")
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    refresh_hash: Mapped[str] = mapped_column(String(64), unique=True)
    expires_at: Mapped[datetime]
    refresh_until: Mapped[datetime]
    created_at: Mapped[datetime] = mapped_column(default=now)
    used_at: Mapped[datetime | None]


class KeptAnnotation(Base):
    """A Web Annotation as it was posted (`body`), so that nothing of it is lost. Where it speaks of one of our articles
    `article_id` says so; what stands in the reader for it is `annotation_id` and `note_id`, and where there is a passage,
    that passage says whether it is deleted."""

    __tablename__ = "kept_annotations"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(36), unique=True)  # in its address
    article_id: Mapped[int | None] = cascade("articles.id")
    annotation_id: Mapped[int | None] = cascade("annotations.id")
    note_id: Mapped[int | None] = mapped_column(ForeignKey("notes.id", ondelete="SET NULL"), index=True)
    author_id: Mapped[int | None] = person(index=True)
    visibility: Mapped[str] = mapped_column(String(8), default="all")  # all, private
    body: Mapped[dict[str, Any]]
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime] = mapped_column(default=now)
    updated_at: Mapped[datetime] = mapped_column(default=now)
    deleted_at: Mapped[datetime | None]
