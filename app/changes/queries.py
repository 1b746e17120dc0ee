"""What has changed lately, as far as one person may see: passages that people marked, notes, verdicts and newer texts. A
fixed number of statements however much there is; visibility comes from access.py."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from sqlalchemy import ColumnElement, Select, and_, func, literal, null, or_, select, union_all
from sqlalchemy.orm import Session, defer

from app.access import Person, kept_annotations, visible_annotations, visible_articles, visible_notes
from app.changes.filters import Filters
from app.claims.history import AUTHOR
from app.models import (
    Annotation,
    Article,
    ArticleTag,
    ChangeAddress,
    Imported,
    Note,
    NoteTag,
    Revision,
    Speaker,
    Tag,
    User,
    Verdict,
)

PAGE = 50
URNS = uuid5(NAMESPACE_URL, "urn:quotidian:changes")
RANKS: dict[str, type[Any]] = {"annotation": Annotation, "note": Note, "verdict": Verdict, "revision": Revision}
OF_KIND = {
    "annotations": ("annotation", "note"),
    "articles": ("revision",),
    "silent": ("revision",),
    "verdicts": ("verdict",),
}
_CURSOR = re.compile(r"(\d{8}T\d{6}\.\d{6})-(\d)-(\d{1,9})")


@dataclass(frozen=True)
class Entry:
    """One change. `row` is the Annotation, Note, Verdict or Revision; `on` the passage that a note or verdict stands on."""

    kind: str
    row: Any
    article: Article
    author: str
    on: Annotation | None = None
    speaker: str = ""
    tags: list[str] = field(default_factory=list)

    @property
    def urn(self) -> str:
        """The same wherever this server is reached, and no other server's."""
        return urn(f"{self.kind} {self.row.id} {self.row.created_at.isoformat()}")

    @property
    def updated(self) -> datetime:
        made: datetime = self.row.created_at
        return max(made, getattr(self.row, "updated_at", made))

    @property
    def path(self) -> str:
        here = f"/articles/{self.article.id}"
        if self.kind == "revision":
            return f"{here}/diff?from={self.row.number - 1}&to={self.row.number}"
        return f"{here}#note-{self.row.id}" if self.kind == "note" else f"{here}#m-{(self.on or self.row).id}-0"

    @property
    def title(self) -> str:
        of = self.article.title
        if self.kind == "annotation":
            return f"{self.author} marked a {self.row.kind} in “{of}”"
        if self.kind == "note":
            return f"{self.author} {'replied' if self.row.parent_id else 'made a note'} on “{of}”"
        if self.kind == "verdict":
            return f"{self.row.verdict.capitalize()}: a claim in “{of}”"
        return f"{'Silent edit' if self.row.silent else 'Changed'}: “{of}”"


def urn(name: str) -> str:
    return uuid5(URNS, name).urn


def changes(db: Session, person: Person, filters: Filters, *, before: str = "") -> tuple[list[Entry], str | None]:
    """A page of them, the newest first, and the cursor of the next one."""
    place = _position(before)
    parts = [_part(person, filters, kind, place).limit(PAGE + 1) for kind in OF_KIND.get(filters.kind, RANKS)]
    every = union_all(*(select(part.subquery()) for part in parts)).subquery()
    newest = select(every).order_by(every.c.at.desc(), every.c.rank.desc(), every.c.id.desc())
    found = db.execute(newest.limit(PAGE + 1)).all()
    kinds = list(RANKS)
    shown = [(kinds[row.rank], row.id) for row in found[:PAGE]]
    entries = _entries(db, shown)
    last = found[PAGE - 1] if len(found) > PAGE else None
    later = f"{last.at.astimezone(UTC):%Y%m%dT%H%M%S.%f}-{last.rank}-{last.id}" if last else None
    return [entries[each] for each in shown if each in entries], later


def _position(before: str) -> tuple[datetime, int, int] | None:
    found = _CURSOR.fullmatch(before)
    try:
        at = datetime.strptime(found[1], "%Y%m%dT%H%M%S.%f").replace(tzinfo=UTC) if found else None
    except ValueError:
        return None
    return (at, int(found[2]), int(found[3])) if found and at else None


def _part(person: Person, filters: Filters, kind: str, place: Any) -> Select[*tuple[Any, ...]]:
    """The newest of one kind."""
    table, rank = RANKS[kind], list(RANKS).index(kind)
    query = select(literal(rank).label("rank"), table.id.label("id"), table.created_at.label("at"))
    query = _FROM[kind](query, person).where(visible_articles(person))
    if filters.article:
        query = query.where(Article.id == filters.article)
    if filters.kind == "silent":
        query = query.where(Revision.silent)
    if filters.person:
        by = select(User.id).where(User.name_key == filters.person.casefold())
        query = query.where(literal(False) if kind == "revision" else table.author_id.in_(by))
    if filters.tag:
        query = query.where(_tagged(kind, filters.tag))
    if place:
        at, at_rank, at_id = place
        same = table.created_at == at if rank < at_rank else and_(table.created_at == at, table.id < at_id)
        query = query.where(or_(table.created_at < at, same) if rank <= at_rank else table.created_at < at)
    return query.order_by(table.created_at.desc(), table.id.desc())


def _annotations(query: Select[*tuple[Any, ...]], person: Person) -> Select[Any]:
    """Those that people made. What was marked for a note alone is told of by the note."""
    noted = select(Note.id).where(Note.annotation_id == Annotation.id, Note.deleted_at.is_(None), visible_notes(person))
    query = query.join(Article, Article.id == Annotation.article_id)
    marked = or_(Annotation.kind != "highlight", ~noted.exists())
    return query.where(Annotation.author_id.is_not(None), kept_annotations(person), marked)


def _notes(query: Select[*tuple[Any, ...]], person: Person) -> Select[Any]:
    query = query.join(Article, Article.id == Note.article_id)
    query = query.outerjoin(Annotation, Annotation.id == Note.annotation_id)
    standing = and_(Annotation.deleted_at.is_(None), visible_annotations(person))
    return query.where(Note.deleted_at.is_(None), visible_notes(person), or_(Note.annotation_id.is_(None), standing))


def _verdicts(query: Select[*tuple[Any, ...]], person: Person) -> Select[Any]:
    query = query.join(Annotation, Annotation.id == Verdict.annotation_id)
    return query.join(Article, Article.id == Annotation.article_id).where(kept_annotations(person))


def _revisions(query: Select[*tuple[Any, ...]], _person: Person) -> Select[Any]:
    return query.join(Article, Article.id == Revision.article_id).where(Revision.number > 1)


_FROM = {"annotation": _annotations, "note": _notes, "verdict": _verdicts, "revision": _revisions}


def _tagged(kind: str, tag: str) -> ColumnElement[bool]:
    """With the tag on the article, or on the note."""
    tags = select(Tag.id).where(Tag.name == tag)
    of_article = Article.id.in_(select(ArticleTag.article_id).where(ArticleTag.tag_id.in_(tags)))
    return or_(of_article, Note.id.in_(select(NoteTag.note_id).where(NoteTag.tag_id.in_(tags)))) if kind == "note" else of_article  # fmt: skip


# Each with its article, its author, the passage it stands on and who speaks there.
_DETAILS: dict[str, Select[*tuple[Any, ...]]] = {
    "annotation": select(Annotation, Article, User.name, null(), Speaker.name)
    .join(Article, Article.id == Annotation.article_id)
    .outerjoin(User, User.id == Annotation.author_id)
    .outerjoin(Speaker, Speaker.id == Annotation.speaker_id),
    "note": select(Note, Article, func.coalesce(Imported.author + " (imported)", User.name), Annotation, null())
    .join(Article, Article.id == Note.article_id)
    .outerjoin(Annotation, Annotation.id == Note.annotation_id)
    .outerjoin(User, User.id == Note.author_id)
    .outerjoin(Imported, Imported.note_id == Note.id),
    "verdict": select(Verdict, Article, AUTHOR, Annotation, Speaker.name)
    .join(Annotation, Annotation.id == Verdict.annotation_id)
    .join(Article, Article.id == Annotation.article_id)
    .outerjoin(User, User.id == Verdict.author_id)
    .outerjoin(Speaker, Speaker.id == Annotation.speaker_id),
    "revision": select(Revision, Article, null(), null(), null())
    .options(defer(Revision.text), defer(Revision.blocks))
    .join(Article, Article.id == Revision.article_id),
}


def _entries(db: Session, shown: Sequence[tuple[str, int]]) -> dict[tuple[str, int], Entry]:
    """Of rows that the person may see: one statement a kind, and one for the tags of notes."""
    ids = {kind: [id for each, id in shown if each == kind] for kind in RANKS}
    tags = _tags(db, ids["note"])
    found: dict[tuple[str, int], Entry] = {}
    for kind, query in _DETAILS.items():
        for row, article, author, on, speaker in db.execute(query.where(RANKS[kind].id.in_(ids[kind]))):
            named = tags.get(row.id, []) if kind == "note" else []
            by = author or ("" if kind == "revision" else "somebody")
            found[kind, row.id] = Entry(kind, row, article, by, on, speaker or "", named)
    return found


def _tags(db: Session, notes: Sequence[int]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    query = select(NoteTag.note_id, Tag.name).join(Tag, Tag.id == NoteTag.tag_id).where(NoteTag.note_id.in_(notes))
    for note_id, name in db.execute(query.order_by(Tag.name)):
        found.setdefault(note_id, []).append(name)
    return found


def since(db: Session, person: Person) -> datetime:
    """When the person came here: nothing of theirs is older."""
    return db.execute(select(User.created_at).where(User.id == person.id)).scalar_one()


def titles(db: Session, person: Person, ids: Iterable[int | None]) -> dict[int, str]:
    query = select(Article.id, Article.title).where(Article.id.in_({each for each in ids if each}))
    return {row.id: row.title for row in db.execute(query.where(visible_articles(person)))}


def addresses(db: Session, person: Person) -> Sequence[ChangeAddress]:
    query = select(ChangeAddress).where(ChangeAddress.user_id == person.id)
    return db.scalars(query.order_by(ChangeAddress.id.desc())).all()
