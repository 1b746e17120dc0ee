"""Full-text search over articles, annotations and notes: FTS5 on SQLite, tsvector on PostgreSQL, one answer.
Three queries whatever is found: candidates (at most CANDIDATES, best first), the articles of the page, its snippets."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Select, and_, case, column, func, literal_column, or_, select, table, text
from sqlalchemy.orm import Session, aliased

from app.access import Person, visible_annotations, visible_articles, visible_notes
from app.models import Annotation, Article, Note, SearchDocument, Speaker, User
from app.search.terms import ENGLISH, Term, for_fts5, for_tsquery, parse

RANKED = 2000  # of a very common word the newest places alone are ranked, or it would take a second
CANDIDATES = 400
SHOWN = 6  # hits of one article
ARTICLES = 15  # on one page
ON, OFF = "\x02", "\x03"  # around a hit, inside the database's answer

Segments = list[tuple[str, bool]]  # (text, whether it is a hit)


@dataclass
class Hit:
    """An annotation or note that was found; `address` leads to it in the reader."""

    kind: str  # quote, claim, highlight, note
    who: str
    address: str
    document_id: int
    words: Segments = field(default_factory=list)


@dataclass
class Found:
    """An article in which something was found. `words` are of its text, empty where that has no hit."""

    article: Article
    title: Segments
    hits: list[Hit] = field(default_factory=list)
    document_id: int | None = None
    words: Segments = field(default_factory=list)

    @property
    def more(self) -> int:
        return max(0, len(self.hits) - SHOWN)


@dataclass(frozen=True)
class Results:
    found: list[Found]
    total: int  # of articles
    capped: bool  # whether there may be more than were looked at
    later: int | None  # `after` of the next page
    understood: bool = True  # whether the query has any word


def search(
    db: Session, person: Person, query: str, *, kinds: Sequence[str] = (), limit: int = ARTICLES, after: int = 0
) -> Results:
    """What `person` may see of what has all words of `query`, by article, best first. `kinds`: article, annotation,
    note; none means all. `after` passes over so many articles."""
    terms = parse(query)
    if not terms:
        return Results([], 0, capped=False, later=None, understood=False)
    rows = db.execute(_candidates(db, person, terms, kinds)).all()
    every: dict[int, list[Any]] = {}
    for row in rows:
        every.setdefault(row.article_id, []).append(row)
    shown = list(every)[after : after + limit]
    articles = {article.id: article for article in db.scalars(select(Article).where(Article.id.in_(shown)))}
    page = [_found(articles[id], every[id]) for id in shown]
    _add_snippets(db, terms, page)
    later = after + limit if after + limit < len(every) else None
    return Results(page, len(every), capped=len(rows) == CANDIDATES, later=later)


def _candidates(db: Session, person: Person, terms: Sequence[Term], kinds: Sequence[str]) -> Any:
    document, rank, matches = SearchDocument, *_match(db, terms)
    subject = case((document.kind == "annotation", document.ref_id), else_=Note.annotation_id)
    query = (
        select(document.id, document.kind, document.ref_id, document.article_id)
        .add_columns(Annotation.kind.label("annotation_kind"), Speaker.name.label("speaker"), User.name)
        .select_from(document)
        .join(Article, Article.id == document.article_id)
        .outerjoin(Note, and_(document.kind == "note", Note.id == document.ref_id))
        .outerjoin(Annotation, Annotation.id == subject)
        .outerjoin(Speaker, Speaker.id == Annotation.speaker_id)
        .outerjoin(User, User.id == Note.author_id)
        .where(
            matches,
            visible_articles(person),
            or_(document.visible_to.is_(None), document.visible_to == person.id),
            or_(Note.id.is_(None), and_(Note.deleted_at.is_(None), visible_notes(person))),
            or_(Annotation.id.is_(None), and_(Annotation.deleted_at.is_(None), visible_annotations(person))),
        )
    )
    if kinds:
        query = query.where(document.kind.in_(kinds))
    if _sqlite(db):
        index = table("search_index", column("rowid"))
        query = query.join(index, index.c.rowid == document.id).where(
            index.c.rowid >= _oldest(index.c.rowid, matches, kinds)
        )
    else:
        query = query.where(document.id >= _oldest(document.id, matches, kinds))
    return query.order_by(rank, document.id).limit(CANDIDATES)


def _oldest(id: Any, matches: Any, kinds: Sequence[str]) -> Any:
    """The id of the last match that is ranked, going back from the newest."""
    query = select(id.label("id")).where(matches).order_by(id.desc()).limit(RANKED).correlate(None)
    if kinds:
        other = aliased(SearchDocument)
        query = query.where(select(other.id).where(other.id == id, other.kind.in_(kinds)).exists())
    return select(func.min(query.subquery().c.id)).scalar_subquery()


def _sqlite(db: Session) -> bool:
    return db.get_bind().dialect.name == "sqlite"


def _match(db: Session, terms: Sequence[Term]) -> tuple[Any, Any]:
    """What is ordered by, and the condition."""
    if _sqlite(db):
        return literal_column("bm25(search_index, 6.0, 1.0)"), _fts5(terms)
    query = for_tsquery(terms)
    vector: Any = literal_column("search_documents.vector")
    return func.ts_rank(vector, query).desc(), vector.op("@@")(query)


def _fts5(terms: Sequence[Term]) -> Any:
    return text("search_index MATCH :match").bindparams(match=for_fts5(terms))


def _found(article: Article, rows: list[Any]) -> Found:
    own = next((row.id for row in rows if row.kind == "article"), None)
    hits = [_hit(row) for row in rows if row.kind != "article"]
    return Found(article, [(article.title, False)], hits, document_id=own)


def _hit(row: Any) -> Hit:
    if row.kind == "note":
        return Hit("note", row.name or "somebody", f"/articles/{row.article_id}#note-{row.ref_id}", row.id)
    address = f"/articles/{row.article_id}#m-{row.ref_id}-0"
    return Hit(row.annotation_kind or "highlight", row.speaker or "", address, row.id)


def _add_snippets(db: Session, terms: Sequence[Term], page: list[Found]) -> None:
    """Asks for the snippets of what is shown alone: making one reads the whole text."""
    hits = {hit.document_id: hit for found in page for hit in found.hits[:SHOWN]}
    articles = {found.document_id: found for found in page if found.document_id}
    for id, title, words in db.execute(_snippets(db, terms, [*hits, *articles])):
        if id in hits:
            hits[id].words = segments(words)
        else:
            article = articles[id]
            article.title = segments(title.partition("\n")[0])
            article.words = segments(words) if ON in words else []


def _snippets(db: Session, terms: Sequence[Term], ids: list[int]) -> Select[Any]:
    document = SearchDocument
    if _sqlite(db):
        index, words = table("search_index", column("rowid")), f"'{ON}', '{OFF}'"
        highlight: Any = literal_column(f"highlight(search_index, 0, {words})")
        snippet: Any = literal_column(f"snippet(search_index, 1, {words}, '…', 32)")
        return select(index.c.rowid, highlight, snippet).where(_fts5(terms), index.c.rowid.in_(ids))
    query, marks = for_tsquery(terms), f"StartSel={ON}, StopSel={OFF}"
    title = func.ts_headline(ENGLISH, document.title, query, f"{marks}, HighlightAll=true")
    body = func.ts_headline(ENGLISH, document.body, query, f"{marks}, MaxWords=32, MinWords=16, MaxFragments=1")
    return select(document.id, title, body).where(document.id.in_(ids))


def segments(marked: str) -> Segments:
    """The text of a snippet, cut where hits begin and end."""
    parts = re.split(f"{ON}([^{OFF}]*){OFF}", marked)
    return [(part, position % 2 == 1) for position, part in enumerate(parts) if part]
