"""What our JSON API reads, as it goes out: each of these takes a fixed number of statements, and what a person may not see
is decided in access.py."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session, defer

from app.access import Person, kept_annotations, live_annotations, visible_annotations, visible_articles
from app.api.v1 import schemas
from app.articles.queries import Item
from app.models import Annotation, Article, Imported, Note, Revision, Source, Speaker, User
from app.notes.queries import tags
from app.reading.queries import Thread

COPIED = ("id", "article_id", "kind", "start", "end", "exact", "prefix", "suffix", "spans", "status", "visibility", "engine",
          "score", "why", "quote_kind", "mood", "role", "cue", "types", "hedged", "figures", "verdict", "version",
          "created_at", "updated_at", "deleted_at")  # fmt: skip


def names(db: Session, ids: Iterable[int | None]) -> dict[int | None, str]:
    found = db.execute(select(User.id, User.name).where(User.id.in_({each for each in ids if each})))
    return {row.id: row.name for row in found}


def articles(db: Session, items: Sequence[Item], base: str) -> list[schemas.Article]:
    by = names(db, (item.article.created_by for item in items))
    return [_article(item, by.get(item.article.created_by), base) for item in items]


def _article(item: Item, added_by: str | None, base: str) -> schemas.Article:
    article = item.article
    return schemas.Article.model_validate(
        {
            **{
                name: getattr(item, name)
                for name in ("reading", "tags", "quotes", "claims", "notes", "sources", "copies")
            },
            **{name: getattr(article, name) for name in ("id", "title", "site", "authors", "published", "language")},
            **{name: getattr(article, name) for name in ("first_words", "words", "revision", "deleted_at")},
            "open_claims": item.open,
            "page": f"{base}/articles/{article.id}",
            "url": article.canonical_url,
            "analysis": item.job.state if item.job else None,
            "added_at": article.created_at,
            "added_by": added_by,
        }
    )


def revisions(db: Session, article: Article, *, after: int | None, limit: int) -> list[schemas.Revision]:
    """The newest first; `after` is a number."""
    query = select(Revision).options(defer(Revision.text), defer(Revision.blocks))
    query = query.where(Revision.article_id == article.id).order_by(Revision.number.desc()).limit(limit)
    if after is not None:
        query = query.where(Revision.number < after)
    return [revision(row) for row in db.scalars(query)]


def revision(row: Revision) -> schemas.Revision:
    return schemas.Revision.model_validate(row, from_attributes=True)


def revision_text(row: Revision) -> schemas.RevisionText:
    blocks = [{"type": kind, "start": start, "end": end} for kind, start, end in row.blocks]
    more = {"text": row.text, "blocks": blocks, "headline_variants": row.headline_variants}
    return schemas.RevisionText.model_validate({**revision(row).model_dump(), **more})


def _annotations() -> Select[*tuple[Any, ...]]:
    return (
        select(Annotation, Revision.number, Speaker.name, User.name)
        .join(Article, Article.id == Annotation.article_id)
        .join(Revision, Revision.id == Annotation.revision_id)
        .outerjoin(Speaker, Speaker.id == Annotation.speaker_id)
        .outerjoin(User, User.id == Annotation.author_id)
    )


def listed_annotations(
    db: Session, person: Person, base: str, *conditions: ColumnElement[bool], past: bool, dismissed: bool,
    after: int | None, limit: int,
) -> list[schemas.Annotation]:  # fmt: skip
    """The newest first. With `past` those left behind in older revisions too; `dismissed` ones instead of what counts."""
    query = _annotations().where(visible_articles(person), *conditions)
    if dismissed:
        gone = (Annotation.deleted_at.is_(None), Annotation.past.is_(False), visible_annotations(person))
        query = query.where(*gone, Annotation.status == "dismissed")
    else:
        query = query.where(kept_annotations(person) if past else live_annotations(person))
    if after is not None:
        query = query.where(Annotation.id < after)
    return [_annotation(row, base) for row in db.execute(query.order_by(Annotation.id.desc()).limit(limit))]


def annotation(db: Session, row: Annotation, base: str) -> schemas.Annotation:
    """Of a row that the asker may see."""
    db.flush()
    return _annotation(db.execute(_annotations().where(Annotation.id == row.id)).one(), base)


def _annotation(found: Any, base: str) -> schemas.Annotation:
    row, number, speaker, author = found
    return schemas.Annotation.model_validate(
        {
            **{name: getattr(row, name) for name in COPIED},
            "page": f"{base}/articles/{row.article_id}#m-{row.id}-0",
            "revision": number,
            "author": author,
            "speaker": {"id": row.speaker_id, "name": speaker} if speaker else None,
        }
    )


def note(db: Session, row: Note, base: str) -> schemas.Note:
    """Of a row that the asker may see."""
    db.flush()
    author = select(func.coalesce(Imported.author + " (imported)", User.name)).select_from(Note)
    author = author.outerjoin(User, User.id == Note.author_id).outerjoin(Imported, Imported.note_id == Note.id)
    by = db.execute(author.where(Note.id == row.id).limit(1)).scalar()
    return schemas.Note.model_validate(_note(row, by, tags(db, row), base))


def thread(found: Thread, base: str) -> schemas.Thread:
    by = found.author if found.note.author_id else None
    replies = [thread(each, base) for each in found.replies]
    return schemas.Thread.model_validate({**_note(found.note, by, found.tags, base), "replies": replies})


def _note(row: Note, author: str | None, tags: list[str], base: str) -> dict[str, Any]:
    kept = (
        "id",
        "article_id",
        "annotation_id",
        "parent_id",
        "body",
        "visibility",
        "version",
        "created_at",
        "updated_at",
    )
    own = {name: getattr(row, name) for name in (*kept, "deleted_at")}
    return {**own, "page": f"{base}/articles/{row.article_id}#note-{row.id}", "author": author, "tags": tags}


def noted(db: Session, person: Person, article: Article) -> set[int]:
    """The annotations of an article whose notes count."""
    shown = Annotation.article_id == article.id, Annotation.deleted_at.is_(None), visible_annotations(person)
    return set(db.scalars(select(Annotation.id).where(*shown)))


def sources(db: Session, annotation: Annotation) -> list[schemas.Source]:
    query = select(Source, User.name).outerjoin(User, User.id == Source.author_id)
    query = query.where(Source.annotation_id == annotation.id, Source.deleted_at.is_(None))
    return [_source(row, by) for row, by in db.execute(query.order_by(Source.position, Source.id))]


def source(db: Session, row: Source) -> schemas.Source:
    db.flush()
    return _source(row, names(db, [row.author_id]).get(row.author_id))


def _source(row: Source, author: str | None) -> schemas.Source:
    copied = {name: getattr(row, name) for name in schemas.Source.model_fields if name != "author"}
    return schemas.Source.model_validate({**copied, "author": author})
