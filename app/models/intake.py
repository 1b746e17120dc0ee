"""What comes in by itself: imports and feeds."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, cascade, now, person


class ImportBatch(Base):
    """Many articles on their way in. `counts` and `problems` are what the preview says of it: how many articles,
    highlights, notes, tags and folders, how many are here already; what could not be understood [{"where", "message"}]."""

    __tablename__ = "import_batches"
    id: Mapped[int] = mapped_column(primary_key=True)
    created_by: Mapped[int | None] = person(index=True)
    kind: Mapped[str] = mapped_column(String(16))  # addresses, files, zip, migration
    name: Mapped[str]
    format: Mapped[str] = mapped_column(String(32), default="")  # of a migration
    state: Mapped[str] = mapped_column(String(16))  # reading, preview, running, paused, done, cancelled
    error: Mapped[str] = mapped_column(default="")
    counts: Mapped[dict[str, Any]] = mapped_column(default=dict)
    problems: Mapped[list[Any]] = mapped_column(default=list)
    sha256: Mapped[str | None] = mapped_column(String(64))  # the stored file, of a zip and a migration
    created_at: Mapped[datetime] = mapped_column(default=now)
    finished_at: Mapped[datetime | None]


class ImportItem(Base):
    """One article of a batch. `payload` is what it is made of, and empty once it has come in; then `created` says whether
    it was new, and `report` which of its highlights found no place: [{"quote", "note", "reason"}]."""

    __tablename__ = "import_items"
    __table_args__ = (UniqueConstraint("batch_id", "key"), Index("ix_import_items_batch_id_state", "batch_id", "state"))
    id: Mapped[int] = mapped_column(primary_key=True)
    batch_id: Mapped[int] = mapped_column(ForeignKey("import_batches.id", ondelete="CASCADE"))
    position: Mapped[int]
    key: Mapped[str] = mapped_column(String(64))  # SHA-256 of what names it in its batch
    source: Mapped[str]  # its address or file, for people
    title: Mapped[str] = mapped_column(default="")
    host: Mapped[str] = mapped_column(default="")  # that it is fetched from
    state: Mapped[str] = mapped_column(String(16), default="waiting")  # waiting, done, failed, skipped
    attempts: Mapped[int] = mapped_column(default=0)
    error: Mapped[str] = mapped_column(default="")
    not_before: Mapped[datetime | None]
    article_id: Mapped[int | None] = mapped_column(ForeignKey("articles.id", ondelete="SET NULL"), index=True)
    payload: Mapped[dict[str, Any]] = mapped_column(default=dict)
    created: Mapped[bool] = mapped_column(default=False)
    highlights: Mapped[int] = mapped_column(default=0)
    notes: Mapped[int] = mapped_column(default=0)
    unplaced: Mapped[int] = mapped_column(default=0)
    report: Mapped[list[Any]] = mapped_column(default=list)


class Imported(Base):
    """What a highlight or note of an export became here, so that it comes in once. `key` is the SHA-256 of `source`, which
    names it in its export. `author` is who wrote it there, where that is not who brought it in. `said` is its note as it
    came; `quote` its words where they found no place. A row with neither annotation nor note is that of the article, or
    of a verdict, which `source` names."""

    __tablename__ = "imported"
    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(64), unique=True)
    source: Mapped[str]
    article_id: Mapped[int] = cascade("articles.id")
    annotation_id: Mapped[int | None] = cascade("annotations.id")
    note_id: Mapped[int | None] = cascade("notes.id")
    author: Mapped[str | None]
    color: Mapped[str] = mapped_column(default="")
    quote: Mapped[str] = mapped_column(default="")
    said: Mapped[str] = mapped_column(default="")


class Feed(Base):
    """A feed that a person follows; nobody else sees it. `etag` to `failures` are what polling knows: `minutes` is how long
    it waits as things are, `least` how long the feed asks it to. What is gone for good is `stopped`."""

    __tablename__ = "feeds"
    __table_args__ = (UniqueConstraint("user_id", "url_sha256"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    url: Mapped[str]
    url_sha256: Mapped[str] = mapped_column(String(64))  # an address may be longer than what a database indexes
    name: Mapped[str] = mapped_column(default="")  # as its person calls it
    title: Mapped[str] = mapped_column(default="")  # as it calls itself
    home: Mapped[str] = mapped_column(default="")  # address of the site
    folder: Mapped[str] = mapped_column(default="")  # a path: News/Asia
    etag: Mapped[str] = mapped_column(default="")
    last_modified: Mapped[str] = mapped_column(default="")
    minutes: Mapped[int] = mapped_column(default=60)
    least: Mapped[int] = mapped_column(default=0)
    checked_at: Mapped[datetime | None]
    next_at: Mapped[datetime] = mapped_column(default=now, index=True)
    failures: Mapped[int] = mapped_column(default=0)
    error: Mapped[str] = mapped_column(default="")
    stopped: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime] = mapped_column(default=now)

    @property
    def label(self) -> str:
        return self.name or self.title or self.url


class FeedItem(Base):
    """What a feed lists: title and summary are plain text. `guid` is the SHA-256 of what names it in its feed, `content` its
    HTML as it came, where the feed carries the whole text. `why` names the rule that took it in."""

    __tablename__ = "feed_items"
    __table_args__ = (
        UniqueConstraint("feed_id", "guid"),
        Index("ix_feed_items_feed_id_sort_at", "feed_id", "sort_at"),
        Index("ix_feed_items_feed_id_read_at", "feed_id", "read_at"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    feed_id: Mapped[int] = mapped_column(ForeignKey("feeds.id", ondelete="CASCADE"))
    guid: Mapped[str] = mapped_column(String(64))
    url: Mapped[str] = mapped_column(default="")
    title: Mapped[str]
    summary: Mapped[str] = mapped_column(default="")
    author: Mapped[str] = mapped_column(default="")
    content: Mapped[str] = mapped_column(default="")
    published: Mapped[datetime | None]
    sort_at: Mapped[datetime]  # when it was published, or first seen
    seen_at: Mapped[datetime]  # when the feed last listed it
    read_at: Mapped[datetime | None]
    article_id: Mapped[int | None] = mapped_column(ForeignKey("articles.id", ondelete="SET NULL"), index=True)
    why: Mapped[str] = mapped_column(default="")
    error: Mapped[str] = mapped_column(default="")  # why it could not be taken in


class FeedRule(Base):
    """What is taken in by itself when it comes: of one feed, or of all that the person follows where `feed_id` is null."""

    __tablename__ = "feed_rules"
    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = cascade("users.id")
    feed_id: Mapped[int | None] = cascade("feeds.id")
    kind: Mapped[str] = mapped_column(String(16))  # site, words, speaker
    pattern: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(default=now)
