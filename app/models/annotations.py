"""Speakers, what was found or marked in a text, and what people say of it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, cascade, now, person

MADE = text("author_id IS NOT NULL")
PUNCTUATION = " .,;:!?'\"\u2018\u2019\u201c\u201d()[]-\u2013\u2014"


class Speaker(Base):
    """Whom quotes and claims are attributed to: the same name, or one that is remembered to be theirs, is the same speaker
    in every article."""

    __tablename__ = "speakers"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    name_key: Mapped[str] = mapped_column(unique=True)  # see `key`
    role: Mapped[str] = mapped_column(default="")  # as last seen
    version: Mapped[int] = mapped_column(default=1)  # goes up when it is renamed, merged or split
    created_at: Mapped[datetime] = mapped_column(default=now)

    @staticmethod
    def key(name: str) -> str:
        """By what names are the same: case, white space, a possessive and punctuation at the ends do not matter."""
        key = " ".join(name.casefold().split()).strip(PUNCTUATION)
        return key.removesuffix("'s").removesuffix("\u2019s").strip(PUNCTUATION) or name.strip().casefold()


class SpeakerName(Base):
    """A name that people have said is another one of a speaker; no speaker has it as their own."""

    __tablename__ = "speaker_names"
    id: Mapped[int] = mapped_column(primary_key=True)
    speaker_id: Mapped[int] = cascade("speakers.id")
    name: Mapped[str]
    name_key: Mapped[str] = mapped_column(unique=True)  # as of Speaker
    created_by: Mapped[int | None] = person()
    created_at: Mapped[datetime] = mapped_column(default=now)


class SiteRule(Base):
    """That what looks like this is never a find in the articles of a site. `match` says how `pattern` is compared: exact
    and begins with the words of a find, cue with its cue, rule with the engine's rule that found it."""

    __tablename__ = "site_rules"
    id: Mapped[int] = mapped_column(primary_key=True)
    site: Mapped[str] = mapped_column(index=True)
    kind: Mapped[str] = mapped_column(String(16))  # quote, claim
    match: Mapped[str] = mapped_column(String(8))
    pattern: Mapped[str]
    note: Mapped[str] = mapped_column(default="")
    created_by: Mapped[int | None] = person()
    created_at: Mapped[datetime] = mapped_column(default=now)


class Analysis(Base):
    """That a revision was analysed: by which engine, the named entities it found, and what is thought or wanted in it and
    not said: [{"start", "end", "speaker", "cue", "why"}, ...]."""

    __tablename__ = "analyses"
    id: Mapped[int] = mapped_column(primary_key=True)
    revision_id: Mapped[int] = cascade("revisions.id", unique=True)
    engine: Mapped[str] = mapped_column(String(32))
    supported: Mapped[bool] = mapped_column(default=True)  # whether the engine has rules for the language
    entities: Mapped[list[Any]] = mapped_column(default=list)
    beliefs: Mapped[list[Any]] = mapped_column(default=list)
    finished_at: Mapped[datetime] = mapped_column(default=now)


class Annotation(Base):
    """A passage and what it is. Found by the program (`author_id` null, `engine` set) or made by a person.

    `status`: found (by the program, nobody has looked), confirmed, dismissed; what a person made is confirmed.
    What a rule of the site holds back is dismissed, has its `site_rule_id` and no `decided_by`.
    `found_start`, `found_end`: where the program found it; they stay when a person moves the bounds, so that analysis
    run again recognises it. `version` goes up with each change; a write based on an older one is a conflict."""

    __tablename__ = "annotations"
    __table_args__ = (
        Index("ix_annotations_article_id_start", "article_id", "start"),
        Index("ix_annotations_made", "created_at", sqlite_where=MADE, postgresql_where=MADE),  # most are finds
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    article_id: Mapped[int] = mapped_column(ForeignKey("articles.id", ondelete="CASCADE"))
    revision_id: Mapped[int] = cascade("revisions.id")
    kind: Mapped[str] = mapped_column(String(16), index=True)  # quote, claim, highlight
    start: Mapped[int]
    end: Mapped[int]
    exact: Mapped[str]
    prefix: Mapped[str] = mapped_column(default="")
    suffix: Mapped[str] = mapped_column(default="")
    spans: Mapped[list[Any]] = mapped_column(default=list)  # [[start, end], ...]: a quote broken by its attribution
    author_id: Mapped[int | None] = person(index=True)
    visibility: Mapped[str] = mapped_column(String(8), default="all")  # all, private
    status: Mapped[str] = mapped_column(String(16), default="found")
    score: Mapped[float | None]
    why: Mapped[str] = mapped_column(default="")
    engine: Mapped[str | None] = mapped_column(String(32))
    rule: Mapped[str] = mapped_column(default="")  # of the engine, by which it was found
    site_rule_id: Mapped[int | None] = mapped_column(ForeignKey("site_rules.id"), index=True)
    found_start: Mapped[int | None]
    found_end: Mapped[int | None]
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime] = mapped_column(default=now)
    updated_at: Mapped[datetime] = mapped_column(default=now)
    decided_by: Mapped[int | None] = person()  # who confirmed, dismissed or corrected it
    deleted_at: Mapped[datetime | None]
    # of a quote; the speaker of a claim is who asserts it
    quote_kind: Mapped[str | None] = mapped_column(String(16))  # direct, indirect, mixed
    mood: Mapped[str] = mapped_column(String(16), default="")  # negated, hypothetical, asked, denied
    speaker_id: Mapped[int | None] = mapped_column(ForeignKey("speakers.id", ondelete="SET NULL"), index=True)
    speaker_name: Mapped[str] = mapped_column(default="")  # as found or typed, whoever that turned out to be
    speaker_start: Mapped[int | None]
    speaker_end: Mapped[int | None]
    role: Mapped[str] = mapped_column(default="")
    cue: Mapped[str] = mapped_column(default="")
    cue_start: Mapped[int | None]
    cue_end: Mapped[int | None]
    # of a claim
    types: Mapped[list[Any]] = mapped_column(default=list)
    hedged: Mapped[bool] = mapped_column(default=False)
    figures: Mapped[list[Any]] = mapped_column(default=list)  # [{"start", "end", "value", "unit", "period"}, ...]
    verdict: Mapped[str] = mapped_column(String(16), default="unverified", index=True)
    past: Mapped[bool] = mapped_column(default=False)  # a find of an older revision, which the newer ones have anew


class AnnotationPlace(Base):
    """Where an annotation stood in an older revision, and how it got on from there to revision `carried_to`: `state` and
    `score` as of app.anchoring; what is lost stays here. `doubt` says why a person should look: quote, figure, parts,
    unsure. `decision` is theirs: accepted, moved, kept, deleted. `offsets` are the others of the annotation's."""

    __tablename__ = "annotation_places"
    __table_args__ = (UniqueConstraint("annotation_id", "revision_id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    annotation_id: Mapped[int] = mapped_column(ForeignKey("annotations.id", ondelete="CASCADE"))
    revision_id: Mapped[int] = cascade("revisions.id")
    start: Mapped[int]
    end: Mapped[int]
    exact: Mapped[str]
    prefix: Mapped[str] = mapped_column(default="")
    suffix: Mapped[str] = mapped_column(default="")
    spans: Mapped[list[Any]] = mapped_column(default=list)
    offsets: Mapped[dict[str, Any]] = mapped_column(default=dict)
    carried_to: Mapped[int]
    state: Mapped[str] = mapped_column(String(16))
    score: Mapped[float]
    doubt: Mapped[str] = mapped_column(String(16), default="")
    decision: Mapped[str] = mapped_column(String(16), default="")
    reviewed_by: Mapped[int | None] = person()
    reviewed_at: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(default=now)


class Verdict(Base):
    """The history of where a claim stands; the newest is repeated in `annotations.verdict`."""

    __tablename__ = "verdicts"
    id: Mapped[int] = mapped_column(primary_key=True)
    annotation_id: Mapped[int] = cascade("annotations.id")
    verdict: Mapped[str] = mapped_column(String(16))  # unverified, supported, refuted, mixed, unverifiable
    reason: Mapped[str] = mapped_column(default="")
    author_id: Mapped[int | None] = person()
    created_at: Mapped[datetime] = mapped_column(default=now, index=True)


class Source(Base):
    """A link attached to an annotation as evidence."""

    __tablename__ = "sources"
    id: Mapped[int] = mapped_column(primary_key=True)
    annotation_id: Mapped[int] = cascade("annotations.id")
    position: Mapped[int] = mapped_column(default=0)
    url: Mapped[str]
    title: Mapped[str] = mapped_column(default="")
    stance: Mapped[str] = mapped_column(String(16))  # supports, refutes, context
    excerpt: Mapped[str] = mapped_column(default="")
    comment: Mapped[str] = mapped_column(default="")
    author_id: Mapped[int | None] = person()
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime] = mapped_column(default=now)
    deleted_at: Mapped[datetime | None]
