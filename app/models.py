"""All tables in one view. Times are UTC, offsets are Unicode code points into a revision's text, half open.
No relationships that load by themselves: queries say what they join."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    DateTime,
    Dialect,
    ForeignKey,
    Index,
    MetaData,
    String,
    Text,
    TypeDecorator,
    UniqueConstraint,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}


class UtcDateTime(TypeDecorator[datetime]):
    """An aware datetime in, an aware UTC datetime out, on every database."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


PUNCTUATION = " .,;:!?'\"\u2018\u2019\u201c\u201d()[]-\u2013\u2014"


def now() -> datetime:
    return datetime.now(UTC)


class Base(DeclarativeBase):
    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map = {datetime: UtcDateTime, dict[str, Any]: JSON, list[Any]: JSON, str: Text}  # noqa: RUF012


def cascade(target: str, **kwargs: Any) -> Any:
    return mapped_column(ForeignKey(target, ondelete="CASCADE"), index=True, **kwargs)


def person(**kwargs: Any) -> Any:
    return mapped_column(ForeignKey("users.id", ondelete="SET NULL"), **kwargs)


# People


class User(Base):
    __tablename__ = "users"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(64))
    name_key: Mapped[str] = mapped_column(String(64), unique=True)  # the name, casefolded
    password_hash: Mapped[str | None]
    role: Mapped[str] = mapped_column(String(16))  # reader, analyst, editor, admin
    created_at: Mapped[datetime] = mapped_column(default=now)
    disabled_at: Mapped[datetime | None]


class SignInLink(Base):
    """A one-time link: whoever holds it may set the password of the account."""

    __tablename__ = "sign_in_links"
    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = cascade("users.id")
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class SignIn(Base):
    """A session in a browser."""

    __tablename__ = "sign_ins"
    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = cascade("users.id")
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[datetime] = mapped_column(default=now)
    seen_at: Mapped[datetime] = mapped_column(default=now)
    expires_at: Mapped[datetime]
    address: Mapped[str] = mapped_column(default="")
    agent: Mapped[str] = mapped_column(default="")


class ApiToken(Base):
    __tablename__ = "api_tokens"
    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = cascade("users.id")
    name: Mapped[str]
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    scope: Mapped[str] = mapped_column(String(8))  # read, write
    created_at: Mapped[datetime] = mapped_column(default=now)
    used_at: Mapped[datetime | None]


# Articles


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
    count words beside the revision before; `cause` is empty for the first, else check or schedule; `silent` as of an
    Article."""

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
    created_at: Mapped[datetime] = mapped_column(default=now)
    created_by: Mapped[int | None] = person()
    cause: Mapped[str] = mapped_column(String(16), default="")
    added: Mapped[int] = mapped_column(default=0)
    removed: Mapped[int] = mapped_column(default=0)
    silent: Mapped[bool] = mapped_column(default=False)


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


# Speakers and annotations


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
    __table_args__ = (Index("ix_annotations_article_id_start", "article_id", "start"),)
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
    mood: Mapped[str] = mapped_column(String(16), default="")  # negated, hypothetical, asked
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
    created_at: Mapped[datetime] = mapped_column(default=now)


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


# Notes


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
    created_at: Mapped[datetime] = mapped_column(default=now)
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


# Work and search


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
    came; `quote` its words where they found no place. A row with neither annotation nor note is that of the article."""

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


# What other programs speak


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
