"""Notes, their older versions and their drafts."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, cascade, now, person


class Note(Base):
    """Markdown on an annotation, or on the article where `annotation_id` is null. A reply has the visibility of the
    note that opens its thread."""

    __tablename__ = "notes"
    id: Mapped[int] = mapped_column(primary_key=True)
    article_id: Mapped[int] = cascade("articles.id")
    annotation_id: Mapped[int | None] = cascade("annotations.id")
    parent_id: Mapped[int | None] = cascade("notes.id")
    author_id: Mapped[int | None] = person(index=True)
    body: Mapped[str]
    visibility: Mapped[str] = mapped_column(String(8), default="all")  # all, private
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime] = mapped_column(default=now, index=True)
    updated_at: Mapped[datetime] = mapped_column(default=now)
    deleted_at: Mapped[datetime | None]


class NoteVersion(Base):
    """What a note said before an edit."""

    __tablename__ = "note_versions"
    __table_args__ = (UniqueConstraint("note_id", "version"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    note_id: Mapped[int] = cascade("notes.id")
    version: Mapped[int]
    body: Mapped[str]
    author_id: Mapped[int | None] = person()
    created_at: Mapped[datetime] = mapped_column(default=now)


class NoteTag(Base):
    __tablename__ = "note_tags"
    note_id: Mapped[int] = mapped_column(ForeignKey("notes.id", ondelete="CASCADE"), primary_key=True)
    tag_id: Mapped[int] = cascade("tags.id", primary_key=True)


class Draft(Base):
    """What a person has typed and not yet saved. `key` says where: "article", "passage-10-20", "annotation-3",
    "reply-5", "note-7"."""

    __tablename__ = "drafts"
    __table_args__ = (UniqueConstraint("user_id", "article_id", "key"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    article_id: Mapped[int] = cascade("articles.id")
    key: Mapped[str] = mapped_column(String(64))
    body: Mapped[str]
    updated_at: Mapped[datetime] = mapped_column(default=now)
