"""The review of annotations that a newer revision changed or lost: what is waiting for a look, and what people decide."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, delete, func, or_, select
from sqlalchemy.orm import Session

from app import events
from app.access import Person, live_annotations
from app.annotations import actions, carry, passages
from app.articles.actions import touch
from app.db import lock
from app.errors import Invalid
from app.models import Annotation, AnnotationPlace, Article, Revision, now
from app.search import actions as search

DECISIONS = ("accept", "move", "keep", "delete")


@dataclass(frozen=True)
class Doubt:
    """An annotation to be looked at: where it stood in revision `number`. `lost`: it still stands there."""

    annotation: Annotation
    place: AnnotationPlace
    number: int

    @property
    def lost(self) -> bool:
        return self.annotation.revision_id == self.place.revision_id


def _open(person: Person) -> ColumnElement[bool]:
    lost = and_(AnnotationPlace.state == "lost", AnnotationPlace.revision_id == Annotation.revision_id)
    doubtful = and_(AnnotationPlace.state != "lost", AnnotationPlace.doubt != "")
    return and_(AnnotationPlace.decision == "", or_(lost, doubtful), live_annotations(person))


def waiting(db: Session, person: Person, article: Article) -> list[Doubt]:
    """In the order of the text, each annotation once: as it stood before the first of its doubtful changes."""
    query = select(Annotation, AnnotationPlace, Revision.number)
    query = query.join(AnnotationPlace, AnnotationPlace.annotation_id == Annotation.id)
    query = query.join(Revision, Revision.id == AnnotationPlace.revision_id)
    query = query.where(Annotation.article_id == article.id, _open(person)).order_by(Revision.number.desc())
    found = {annotation.id: Doubt(annotation, place, number) for annotation, place, number in db.execute(query)}
    return sorted(found.values(), key=lambda each: (each.lost, each.annotation.start, each.annotation.id))


def number_waiting(db: Session, person: Person, article_id: int) -> int:
    query = select(func.count(Annotation.id.distinct()))
    query = query.join(AnnotationPlace, AnnotationPlace.annotation_id == Annotation.id)
    return db.execute(query.where(Annotation.article_id == article_id, _open(person))).scalar_one()


def decide(
    db: Session, *, person: Person, annotation: Annotation, decision: str, words: str = "", at: int | None = None
) -> None:
    """accept: it is where it belongs (a lost one: it stays where it was). move: to the place of `words` in the current
    text. keep: back to the older revision. delete. Raises Invalid, Ambiguous where the words stand in several places."""
    if decision not in DECISIONS:
        raise Invalid("Accept it, move it, keep it on the older revision, or delete it.", field="decision")
    touch(db, annotation.article_id)
    lock(db, annotation)
    places = select(AnnotationPlace).join(Revision, Revision.id == AnnotationPlace.revision_id)
    places = places.where(AnnotationPlace.annotation_id == annotation.id, AnnotationPlace.decision == "")
    waiting = [p for p in db.scalars(places.order_by(Revision.number)) if p.doubt or p.state == "lost"]
    if decision == "move":
        _move(db, annotation, words, at)
    elif decision == "delete":
        actions.delete_annotation(db, annotation=annotation)
    elif decision == "keep" and waiting:
        _keep(db, annotation, waiting[0])
    past = {"accept": "accepted", "move": "moved", "keep": "kept", "delete": "deleted"}[decision]
    for place in waiting:
        place.decision, place.reviewed_by, place.reviewed_at = past, person.id, now()
    db.flush()
    search.index_annotation(db, annotation.id)
    if decision in ("move", "keep"):
        events.tell(db, "annotation.updated", article_id=annotation.article_id, ref_id=annotation.id)


def _move(db: Session, annotation: Annotation, words: str, at: int | None) -> None:
    article = db.get_one(Article, annotation.article_id)
    revision = actions.current_revision(db, article)
    start, end = passages.resolved(revision.text, exact=words, start=None, end=None, at=at)
    columns = dict.fromkeys((n for pair in carry.PAIRS for n in pair if "found" not in n), None)
    found = {"found_start": start, "found_end": end} if annotation.found_start is not None else {}
    carry.put(annotation, revision, start, end, {"spans": [], "figures": [], **columns, **found})


def _keep(db: Session, annotation: Annotation, place: AnnotationPlace) -> None:
    """Back to where it stood; what it was in the revisions since is forgotten."""
    revision = db.get_one(Revision, place.revision_id)
    if annotation.revision_id == revision.id:
        return
    later = select(Revision.id).where(Revision.article_id == revision.article_id, Revision.number > revision.number)
    db.execute(
        delete(AnnotationPlace)
        .where(AnnotationPlace.annotation_id == annotation.id, AnnotationPlace.revision_id.in_(later))
        .execution_options(synchronize_session=False)
    )
    carry.put(annotation, revision, place.start, place.end, {"spans": place.spans, **place.offsets})
