"""Which articles are the same story: found when an article's text is analysed, and again when it changes. Whatever is
compared once more comes out the same; what changes on a reader's page raises its annotation version."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from sqlalchemy import delete, func, insert, or_, select, text
from sqlalchemy.orm import Session

from app.articles.actions import touch
from app.models import Article, Revision, StoryBand, StoryCopy
from app.stories.shingles import Shingles, are_copies, bands, share, shingles

MOST = 50  # articles that one is compared with: those that have most in common


@dataclass(frozen=True)
class Compared:
    """A text beside those that may be copies. `shares`, by the article: how much of this text stands in that one, and of
    that in this; None for what turned out to be no copy."""

    mine: Shingles
    bands: list[int]
    shares: dict[int, tuple[float, float] | None] = field(default_factory=dict)


def compare(db: Session, *, revision: Revision, before: Compared | None = None) -> Compared:
    """Compares with all candidates but those that `before` knows. Takes a tenth of a second where there are many."""
    mine = before.mine if before else shingles(revision.text)
    values = before.bands if before else bands(mine)
    known = before.shares if before else {}
    found = _candidates(db, revision.article_id, values)
    shares = {id: known[id] for id in found if id in known}
    for article_id, theirs in _texts(db, [id for id in found if id not in known]):
        copies = are_copies(mine, theirs)
        shares[article_id] = (share(mine, theirs), share(theirs, mine)) if copies else None
    return Compared(mine, values, shares)


def place(db: Session, *, revision: Revision, before: Compared | None = None) -> None:
    """Stores whose copy the current revision of an article is; `before` spares comparing anew while others wait."""
    if db.get_bind().dialect.name == "postgresql":  # two copies that come in at once see each other
        db.execute(text("LOCK TABLE story_bands IN SHARE ROW EXCLUSIVE MODE"))
    article_id = revision.article_id
    if revision.number != db.execute(select(Article.revision).where(Article.id == article_id)).scalar_one():
        return
    compared = compare(db, revision=revision, before=before)
    db.execute(delete(StoryBand).where(StoryBand.article_id == article_id))
    if compared.bands:
        rows = [{"article_id": article_id, "value": value} for value in sorted(set(compared.bands))]
        db.execute(insert(StoryBand), rows)
    pairs = {id: pair for id, pair in compared.shares.items() if pair}
    wanted = {(article_id, id): pair[0] for id, pair in pairs.items()}
    wanted |= {(id, article_id): pair[1] for id, pair in pairs.items()}
    _replace(db, article_id, wanted)


def _replace(db: Session, article_id: int, wanted: dict[tuple[int, int], float]) -> None:
    """The pairs of an article are these and no others; the pages of whom that concerns have changed."""
    of_article = or_(StoryCopy.article_id == article_id, StoryCopy.copy_id == article_id)
    query = select(StoryCopy.article_id, StoryCopy.copy_id, StoryCopy.share).where(of_article)
    standing = {(row.article_id, row.copy_id): row.share for row in db.execute(query)}
    if standing == wanted:
        return
    db.execute(delete(StoryCopy).where(of_article))
    if wanted:
        rows = [{"article_id": one, "copy_id": other, "share": part} for (one, other), part in wanted.items()]
        db.execute(insert(StoryCopy), rows)
    for changed in sorted({one for (one, _), _ in standing.items() ^ wanted.items()}):
        touch(db, changed)


def _candidates(db: Session, article_id: int, values: list[int]) -> list[int]:
    """Articles with bands in common, those with most of them first."""
    query = select(StoryBand.article_id).where(StoryBand.value.in_(values), StoryBand.article_id != article_id)
    query = query.group_by(StoryBand.article_id).order_by(func.count().desc(), StoryBand.article_id)
    return list(db.scalars(query.limit(MOST))) if values else []


def _texts(db: Session, article_ids: list[int]) -> Iterator[tuple[int, Shingles]]:
    for article_id in article_ids:  # one at a time: a text may have a million characters
        query = select(Revision.text).join(Article, Article.id == Revision.article_id)
        words = db.scalar(query.where(Article.id == article_id, Revision.number == Article.revision))
        if words is not None:
            yield article_id, shingles(words)
