"""Who says what, over all articles: the list of speakers, one speaker, and names to complete what is typed. A fixed
number of queries each. What a person may not see adds nothing: no count, no role, no name."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import Any, TypeVarTuple
from urllib.parse import urlencode

from sqlalchemy import ColumnElement, Select, and_, case, distinct, func, or_, select, tuple_
from sqlalchemy.orm import Session

from app.access import Person, live_annotations, visible_articles, visible_speakers
from app.models import Annotation, Article, Speaker, SpeakerName, User
from app.speakers import alike
from app.speakers.actions import EVERYBODY

Ts = TypeVarTuple("Ts")
PAGE = 50
OPTIONS = 10
CANDIDATES = 100
LIKELY = 6
SORTS = (("most", "Most quoted first"), ("name", "By name"))


@dataclass(frozen=True)
class Filters:
    """`q` is part of a name or a role, `after` the speaker who ended the page before."""

    q: str = ""
    sort: str = "most"
    after: int | None = None

    @classmethod
    def of(cls, *, q: str, sort: str, after: int | None) -> Filters:
        """What cannot be understood is left out, never an error."""
        return cls(" ".join(q.replace("\x00", "").split())[:200], sort if sort in dict(SORTS) else "most", after)

    def address(self, **changes: Any) -> str:
        """The list as it is, from its first page, with `changes` made to it."""
        given = {"q": self.q, "sort": "" if self.sort == "most" else self.sort, **changes}
        return f"/speakers?{urlencode({name: value for name, value in given.items() if value})}".rstrip("?")


@dataclass(frozen=True)
class Item:
    """A speaker, as far as one person may see. The role is the one last seen, by this person."""

    id: int
    name: str
    role: str
    quotes: int
    claims: int
    articles: int


def _items(person: Person) -> tuple[Any, Any]:
    """Rows that make an Item of everybody of whom something counts, and the counts. Not with the role of the speaker's
    own row, which may be out of a private annotation."""
    quoted, claimed = (func.count(case((Annotation.kind == kind, 1))) for kind in ("quote", "claim"))
    counts = (
        select(
            Annotation.speaker_id, quoted.label("quotes"), claimed.label("claims"),
            func.count(distinct(Annotation.article_id)).label("articles"),
            func.max(case((Annotation.role != "", Annotation.id))).label("last"),
        )
        .join(Article, Article.id == Annotation.article_id)
        .where(Annotation.speaker_id.is_not(None), live_annotations(person), visible_articles(person))
        .group_by(Annotation.speaker_id)
        .subquery()
    )  # fmt: skip
    query = select(Speaker.id, Speaker.name, func.coalesce(Annotation.role, "").label("role"))
    query = query.add_columns(counts.c.quotes, counts.c.claims, counts.c.articles)
    query = query.join(counts, counts.c.speaker_id == Speaker.id)
    return query.outerjoin(Annotation, Annotation.id == counts.c.last), counts


def called(name: str) -> ColumnElement[bool]:
    """The condition that a speaker is the one of this name, be it their own or a remembered one."""
    key = Speaker.key(name)
    return or_(
        Speaker.name_key == key, Speaker.id.in_(select(SpeakerName.speaker_id).where(SpeakerName.name_key == key))
    )


def speakers(db: Session, person: Person, filters: Filters) -> tuple[list[Item], int | None]:
    """A page of them, and where the next begins."""
    query, counts = _items(person)
    key = -counts.c.quotes if filters.sort == "most" else Speaker.name_key
    if filters.after:
        place = db.scalar(query.with_only_columns(key).where(Speaker.id == filters.after))
        if place is not None:
            query = query.where(tuple_(key, Speaker.id) > tuple_(place, filters.after))
    if filters.q:
        words = filters.q.casefold()
        in_role = func.lower(Annotation.role).contains(words, autoescape=True)
        also = select(SpeakerName.speaker_id).where(SpeakerName.name_key.contains(words, autoescape=True))
        query = query.where(or_(Speaker.name_key.contains(words, autoescape=True), in_role, Speaker.id.in_(also)))
    rows = db.execute(query.order_by(key, Speaker.id).limit(PAGE + 1)).all()
    return [Item(*row) for row in rows[:PAGE]], rows[PAGE - 1].id if len(rows) > PAGE else None


def one(db: Session, person: Person, speaker: Speaker) -> Item:
    row = db.execute(_items(person)[0].where(Speaker.id == speaker.id)).first()
    return Item(*row) if row else Item(speaker.id, speaker.name, "", 0, 0, 0)


def names(db: Session, speaker: Speaker) -> list[tuple[SpeakerName, str]]:
    """What else the speaker is called, and who said so. Everybody may see it: a name that is known to some is not merged."""
    query = select(SpeakerName, User.name).outerjoin(User, User.id == SpeakerName.created_by)
    rows = db.execute(query.where(SpeakerName.speaker_id == speaker.id).order_by(SpeakerName.name_key))
    return [(name, by or "somebody") for name, by in rows]


@dataclass(frozen=True)
class Likely:
    """A speaker who may be the same, with what speaks for it."""

    item: Item
    reason: str
    sites: list[str]


def likely(db: Session, person: Person, of: Item, key: str) -> list[Likely]:
    """Who may be the same as this speaker: names first, then roles. Only those whom everybody can see."""
    last = alike.surname(key)
    near = [Speaker.name_key == last, Speaker.name_key.endswith(f" {last}", autoescape=True)]
    near.append(Speaker.name_key.contains(f" {last} ", autoescape=True))  # a suffix after it
    if of.role:
        near.append(func.lower(Annotation.role) == of.role.lower())
    query, counts = _items(person)
    query = query.add_columns(Speaker.name_key).where(Speaker.id != of.id, or_(*near), visible_speakers(EVERYBODY))
    rows = db.execute(query.order_by(counts.c.quotes.desc(), Speaker.id).limit(CANDIDATES)).all()
    found = [(Item(*row[:-1]), alike.reason(key, of.role, row[-1], row.role)) for row in rows]
    found = sorted(((item, reason) for item, reason in found if reason), key=lambda each: "surname" not in each[1])
    sites = _sites(db, person, [item.id for item, _ in found[:LIKELY]])
    return [Likely(item, reason, sites.get(item.id, [])) for item, reason in found[:LIKELY]]


def _sites(db: Session, person: Person, speaker_ids: list[int]) -> dict[int, list[str]]:
    query = select(Annotation.speaker_id, Article.site).join(Article, Article.id == Annotation.article_id)
    query = query.where(Annotation.speaker_id.in_(speaker_ids), live_annotations(person), visible_articles(person))
    found: dict[int, list[str]] = {}
    for speaker_id, site in db.execute(query.where(Article.site != "").distinct().order_by(Article.site)):
        found.setdefault(speaker_id or 0, []).append(site)
    return found


def quotes(
    db: Session, person: Person, speaker: Speaker, after: int | None
) -> tuple[list[tuple[Article, list[Annotation]]], int | None]:
    """What they say, by article, the newest first: a page of it, and where the next begins."""
    query = select(Annotation, Article).join(Article, Article.id == Annotation.article_id)
    query = query.where(Annotation.speaker_id == speaker.id, Annotation.kind == "quote")
    query = query.where(live_annotations(person), visible_articles(person))
    rows = db.execute(in_reading_order(db, query, after).limit(PAGE + 1)).all()
    later = rows[PAGE - 1][0].id if len(rows) > PAGE else None
    grouped = groupby(rows[:PAGE], key=lambda row: row[1])
    return [(article, [row[0] for row in group]) for article, group in grouped], later


def in_reading_order(db: Session, query: Select[*Ts], after: int | None) -> Select[*Ts]:
    """A query of annotations with their articles: the newest article first, each in the order of its text; only what
    comes after the annotation `after`, where there is one."""
    if after:
        place = select(Article.sort_at, Article.id, Annotation.start).join(Article, Article.id == Annotation.article_id)
        if row := db.execute(place.where(Annotation.id == after)).first():
            older = or_(Article.sort_at < row.sort_at, and_(Article.sort_at == row.sort_at, Article.id < row.id))
            further = tuple_(Annotation.start, Annotation.id) > tuple_(row.start, after)
            query = query.where(or_(older, and_(Article.id == row.id, further)))
    return query.order_by(Article.sort_at.desc(), Article.id.desc(), Annotation.start, Annotation.id)


def options(db: Session, person: Person, typed: str) -> list[Item]:
    """Speakers whose name has in it what was typed: those first whose name begins so, then those of whom a word does."""
    query, counts = _items(person)
    key = " ".join(typed.replace("\x00", "").split()).casefold()[:200]
    begins = Speaker.name_key.startswith(key, autoescape=True)
    word = Speaker.name_key.contains(f" {key}", autoescape=True)
    query = query.where(Speaker.name_key.contains(key, autoescape=True))
    query = query.order_by(case((begins, 0), (word, 1), else_=2), counts.c.quotes.desc(), Speaker.id)
    return [Item(*row) for row in db.execute(query.limit(OPTIONS))]
