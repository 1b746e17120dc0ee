"""Changes as Atom (RFC 4287, paged as of RFC 5005) and as JSON Feed 1.1: pure."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from lxml import etree

ATOM = "http://www.w3.org/2005/Atom"
PROGRAM = "Quotidian"
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True)
class Item:
    """`url` is absolute; `html` is safe and has absolute addresses; `more` is what JSON tells beside it."""

    id: str
    url: str
    title: str
    html: str
    author: str
    published: datetime
    updated: datetime
    tags: Sequence[str] = ()
    more: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Feed:
    """`here`, `first` and `next` are its own addresses, `home` the page for people."""

    id: str
    title: str
    home: str
    here: str
    first: str
    next: str | None
    updated: datetime
    items: Sequence[Item]


def moment(time: datetime) -> str:
    """UTC, to the millisecond."""
    return time.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def atom(feed: Feed) -> bytes:
    root = etree.Element(f"{{{ATOM}}}feed", nsmap={None: ATOM})  # type: ignore[dict-item]
    _put(root, "id", feed.id)
    _put(root, "title", feed.title)
    _put(root, "updated", moment(feed.updated))
    _put(_put(root, "author"), "name", PROGRAM)
    _put(root, "generator", PROGRAM)
    links = {"self": feed.here, "alternate": feed.home, "first": feed.first, "next": feed.next}
    for rel, href in links.items():
        if href:
            kind = "text/html" if rel == "alternate" else "application/atom+xml"
            _put(root, "link", rel=rel, type=kind, href=href)
    for item in feed.items:
        _entry(_put(root, "entry"), item)
    return etree.tostring(root, xml_declaration=True, encoding="utf-8")


def _entry(entry: etree._Element, item: Item) -> None:
    _put(entry, "id", item.id)
    _put(entry, "title", item.title)
    _put(entry, "link", rel="alternate", type="text/html", href=item.url)
    _put(entry, "published", moment(item.published))
    _put(entry, "updated", moment(item.updated))
    _put(_put(entry, "author"), "name", item.author or PROGRAM)
    for tag in item.tags:
        _put(entry, "category", term=tag)
    _put(entry, "content", item.html, type="html")


def _put(above: etree._Element, name: str, text: str | None = None, **attributes: str) -> etree._Element:
    """XML has no room for most control characters, which texts and notes may have."""
    clean = {key: _NOT_XML.sub("", value) for key, value in attributes.items()}
    element = etree.SubElement(above, f"{{{ATOM}}}{name}", clean)
    if text is not None:
        element.text = _NOT_XML.sub("", text)
    return element


def json_feed(feed: Feed) -> bytes:
    told: dict[str, Any] = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": feed.title,
        "home_page_url": feed.home,
        "feed_url": feed.here,
        **({"next_url": feed.next} if feed.next else {}),
        "authors": [{"name": PROGRAM}],
        "items": [_item(item) for item in feed.items],
    }
    return json.dumps(told, ensure_ascii=False).encode()


def _item(item: Item) -> dict[str, Any]:
    return {
        "id": item.id,
        "url": item.url,
        "title": item.title,
        "content_html": item.html,
        "date_published": moment(item.published),
        "date_modified": moment(item.updated),
        "authors": [{"name": item.author or PROGRAM}],
        **({"tags": list(item.tags)} if item.tags else {}),
        "_quotidian": dict(item.more),
    }
