"""What exports read: articles with all that one person may see of them, a few at a time. Visibility comes from access.py."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.access import Person, visible_annotations, visible_articles, visible_notes
from app.claims.history import IMPORTED
from app.imports.apply import composed
from app.imports.keys import named, named_note
from app.models import (
    Annotation,
    Article,
    ArticleRead,
    ArticleTag,
    Imported,
    Note,
    NoteTag,
    Revision,
    Source,
    Speaker,
    Tag,
    User,
    Verdict,
)

CHUNK = 20


@dataclass
class Said:
    """A note with its replies; `key` names it wherever it goes, `together` says that it came in with its passage."""

    key: str
    note: Note
    author: str
    body: str
    tags: list[str]
    replies: list[Said] = field(default_factory=list)
    together: bool = False


@dataclass
class Mark:
    """An annotation, or (`annotation` is None) words that were marked elsewhere and found no place here: their note is
    the first of `notes`."""

    key: str
    annotation: Annotation | None
    exact: str
    author: str
    color: str = ""
    speaker: str = ""
    verdicts: list[dict[str, Any]] = field(default_factory=list)
    sources: list[Source] = field(default_factory=list)
    notes: list[Said] = field(default_factory=list)

    @property
    def of_people(self) -> bool:
        """That somebody marked it, decided on it or wrote to it; the rest is found again by the analysis."""
        a = self.annotation
        decided = a is None or a.engine is None or a.status == "confirmed" or a.decided_by is not None
        return decided or bool(self.notes or self.sources or self.verdicts)


@dataclass
class Whole:
    """An article with its current text and all that stands on it."""

    article: Article
    revision: Revision
    key: str
    tags: list[str]
    read: bool
    marks: list[Mark] = field(default_factory=list)
    notes: list[Said] = field(default_factory=list)

    @property
    def uri(self) -> str:
        return self.article.canonical_url or f"urn:x-quotidian:{self.article.text_sha256[:32]}"


def count(db: Session, person: Person) -> dict[str, int]:
    """What there is to export."""
    articles = select(func.count()).select_from(Article).where(visible_articles(person))
    marks = select(func.count()).select_from(Annotation).join(Article, Article.id == Annotation.article_id)
    marks = marks.where(
        visible_articles(person),
        visible_annotations(person),
        Annotation.deleted_at.is_(None),
        Annotation.kind == "highlight",
    )
    notes = select(func.count()).select_from(Note).join(Article, Article.id == Note.article_id)
    notes = notes.where(visible_articles(person), visible_notes(person), Note.deleted_at.is_(None))
    row = db.execute(select(articles.scalar_subquery(), marks.scalar_subquery(), notes.scalar_subquery())).one()
    return dict(zip(("articles", "highlights", "notes"), row, strict=True))


def article_ids(db: Session, person: Person, *, tag: str = "") -> list[int]:
    """All that the person may see, oldest first; with `tag` those that have it."""
    query = select(Article.id).where(visible_articles(person))
    if tag:
        query = query.where(
            Article.id.in_(select(ArticleTag.article_id).join(Tag, Tag.id == ArticleTag.tag_id).where(Tag.name == tag))
        )
    return list(db.scalars(query.order_by(Article.id)))


def wholes(db: Session, person: Person, ids: Sequence[int]) -> Iterator[Whole]:
    for begin in range(0, len(ids), CHUNK):
        yield from _chunk(db, person, ids[begin : begin + CHUNK])
        db.expunge_all()


def _chunk(db: Session, person: Person, ids: Sequence[int]) -> Iterator[Whole]:
    query = select(Article, Revision).join(Revision, Revision.article_id == Article.id)
    query = query.where(Article.id.in_(ids), Revision.number == Article.revision, visible_articles(person))
    mine = select(ArticleRead.article_id).where(ArticleRead.user_id == person.id, ArticleRead.article_id.in_(ids))
    read = set(db.scalars(mine))
    tags: dict[int, list[str]] = defaultdict(list)
    tagged = select(ArticleTag.article_id, Tag.name).join(Tag, Tag.id == ArticleTag.tag_id)
    for article_id, name in db.execute(tagged.where(ArticleTag.article_id.in_(ids)).order_by(Tag.name)):
        tags[article_id].append(name)
    imported = list(db.scalars(select(Imported).where(Imported.article_id.in_(ids)).order_by(Imported.id)))
    marks = _marks(db, person, ids, imported)
    on_articles = _notes(db, person, ids, imported, {m.annotation.id: m for m in marks if m.annotation})
    sources = {
        row.article_id: row.source.removeprefix("item\n")
        for row in reversed(imported)
        if row.source.startswith("item\n")
    }
    every = {article.id: (article, revision) for article, revision in db.execute(query)}
    for article_id in ids:
        if article_id in every:
            article, revision = every[article_id]
            key = sources.get(article_id) or f"quotidian:{article.canonical_url or article.text_sha256[:32]}"
            whole = Whole(article, revision, key, tags[article_id], article_id in read)
            whole.marks = [m for m in marks if m.annotation and m.annotation.revision_id == revision.id]
            for said, row in on_articles[article_id]:
                _sort_out(whole, said, row)
            yield whole


def _sort_out(whole: Whole, said: Said, row: Imported | None) -> None:
    """A note on the article; one that was made of words without a place is these words again, unless it was edited."""
    if row is None or not row.quote or said.note.body != composed(row.quote, row.said, said.tags):
        whole.notes.append(said)
        return
    said.body, said.together = row.said, True
    whole.marks.append(Mark(said.key, None, row.quote, said.author, row.color, notes=[said]))


def _marks(db: Session, person: Person, ids: Sequence[int], imported: Sequence[Imported]) -> list[Mark]:
    query = select(Annotation, User.name, Speaker.name)
    query = query.outerjoin(User, User.id == Annotation.author_id).outerjoin(
        Speaker, Speaker.id == Annotation.speaker_id
    )
    query = query.where(Annotation.article_id.in_(ids), Annotation.deleted_at.is_(None), visible_annotations(person))
    rows = {row.annotation_id: row for row in imported if row.annotation_id}
    found: dict[int, Mark] = {}
    for annotation, author, speaker in db.execute(query.order_by(Annotation.start, Annotation.id)):
        row = rows.get(annotation.id)
        key = row.source if row else named("annotation", annotation.id, annotation.created_at)
        name = (row.author if row else None) or author or ""
        found[annotation.id] = Mark(key, annotation, annotation.exact, name, row.color if row else "", speaker or "")
    judged = select(Verdict, func.coalesce(IMPORTED, User.name)).outerjoin(User, User.id == Verdict.author_id)
    judged = judged.join(Annotation, Annotation.id == Verdict.annotation_id).where(Annotation.article_id.in_(ids))
    for verdict, name in db.execute(judged.order_by(Verdict.id)):
        if verdict.annotation_id in found:
            told = {
                "verdict": verdict.verdict,
                "reason": verdict.reason,
                "author": name or "",
                "at": verdict.created_at.isoformat(),
            }
            found[verdict.annotation_id].verdicts.append(told)
    evidence = select(Source).join(Annotation, Annotation.id == Source.annotation_id)
    evidence = evidence.where(Annotation.article_id.in_(ids), Source.deleted_at.is_(None))
    for source in db.scalars(evidence.order_by(Source.position, Source.id)):
        if source.annotation_id in found:
            found[source.annotation_id].sources.append(source)
    return list(found.values())


def _notes(
    db: Session, person: Person, ids: Sequence[int], imported: Sequence[Imported], marks: dict[int, Mark]
) -> dict[int, list[tuple[Said, Imported | None]]]:
    """Puts threads on the marks; those on articles are answered, each with how it came in."""
    query = select(Note, User.name).outerjoin(User, User.id == Note.author_id)
    query = query.where(Note.article_id.in_(ids), Note.deleted_at.is_(None), visible_notes(person))
    tags: dict[int, list[str]] = defaultdict(list)
    tagged = (
        select(NoteTag.note_id, Tag.name).join(Tag, Tag.id == NoteTag.tag_id).join(Note, Note.id == NoteTag.note_id)
    )
    for note_id, name in db.execute(tagged.where(Note.article_id.in_(ids)).order_by(Tag.name)):
        tags[note_id].append(name)
    rows = {row.note_id: row for row in imported if row.note_id}
    every: dict[int, Said] = {}
    for note, author in db.execute(query.order_by(Note.created_at, Note.id)):
        if note.annotation_id is not None and note.annotation_id not in marks:
            continue
        row = rows.get(note.id)
        together = row is not None and row.annotation_id is not None
        key = named_note(row) if row else named("note", note.id, note.created_at)
        only_tags = row is not None and not row.said and not row.quote and note.body == composed("", "", tags[note.id])
        name = (row.author if row else None) or author or ""
        every[note.id] = Said(key, note, name, "" if only_tags else note.body, tags[note.id], together=together)
    on_articles: dict[int, list[tuple[Said, Imported | None]]] = defaultdict(list)
    for said in every.values():
        above = every.get(said.note.parent_id or 0)
        if above is not None:
            above.replies.append(said)
        elif said.note.annotation_id is not None:
            marks[said.note.annotation_id].notes.append(said)
        else:
            on_articles[said.note.article_id].append((said, rows.get(said.note.id)))
    return on_articles
