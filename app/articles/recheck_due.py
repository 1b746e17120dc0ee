"""When an article is looked at again by itself: often while it is new, hardly ever once it is old. An article's own switch
stands above the setting."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from app import jobs
from app.models import Article, Job, now

MOST_DUE = 50  # sent off by one sweep
WAITS = (  # up to this age, so long
    (timedelta(hours=6), timedelta(hours=1)),
    (timedelta(days=3), timedelta(hours=6)),
    (timedelta(days=30), timedelta(days=1)),
)
LONGEST = timedelta(weeks=1)
SWITCHES = ("", "on", "off")


def wait_of(age: timedelta) -> timedelta:
    return next((wait for until, wait in WAITS if age < until), LONGEST)


def enqueue_due(db: Session) -> int:
    """Has the articles looked at whose time has come. How many."""
    days, time = db.info["settings"].check_days, now()
    young = and_(Article.checks == "", Article.created_at > time - timedelta(days=days)) if days else None
    wanted = Article.checks == "on" if young is None else or_(Article.checks == "on", young)
    never = and_(Article.check_at.is_(None), Article.created_at <= time - WAITS[0][1])
    query = select(Article).where(wanted, Article.deleted_at.is_(None), Article.canonical_url.is_not(None))
    due = query.where(or_(Article.check_at <= time, never)).order_by(Article.check_at, Article.id).limit(MOST_DUE)
    articles = db.scalars(due).all()
    for article in articles:
        article.check_at = time + wait_of(time - article.created_at)  # also where the job comes to nothing
        _enqueue(db, article)
    return len(articles)


def enqueue_told(db: Session, article_ids: Sequence[int]) -> None:
    """Has articles looked at of which a feed says something else than before, unless that is switched off: at most once in
    an hour, since some feeds count comments."""
    query = select(Article).where(Article.id.in_(article_ids), Article.checks != "off", Article.deleted_at.is_(None))
    for article in db.scalars(query.where(Article.canonical_url.is_not(None)).order_by(Article.id)):
        last = db.scalar(select(Job.finished_at).where(Job.key == _key(article)))
        _enqueue(db, article, not_before=last + WAITS[0][1] if last else None)


def _key(article: Article) -> str:
    return f"check-{article.id}"


def _enqueue(db: Session, article: Article, not_before: datetime | None = None) -> None:
    payload = {"article_id": article.id}
    jobs.enqueue(db, "check", article_id=article.id, key=_key(article), payload=payload, not_before=not_before)


def switch(article: Article, checks: str) -> None:
    article.checks = checks if checks in SWITCHES else ""
    if article.checks == "on" and (article.check_at is None or article.check_at > now() + timedelta(hours=1)):
        article.check_at = now() + timedelta(hours=1)
