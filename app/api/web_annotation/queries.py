"""What stands in a container: our annotations, notes on articles, and what was posted, in this order and by their ids,
which never change: so that pages neither lose nor double anything while others write. A fixed number of statements."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session

from app.access import (
    Person,
    article_for_reading,
    live_annotations,
    visible_articles,
    visible_kept,
    visible_notes,
)
from app.api.web_annotation.mapping import Own, Writer
from app.articles.canonical import variants
from app.errors import NotFound
from app.models import (
    Annotation,
    Article,
    Capture,
    KeptAnnotation,
    Note,
    NoteTag,
    Revision,
    Source,
    Speaker,
    Tag,
    User,
    Verdict,
)

PAGE = 50
KINDS = ("a", "n", "k")
_COLUMNS: dict[str, Any] = {"a": Annotation.id, "n": Note.id, "k": KeptAnnotation.id}
_PAGE = re.compile(r"(after|before)-([ank])(\d{1,9})")

Key = tuple[str, int]


@dataclass(frozen=True, slots=True)
class Filters:
    """Of which article, by whom."""

    article: Article | None = None
    creator: User | None = None


@dataclass(frozen=True, slots=True)
class Page:
    keys: list[Key]
    start: int
    total: int


@dataclass
class Entry:
    """An annotation as it goes out: `own` is what we have of it, `kept` what was posted, `note` the note that it became."""

    own: Own | None = None
    kept: KeptAnnotation | None = None
    note: Note | None = None
    names: dict[int, str] = field(default_factory=dict)

    def told(self, writer: Writer) -> dict[str, Any]:
        if self.kept is not None:
            return writer.kept(self.kept, self.own, self.note, self.names)
        assert self.own is not None  # noqa: S101
        return writer.own(self.own)

    @property
    def gone(self) -> bool:
        """A passage in the reader says whether it is deleted, then a note; else the row itself."""
        stands = self.own.row if self.own else self.note or self.kept
        return stands is not None and stands.deleted_at is not None

    @property
    def page(self) -> str | None:
        """Where people read it."""
        if self.own is not None and isinstance(self.own.row, Annotation):
            return f"/articles/{self.own.article.id}#m-{self.own.row.id}-0"
        note = self.own.row if self.own else self.note
        if isinstance(note, Note):
            return f"/articles/{note.article_id}#note-{note.id}"
        return f"/articles/{self.kept.article_id}" if self.kept and self.kept.article_id else None


def filters(db: Session, person: Person, *, article: str, creator: str) -> Filters:
    """Raises NotFound where there is no such article or person."""
    if article and not (article.isascii() and article.isdecimal() and len(article) < 10):
        raise NotFound
    found = article_for_reading(db, person, int(article)) if article else None
    user = db.scalar(select(User).where(User.name_key == creator.casefold())) if creator else None
    if creator and user is None:
        raise NotFound
    return Filters(found, user)


def _ids(kind: str, person: Person, by: Filters) -> Select[Any]:
    if kind == "a":
        posted = select(KeptAnnotation.id).where(KeptAnnotation.annotation_id == Annotation.id).exists()
        query = select(Annotation.id).join(Article, Article.id == Annotation.article_id)
        query = query.where(live_annotations(person), visible_articles(person), ~posted)
    elif kind == "n":
        posted = select(KeptAnnotation.id).where(KeptAnnotation.note_id == Note.id).exists()
        query = select(Note.id).join(Article, Article.id == Note.article_id)
        query = query.where(Note.annotation_id.is_(None), Note.deleted_at.is_(None))
        query = query.where(visible_notes(person), visible_articles(person), ~posted)
    else:
        query = select(KeptAnnotation.id).outerjoin(Article, Article.id == KeptAnnotation.article_id)
        query = query.outerjoin(Annotation, Annotation.id == KeptAnnotation.annotation_id)
        query = query.outerjoin(Note, Note.id == KeptAnnotation.note_id).where(visible_kept(person))
    table: Any = {"a": Annotation, "n": Note, "k": KeptAnnotation}[kind]
    if by.article is not None:
        query = query.where(table.article_id == by.article.id)
    if by.creator is not None:
        query = query.where(table.author_id == by.creator.id)
    return query


def page(db: Session, person: Person, by: Filters, which: str) -> Page:
    """`which`: first, last, after-a12 (what comes after our annotation 12), before-a12. Raises NotFound."""
    named = _PAGE.fullmatch(which)
    if named is None and which not in ("first", "last"):
        raise NotFound
    forward = which == "first" or (named is not None and named[1] == "after")
    at = (named[2], int(named[3])) if named else None
    keys: list[Key] = []
    for kind in KINDS if forward else reversed(KINDS):
        column, room = _COLUMNS[kind], PAGE - len(keys)
        rank = KINDS.index(kind) - KINDS.index(at[0]) if at else 0
        if room == 0 or (rank < 0 if forward else rank > 0):
            continue
        query = _ids(kind, person, by)
        if at and rank == 0:
            query = query.where(column > at[1] if forward else column < at[1])
        keys += [(kind, each) for each in db.scalars(query.order_by(column if forward else column.desc()).limit(room))]
    keys.sort(key=lambda key: (KINDS.index(key[0]), key[1]))
    return Page(keys, *_counts(db, person, by, keys[0] if keys else None))


def total(db: Session, person: Person, by: Filters) -> int:
    return _counts(db, person, by, None)[1]


def _counts(db: Session, person: Person, by: Filters, first: Key | None) -> tuple[int, int]:
    """How many stand before the key, and how many in all."""
    counts, before = [], []
    for kind in KINDS:
        every = _ids(kind, person, by)
        counts.append(every)
        if first and KINDS.index(kind) <= KINDS.index(first[0]):
            before.append(every.where(_COLUMNS[kind] < first[1]) if kind == first[0] else every)
    numbers = [select(func.count()).select_from(each.subquery()).scalar_subquery() for each in (*before, *counts)]
    row = db.execute(select(*numbers)).one()
    return sum(row[: len(before)]), sum(row[len(before) :])


def entries(db: Session, person: Person, keys: Sequence[Key]) -> list[Entry]:
    """In the order of the keys, each with all that the person may see of it."""
    kept = _by_id(db, KeptAnnotation, (each for kind, each in keys if kind == "k"))
    a_ids = {each for kind, each in keys if kind == "a"} | {k.annotation_id for k in kept.values() if k.annotation_id}
    annotations = _by_id(db, Annotation, a_ids)
    linked = {k.note_id for k in kept.values() if k.note_id}
    wanted = {each for kind, each in keys if kind == "n"} | linked
    query = select(Note).where(or_(Note.annotation_id.in_(a_ids), Note.id.in_(wanted)), visible_notes(person))
    notes = {note.id: note for note in db.scalars(query.order_by(Note.created_at, Note.id))}
    owns = _owns(db, annotations, notes)
    found = []
    for kind, each in keys:
        if kind != "k":
            found.append(Entry(own=owns[kind, each]))
            continue
        row = kept[each]
        found.append(Entry(owns.get(("a", row.annotation_id or 0)), row, notes.get(row.note_id or 0)))
    names = _names(db, annotations, notes, owns, kept)
    for entry in found:
        entry.names = names
        if entry.own:
            entry.own.names = names
    return found


def _owns(db: Session, annotations: dict[int, Annotation], notes: dict[int, Note]) -> dict[Key, Own]:
    rows: list[Any] = [*annotations.values(), *notes.values()]
    articles = _by_id(db, Article, (row.article_id for row in rows))
    owns: dict[Key, Own] = {("a", n): Own(articles[row.article_id], row, {}) for n, row in annotations.items()}
    for note in notes.values():
        if note.annotation_id is None:
            owns["n", note.id] = Own(articles[note.article_id], note, {}, tags={})
        elif note.deleted_at is None and note.annotation_id in annotations:
            owns["a", note.annotation_id].notes.append(note)
    tags: dict[int, list[str]] = defaultdict(list)
    tagged = select(NoteTag.note_id, Tag.name).join(Tag, Tag.id == NoteTag.tag_id).where(NoteTag.note_id.in_(notes))
    for note_id, name in db.execute(tagged.order_by(Tag.name)):
        tags[note_id].append(name)
    sources = select(Source).where(Source.annotation_id.in_(annotations), Source.deleted_at.is_(None))
    for source in db.scalars(sources.order_by(Source.position, Source.id)):
        owns["a", source.annotation_id].sources.append(source)
    for verdict in db.scalars(select(Verdict).where(Verdict.annotation_id.in_(annotations)).order_by(Verdict.id)):
        owns["a", verdict.annotation_id].verdicts.append(verdict)
    speakers = _by_id(db, Speaker, (row.speaker_id for row in annotations.values() if row.speaker_id))
    parents = {note.parent_id for note in notes.values() if note.parent_id}
    answered = select(KeptAnnotation.note_id, KeptAnnotation.name).where(KeptAnnotation.note_id.in_(parents))
    posted = {row.note_id: row.name for row in db.execute(answered)}
    for own in owns.values():
        own.tags = tags
        if isinstance(own.row, Annotation) and own.row.speaker_id:
            own.speaker = speakers[own.row.speaker_id].name
        if isinstance(own.row, Note) and own.row.parent_id:
            own.parent = posted.get(own.row.parent_id, f"n{own.row.parent_id}")
    return owns


def _names(db: Session, annotations: Any, notes: Any, owns: dict[Key, Own], kept: Any) -> dict[int, str]:
    rows = (*annotations.values(), *notes.values(), *kept.values())
    said = (each for own in owns.values() for each in (*own.sources, *own.verdicts))
    ids = {row.author_id for row in (*rows, *said) if row.author_id}
    return {user.id: user.name for user in _by_id(db, User, ids).values()}


def _by_id(db: Session, model: Any, ids: Iterable[int]) -> dict[int, Any]:
    return {row.id: row for row in db.scalars(select(model).where(model.id.in_(set(ids))))}


def is_posted(db: Session, *, annotation: int | None = None, note: int | None = None) -> bool:
    column, value = (KeptAnnotation.annotation_id, annotation) if annotation else (KeptAnnotation.note_id, note)
    return db.scalar(select(KeptAnnotation.id).where(column == value).limit(1)) is not None


def article_at(db: Session, base: str, address: str) -> Article | None:
    """The article that is read, is published, or was captured at this address."""
    if own := re.fullmatch(re.escape(base) + r"/articles/(\d{1,9})(?:[?#].*)?", address):
        article = db.get(Article, int(own[1]))
        return article if article is not None and article.deleted_at is None else None
    same = [address, *variants(address)]
    captured = select(Revision.article_id).join(Capture, Capture.revision_id == Revision.id)
    captured = captured.where(or_(Capture.url.in_(same), Capture.asked_url.in_(same)))
    query = select(Article).where(Article.deleted_at.is_(None))
    query = query.where(or_(Article.canonical_url.in_(same), Article.id.in_(captured)))
    return db.scalars(query.order_by(Article.id).limit(1)).first()
