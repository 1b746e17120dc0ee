"""What belongs to rows: authors, tags, places, threads and flags, in a fixed number of statements."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Row, or_, select
from sqlalchemy.orm import Session

from app.access import Person
from app.api.hypothesis.queries import BY_PEOPLE, first, flagged
from app.models import (
    Annotation,
    Article,
    Note,
    NoteTag,
    OutsideNote,
    PostedTarget,
    Revision,
    RowFlag,
    Tag,
    User,
)


@dataclass
class Around:
    """What is told of rows beside what the query itself says."""

    names: dict[int, str] = field(default_factory=dict)
    tags: dict[int, list[str]] = field(default_factory=dict)
    articles: dict[int, Any] = field(default_factory=dict)  # id, title, address
    annotations: dict[int, Any] = field(default_factory=dict)  # with `first` and `people`
    texts: dict[int, str] = field(default_factory=dict)
    parents: dict[int, tuple[int | None, int | None]] = field(default_factory=dict)  # of notes: parent, annotation
    posted: dict[tuple[str, int], PostedTarget] = field(default_factory=dict)
    outside: dict[int, OutsideNote] = field(default_factory=dict)
    flags: dict[str, set[str]] = field(default_factory=dict)  # of a row: "hide", and "flag" where it is the asker's


def around(db: Session, person: Person | None, rows: Iterable[Row[Any]]) -> Around:
    rows, found = list(rows), Around()
    ids = {kind: [each.id for each in rows if each.kind == kind] for kind in "ano"}
    found.outside = {each.id: each for each in db.scalars(select(OutsideNote).where(OutsideNote.id.in_(ids["o"])))}
    authors = {each.author_id for each in rows if each.author_id}
    found.names = dict(db.execute(select(User.id, User.name).where(User.id.in_(authors))).all())
    of = {each.note_id for each in rows if each.note_id}
    tagged = select(NoteTag.note_id, Tag.name).join(Tag, Tag.id == NoteTag.tag_id).where(NoteTag.note_id.in_(of))
    for note_id, name in db.execute(tagged.order_by(Tag.name)):
        found.tags.setdefault(note_id, []).append(name)
    article_ids_ = {each.article_id for each in rows if each.article_id}
    about = select(Article.id, Article.title, Article.canonical_url).where(Article.id.in_(article_ids_))
    found.articles = {each.id: each for each in db.execute(about)}
    annotation_ids = {each.annotation_id for each in rows if each.annotation_id}
    columns = (Annotation.id, Annotation.revision_id, Annotation.start, Annotation.end, Annotation.exact,
               Annotation.prefix, Annotation.suffix, first().label("first"), flagged(BY_PEOPLE).label("people"))  # fmt: skip
    of_annotations = db.execute(select(*columns).where(Annotation.id.in_(annotation_ids)))
    found.annotations = {each.id: each for each in of_annotations}
    revisions = {each.revision_id for each in found.annotations.values()}
    texts = select(Revision.id, Revision.text).where(Revision.id.in_(revisions))
    found.texts = dict(db.execute(texts).all())
    _parents(db, found, ids["n"])
    where = or_(PostedTarget.annotation_id.in_(ids["a"]), PostedTarget.note_id.in_(ids["n"]))
    for each in db.scalars(select(PostedTarget).where(where)):
        found.posted[("a", each.annotation_id) if each.annotation_id else ("n", each.note_id or 0)] = each
    marks = select(RowFlag).where(RowFlag.row.in_([f"{each.kind}{each.id}" for each in rows]))
    for flag in db.scalars(marks):
        if flag.kind == "hide" or (person and flag.user_id == person.id):
            found.flags.setdefault(flag.row, set()).add(flag.kind)
    return found


def _parents(db: Session, found: Around, note_ids: list[int]) -> None:
    """Of the notes, and of all that they answer."""
    start = select(Note.id, Note.parent_id, Note.annotation_id).where(Note.id.in_(note_ids)).cte(recursive=True)
    above = select(Note.id, Note.parent_id, Note.annotation_id).join(start, Note.id == start.c.parent_id)
    tree = start.union(above)
    found.parents = {each.id: (each.parent_id, each.annotation_id) for each in db.execute(select(tree))}
