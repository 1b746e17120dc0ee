"""What the reader's page reads: a fixed number of queries, however many annotations, notes and sources there are.
Visibility comes from access.py."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import cast

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.access import Person, visible_annotations, visible_notes
from app.models import (
    Analysis,
    Annotation,
    Article,
    ArticleTag,
    Draft,
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


_NOT_SHOWN = {"prefix", "suffix", "cue", "cue_start", "cue_end", "speaker_start", "speaker_end", "deleted_at"}

AnnotationRow = tuple[Annotation, Speaker | None, str | None]


def current_revision(db: Session, article: Article) -> Revision:
    query = select(Revision).where(Revision.article_id == article.id, Revision.number == article.revision)
    return db.execute(query).scalar_one()


def annotation_rows(db: Session, person: Person, revision: Revision) -> list[AnnotationRow]:
    """In the order of the text, dismissed ones too; with the speaker, and the name of who made it. The annotations are
    rows to be read, not objects of the session: a page has hundreds, and they cost a third of those."""
    here = Annotation.revision_id == revision.id
    query = (
        select(*(column for column in Annotation.__table__.columns if column.name not in _NOT_SHOWN))
        .where(here, Annotation.deleted_at.is_(None), visible_annotations(person))
        .order_by(Annotation.start, Annotation.end.desc(), Annotation.id)
    )
    said = select(Speaker).where(Speaker.id.in_(select(Annotation.speaker_id).where(here)))
    speakers = {speaker.id: speaker for speaker in db.scalars(said)}
    made = select(User.id, User.name).where(User.id.in_(select(Annotation.author_id).where(here)))
    names = {id: name for id, name in db.execute(made)}  # noqa: C416 - mypy does not take a Row for a pair
    return [
        (cast(Annotation, row), speakers.get(row.speaker_id or 0), names.get(row.author_id or 0))
        for row in db.execute(query)
    ]


def standings(db: Session, revision: Revision) -> dict[int, Standing]:
    """The newest verdict of each claim that has one."""
    query = (
        select(Verdict, User.name)
        .join(Annotation, Annotation.id == Verdict.annotation_id)
        .outerjoin(User, User.id == Verdict.author_id)
        .where(Annotation.revision_id == revision.id)
        .order_by(Verdict.id)
    )
    return {
        verdict.annotation_id: Standing(verdict.verdict, verdict.reason, name or "somebody", verdict.created_at)
        for verdict, name in db.execute(query)
    }


def sources(db: Session, revision: Revision) -> dict[int, list[Source]]:
    query = (
        select(Source)
        .join(Annotation, Annotation.id == Source.annotation_id)
        .where(Annotation.revision_id == revision.id, Source.deleted_at.is_(None))
        .order_by(Source.position, Source.id)
    )
    found: dict[int, list[Source]] = {}
    for source in db.scalars(query):
        found.setdefault(source.annotation_id, []).append(source)
    return found


def threads(db: Session, person: Person, article: Article) -> dict[int | None, list[Thread]]:
    """Notes by annotation, those on the article under None. A reply whose parent is gone stands by itself."""
    query = (
        select(Note, User.name)
        .outerjoin(User, User.id == Note.author_id)
        .where(Note.article_id == article.id, Note.deleted_at.is_(None), visible_notes(person))
        .order_by(Note.created_at, Note.id)
    )
    every = {note.id: Thread(note, name or "somebody") for note, name in db.execute(query)}
    tagged = (
        select(NoteTag.note_id, Tag.name)
        .join(Tag, Tag.id == NoteTag.tag_id)
        .join(Note, Note.id == NoteTag.note_id)
        .where(Note.article_id == article.id)
        .order_by(Tag.name)
    )
    for note_id, name in db.execute(tagged):
        if note_id in every:
            every[note_id].tags.append(name)
    roots: dict[int | None, list[Thread]] = {}
    for thread in every.values():
        parent = every.get(thread.note.parent_id or 0)
        (parent.replies if parent else roots.setdefault(thread.note.annotation_id, [])).append(thread)
    return roots


def pictures(db: Session, revision: Revision) -> list[Picture]:
    query = select(Picture).where(Picture.revision_id == revision.id).order_by(Picture.position)
    return list(db.scalars(query))


def tags(db: Session, article: Article) -> list[str]:
    query = (
        select(Tag.name)
        .join(ArticleTag, ArticleTag.tag_id == Tag.id)
        .where(ArticleTag.article_id == article.id)
        .order_by(Tag.name)
    )
    return list(db.scalars(query))


def drafts(db: Session, person: Person, article: Article) -> dict[str, str]:
    query = select(Draft.key, Draft.body).where(Draft.user_id == person.id, Draft.article_id == article.id)
    return {row.key: row.body for row in db.execute(query.order_by(Draft.updated_at))}


def newest_job(db: Session, article: Article) -> Job | None:
    """The latest analysis of the article, whatever became of it."""
    query = select(Job).where(Job.article_id == article.id, Job.kind == "analyze").order_by(Job.id.desc()).limit(1)
    return db.scalars(query).first()


def analysis(db: Session, revision: Revision) -> Analysis | None:
    return db.scalars(select(Analysis).where(Analysis.revision_id == revision.id)).first()
