"""All claims, of every article, as far as one person may see: a fixed number of queries however long the list is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from sqlalchemy import ColumnElement, Text, cast, func, select, tuple_
from sqlalchemy.orm import Session

from app.access import Person, live_annotations, visible_articles, visible_speakers
from app.annotations.actions import TYPES
from app.claims.actions import VERDICTS
from app.models import Annotation, Article, Source, Speaker
from app.speakers.queries import called, in_reading_order

PAGE = 50
STATES = ("open", *VERDICTS[1:])
SORTS = (("newest", "Newest article first"), ("score", "Most worth checking first"))
WORTH = func.coalesce(Annotation.score, 1.0)  # what a person marked is worth a check


@dataclass(frozen=True)
class Filters:
    """`verdict` is one of STATES ("open": unverified), `speaker` a name or an id; "" and None leave out nothing."""

    verdict: str = ""
    type: str = ""
    speaker: str = ""
    article: int | None = None
    sort: str = "newest"
    after: int | None = None

    @classmethod
    def of(cls, *, verdict: str, type: str, speaker: str, sort: str, article: int | None, after: int | None) -> Filters:
        """What cannot be understood is left out, never an error."""
        return cls(
            verdict if verdict in STATES else "",
            type if type in TYPES else "",
            speaker.replace("\x00", "").strip()[:200],
            article,
            sort if sort in dict(SORTS) else "newest",
            after,
        )

    @property
    def any(self) -> bool:
        return replace(self, sort="newest", after=None) != Filters()

    def address(self, **changes: Any) -> str:
        """The list with these filters, from its first page, and `changes` made to them."""
        new, plain = replace(self, **{"after": None, **changes}), Filters()
        names = ("verdict", "type", "speaker", "article", "sort", "after")
        given = {name: getattr(new, name) for name in names if getattr(new, name) != getattr(plain, name)}
        return f"/claims?{urlencode(given)}".rstrip("?")


@dataclass(frozen=True)
class Claims:
    """Rows have an Annotation, its Article and a Speaker or None. `sources`: claim -> stance -> how many; `counts`:
    verdict -> how many claims pass the other filters."""

    rows: Sequence[Any]
    later: int | None
    sources: dict[int, dict[str, int]]
    counts: dict[str, int]


def claims(db: Session, person: Person, filters: Filters) -> Claims:
    query = select(Annotation, Article, Speaker).join(Article, Article.id == Annotation.article_id)
    query = query.outerjoin(Speaker, Speaker.id == Annotation.speaker_id).where(*_conditions(person, filters))
    if filters.verdict:
        query = query.where(Annotation.verdict == _stored(filters.verdict))
    by_score = filters.sort == "score"
    query = (_by_score if by_score else in_reading_order)(db, query, filters.after)
    rows = db.execute(query.limit(PAGE + 1)).all()
    later = rows[PAGE - 1].Annotation.id if len(rows) > PAGE else None
    sources = _sources(db, [row.Annotation.id for row in rows[:PAGE]])
    return Claims(rows[:PAGE], later, sources, _counts(db, person, filters))


def _stored(state: str) -> str:
    return "unverified" if state == "open" else state


def _conditions(person: Person, filters: Filters) -> list[ColumnElement[bool]]:
    found = [Annotation.kind == "claim", live_annotations(person), visible_articles(person)]
    if filters.type:
        found.append(cast(Annotation.types, Text).contains(f'"{filters.type}"'))
    if filters.speaker:
        found.append(Annotation.speaker_id.in_(select(Speaker.id).where(_called(filters.speaker))))
    if filters.article:
        found.append(Article.id == filters.article)
    return found


def _called(speaker: str) -> ColumnElement[bool]:
    known = speaker.isdecimal() and len(speaker) < 10
    return Speaker.id == int(speaker) if known else called(speaker)


def _by_score(db: Session, query: Any, after: int | None) -> Any:
    if after:
        score = db.scalar(select(WORTH).where(Annotation.id == after))
        if score is not None:
            query = query.where(tuple_(WORTH, Annotation.id) < tuple_(score, after))
    return query.order_by(WORTH.desc(), Annotation.id.desc())


def _counts(db: Session, person: Person, filters: Filters) -> dict[str, int]:
    query = select(Annotation.verdict, func.count()).join(Article, Article.id == Annotation.article_id)
    query = query.where(*_conditions(person, filters)).group_by(Annotation.verdict)
    found = {row[0]: row[1] for row in db.execute(query)}
    return {state: found.get(_stored(state), 0) for state in STATES}


def _sources(db: Session, claim_ids: list[int]) -> dict[int, dict[str, int]]:
    query = select(Source.annotation_id, Source.stance, func.count())
    query = query.where(Source.annotation_id.in_(claim_ids), Source.deleted_at.is_(None))
    found: dict[int, dict[str, int]] = {}
    for claim_id, stance, number in db.execute(query.group_by(Source.annotation_id, Source.stance)):
        found.setdefault(claim_id, {})[stance] = number
    return found


def speaker_name(db: Session, person: Person, given: str) -> str:
    """What stands in the filter: the name, also where the address has the speaker's id."""
    if not given:
        return ""
    return db.scalar(select(Speaker.name).where(_called(given), visible_speakers(person))) or given
