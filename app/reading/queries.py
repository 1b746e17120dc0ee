"""What the reader's page reads: a fixed number of queries, however many annotations, notes and sources there are.
Visibility comes from access.py."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple, cast

from sqlalchemy import and_, bindparam, func, select
from sqlalchemy.orm import Session

from app.access import Person, visible_annotations, visible_notes
from app.claims.history import AUTHOR
from app.models import (
    Analysis,
    Annotation,
    Article,
    ArticleRead,
    ArticleTag,
    Draft,
    Imported,
    Job,
    Note,
    NoteTag,
    Picture,
    Revision,
    Source,
    Speaker,
    Tag,
    User,
    Verdict,
)


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a claim stands, by whom, when and why."""

    verdict: str
    reason: str
    author: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Thread:
    """A note with its replies, oldest first."""

    note: Note
    author: str
    tags: list[str] = field(default_factory=list)
    replies: list[Thread] = field(default_factory=list)


class Passage(NamedTuple):
    """Of an annotation what the page shows; a page has hundreds, and objects of the session cost three times as much."""

    id: int
    kind: str
    start: int
    end: int
    exact: str
    spans: Sequence[Any]
    author_id: int | None
    visibility: str
    status: str
    score: float | None
    why: str
    engine: str | None
    site_rule_id: int | None
    version: int
    created_at: datetime
    quote_kind: str | None
    mood: str
    cue: str
    speaker_id: int | None
    role: str
    types: Sequence[str]
    hedged: bool
    figures: Sequence[Any]
    verdict: str


AnnotationRow = tuple[Passage, Speaker | None, str | None]

# Built once, for building costs more than asking. `me` is the id of who reads.
_ME = Person(cast(int, bindparam("me")), "", "reader")
_REVISION = select(Revision).where(Revision.article_id == bindparam("article"), Revision.number == bindparam("number"))
_HERE = Annotation.revision_id == bindparam("revision")
_PASSAGES = (
    select(*(Annotation.__table__.c[name] for name in Passage._fields))
    .where(_HERE, Annotation.deleted_at.is_(None), visible_annotations(_ME))
    .order_by(Annotation.start, Annotation.end.desc(), Annotation.id)
)
_SPEAKERS = select(Speaker).where(Speaker.id.in_(select(Annotation.speaker_id).where(_HERE)))
_NAMES = select(User.id, User.name).where(User.id.in_(select(Annotation.author_id).where(_HERE)))
_VERDICTS = (
    select(Verdict, AUTHOR)
    .join(Annotation, Annotation.id == Verdict.annotation_id)
    .outerjoin(User, User.id == Verdict.author_id)
    .where(_HERE)
    .order_by(Verdict.id)
)
_SOURCES = (
    select(Source)
    .join(Annotation, Annotation.id == Source.annotation_id)
    .where(_HERE, Source.deleted_at.is_(None))
    .order_by(Source.position, Source.id)
)
_OF_ARTICLE = Note.article_id == bindparam("article")
_NOTES = (
    select(Note, func.coalesce(Imported.author + " (imported)", User.name))
    .outerjoin(User, User.id == Note.author_id)
    .outerjoin(Imported, Imported.note_id == Note.id)
    .where(_OF_ARTICLE, Note.deleted_at.is_(None), visible_notes(_ME))
    .order_by(Note.created_at, Note.id)
)
_NOTE_TAGS = (
    select(NoteTag.note_id, Tag.name)
    .join(Tag, Tag.id == NoteTag.tag_id)
    .join(Note, Note.id == NoteTag.note_id)
    .where(_OF_ARTICLE)
    .order_by(Tag.name)
)
_PICTURES = select(Picture).where(Picture.revision_id == bindparam("revision")).order_by(Picture.position)
_TAGS = (
    select(Tag.name)
    .join(ArticleTag, ArticleTag.tag_id == Tag.id)
    .where(ArticleTag.article_id == bindparam("article"))
    .order_by(Tag.name)
)
_DRAFTS = (
    select(Draft.key, Draft.body)
    .where(Draft.user_id == bindparam("me"), Draft.article_id == bindparam("article"))
    .order_by(Draft.updated_at)
)
_JOB = (
    select(Job, ArticleRead.revision)
    .select_from(Article)
    .outerjoin(Job, and_(Job.article_id == Article.id, Job.kind == "analyze"))
    .outerjoin(ArticleRead, and_(ArticleRead.article_id == Article.id, ArticleRead.user_id == bindparam("me")))
    .where(Article.id == bindparam("article"))
    .order_by(Job.id.desc())
    .limit(1)
)
_ANALYSIS = select(Analysis).where(Analysis.revision_id == bindparam("revision"))


def current_revision(db: Session, article: Article) -> Revision:
    return db.execute(_REVISION, {"article": article.id, "number": article.revision}).scalar_one()


def annotation_rows(db: Session, person: Person, revision: Revision) -> list[AnnotationRow]:
    """In the order of the text, dismissed ones too; with the speaker, and the name of who made it."""
    here = {"revision": revision.id, "me": person.id}
    speakers = {speaker.id: speaker for speaker in db.scalars(_SPEAKERS, here)}
    names = {id: name for id, name in db.execute(_NAMES, here)}  # noqa: C416 - mypy does not take a Row for a pair
    passages = map(Passage._make, db.connection().execute(_PASSAGES, here))
    return [(each, speakers.get(each.speaker_id or 0), names.get(each.author_id or 0)) for each in passages]


def standings(db: Session, revision: Revision) -> dict[int, Standing]:
    """The newest verdict of each claim that has one."""
    return {
        verdict.annotation_id: Standing(verdict.verdict, verdict.reason, name or "somebody", verdict.created_at)
        for verdict, name in db.execute(_VERDICTS, {"revision": revision.id})
    }


def sources(db: Session, revision: Revision) -> dict[int, list[Source]]:
    found: dict[int, list[Source]] = {}
    for source in db.scalars(_SOURCES, {"revision": revision.id}):
        found.setdefault(source.annotation_id, []).append(source)
    return found


def threads(db: Session, person: Person, article: Article) -> dict[int | None, list[Thread]]:
    """Notes by annotation, those on the article under None. A reply whose parent is gone stands by itself."""
    here = {"article": article.id, "me": person.id}
    every = {note.id: Thread(note, name or "somebody") for note, name in db.execute(_NOTES, here)}
    for note_id, name in db.execute(_NOTE_TAGS, here) if every else ():
        if note_id in every:
            every[note_id].tags.append(name)
    roots: dict[int | None, list[Thread]] = {}
    for thread in every.values():
        parent = every.get(thread.note.parent_id or 0)
        (parent.replies if parent else roots.setdefault(thread.note.annotation_id, [])).append(thread)
    return roots


def pictures(db: Session, revision: Revision) -> list[Picture]:
    return list(db.scalars(_PICTURES, {"revision": revision.id}))


def tags(db: Session, article: Article) -> list[str]:
    return list(db.scalars(_TAGS, {"article": article.id}))


def drafts(db: Session, person: Person, article: Article) -> dict[str, str]:
    return {row.key: row.body for row in db.execute(_DRAFTS, {"me": person.id, "article": article.id})}


def newest_job(db: Session, person: Person, article: Article) -> tuple[Job | None, int | None]:
    """The latest analysis of the article, whatever became of it; and the revision that the person has read, if any."""
    job, read = db.execute(_JOB, {"article": article.id, "me": person.id}).one()
    return job, read


def analysis(db: Session, revision: Revision) -> Analysis | None:
    return db.scalars(_ANALYSIS, {"revision": revision.id}).first()
