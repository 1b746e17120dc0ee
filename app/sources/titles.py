"""The title of a page that is given as a source, asked for through the one guarded way out. Never fails and never waits
long: a source is saved whether its page answers or not."""

from __future__ import annotations

import re
from html import unescape

from app.fetch import PAGE, Fetched, FetchError
from app.robots import visit

DEADLINE = 4.0
LIMIT = 3_000_000
HEAD = 200_000  # characters in which a title is looked for
LONGEST = 300
_META = re.compile(r"<meta\s[^>]{0,2000}>", re.IGNORECASE)
_OPEN_GRAPH = re.compile(r"""\b(?:property|name)\s*=\s*["']?og:title\b""", re.IGNORECASE)
_CONTENT = re.compile(r"""\bcontent\s*=\s*(?:"([^"]*)"|'([^']*)')""", re.IGNORECASE)
_TITLE = re.compile(r"<title\b[^>]{0,500}>([^<]{0,2000})", re.IGNORECASE)
_CHARSET = re.compile(rb"""<meta[^>]{0,200}?charset\s*=\s*["']?\s*([\w.:-]{2,40})""", re.IGNORECASE)


def title_at(url: str, *, allow: frozenset[str] = frozenset()) -> str:
    """The title as the page states it, or "" where there is none to be had."""
    try:
        return title_in(visit(url, accept=PAGE, allow=allow, limit=LIMIT, deadline=DEADLINE))
    except FetchError:
        return ""


def title_in(page: Fetched) -> str:
    head = _decoded(page)[:HEAD]
    for tag in _META.findall(head):
        if _OPEN_GRAPH.search(tag) and (content := _CONTENT.search(tag)):
            return plain(unescape(content[1] or content[2] or ""))
    title = _TITLE.search(head)
    return plain(unescape(title[1])) if title else ""


def plain(title: str) -> str:
    """One printable line, at most LONGEST characters."""
    words = "".join(c if c.isprintable() else " " for c in title).split()
    return " ".join(words)[:LONGEST]


def _decoded(page: Fetched) -> str:
    stated = _CHARSET.search(page.content[:4000])
    for charset in (page.charset, stated[1].decode("ascii") if stated else None, "utf-8"):
        try:
            return page.content.decode(charset or "utf-8", "replace")
        except LookupError:
            continue
    return ""
