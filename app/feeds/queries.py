"""What the pages of feeds read: feeds in their folders with how much is unread, and items, newest first. A fixed number of
queries however many there are; everything is the person's own."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from sqlalchemy import ColumnElement, String, and_, cast, func, literal, select, tuple_
from sqlalchemy.orm import Session

from app.access import Person, visible_articles
from app.feeds.actions import in_folder
from app.feeds.opml import Outline
from app.models import Article, Feed, FeedItem, FeedRule, Job

PAGE = 40


@dataclass(frozen=True)
class Listed:
    feed: Feed
    unread: int


@dataclass
class Folder:
    """A folder with what stands in it; `path` is "" at the top. `unread` counts all that is within."""

    path: str
    feeds: list[Listed] = field(default_factory=list)
    folders: list[Folder] = field(default_factory=list)
    unread: int = 0

    @property
    def name(self) -> str:
        return self.path.rpartition("/")[2]

    def all(self) -> list[Folder]:
        """This folder and all within it, in order."""
        return [self, *(each for folder in self.folders for each in folder.all())]


@dataclass(frozen=True)
class View:
    """Which items are looked at: of one feed, of a folder, or all; `after` is the item that ended the page before."""

    feed: Feed | None = None
    folder: str = ""
    unread: bool = False
    after: int | None = None

    def address(self, **changes: Any) -> str:
        """The same from its first page, with `changes` made to it."""
        given = {"folder": self.folder, "unread": self.unread, "after": None, **changes}
        given["unread"] = "1" if given["unread"] else ""
        query = urlencode({name: value for name, value in given.items() if value})
        return f"/feeds{f'/{self.feed.id}' if self.feed else ''}{f'?{query}' if query else ''}"

    @property
    def write(self) -> str:
        """Where what is looked at is marked as read."""
        return f"/feeds/{self.feed.id}/read" if self.feed else "/feeds/read"


@dataclass(frozen=True)
class Entry:
    """An item with its feed; `article` is where it has become one, `busy` where it is about to, by a rule."""

    item: FeedItem
    feed: Feed
    article: int | None
    busy: bool


def tree(db: Session, person: Person) -> Folder:
    """All feeds of a person, in their folders."""
    unread = select(FeedItem.feed_id, func.count().label("number")).join(Feed, Feed.id == FeedItem.feed_id)
    unread = unread.where(Feed.user_id == person.id, FeedItem.read_at.is_(None))
    counts = unread.group_by(FeedItem.feed_id).subquery()
    query = select(Feed, func.coalesce(counts.c.number, 0)).outerjoin(counts, counts.c.feed_id == Feed.id)
    found = [Listed(feed, number) for feed, number in db.execute(query.where(Feed.user_id == person.id))]
    folders = {"": Folder("")}
    for each in sorted(found, key=lambda each: (each.feed.folder.casefold(), each.feed.label.casefold(), each.feed.id)):
        folder = _folder(folders, each.feed.folder)
        folder.feeds.append(each)
        path = folder.path
        while path:
            folders[path].unread += each.unread
            path = path.rpartition("/")[0]
        folders[""].unread += each.unread
    return folders[""]


def _folder(folders: dict[str, Folder], path: str) -> Folder:
    if path not in folders:
        folders[path] = Folder(path)
        _folder(folders, path.rpartition("/")[0]).folders.append(folders[path])
    return folders[path]


def _in_view(person: Person, view: View) -> list[ColumnElement[bool]]:
    found = [Feed.user_id == person.id]
    if view.feed is not None:
        found.append(Feed.id == view.feed.id)
    elif view.folder:
        found.append(in_folder(view.folder))
    return found


def entries(db: Session, person: Person, view: View) -> tuple[list[Entry], int | None]:
    """A page of items, and where the next begins."""
    seen = and_(Article.id == FeedItem.article_id, visible_articles(person))
    jobs = and_(
        Job.key == literal("feed-item-").concat(cast(FeedItem.id, String)), Job.state.in_(("queued", "running"))
    )
    query = select(FeedItem, Feed, Article.id, Job.id).join(Feed, Feed.id == FeedItem.feed_id)
    query = query.outerjoin(Article, seen).outerjoin(Job, jobs).where(*_in_view(person, view))
    if view.unread:
        query = query.where(FeedItem.read_at.is_(None))
    if view.after:
        last = select(FeedItem.sort_at).join(Feed, Feed.id == FeedItem.feed_id)
        place = db.scalar(last.where(FeedItem.id == view.after, Feed.user_id == person.id))
        if place is not None:
            here = tuple_(FeedItem.sort_at, FeedItem.id)
            query = query.where(here < tuple_(literal(place, FeedItem.sort_at.type), literal(view.after)))
    rows = db.execute(query.order_by(FeedItem.sort_at.desc(), FeedItem.id.desc()).limit(PAGE + 1)).all()
    found = [Entry(item, feed, article, job is not None) for item, feed, article, job in rows[:PAGE]]
    return found, found[-1].item.id if len(rows) > PAGE else None


def newest(db: Session, person: Person, view: View) -> int:
    """The item that came last, for what marks all as read: what comes later has not been seen."""
    query = select(func.max(FeedItem.id)).join(Feed, Feed.id == FeedItem.feed_id)
    return db.scalar(query.where(*_in_view(person, view))) or 0


def feed_ids(db: Session, person: Person, view: View) -> Sequence[int]:
    return db.scalars(select(Feed.id).where(*_in_view(person, view))).all()


def feeds_named(db: Session, person: Person) -> list[Feed]:
    feeds = db.scalars(select(Feed).where(Feed.user_id == person.id))
    return sorted(feeds, key=lambda feed: (feed.label.casefold(), feed.id))


def rules_of(db: Session, person: Person) -> list[tuple[FeedRule, Feed | None]]:
    query = select(FeedRule, Feed).outerjoin(Feed, Feed.id == FeedRule.feed_id).where(FeedRule.user_id == person.id)
    return [(rule, feed) for rule, feed in db.execute(query.order_by(FeedRule.id))]


def article_of(db: Session, person: Person, item: FeedItem) -> int | None:
    """The article that an item has become, as far as the person sees it."""
    return db.scalar(select(Article.id).where(Article.id == item.article_id, visible_articles(person)))


def outlines(db: Session, person: Person) -> Iterable[Outline]:
    return (Outline(feed.url, feed.label, feed.home, feed.folder) for feed in feeds_named(db, person))
