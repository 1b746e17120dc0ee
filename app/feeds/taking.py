"""From an item of a feed to an article: its page is fetched and read like any other; where that fails and the feed carries
the whole text, the article is made of that."""

from __future__ import annotations

from dataclasses import replace
from html import escape

from sqlalchemy.orm import Session

from app.access import Person
from app.addresses import FetchError
from app.articles import batch, intake
from app.errors import Invalid
from app.models import Article, Feed, FeedItem, User, now
from app.settings import Settings


def gather(item: FeedItem, settings: Settings, *, patience: float | None = None) -> batch.Ready:
    """The article that an item stands for; outside of any transaction. `patience` as of `intake.from_address`. Raises
    Invalid: why its page cannot be had, where its feed carries no text either; and where its turn is too far away."""
    try:
        if not item.url:
            raise Invalid("The feed gives no address for this, and not the whole text either.", field="url")
        ready = batch.ready(intake.from_address(item.url, settings, patience=patience), settings, title=item.title)
        return _dated(ready, item)
    except Invalid as error:
        if not item.content or (isinstance(error, FetchError) and error.cause == "wait"):
            raise
        try:
            return _of_content(item, settings)
        except Invalid:
            pass
        raise


def _of_content(item: FeedItem, settings: Settings) -> batch.Ready:
    title = escape(item.title)
    page = f"<html><head><title>{title}</title></head><body><article><h1>{title}</h1>{item.content}</article></body></html>"
    given = intake.Given("html", "html", page.encode(), "url", item.url or None, "text/html", charset="utf-8")
    ready = batch.ready(given, settings, title=item.title)
    authors = ready.document.authors or ((item.author,) if item.author else ())
    return _dated(replace(ready, document=replace(ready.document, title=item.title, authors=authors)), item)


def _dated(ready: batch.Ready, item: FeedItem) -> batch.Ready:
    """With the time that the feed states, where the page states none."""
    if ready.document.published or not item.published:
        return ready
    return replace(ready, document=replace(ready.document, published=item.published.isoformat()))


def keep(db: Session, *, item_id: int, ready: batch.Ready) -> Article | None:
    """Saves what was gathered, and that its person has read the item. None where the item has gone, or its person may not
    take articles in (any more)."""
    item = db.get(FeedItem, item_id)
    feed = db.get(Feed, item.feed_id) if item else None
    user = db.get(User, feed.user_id) if feed else None
    if item is None or user is None or user.disabled_at or user.role == "reader":
        return None
    article, _ = batch.save(db, person=Person(user.id, user.name, user.role), article=ready)
    item.article_id, item.error = article.id, ""
    return article


def mark(item: FeedItem, *, read: bool = True) -> None:
    item.read_at = (item.read_at or now()) if read else None
