"""Who is told of what changes: addresses that feed readers ask, webhooks that are sent to."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, cascade, now


class ChangeAddress(Base):
    """A secret address under which a feed reader reads one feed of changes as its person sees it. `filters` are those of
    app.changes.filters: it opens nothing else."""

    __tablename__ = "change_addresses"
    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = cascade("users.id")
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    filters: Mapped[dict[str, Any]]
    created_at: Mapped[datetime] = mapped_column(default=now)
    used_at: Mapped[datetime | None]


class Webhook(Base):
    """Where a person wants to be told of `events`, as of app.events. `secret` signs what is sent, which a hash could not
    do; `old_secret` signs it too until `old_until`. `base` is the address of this server, for links. While `next_at` is to
    come nothing is sent; `failing_since` is the first failure of the receiver after which nothing went well, `failures` how
    often it was away since; `off_at` is when it was switched off, by the person or for `error`."""

    __tablename__ = "webhooks"
    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = cascade("users.id")
    url: Mapped[str]
    events: Mapped[list[Any]]
    secret: Mapped[str]
    old_secret: Mapped[str] = mapped_column(default="")
    old_until: Mapped[datetime | None]
    base: Mapped[str]
    failures: Mapped[int] = mapped_column(default=0)
    failing_since: Mapped[datetime | None]
    next_at: Mapped[datetime | None]
    off_at: Mapped[datetime | None]
    error: Mapped[str] = mapped_column(default="")
    created_at: Mapped[datetime] = mapped_column(default=now)


class Delivery(Base):
    """One event for one webhook: the row is the truth, and is written with what happened. `message_id` stays the same
    however often it is sent. `ref_id` is the annotation, note, revision or verdict; what it says is read when it is sent.
    `state`: waiting, delivered, failed, withheld (it was brought back, or the person may not see it
    any more)."""

    __tablename__ = "deliveries"
    __table_args__ = (Index("ix_deliveries_state_next_at", "state", "next_at"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    webhook_id: Mapped[int] = cascade("webhooks.id")
    message_id: Mapped[str] = mapped_column(String(40), unique=True)
    event: Mapped[str] = mapped_column(String(32))
    article_id: Mapped[int | None] = mapped_column(ForeignKey("articles.id", ondelete="CASCADE"), index=True)
    ref_id: Mapped[int | None]
    state: Mapped[str] = mapped_column(String(16), default="waiting")
    attempts: Mapped[int] = mapped_column(default=0)
    next_at: Mapped[datetime] = mapped_column(default=now)
    status: Mapped[int | None]  # of the last answer
    error: Mapped[str] = mapped_column(default="")
    created_at: Mapped[datetime] = mapped_column(default=now)
    tried_at: Mapped[datetime | None]
