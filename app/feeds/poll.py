"""Asking feeds: what a feed, or a page that names feeds, answers; when each is asked again; the jobs that do so. The
network is asked outside of any transaction; `actions.record` writes down what came of it."""

from __future__ import annotations

import re
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from app import jobs
from app.addresses import with_scheme
from app.errors import Invalid
from app.feeds.actions import Answer, enqueue_item, record
from app.feeds.parse import Alternate, NotAFeed, alternates, read_feed
from app.feeds.taking import gather, keep
from app.fetch import FEED, Fetched, FetchError
from app.handlers import Store, Work
from app.models import Feed, FeedItem, User, now
from app.robots import visit
from app.settings import Settings

MOST_DUE = 100  # sent off by one sweep
SOONEST = timedelta(minutes=15)
LIMIT = 5_000_000  # bytes of a feed
PATIENCE = 5.0  # seconds that the worker waits for its turn at a site
_MAX_AGE = re.compile(r"\bmax-age\s*=\s*(\d{1,9})")
_FEED_SCHEME = re.compile(r"^feed:(//)?(?=https?:)|^feed(?=://)", re.IGNORECASE)


def whole_address(given: str) -> str:
    """What people type for an address of a feed: with "feed:" before it, or without a scheme."""
    return with_scheme(_FEED_SCHEME.sub(lambda prefix: "http" if len(prefix[0]) == 4 else "", given.strip()))


def look(address: str, settings: Settings) -> Answer | list[Alternate]:
    """The feed at an address, or the feeds that the page there names. Raises Invalid (a FetchError) beside "url"."""
    got = _get(address, settings)
    try:
        return _answer(got)
    except NotAFeed as error:
        named = alternates(got.content, url=got.url, charset=got.charset)
        if not named:
            message = f"{error.message} If it is a page, it names no feed: look there for a link “RSS” or “Feed”."
            raise Invalid(message, field="url") from error
    return named if len(named) > 1 else ask(named[0].url, settings)


def ask(url: str, settings: Settings, *, etag: str = "", last_modified: str = "", background: bool = False) -> Answer:
    """What a feed answers now, given what is known of its last answer. In the `background` it waits for its turn at the
    site. Raises FetchError."""
    got = _get(url, settings, etag=etag, last_modified=last_modified, background=background)
    if got.unchanged:
        return Answer(got.moved_to or url, None, etag, last_modified, _max_age(got))
    try:
        return _answer(got)
    except NotAFeed as error:
        raise FetchError("type", error.message) from error


def outcome(feed: Feed, settings: Settings, *, background: bool = False) -> Answer | FetchError:
    """What came of asking a feed."""
    try:
        known = {"etag": feed.etag, "last_modified": feed.last_modified}
        return ask(feed.url, settings, background=background, **known)
    except FetchError as error:
        return error


def _get(url: str, settings: Settings, *, background: bool = False, etag: str = "", last_modified: str = "") -> Fetched:
    """A person has asked for this very address: robots.txt, which is for those who follow links, is not asked."""
    return visit(
        url,
        accept=FEED,
        allow=settings.fetch_allow,
        turns=settings.data_dir if background else None,
        patience=PATIENCE,
        obey=False,
        limit=LIMIT,
        etag=etag,
        last_modified=last_modified,
    )


def _answer(got: Fetched) -> Answer:
    parsed = read_feed(got.content, url=got.url, charset=got.charset)
    etag, last_modified = got.headers.get("etag", ""), got.headers.get("last-modified", "")
    return Answer(got.moved_to or got.asked, parsed, etag[:500], last_modified[:100], _max_age(got))


def _max_age(got: Fetched) -> int:
    """In minutes."""
    found = _MAX_AGE.search(got.headers.get("cache-control", "").lower())
    return int(found[1]) // 60 if found else 0


# The jobs


def enqueue_due(db: Session) -> int:
    """Has the feeds asked whose time has come, of people who may take articles in. How many."""
    due = select(Feed).join(User, User.id == Feed.user_id).where(Feed.next_at <= now(), Feed.stopped.is_(False))
    due = due.where(User.disabled_at.is_(None), User.role != "reader").order_by(Feed.next_at).limit(MOST_DUE)
    feeds = db.scalars(due).all()
    for feed in feeds:
        feed.next_at = now() + max(SOONEST, timedelta(minutes=feed.minutes))  # also where the job comes to nothing
        jobs.enqueue(db, "poll-feed", article_id=None, key=f"poll-feed-{feed.id}", payload={"feed_id": feed.id})
    return len(feeds)


def poll_feed(work: Work) -> Store:
    """Asks one feed. Payload: feed_id. That a feed cannot be had stands beside it, and is no failure of the job."""
    feed_id = work.payload["feed_id"]
    with work.database.read() as db:
        feed = db.get(Feed, feed_id)
    came = outcome(feed, work.database.settings, background=True) if feed else None

    def store(db: Session) -> None:
        there = db.get(Feed, feed_id)
        if there is not None and came is not None:
            record(db, feed=there, outcome=came)

    return store


def take_item(work: Work) -> Store:
    """Takes in what a rule of its person asks for. Payload: item_id, title."""
    item_id = work.payload["item_id"]
    with work.database.read() as db:
        item = db.get(FeedItem, item_id)
        feed = db.get(Feed, item.feed_id) if item else None
    if item is None or feed is None or item.article_id is not None:
        return lambda db: None
    try:
        ready = gather(item, work.database.settings, patience=PATIENCE)
    except Invalid as error:
        if isinstance(error, FetchError) and error.cause == "wait":
            return _later(item, feed, error.retry_after or 60.0)
        with work.database.write() as db:
            if (there := db.get(FeedItem, item_id)) is not None:
                there.error = error.message
        raise

    def store(db: Session) -> None:
        keep(db, item_id=item_id, ready=ready)

    return store


def _later(item: FeedItem, feed: Feed, seconds: float) -> Store:
    """The same once more, when it is our turn at the site."""
    at = now() + timedelta(seconds=seconds)
    return lambda db: enqueue_item(db, feed=feed, item=item, not_before=at)
