"""Articles, what came in of them, and which have the same text."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, cascade, now, person


class Article(Base):
    """Facts repeated from the current revision, so that a list reads one table. `annotation_version` goes up with every
    write that changes what a reader sees."""

    __tablename__ = "articles"
    id: Mapped[int] = mapped_column(primary_key=True)
    canonical_url: Mapped[str | None] = mapped_column(index=True)
    revision: Mapped[int] = mapped_column(default=1)  # number of the current revision
    annotation_version: Mapped[int] = mapped_column(default=1)
    title: Mapped[str]
    site: Mapped[str] = mapped_column(default="", index=True)
    authors: Mapped[list[Any]] = mapped_column(default=list)
    published: Mapped[str | None]  # ISO, with its zone only where one is stated
    sort_at: Mapped[datetime] = mapped_column(index=True)  # published (zone unknown: taken as UTC), else captured
    language: Mapped[str] = mapped_column(String(16), default="")
    first_words: Mapped[str] = mapped_column(default="")
    words: Mapped[int] = mapped_column(default=0)
    text_sha256: Mapped[str] = mapped_column(String(64), index=True)
    created_at: Mapped[datetime] = mapped_column(default=now, index=True)
    created_by: Mapped[int | None] = person()
    deleted_at: Mapped[datetime | None]
    silent_revision: Mapped[int | None]  # the latest that changed a quote or a figure and did not say so
    checks: Mapped[str] = mapped_column(String(8), default="")  # by themselves: on, off, "": as the settings say
    check_at: Mapped[datetime | None] = mapped_column(index=True)


class Revision(Base):
    """One captured text: immutable. `blocks` are [type, start, end], joined by one line break each. `added` and `removed`
    count words beside the revision before; `cause` is empty for the first, else check, schedule or import; `silent` as of an
    Article. `changes` are the first of what changed: [{"what", "before", "after"}, ...], as of app.articles.difference."""

    __tablename__ = "revisions"
    __table_args__ = (UniqueConstraint("article_id", "number"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    article_id: Mapped[int] = cascade("articles.id")
    number: Mapped[int]
    text: Mapped[str]
    text_sha256: Mapped[str] = mapped_column(String(64))
    blocks: Mapped[list[Any]]
    title: Mapped[str]
    headline_variants: Mapped[list[Any]] = mapped_column(default=list)
    authors: Mapped[list[Any]] = mapped_column(default=list)
    site: Mapped[str] = mapped_column(default="")
    published: Mapped[str | None]
    updated: Mapped[str | None]
    dateline: Mapped[str] = mapped_column(default="")
    language: Mapped[str] = mapped_column(String(16), default="")
    created_at: Mapped[datetime] = mapped_column(default=now, index=True)
    created_by: Mapped[int | None] = person()
    cause: Mapped[str] = mapped_column(String(16), default="")
    added: Mapped[int] = mapped_column(default=0)
    removed: Mapped[int] = mapped_column(default=0)
    silent: Mapped[bool] = mapped_column(default=False)
    changes: Mapped[list[Any]] = mapped_column(default=list)


class Capture(Base):
    """What came in, as it came: the bytes are a stored file named by `sha256`. `document` is what was understood, kept
    until it is saved as a revision.

    Where a site was asked: `asked_url` is the address asked for, `url` where its redirects ended, `headers` and `status`
    are of its last answer. `outcome` is empty for what a revision was made of, else that of a check whether the site
    still says the same: unchanged, minor, changed, emptier or failed; `problem` says why. A check that brought no bytes has the
    `sha256` of what it was compared with (unchanged), or none."""

    __tablename__ = "captures"
    id: Mapped[int] = mapped_column(primary_key=True)
    revision_id: Mapped[int | None] = cascade("revisions.id")
    kind: Mapped[str] = mapped_column(String(16))  # paste, html, file, url
    url: Mapped[str | None]
    media_type: Mapped[str] = mapped_column(default="")
    filename: Mapped[str] = mapped_column(default="")
    sha256: Mapped[str] = mapped_column(String(64), index=True)
    headers: Mapped[dict[str, Any]] = mapped_column(default=dict)
    document: Mapped[dict[str, Any]]
    created_at: Mapped[datetime] = mapped_column(default=now)
    created_by: Mapped[int | None] = person(index=True)
    asked_url: Mapped[str | None]
    status: Mapped[int | None]
    fetched_at: Mapped[datetime | None]
    size: Mapped[int | None]  # in bytes
    outcome: Mapped[str] = mapped_column(String(16), default="")
    problem: Mapped[str] = mapped_column(default="")


class Picture(Base):
    """A picture of a revision; `sha256` names the stored file once it has been fetched, `error` says why it was not."""

    __tablename__ = "pictures"
    id: Mapped[int] = mapped_column(primary_key=True)
    revision_id: Mapped[int] = cascade("revisions.id")
    position: Mapped[int]
    url: Mapped[str | None]
    caption: Mapped[str] = mapped_column(default="")
    credit: Mapped[str] = mapped_column(default="")
    sha256: Mapped[str | None] = mapped_column(String(64))
    media_type: Mapped[str] = mapped_column(default="")
    width: Mapped[int | None]
    height: Mapped[int | None]
    error: Mapped[str] = mapped_column(default="")


class ArticleRead(Base):
    """That a person has read an article, and as of which revision."""

    __tablename__ = "article_reads"
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), primary_key=True)
    article_id: Mapped[int] = cascade("articles.id", primary_key=True)
    revision: Mapped[int]
    read_at: Mapped[datetime] = mapped_column(default=now)


class Tag(Base):
    __tablename__ = "tags"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(64), unique=True)  # lower case, no white space at the ends


class ArticleTag(Base):
    __tablename__ = "article_tags"
    article_id: Mapped[int] = mapped_column(ForeignKey("articles.id", ondelete="CASCADE"), primary_key=True)
    tag_id: Mapped[int] = cascade("tags.id", primary_key=True)


class StoryBand(Base):
    """A part of the signature of an article's text: articles that have one in common may be copies of each other."""

    __tablename__ = "story_bands"
    value: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    article_id: Mapped[int] = cascade("articles.id", primary_key=True)


class StoryCopy(Base):
    """That two articles are the same story, compared word by word: `share` of the article's text stands in the copy."""

    __tablename__ = "story_copies"
    article_id: Mapped[int] = mapped_column(ForeignKey("articles.id", ondelete="CASCADE"), primary_key=True)
    copy_id: Mapped[int] = cascade("articles.id", primary_key=True)
    share: Mapped[float]
