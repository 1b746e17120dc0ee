"""Writes on feeds: followed, changed, unfollowed; what came of asking one; items read; lists taken in. What a feed lists
is kept once, whoever asks however often: by what names it in its feed."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, delete, func, or_, select, update
from sqlalchemy.orm import Session

from app import jobs
from app.access import Person
from app.addresses import FetchError, parse
from app.articles import recheck_due
from app.db import insert_missing, lock
from app.errors import Invalid
from app.feeds import opml, rules
from app.feeds.markup import plain
from app.feeds.parse import Item, Parsed
from app.models import Feed, FeedItem, now

MOST_FEEDS = 1000  # of a person
KEPT = 2000  # items of a feed
SHORTEST, LONGEST = 15, 24 * 60  # minutes between two polls
FIRST_RETRY = 15  # minutes; doubled with each failure
LOOKED_AT = 10  # newest items, by which the pace of a feed is told


@dataclass(frozen=True)
class Answer:
    """What a feed answered. `url` is where to ask from now on; `parsed` is None where nothing has changed; `max_age` is in
    minutes."""

    url: str
    parsed: Parsed | None
    etag: str = ""
    last_modified: str = ""
    max_age: int = 0


@dataclass
class Report:
    """What became of a list of feeds: how many are new, which were followed already, and what could not be taken."""

    added: int = 0
    there: list[str] = field(default_factory=list)
    bad: list[str] = field(default_factory=list)


def url_key(url: str) -> str:
    return hashlib.sha256(url.encode("utf-8", "replace")).hexdigest()


# Following


def checked_folder(given: str, name: str = "folder") -> str:
    """A path without empty parts. Raises Invalid."""
    folder = opml.folder_path(given)
    if len(folder) > opml.LONGEST_FOLDER or folder.count("/") >= opml.MAX_DEPTH:
        message = f"A folder has at most {opml.LONGEST_FOLDER} characters and {opml.MAX_DEPTH} parts."
        raise Invalid(message, field=name)
    return folder


def followed(db: Session, person: Person, url: str) -> Feed | None:
    return db.scalars(select(Feed).where(Feed.user_id == person.id, Feed.url_sha256 == url_key(url))).first()


def follow(db: Session, *, person: Person, answer: Answer, folder: str = "") -> tuple[Feed, bool]:
    """The feed with what it lists now, and whether it is new. Raises Invalid."""
    if there := followed(db, person, answer.url):
        return there, False
    if _number(db, person) >= MOST_FEEDS:
        raise Invalid(f"You follow {MOST_FEEDS} feeds, the most there can be.", field="url")
    feed = _added(db, person, answer.url, folder=checked_folder(folder))
    record(db, feed=feed, outcome=answer)
    return feed, True


def _number(db: Session, person: Person) -> int:
    return db.scalar(select(func.count()).select_from(Feed).where(Feed.user_id == person.id)) or 0


def _added(db: Session, person: Person, url: str, *, folder: str, name: str = "", home: str = "") -> Feed:
    feed = Feed(user_id=person.id, url=url, url_sha256=url_key(url), folder=folder, name=name, home=home)
    db.add(feed)
    db.flush()
    return feed


def change(db: Session, *, feed: Feed, name: str, folder: str) -> None:
    """Raises Invalid."""
    name = plain(name)
    if len(name) > opml.LONGEST_NAME:
        raise Invalid(f"A name has at most {opml.LONGEST_NAME} characters.", field="name")
    feed.folder = checked_folder(folder)
    feed.name = "" if name == feed.title else name


def unfollow(db: Session, *, feed: Feed) -> None:
    """What the feed listed goes with it; articles that were taken in stay."""
    db.delete(feed)
    db.flush()


def in_folder(folder: str) -> ColumnElement[bool]:
    """Feeds of a folder and of those within it."""
    return or_(Feed.folder == folder, Feed.folder.startswith(f"{folder}/", autoescape=True))


def move_folder(db: Session, *, person: Person, folder: str, to: str) -> str:
    """Renames a folder, or moves it, with all within it; `to` may exist already. Raises Invalid."""
    to = checked_folder(to, "to")
    feeds = db.scalars(select(Feed).where(Feed.user_id == person.id, in_folder(folder))).all()
    moved = [checked_folder(to + feed.folder[len(folder) :], "to") for feed in feeds]
    for feed, path in zip(feeds, moved, strict=True):
        feed.folder = path
    return to


def delete_folder(db: Session, *, person: Person, folder: str) -> str:
    """Its feeds, and the folders in it, come into the folder that it stood in, which is answered."""
    return move_folder(db, person=person, folder=folder, to=folder.rpartition("/")[0])


# What came of asking


def record(db: Session, *, feed: Feed, outcome: Answer | FetchError) -> int:
    """Writes down an answer, or why there was none, and when to ask next. How many items are new."""
    lock(db, feed)
    feed.checked_at = now()
    if isinstance(outcome, FetchError):
        _trouble(feed, outcome)
        return 0
    feed.failures, feed.error, feed.stopped = 0, "", False
    feed.etag, feed.last_modified = outcome.etag, outcome.last_modified
    if outcome.url != feed.url and not _other(db, feed, outcome.url):
        feed.url, feed.url_sha256 = outcome.url, url_key(outcome.url)
    new = 0
    if (parsed := outcome.parsed) is not None:
        feed.title, feed.home, feed.least = parsed.title, parsed.home or feed.home, parsed.least
        new = _list(db, feed, parsed.items)
    feed.minutes = _pace(db, feed)
    wait = max(feed.minutes, min(max(feed.least, outcome.max_age), LONGEST))
    feed.next_at = now() + timedelta(minutes=wait)
    return new


def _other(db: Session, feed: Feed, url: str) -> bool:
    same = select(Feed.id).where(Feed.user_id == feed.user_id, Feed.url_sha256 == url_key(url), Feed.id != feed.id)
    return db.scalar(same) is not None


def _trouble(feed: Feed, error: FetchError) -> None:
    """Twice as long with each failure, and never sooner than the site asks."""
    asked = timedelta(seconds=min(error.retry_after or 0, LONGEST * 60))
    if error.cause == "wait":  # others had their turn: that is no failure of the feed
        feed.next_at = now() + max(asked, timedelta(minutes=1))
        return
    feed.failures += 1
    feed.error = error.message
    wait = timedelta(minutes=min(FIRST_RETRY * 2 ** min(feed.failures - 1, 10), LONGEST))
    feed.next_at = now() + max(wait, asked)
    if error.answered == 410:
        feed.stopped = True
        feed.error = "The site says that this feed is gone for good (HTTP status 410). It is not asked any more."


def _list(db: Session, feed: Feed, items: Sequence[Item]) -> int:
    """Keeps what is new, has the rules look at it, has articles looked at that it tells of anew, and drops what is too
    much."""
    seen = now()
    listed = {item.guid: item for item in items}
    there = db.scalars(select(FeedItem).where(FeedItem.feed_id == feed.id, FeedItem.guid.in_(listed))).all()
    told_anew = [row for row in there if _renew(row, listed.pop(row.guid), seen)]
    recheck_due.enqueue_told(db, [row.article_id for row in told_anew if row.article_id])
    new = list(listed.values())
    insert_missing(db, FeedItem, [_row(feed, item, seen) for item in new])
    fresh = db.scalars(
        select(FeedItem).where(FeedItem.feed_id == feed.id, FeedItem.guid.in_([item.guid for item in new]))
    )
    for item in rules.asked_for(db, feed, fresh.all()):
        enqueue_item(db, feed=feed, item=item)
    _prune(db, feed, seen)
    return len(new)


def _renew(row: FeedItem, item: Item, seen: datetime) -> bool:
    """Takes over what a feed now says of an item; whether that is something else."""
    before = row.title, row.summary, row.content
    row.seen_at, (row.title, row.summary, row.content) = seen, (item.title, item.summary, item.content)
    return before != (row.title, row.summary, row.content)


def enqueue_item(db: Session, *, feed: Feed, item: FeedItem, not_before: datetime | None = None) -> None:
    """Has an item taken in for the person of its feed."""
    payload, key = {"item_id": item.id, "title": item.title}, f"feed-item-{item.id}"
    jobs.enqueue(
        db, "feed-item", article_id=None, key=key, payload=payload, created_by=feed.user_id, not_before=not_before
    )


def _row(feed: Feed, item: Item, seen: datetime) -> dict[str, object]:
    at = min(item.published, seen) if item.published else seen
    return {
        "feed_id": feed.id, "guid": item.guid, "url": item.url, "title": item.title, "summary": item.summary,
        "author": item.author, "content": item.content, "published": item.published, "sort_at": at, "seen_at": seen,
        "why": "", "error": "",
    }  # fmt: skip


def _prune(db: Session, feed: Feed, seen: datetime) -> None:
    """The oldest beyond KEPT, read ones first: never what is an article, nor what the feed still lists, which would come
    again as if it were new."""
    mine = FeedItem.feed_id == feed.id
    extra = (db.scalar(select(func.count()).select_from(FeedItem).where(mine)) or 0) - KEPT
    if extra > 0:
        gone = select(FeedItem.id).where(mine, FeedItem.article_id.is_(None), FeedItem.seen_at < seen)
        gone = gone.order_by(FeedItem.read_at.is_(None), FeedItem.sort_at, FeedItem.id).limit(extra)
        db.execute(delete(FeedItem).where(FeedItem.id.in_(list(db.scalars(gone)))))


def _pace(db: Session, feed: Feed) -> int:
    """Half of the time that usually passes between two items, or since the last one, where that is long ago."""
    newest = select(FeedItem.sort_at).where(FeedItem.feed_id == feed.id)
    times = list(db.scalars(newest.order_by(FeedItem.sort_at.desc()).limit(LOOKED_AT)))
    if not times:
        return LONGEST // 4
    usual = (times[0] - times[-1]) / max(1, len(times) - 1)
    minutes = max(usual / 2, (now() - times[0]) / 8).total_seconds() / 60
    return int(min(max(minutes, SHORTEST), LONGEST))


# Read and unread


def mark_read(db: Session, *, feeds: Sequence[int], until: int) -> None:
    """Reads all items of these feeds, but for what came after the item `until`: nobody has seen that yet."""
    unread = FeedItem.feed_id.in_(feeds), FeedItem.read_at.is_(None), FeedItem.id <= until
    db.execute(update(FeedItem).where(*unread).values(read_at=now()))


# Lists of feeds


def add_all(db: Session, *, person: Person, read: opml.Read) -> Report:
    """Follows the feeds of a list; each is asked soon. One that cannot be taken stops no other."""
    report = Report(bad=list(read.problems))
    known = set(db.scalars(select(Feed.url_sha256).where(Feed.user_id == person.id)))
    for outline in read.feeds:
        name = outline.name or outline.url[:100]
        try:
            url = parse(outline.url).url
        except FetchError as error:
            report.bad.append(f"“{name}”: {error.message}")
            continue
        if {url_key(url), url_key(outline.url)} & known:
            report.there.append(name)
        elif len(known) >= MOST_FEEDS:
            report.bad.append(f"“{name}”: more than {MOST_FEEDS} feeds cannot be followed.")
        else:
            known.add(url_key(url))
            _added(db, person, url, folder=outline.folder, name=outline.name, home=outline.home[:4000])
            report.added += 1
    return report
