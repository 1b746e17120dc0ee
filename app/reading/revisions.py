"""The pages of an article's revisions: an older text with what stood on it, and what differs between two."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.access import Person, visible_annotations
from app.alignment import Alignment
from app.articles import difference
from app.errors import Invalid, NotFound
from app.models import Annotation, AnnotationPlace, Article, Revision, Speaker
from app.reading.highlight import Mark, Rendered, render


@dataclass(frozen=True)
class Stood:
    """An annotation as it stood in one revision; `place` says what became of it, where it has moved on or was lost."""

    annotation: Annotation
    speaker: str | None
    start: int
    end: int
    exact: str
    spans: list[Any]
    place: AnnotationPlace | None

    @property
    def moved_on(self) -> bool:
        return self.place is not None and self.place.revision_id != self.annotation.revision_id

    @property
    def ranges(self) -> list[tuple[int, int]]:
        return [(start, end) for start, end in self.spans] or [(self.start, self.end)]


def revision_of(db: Session, article: Article, number: int) -> Revision:
    query = select(Revision).where(Revision.article_id == article.id, Revision.number == number)
    revision = db.scalar(query)
    if revision is None:
        raise NotFound
    return revision


def stood(db: Session, person: Person, revision: Revision) -> list[Stood]:
    """What people see on a revision, in the order of its text: what stands there, and what stood there once."""
    live = Annotation.deleted_at.is_(None), Annotation.status != "dismissed", visible_annotations(person)
    here = AnnotationPlace.annotation_id == Annotation.id, AnnotationPlace.revision_id == revision.id
    query = select(Annotation, Speaker.name, AnnotationPlace).outerjoin(Speaker, Speaker.id == Annotation.speaker_id)
    of_article = Annotation.article_id == revision.article_id
    standing = query.outerjoin(AnnotationPlace, here[0] & here[1]).where(
        of_article, Annotation.revision_id == revision.id, *live
    )
    gone_on = query.join(AnnotationPlace, here[0] & here[1]).where(
        of_article, Annotation.revision_id != revision.id, *live
    )
    found = [
        Stood(a, speaker, a.start, a.end, a.exact, list(a.spans), place) for a, speaker, place in db.execute(standing)
    ]
    found += [Stood(a, name, p.start, p.end, p.exact, list(p.spans), p) for a, name, p in db.execute(gone_on)]
    return sorted(found, key=lambda each: (each.start, -each.end, each.annotation.id))


def drawn(revision: Revision, every: list[Stood]) -> Rendered:
    marks = [Mark(each.annotation.id, each.annotation.kind, each.ranges) for each in every]
    blocks = [(str(kind), int(start), int(end)) for kind, start, end in revision.blocks]
    return render(revision.text, blocks, marks, dateline=revision.dateline)


@dataclass(frozen=True)
class Diff:
    """What differs between two revisions, in groups: those far from any change can be folded away."""

    old: Revision
    new: Revision
    groups: list[tuple[bool, list[difference.Row]]]
    added: int
    removed: int
    facts: list[tuple[str, str, str]]

    @property
    def silent(self) -> bool:
        return self.new.silent and self.new.number - self.old.number == 1


def compared(db: Session, person: Person, article: Article, old: int, new: int) -> Diff:
    """Raises Invalid where both are the same revision, or the older one is not the older."""
    if old >= new:
        raise Invalid("Compare an earlier revision with a later one.", field="from")
    before, after = revision_of(db, article, old), revision_of(db, article, new)
    alignment = Alignment(before.text, after.text)
    layers = [
        [
            difference.Layer(each.annotation.id, each.annotation.kind, each.ranges)
            for each in stood(db, person, revision)
        ]
        for revision in (before, after)
    ]
    rows = difference.rows(before.text, after.text, alignment, old_layers=layers[0], new_layers=layers[1])
    counts = difference.counted(before.text, after.text, alignment)
    return Diff(before, after, difference.folded(rows), *counts, _facts(before, after))


def _facts(before: Revision, after: Revision) -> list[tuple[str, str, str]]:
    names = {
        "title": "Title",
        "authors": "Authors",
        "published": "Published",
        "updated": "Updated",
        "dateline": "Dateline",
    }
    told = ((label, _told(getattr(before, name)), _told(getattr(after, name))) for name, label in names.items())
    return [(label, old, new) for label, old, new in told if old != new]


def _told(value: Any) -> str:
    return ", ".join(value) if isinstance(value, list) else value or "not stated"
