"""Who says what, over all articles: the list of speakers, one speaker, and names to complete what is typed. A fixed
number of queries each. A speaker of whom a person sees nothing does not exist for them, nor does a role."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from sqlalchemy import Select, and_, case, distinct, func, or_, select
from sqlalchemy.orm import Session

from app.access import Person, shown_annotations, visible_articles
from app.errors import NotFound
from app.models import Annotation, Article, Speaker
from app.paging import beyond, cursor, position

PAGE = 40
ARTICLES = 12  # on one page of a speaker
OPTIONS = 10
SORT_LABELS = (("most", "Most quoted first"), ("name", "By name"))


@dataclass(frozen=True)
class Item:
    """A speaker in the list, as far as one person may see."""

    id: int
    name: str
    role: str
    quotes: int
    claims: int
    articles: int


@dataclass(frozen=True)
class Filters:
    q: str = ""
    sort: str = "most"
    after: str = ""

    def address(self, **changes: str) -> str:
        """The list as it is, from its first page, with `changes`."""
        given = {"q": self.q, "sort": "" if self.sort == "most" else self.sort, **changes}
        return f"/speakers?{urlencode({name: value for name, value in given.items() if value})}".rstrip("?")


@dataclass(frozen=True)
class Quoted:
    """An article and what the speaker says in it, in the order of the text."""

    article: Article
    quotes: list[Annotation] = field(default_factory=list)


def _counts(person: Person) -> Any:
    """Of each speaker of whom the person sees anything."""
    quotes, claims = (func.count(case((Annotation.kind == kind, 1))) for kind in ("quote", "claim"))
    articles = func.count(distinct(Annotation.article_id))
    query = (
        select(
            Annotation.speaker_id, quotes.label("quotes"), claims.label("claims"), articles.label("articles"),
            func.max(case((Annotation.role != "", Annotation.id))).label("last"),
        )
        .join(Article, Article.id == Annotation.article_id)
        .where(_seen(person), Annotation.speaker_id.is_not(None))
    )  # fmt: skip
    return query.group_by(Annotation.speaker_id).subquery()


def _seen(person: Person) -> Any:
    return and_(Annotation.kind != "highlight", shown_annotations(person), visible_articles(person))


def _items(person: Person) -> tuple[Any, Any]:
    """Rows of Item. The role is the one last seen, by this person: that of the speaker's row may be out of a private
    annotation."""
    counts = _counts(person)
    columns = (counts.c.quotes, counts.c.claims, counts.c.articles)
    query = select(Speaker.id, Speaker.name, Speaker.name_key, func.coalesce(Annotation.role, "").label("role"))
    query = query.add_columns(*columns).join(counts, counts.c.speaker_id == Speaker.id)
    return query.outerjoin(Annotation, Annotation.id == counts.c.last), counts


def _item(row: Any) -> Item:
    return Item(row.id, row.name, row.role, row.quotes, row.claims, row.articles)


def speakers(db: Session, person: Person, filters: Filters) -> tuple[list[Item], str | None]:
    """A page of them, and the cursor of the next."""
    query, counts = _items(person)
    if filters.q:
        words = filters.q.casefold()
        named = Speaker.name_key.contains(words, autoescape=True)
        query = query.where(or_(named, func.lower(Annotation.role).contains(words, autoescape=True)))
    most = filters.sort == "most"
    key, kind = (counts.c.quotes, int) if most else (Speaker.name_key, str)
    place = position(filters.after, filters.sort, kind)
    # the most quoted first, but those quoted as often in the order they came in
    if place and most:
        query = query.where(beyond(-key, Speaker.id, (-place[0], place[1]), descending=False))
    elif place:
        query = query.where(beyond(key, Speaker.id, place, descending=False))
    query = query.order_by(-key if most else key, Speaker.id).limit(PAGE + 1)
    rows = db.execute(query).all()
    last = rows[PAGE - 1] if len(rows) > PAGE else None
    later = cursor(filters.sort, last.quotes if most else last.name_key, last.id) if last else None
    return [_item(row) for row in rows[:PAGE]], later


def speaker(db: Session, person: Person, speaker_id: int) -> Item:
    """Raises NotFound where this person sees nothing of them."""
    row = db.execute(_items(person)[0].where(Speaker.id == speaker_id)).first()
    if row is None:
        raise NotFound
    return _item(row)


def quoted(db: Session, person: Person, speaker_id: int, after: str) -> tuple[list[Quoted], str | None]:
    """What they say, by article, the newest first: a page of it, and the cursor of the next."""
    theirs = and_(Annotation.speaker_id == speaker_id, Annotation.kind == "quote", shown_annotations(person))
    said = select(Annotation.id).where(Annotation.article_id == Article.id, theirs).exists()
    query = select(Article).where(visible_articles(person), said)
    if place := position(after, "newest", datetime):
        query = query.where(beyond(Article.sort_at, Article.id, place, descending=True))
    articles = db.scalars(query.order_by(Article.sort_at.desc(), Article.id.desc()).limit(ARTICLES + 1)).all()
    last = articles[ARTICLES - 1] if len(articles) > ARTICLES else None
    found = {article.id: Quoted(article) for article in articles[:ARTICLES]}
    quotes = select(Annotation).where(theirs, Annotation.article_id.in_(found))
    for quote in db.scalars(quotes.order_by(Annotation.start, Annotation.id)):
        found[quote.article_id].quotes.append(quote)
    return list(found.values()), cursor("newest", last.sort_at, last.id) if last else None


def options(db: Session, person: Person, typed: str) -> list[Item]:
    """Speakers whose name has what was typed in it; those first whose name begins so."""
    query, counts = _items(person)
    key = " ".join(typed.split()).casefold()
    begins = Speaker.name_key.startswith(key, autoescape=True)
    word = Speaker.name_key.contains(f" {key}", autoescape=True)
    query = query.where(Speaker.name_key.contains(key, autoescape=True))
    order = case((begins, 0), (word, 1), else_=2)
    return [_item(row) for row in db.execute(query.order_by(order, counts.c.quotes.desc(), Speaker.id).limit(OPTIONS))]
