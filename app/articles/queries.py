"""What the list of articles and the capture form read. The list takes a fixed number of queries however long it is;
visibility comes from access.py."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, case, distinct, false, func, literal, or_, select, tuple_
from sqlalchemy.orm import Session

from app.access import (
    Person,
    live_annotations,
    may_edit_article,
    visible_annotations,
    visible_articles,
    visible_notes,
    visible_speakers,
)
from app.articles.canonical import site_name, variants
from app.articles.filters import Filters
from app.models import (
    Annotation,
    Article,
    ArticleRead,
    ArticleTag,
    Capture,
    Job,
    Note,
    NoteTag,
    Picture,
    Revision,
    Source,
    Speaker,
    StoryCopy,
    Tag,
)
from app.speakers.queries import called

PAGE = 25
COUNTED = 5000  # open claims: counting more would cost more than it tells
OPTIONS = 200  # as many sites and tags as a menu can hold
MOST_COPIES = 200  # of one text, at as many addresses


@dataclass
class Item:
    """An article in the list and what has become of it, as far as one person may see."""

    article: Article
    may_delete: bool
    reading: str  # "unread", "changed" (since it was read), "read"
    read: int | None = None  # the revision
    quotes: int = 0
    speakers: int = 0
    claims: int = 0
    open: int = 0
    notes: int = 0
    sources: int = 0
    copies: int = 0  # other articles with the same text
    tags: list[str] = field(default_factory=list)
    job: Job | None = None

    @property
    def busy(self) -> bool:
        return self.job is not None and self.job.state in ("queued", "running")


@dataclass(frozen=True)
class Library:
    items: list[Item]
    later: str | None  # the cursor of the next page
    total: int  # of all articles, whatever the filter
    open: int  # claims, of all articles; COUNTED + 1 stands for more
    sites: list[str]
    tags: list[str]


def library(db: Session, person: Person, filters: Filters) -> Library:
    return Library(*listed(db, person, filters), *_totals(db, person), *_options(db, person))


def listed(db: Session, person: Person, filters: Filters, *, limit: int = PAGE) -> tuple[list[Item], str | None]:
    """A page of them, and the cursor of the next one."""
    rows = db.execute(_filtered(person, filters).limit(limit + 1)).all()
    later = filters.cursor(rows[limit - 1].key, rows[limit - 1].Article.id) if len(rows) > limit else None
    items = [_item(row, person) for row in rows[:limit]]
    _count(db, person, {item.article.id: item for item in items})
    return items, later


def one(db: Session, person: Person, article: Article) -> Item:
    read = and_(ArticleRead.article_id == Article.id, ArticleRead.user_id == person.id)
    query = select(Article, ArticleRead.revision.label("read")).outerjoin(ArticleRead, read)
    row: Any = db.execute(query.where(Article.id == article.id)).one()
    item = _item(row, person)
    _count(db, person, {article.id: item})
    return item


SORTS: dict[str, tuple[Any, bool]] = {  # what is sorted by, and whether the largest comes first
    "newest": (Article.sort_at, True),
    "oldest": (Article.sort_at, False),
    "title": (func.lower(Article.title), False),
    "added": (Article.created_at, True),
}


def _filtered(person: Person, filters: Filters) -> Select[Any]:
    key, descending = SORTS[filters.sort]
    read = and_(ArticleRead.article_id == Article.id, ArticleRead.user_id == person.id)
    query = select(Article, ArticleRead.revision.label("read"), key.label("key")).outerjoin(ArticleRead, read)
    query = query.where(visible_articles(person, deleted=filters.deleted), *_conditions(person, filters))
    position = filters.position()
    if position is not None:
        here, there = tuple_(key, Article.id), tuple_(literal(position[0], key.type), literal(position[1]))
        query = query.where(here < there if descending else here > there)
    return query.order_by(key.desc(), Article.id.desc()) if descending else query.order_by(key, Article.id)


def _conditions(person: Person, filters: Filters) -> list[ColumnElement[bool]]:
    found = []
    if filters.unread:
        found.append(or_(ArticleRead.revision.is_(None), ArticleRead.revision < Article.revision))
    if filters.open:
        found.append(_annotated(person, _plain(Annotation.kind) == "claim", _plain(Annotation.verdict) == "unverified"))
    if filters.site:
        found.append(Article.site == filters.site)
    if filters.speaker:
        name = " ".join(filters.speaker.split())
        known = Speaker.id == int(name) if name.isdecimal() and len(name) < 10 else called(name)
        found.append(_annotated(person, Annotation.speaker_id.in_(select(Speaker.id).where(known))))
    if filters.tag:
        found.append(Article.id.in_(_tagged(person, filters.tag)))
    if filters.since:
        found.append(Article.sort_at >= filters.since)
    if filters.until:
        found.append(Article.sort_at < filters.until)
    return found


def _plain(column: Any) -> Any:
    """The column out of reach of its index: nearly every claim is open, so SQLite would read them all."""
    return func.coalesce(column, "")


def _annotated(person: Person, *conditions: ColumnElement[bool]) -> ColumnElement[bool]:
    """That the article has such an annotation: looked up article by article, since the first page needs only a few."""
    query = select(Annotation.id).where(Annotation.article_id == Article.id, live_annotations(person), *conditions)
    return query.exists()


def _live_notes(person: Person) -> Select[Any]:
    """Notes, without those on an annotation that is gone or not to be seen."""
    standing = or_(Note.annotation_id.is_(None), and_(Annotation.deleted_at.is_(None), visible_annotations(person)))
    query = select(Note.article_id).outerjoin(Annotation, Annotation.id == Note.annotation_id)
    return query.where(Note.deleted_at.is_(None), visible_notes(person), standing)


def _tagged(person: Person, tag: str) -> Any:
    """The articles with this tag, on themselves or on a note."""
    own = select(ArticleTag.article_id).join(Tag, Tag.id == ArticleTag.tag_id).where(Tag.name == tag)
    notes = _live_notes(person).join(NoteTag, NoteTag.note_id == Note.id).join(Tag, Tag.id == NoteTag.tag_id)
    return own.union(notes.where(Tag.name == tag))


def _item(row: Row[Any], person: Person) -> Item:
    article, read = row.Article, row.read
    reading = "unread" if read is None else "changed" if read < article.revision else "read"
    return Item(article, may_edit_article(person, article), reading, read)


def _count(db: Session, person: Person, items: dict[int, Item]) -> None:
    quote, claim = Annotation.kind == "quote", Annotation.kind == "claim"
    counts = {
        "quotes": func.count(case((quote, 1))),
        "speakers": func.count(distinct(case((quote, Annotation.speaker_id)))),
        "claims": func.count(case((claim, 1))),
        "open": func.count(case((and_(claim, Annotation.verdict == "unverified"), 1))),
    }
    annotations = select(Annotation.article_id, *(count.label(name) for name, count in counts.items()))
    annotations = annotations.where(Annotation.article_id.in_(items), live_annotations(person))
    for row in db.execute(annotations.group_by(Annotation.article_id)):
        for name in counts:
            setattr(items[row.article_id], name, getattr(row, name))
    notes = _live_notes(person).add_columns(func.count()).where(Note.article_id.in_(items)).group_by(Note.article_id)
    for article_id, number in db.execute(notes):
        items[article_id].notes = number
    sources = select(Annotation.article_id, func.count()).join(Source, Source.annotation_id == Annotation.id)
    sources = sources.where(Annotation.article_id.in_(items), Source.deleted_at.is_(None), live_annotations(person))
    for article_id, number in db.execute(sources.group_by(Annotation.article_id)):
        items[article_id].sources = number
    copies = select(StoryCopy.article_id, func.count()).join(Article, Article.id == StoryCopy.copy_id)
    copies = copies.where(StoryCopy.article_id.in_(items), visible_articles(person)).group_by(StoryCopy.article_id)
    for article_id, number in db.execute(copies):
        items[article_id].copies = number
    tags = select(ArticleTag.article_id, Tag.name).join(Tag, Tag.id == ArticleTag.tag_id)
    for article_id, name in db.execute(tags.where(ArticleTag.article_id.in_(items)).order_by(Tag.name)):
        items[article_id].tags.append(name)
    for job in db.scalars(select(Job).where(Job.article_id.in_(items), Job.kind == "analyze").order_by(Job.id)):
        items[job.article_id or 0].job = job


def _totals(db: Session, person: Person) -> tuple[int, int]:
    articles = select(func.count()).select_from(Article).where(visible_articles(person))
    claims = select(Annotation.id).join(Article, Article.id == Annotation.article_id)
    claims = claims.where(
        visible_articles(person),
        live_annotations(person),
        Annotation.kind == "claim",
        Annotation.verdict == "unverified",
    )
    some = select(func.count()).select_from(claims.limit(COUNTED + 1).subquery())
    total, open_claims = db.execute(select(articles.scalar_subquery(), some.scalar_subquery())).one()
    return total, open_claims


def _options(db: Session, person: Person) -> tuple[list[str], list[str]]:
    sites = select(Article.site).where(Article.site != "", visible_articles(person)).distinct()
    tags = select(Tag.name).join(ArticleTag, ArticleTag.tag_id == Tag.id).distinct()
    return (
        list(db.scalars(sites.order_by(Article.site).limit(OPTIONS))),
        list(db.scalars(tags.order_by(Tag.name).limit(OPTIONS))),
    )


def same_article(db: Session, person: Person | None, *, url: str | None, text_sha256: str) -> Article | None:
    """The article that has this address already, or this text unless it is at another site's address; one in the bin only
    where `person` may take it out. None asks for the program, which sees everything but the bin."""
    site = site_name(url) if url else ""
    same = or_(Article.canonical_url.in_(variants(url) if url else []), Article.text_sha256 == text_sha256)
    bin_too = visible_articles(person, deleted=True) if person else false()
    seen = or_(Article.deleted_at.is_(None), bin_too)
    query = select(Article).where(same, seen).order_by(Article.deleted_at.is_not(None), Article.id)
    found = db.scalars(query.limit(MOST_COPIES)).all()
    there = (site_name(each.canonical_url) if each.canonical_url else "" for each in found)
    return next((each for each, other in zip(found, there, strict=True) if not site or other in ("", site)), None)


def speaker_name(db: Session, person: Person, given: str) -> str:
    """What stands in the filter: the name, also where the address has the speaker's id."""
    if not (given.isdecimal() and len(given) < 10):
        return given
    return db.scalar(select(Speaker.name).where(Speaker.id == int(given), visible_speakers(person))) or given


def article_of_revision(db: Session, revision_id: int) -> int:
    return db.execute(select(Revision.article_id).where(Revision.id == revision_id)).scalar_one()


def current_capture(db: Session, article: Article) -> Capture | None:
    """How the current revision came in."""
    query = select(Capture).join(Revision, Revision.id == Capture.revision_id)
    query = query.where(Revision.article_id == article.id, Revision.number == article.revision, Capture.outcome == "")
    return db.scalars(query.order_by(Capture.id.desc()).limit(1)).first()


def picture(db: Session, picture_id: int) -> tuple[Picture, int] | None:
    """A picture and the id of its article."""
    query = select(Picture, Revision.article_id).join(Revision, Revision.id == Picture.revision_id)
    row = db.execute(query.where(Picture.id == picture_id)).first()
    return (row[0], row[1]) if row else None
