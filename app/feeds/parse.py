"""Bytes -> a feed, pure: RSS 0.9x to 2.0 and Atom by feedparser, JSON Feed by ourselves; and the feeds that a page names.
Nothing is fetched, no entity resolved. What comes out is bounded: plain text in titles and summaries, web addresses or ""."""

from __future__ import annotations

import calendar
import hashlib
import html
import io
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urljoin, urlsplit

from app.feeds.markup import decoded, first_words, parse_xml, plain, text_of

MAX_ITEMS = 500  # of one answer
LONGEST_TITLE, LONGEST_SUMMARY, LONGEST_CONTENT = 300, 600, 100_000  # characters
LONGEST_ADDRESS = 4000
WHOLE_TEXT = 400  # characters from which what a feed carries is more than a summary
PERIODS = {"hourly": 60, "daily": 1440, "weekly": 10_080, "monthly": 43_200, "yearly": 525_600}  # minutes
FEED_TYPES = ("application/rss+xml", "application/atom+xml", "application/feed+json", "application/rdf+xml")
ROOTS = ("rss", "rdf", "feed", "channel")
NOT_A_FEED = "There is no feed at this address: it holds something else."


class NotAFeed(ValueError):
    """What was given is no feed that we can read. `message` is written for the reader."""

    def __init__(self, message: str = NOT_A_FEED) -> None:
        super().__init__(message)
        self.message = message


@dataclass(frozen=True)
class Item:
    """`guid` is the SHA-256 of what names it: its id, its address or its words. `content` is HTML as it came, or ""."""

    guid: str
    url: str
    title: str
    summary: str = ""
    author: str = ""
    published: datetime | None = None
    content: str = ""


@dataclass(frozen=True)
class Parsed:
    """`least` is after how many minutes the feed wants to be asked again, 0 where it does not say."""

    title: str
    home: str
    items: tuple[Item, ...]
    least: int = 0


@dataclass(frozen=True)
class Alternate:
    """A feed that a page names."""

    url: str
    title: str


def read_feed(data: bytes, *, url: str, charset: str | None = None) -> Parsed:
    """The feed in `data`, which was found at `url`; at most MAX_ITEMS items, the first of them. Raises NotAFeed."""
    text = decoded(data, charset)
    if text.lstrip().startswith("{"):
        return _json_feed(text, url)
    try:
        source = parse_xml(text, keep=("item", "entry"), most=MAX_ITEMS, longest=LONGEST_CONTENT)
    except ValueError as error:
        raise NotAFeed(str(error)) from error
    if source is None or source.root not in ROOTS:
        raise NotAFeed(NOT_A_FEED if text.strip() else "There is nothing at this address: it is empty.")
    import feedparser  # type: ignore[import-untyped]

    headers = {"content-type": "application/xml; charset=utf-8", "content-location": url}
    found = feedparser.parse(
        io.BytesIO(source.xml), response_headers=headers, sanitize_html=False, resolve_relative_uris=False
    )
    items = _unique(_item(entry, url) for entry in found.entries[:MAX_ITEMS])
    feed = found.feed
    return Parsed(_text(feed, "title", LONGEST_TITLE), web(feed.get("link", ""), url), items, _least(feed))


def alternates(data: bytes, *, url: str, charset: str | None = None) -> list[Alternate]:
    """The feeds that a page names in its head, each address once."""
    import lxml.html
    from lxml import etree

    try:
        page = lxml.html.document_fromstring(decoded(data, charset)[:1_000_000].encode())
    except (etree.LxmlError, ValueError, AssertionError):
        return []
    bases = [each.get("href") or "" for each in page.iter("base")]
    base = web(bases[0], url) or url if bases else url
    found: dict[str, Alternate] = {}
    for link in page.iter("link"):
        kind = (link.get("type") or "").partition(";")[0].strip().lower()
        if "alternate" in (link.get("rel") or "").lower().split() and kind in FEED_TYPES:
            address = web(link.get("href") or "", base)
            if address and len(found) < 30:
                found.setdefault(address, Alternate(address, plain(link.get("title") or "")[:LONGEST_TITLE] or address))
    return list(found.values())


def web(address: str, base: str) -> str:
    """A whole http or https address, or ""."""
    try:
        whole = urljoin(base, address.strip()) if address.strip() else ""
        parts = urlsplit(whole)
    except ValueError:
        return ""
    fits = parts.scheme in ("http", "https") and parts.netloc and len(whole) <= LONGEST_ADDRESS and whole.isprintable()
    return whole if fits else ""


def _unique(items: Iterable[Item | None]) -> tuple[Item, ...]:
    found: dict[str, Item] = {}
    for item in items:
        if item is not None:
            found.setdefault(item.guid, item)
    return tuple(found.values())


def _made(
    *, name: str, url: str, title: str, summary: str, author: str, published: datetime | None, content: str
) -> Item | None:
    """None of what has neither words nor an address. `summary` is plain text, `content` HTML."""
    title = title or first_words(summary or text_of(content), 80) or url
    if not title:
        return None
    key = name or url or f"{title}\n{summary}"
    guid = hashlib.sha256(key.encode("utf-8", "replace")).hexdigest()
    return Item(guid, url, title, summary, author, published, content)


# RSS and Atom


def _text(entry: Any, name: str, most: int) -> str:
    """A field as text: what is said to be plain is not taken for HTML."""
    value = str(entry.get(name) or "")
    detail = entry.get(f"{name}_detail") or {}
    return first_words(plain(value) if detail.get("type") == "text/plain" else text_of(value), most)


def _item(entry: Any, base: str) -> Item | None:
    name, link = str(entry.get("id") or ""), str(entry.get("feedburner_origlink") or entry.get("link") or "")
    if entry.get("guidislink") and not entry.get("links") and not name.startswith(("http://", "https://")):
        link = ""  # a guid is said to be an address where nothing else is said, and often is none
    bodies = [str(each.get("value") or "") for each in entry.get("content") or []]
    summary = str(entry.get("summary") or "")
    content = max([*bodies, summary], key=len)[:LONGEST_CONTENT]
    told = text_of(content)
    return _made(
        name=name,
        url=web(link, base),
        title=_text(entry, "title", LONGEST_TITLE),
        summary=_text(entry, "summary", LONGEST_SUMMARY) or first_words(told, LONGEST_SUMMARY),
        author=plain(text_of(str(entry.get("author") or "")))[:200],
        published=_moment(entry.get("published_parsed") or entry.get("updated_parsed")),
        content=content if len(told) >= WHOLE_TEXT else "",
    )


def _moment(parsed: Any) -> datetime | None:
    try:
        return datetime.fromtimestamp(calendar.timegm(parsed), UTC) if parsed else None
    except (ValueError, OverflowError, OSError, TypeError):
        return None


def _least(feed: Any) -> int:
    """<ttl> in minutes, or sy:updatePeriod with its frequency."""
    ttl = str(feed.get("ttl") or "").strip()
    if ttl.isdecimal() and ttl.isascii():
        return int(ttl[:6])
    period = PERIODS.get(str(feed.get("sy_updateperiod") or "").strip().lower(), 0)
    times = str(feed.get("sy_updatefrequency") or "1").strip()
    return period // max(1, int(times[:4])) if times.isdecimal() and times.isascii() else period


# JSON Feed


def _json_feed(text: str, url: str) -> Parsed:
    try:
        feed = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise NotAFeed("This looks like a JSON feed, but its JSON cannot be read.") from error
    if not isinstance(feed, dict) or not str(feed.get("version", "")).startswith("https://jsonfeed.org/version/1"):
        raise NotAFeed
    home = web(_string(feed, "home_page_url"), url)
    given = feed.get("items")
    entries = [each for each in given[:MAX_ITEMS] if isinstance(each, dict)] if isinstance(given, list) else []
    return Parsed(plain(_string(feed, "title"))[:LONGEST_TITLE], home, _unique(_json_items(entries, url)))


def _string(given: dict[str, Any], name: str) -> str:
    value = given.get(name)
    return value if isinstance(value, str) else ""


def _json_items(entries: list[dict[str, Any]], url: str) -> Iterator[Item | None]:
    for entry in entries:
        content, bare = _string(entry, "content_html"), _string(entry, "content_text")
        content = (content or "".join(f"<p>{html.escape(part)}</p>" for part in bare.split("\n") if part.strip()))[
            :LONGEST_CONTENT
        ]
        name = entry.get("id")
        yield _made(
            name=str(name) if isinstance(name, str | int | float) else "",
            url=web(_string(entry, "url") or _string(entry, "external_url"), url),
            title=plain(_string(entry, "title"))[:LONGEST_TITLE],
            summary=first_words(plain(_string(entry, "summary")) or text_of(content), LONGEST_SUMMARY),
            author=_json_authors(entry)[:200],
            published=_iso(_string(entry, "date_published") or _string(entry, "date_modified")),
            content=content if len(text_of(content)) >= WHOLE_TEXT else "",
        )


def _json_authors(entry: dict[str, Any]) -> str:
    """`authors` of version 1.1, `author` of 1.0."""
    given = entry.get("authors")
    people = given if isinstance(given, list) else [entry.get("author")]
    return ", ".join(filter(None, (plain(_string(each, "name")) for each in people if isinstance(each, dict))))


def _iso(value: str) -> datetime | None:
    try:
        time = datetime.fromisoformat(re.sub(r"[zZ]$", "+00:00", value.strip()))
        return (time if time.tzinfo else time.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
