"""The copies of an article that a person may see; visibility comes from access.py."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple, cast

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from app.access import Person, visible_articles
from app.models import Article, Revision, StoryBand, StoryCopy

SHOWN = 20


class Copy(NamedTuple):
    """Another article with the same text: `share` of the article's own words stand in it."""

    id: int
    title: str
    site: str
    published: str | None
    created_at: datetime
    share: float


# Built once, for building costs more than asking.
_ME = Person(cast(int, bindparam("me")), "", "reader")
_COPIES = (
    select(Article.id, Article.title, Article.site, Article.published, Article.created_at, StoryCopy.share)
    .join(StoryCopy, StoryCopy.copy_id == Article.id)
    .where(StoryCopy.article_id == bindparam("article"), visible_articles(_ME))
    .order_by(StoryCopy.share.desc(), Article.sort_at, Article.id)
    .limit(SHOWN + 1)
)


def copies(db: Session, person: Person, article: Article) -> list[Copy]:
    """Those that have most of it first; one more than SHOWN where there are more."""
    return list(map(Copy._make, db.execute(_COPIES, {"article": article.id, "me": person.id})))


def never_compared(db: Session) -> list[int]:
    """The ids of the current revisions of articles that came in before texts were compared."""
    query = select(Revision.id).join(Article, Article.id == Revision.article_id)
    query = query.where(Revision.number == Article.revision)
    query = query.where(~select(StoryBand.value).where(StoryBand.article_id == Article.id).exists())
    return list(db.scalars(query.order_by(Revision.id)))
