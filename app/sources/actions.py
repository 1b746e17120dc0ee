"""Writes on sources: the links that bear a passage out or speak against it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.access import Person
from app.addresses import parse
from app.articles.actions import touch
from app.db import lock
from app.errors import Conflict, Invalid, NotFound
from app.models import Annotation, Source, now
from app.sources.titles import plain

STANCES = ("supports", "refutes", "context")
LONGEST = 10_000


@dataclass(frozen=True, slots=True)
class Given:
    """What a person says of a source. `fetched` is the title its page states, used where none was typed; where there
    is neither, the address's host is."""

    url: str
    title: str = ""
    stance: str = "context"
    excerpt: str = ""
    comment: str = ""
    fetched: str = ""

    def columns(self) -> dict[str, Any]:
        """Checked, as columns of a source. Raises Invalid."""
        errors: dict[str, str] = {}
        host = ""
        try:
            host = parse(self.url).host
        except Invalid as error:
            errors["url"] = error.message
        if self.stance not in STANCES:
            errors["stance"] = "A source supports, refutes or gives context."
        for name in ("excerpt", "comment"):
            if len(getattr(self, name)) > LONGEST:
                errors[name] = f"At most {LONGEST:,} characters."
        if errors:
            raise Invalid(next(iter(errors.values())), errors=errors)
        return {
            "url": self.url.strip().replace(" ", "%20"),
            "title": plain(self.title) or self.fetched or host,
            "stance": self.stance,
            "excerpt": self.excerpt.strip(),
            "comment": self.comment.strip(),
        }


def add_source(db: Session, *, annotation: Annotation, author: Person, given: Given) -> Source:
    """After those that are there. Raises Invalid."""
    touch(db, annotation.article_id)
    columns = given.columns()
    last = db.scalar(select(func.max(Source.position)).where(Source.annotation_id == annotation.id))
    position = 0 if last is None else last + 1
    source = Source(annotation_id=annotation.id, author_id=author.id, position=position, **columns)
    db.add(source)
    db.flush()
    return source


def edit_source(db: Session, *, annotation: Annotation, source: Source, version: int, given: Given) -> None:
    """Raises Conflict where it is not at `version` any more, Invalid."""
    touch(db, annotation.article_id)
    lock(db, source)
    columns = given.columns()
    if source.version != version:
        raise Conflict("Somebody else changed this source meanwhile.", current=source)
    for name, value in columns.items():
        setattr(source, name, value)
    source.version += 1


def delete_source(db: Session, *, annotation: Annotation, source: Source) -> None:
    touch(db, annotation.article_id)
    source.deleted_at = source.deleted_at or now()


def restore_source(db: Session, *, annotation: Annotation, source: Source) -> None:
    touch(db, annotation.article_id)
    source.deleted_at = None


def move_source(db: Session, *, annotation: Annotation, source: Source, towards: str) -> None:
    """One place "up" or "down" among those of its annotation; at the end it stays. Raises Invalid."""
    if towards not in ("up", "down"):
        raise Invalid("A source moves up or down.", field="position")
    touch(db, annotation.article_id)
    query = select(Source).where(Source.annotation_id == annotation.id, Source.deleted_at.is_(None))
    order = list(db.scalars(query.order_by(Source.position, Source.id).with_for_update()))
    if source not in order:
        raise NotFound
    here = order.index(source)
    there = here + (-1 if towards == "up" else 1)
    if 0 <= there < len(order):
        order[here], order[there] = order[there], order[here]
    for position, each in enumerate(order):
        each.position = position
