"""Writes of Web Annotations: posted, replaced, deleted. What is posted is kept as it came; where it speaks of one of our
articles, its passage and its note stand in the reader too, and both change together."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from sqlalchemy.orm import Session

from app.access import Person
from app.annotations import actions as marks
from app.api.web_annotation import mapping
from app.api.web_annotation.queries import article_at
from app.articles.actions import touch
from app.db import lock
from app.models import Annotation, Article, KeptAnnotation, Note, Revision, now
from app.notes import actions as notes
from app.notes.queries import tags


def post(db: Session, *, author: Person, body: dict[str, Any], base: str) -> KeptAnnotation:
    """`body` has been checked. Its id, where it has one, becomes a `via` (5.1 of the Protocol). Raises Invalid."""
    kept = KeptAnnotation(name=str(uuid4()), author_id=author.id, body=_via(body), visibility=mapping.visibility(body))
    _stand(db, kept, author, base)
    db.add(kept)
    db.flush()
    return kept


def _via(body: dict[str, Any]) -> dict[str, Any]:
    if "id" not in body:
        return body
    rest = {name: each for name, each in body.items() if name != "id"}
    known = rest.get("via", [])
    known = known if isinstance(known, list) else [known]
    if body["id"] in known:
        return rest
    return rest | {"via": [*known, body["id"]] if known else body["id"]}


def hold(db: Session, kept: KeptAnnotation) -> None:
    """Nobody else writes to it, or to its article, until the transaction ends."""
    if kept.article_id is not None:
        touch(db, kept.article_id)
    lock(db, kept)


def replace(db: Session, *, kept: KeptAnnotation, person: Person, body: dict[str, Any], base: str) -> None:
    """`body` has been checked, and has no id. Raises Invalid."""
    before, kept.body = kept.body, body
    private, kept.visibility = kept.visibility, mapping.visibility(body)
    moved = body["target"] != before["target"] and _move(db, kept, person, base)
    if not moved:
        annotation = db.get(Annotation, kept.annotation_id) if kept.annotation_id else None
        if annotation is not None and kept.visibility not in (private, annotation.visibility):
            marks.change_visibility(db, annotation=annotation, visibility=kept.visibility)
        _renote(db, kept, person, mapping.tags(before))
    kept.version, kept.updated_at = kept.version + 1, now()
    db.flush()


def delete(db: Session, *, kept: KeptAnnotation) -> None:
    """With what stands in the reader; there it can be brought back, and then it is here again too."""
    annotation = db.get(Annotation, kept.annotation_id) if kept.annotation_id else None
    note = db.get(Note, kept.note_id) if kept.note_id else None
    if annotation is not None:
        marks.delete_annotation(db, annotation=annotation)
    elif note is not None:
        notes.delete_note(db, note=note)
    else:
        kept.deleted_at = kept.deleted_at or now()
    db.flush()


def _meant(db: Session, body: dict[str, Any], base: str) -> tuple[Article, Revision, str] | None:
    """The first target's article that is ours, and the address under which it was named."""
    for address in mapping.addresses(body):
        if article := article_at(db, base, address):
            return article, marks.current_revision(db, article), address
    return None


def _stand(db: Session, kept: KeptAnnotation, person: Person, base: str) -> None:
    """Puts its passage and its note into the reader. Words that are not in the text, or are parts of it that we cannot
    place, stand nowhere there."""
    kept.article_id = kept.annotation_id = kept.note_id = None
    if (meant := _meant(db, kept.body, base)) is None:
        return
    article, revision, address = meant
    kept.article_id = article.id
    if bounds := mapping.placed(kept.body, address, revision.text):
        annotation = marks.add_annotation(
            db, article=article, revision=revision, author=person, bounds=bounds,
            details=marks.Details("highlight"), visibility=kept.visibility,
        )  # fmt: skip
        kept.annotation_id = annotation.id
    if bounds or mapping.whole(kept.body, address):
        _noted(db, kept, person)


def _noted(db: Session, kept: KeptAnnotation, person: Person) -> None:
    words = mapping.words_of_note(kept.body)
    if words and kept.article_id is not None:
        draft = notes.Draft(db, words, mapping.tags(kept.body), kept.visibility)
        annotation = db.get(Annotation, kept.annotation_id) if kept.annotation_id else None
        article = db.get_one(Article, kept.article_id)
        kept.note_id = notes.add_note(db, article=article, author=person, note=draft, annotation=annotation).id


def _move(db: Session, kept: KeptAnnotation, person: Person, base: str) -> bool:
    """Another target. A passage of the same article moves, with all that stands on it; else a new one takes its place:
    then, answers True, its note is written already."""
    meant = _meant(db, kept.body, base)
    annotation = db.get(Annotation, kept.annotation_id) if kept.annotation_id else None
    if meant and annotation and (meant[0].id, meant[1].id) == (annotation.article_id, annotation.revision_id):
        text = meant[1].text
        if bounds := mapping.placed(kept.body, meant[2], text):
            kind = annotation.quote_kind or "direct"
            details = marks.Details(annotation.kind, annotation.speaker_name, annotation.role, kind, annotation.types)
            place: dict[str, Any] = {"start": bounds[0], "end": bounds[1], "exact": text[bounds[0] : bounds[1]]}
            marks.change_annotation(
                db, annotation=annotation, person=person, version=annotation.version, details=details, **place
            )
            return False
    if kept.annotation_id or kept.note_id:
        delete(db, kept=kept)
    _stand(db, kept, person, base)
    return True


def _renote(db: Session, kept: KeptAnnotation, person: Person, before: str) -> None:
    """Tags that were given in the reader stay where the posted ones did not change."""
    note, words = db.get(Note, kept.note_id) if kept.note_id else None, mapping.words_of_note(kept.body)
    if note is None or note.deleted_at is not None:
        if words and (kept.annotation_id or kept.note_id):
            _noted(db, kept, person)
    elif not words:
        notes.delete_note(db, note=note)
        kept.note_id = None if kept.annotation_id else kept.note_id
    else:
        given = mapping.tags(kept.body)
        named = ",".join(tags(db, note)) if given == before else given
        draft = notes.Draft(db, words, named, kept.visibility)
        if (note.body, note.visibility, named) != (draft.body, draft.visibility, before):
            notes.edit_note(db, note=note, person=person, version=note.version, new=draft)
