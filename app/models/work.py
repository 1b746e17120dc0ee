"""Work that outlasts a request, and what is searched."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, cascade, now, person


class Job(Base):
    """Work that outlasts a request. The row is the truth; the queue only carries its id."""

    __tablename__ = "jobs"
    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(32))  # analyze, pictures, import, ...
    key: Mapped[str] = mapped_column(unique=True)  # idempotency: the same key is the same job
    article_id: Mapped[int | None] = cascade("articles.id")
    payload: Mapped[dict[str, Any]] = mapped_column(default=dict)
    state: Mapped[str] = mapped_column(String(16), default="queued", index=True)  # done, ...: see jobs.STATES
    priority: Mapped[int] = mapped_column(default=0)  # the largest first
    not_before: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)
    progress: Mapped[float] = mapped_column(default=0.0)  # 0 to 1
    message: Mapped[str] = mapped_column(default="")
    error: Mapped[str] = mapped_column(default="")
    lease_until: Mapped[datetime | None]
    worker: Mapped[str] = mapped_column(default="")
    sent_at: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(default=now)
    created_by: Mapped[int | None] = person()
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]


class SearchDocument(Base):
    """What full-text search looks through; the index itself (FTS5, tsvector) is made by the migrations on this table
    and follows it by triggers. `visible_to` is the one person who sees it, or null for everybody."""

    __tablename__ = "search_documents"
    __table_args__ = (UniqueConstraint("kind", "ref_id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(16))  # article, annotation, note
    ref_id: Mapped[int]
    article_id: Mapped[int] = cascade("articles.id")
    visible_to: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    title: Mapped[str] = mapped_column(default="")
    body: Mapped[str]
