"""Keeps what full-text search looks through in step: whoever adds, changes, deletes or restores something calls these
in the same transaction. What is deleted or dismissed is taken out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from app.models import Annotation, Article, Note, Picture, Revision, SearchDocument, Speaker

KINDS = ("article", "annotation", "note")


def remove(db: Session, kind: str, ref_id: int) -> None:
    db.execute(delete(SearchDocument).where(SearchDocument.kind == kind, SearchDocument.ref_id == ref_id))


def index_article(db: Session, article_id: int) -> None:
    """Title, authors and site; the text of the current revision and the words of its pictures."""
    db.flush()
    query = select(Article, Revision).join(Revision, Revision.article_id == Article.id)
    row = db.execute(query.where(Article.id == article_id, Revision.number == Article.revision)).one()
    article, revision = row
    captions = db.scalars(select(Picture.caption).where(Picture.revision_id == revision.id).order_by(Picture.position))
    title = "\n".join(filter(None, (article.title, ", ".join(article.authors), article.site)))
    body = "\n".join([revision.text, *captions])
    _put(db, kind="article", ref_id=article.id, article_id=article.id, visible_to=None, title=title, body=body)


def index_annotation(db: Session, annotation_id: int) -> None:
    """A quote, claim or highlight: its speaker and its words."""
    db.flush()
    _index_annotations(db, Annotation.id == annotation_id)


def index_annotations(db: Session, article_id: int) -> None:
    """All annotations of an article at once: after analysis."""
    db.flush()
    _index_annotations(db, Annotation.article_id == article_id)


def index_those(db: Session, annotation_ids: Sequence[int]) -> None:
    """Annotations of many articles: what a rule of their site holds back or gives free."""
    db.flush()
    for begin in range(0, len(annotation_ids), 500):
        _index_annotations(db, Annotation.id.in_(annotation_ids[begin : begin + 500]))


def index_speaker(db: Session, speaker_id: int) -> None:
    """All that is attributed to a speaker: when the name changes."""
    db.flush()
    _index_annotations(db, Annotation.speaker_id == speaker_id)


def _index_annotations(db: Session, which: Any) -> None:
    query = select(Annotation, Speaker.name).outerjoin(Speaker, Speaker.id == Annotation.speaker_id).where(which)
    rows = db.execute(query).all()
    ids = select(Annotation.id).where(which)
    db.execute(delete(SearchDocument).where(SearchDocument.kind == "annotation", SearchDocument.ref_id.in_(ids)))
    documents = [
        {
            "kind": "annotation",
            "ref_id": annotation.id,
            "article_id": annotation.article_id,
            "visible_to": annotation.author_id if annotation.visibility == "private" else None,
            "title": speaker or "",
            "body": annotation.exact,
        }
        for annotation, speaker in rows
        if annotation.deleted_at is None and annotation.status != "dismissed" and not annotation.past
    ]
    if documents:  # as plain rows: on SQLite, objects go in one by one
        db.execute(insert(SearchDocument), documents)


def index_note(db: Session, note_id: int) -> None:
    """A note, or a reply; one on a private annotation is as private as that."""
    db.flush()
    note = db.get_one(Note, note_id)
    if note.deleted_at is not None:
        remove(db, "note", note_id)
        return
    annotation = db.get(Annotation, note.annotation_id) if note.annotation_id else None
    visible_to = note.author_id if note.visibility == "private" else None
    if annotation is not None and annotation.visibility == "private":
        visible_to = annotation.author_id
    _put(db, kind="note", ref_id=note_id, article_id=note.article_id, visible_to=visible_to, title="", body=note.body)


def _put(db: Session, *, kind: str, ref_id: int, **values: Any) -> None:
    found = db.scalars(
        select(SearchDocument).where(SearchDocument.kind == kind, SearchDocument.ref_id == ref_id)
    ).one_or_none()
    if found is None:
        db.add(SearchDocument(kind=kind, ref_id=ref_id, **values))
    else:
        for name, value in values.items():
            setattr(found, name, value)
    db.flush()
