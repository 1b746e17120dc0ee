"""Bookmarks without texts: what browsers and Pocket write as HTML, and the JSON of Karakeep and Linkwarden."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from typing import Any

from app.imports.formats.common import BROKEN, elements, line, listed, loads, moment, names, told, words
from app.imports.model import Highlight, Item, Problem

DEEPEST = 100  # folders in folders
_TAG = re.compile(  # never beyond the next "<": each part of a file is looked at once
    r"<(/?)(DL|DT|DD|H3|H1|A|UL|LI|P)\b((?:[^<>\"']|\"[^\"]*\"|'[^']*')*+)>", re.IGNORECASE
)
_ATTRIBUTE = re.compile(r"(?<![\w-])([\w-]++)\s{0,9}=\s{0,9}(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'>]+))")


def _pieces(text: str) -> Iterator[tuple[str, bool, str, str]]:
    """The tags that matter: name, whether it ends there, attributes, and the text up to the next one."""
    parts, at = [], 0
    while (begin := text.find("<!--", at)) >= 0 and (end := text.find("-->", begin)) >= 0:
        parts.append(text[at:begin])
        at = end + 3
    text = "".join((*parts, text[at:]))
    last = None
    for found in _TAG.finditer(text):
        if last is not None:
            yield last[2].upper(), bool(last[1]), last[3], text[last.end() : found.start()]
        last = found
    if last is not None:
        yield last[2].upper(), bool(last[1]), last[3], text[last.end() :]


def looks_netscape(head: str) -> bool:
    return re.match(r"<!DOCTYPE\s+NETSCAPE-Bookmark-file-1", head, re.IGNORECASE) is not None


def looks_pocket(head: str) -> bool:
    return "<title>Pocket Export</title>" in head[:2000] and "time_added" in head


def read_netscape(text: str) -> Iterator[Item | Problem]:
    """Folders are headings before lists; a DD is the note of the link before it. What browsers write is no HTML that a
    parser keeps as it is: only its few tags are looked at."""
    folders: list[str] = []
    heading, found = "", None
    for name, ends, attributes, said in _pieces(text):
        if name in ("H3", "A") and not ends and found is not None:
            yield _bookmark(found)
            found = None  # a DD that follows is of the folder
        if name == "H3" and not ends:
            heading = line(unescape(said)).replace("/", "-")
        elif name == "DL" and not ends:
            folders.append(heading if len(folders) < DEEPEST else "")
            heading = ""
        elif name == "DL" and folders:
            folders.pop()
        elif name == "DD" and not ends and found is not None:
            found["note"] = words(unescape(said))
        elif name == "A" and not ends:
            found = {
                **_attributes(attributes),
                "title": line(unescape(said)),
                "folder": "/".join(filter(None, folders)),
            }
    if found is not None:
        yield _bookmark(found)


def _attributes(text: str) -> dict[str, str]:
    return {m[1].casefold(): unescape(m[2] or m[3] or m[4] or "") for m in _ATTRIBUTE.finditer(text)}


def _bookmark(found: dict[str, str]) -> Item | Problem:
    url = line(found.get("href"))
    if not re.match(r"https?://", url, re.IGNORECASE):
        return Problem(found["title"] or url[:80] or "a bookmark", "It has no address of the web.")
    return Item(
        key=f"bookmarks:{url}", url=url, title=found["title"], saved=moment(found.get("add_date", "")),
        tags=listed(found.get("tags", "")), folders=(found["folder"],) if found["folder"] else (), note=found.get("note", ""),
        read=found["toread"] == "0" if "toread" in found else None,
    )  # fmt: skip


def read_pocket(text: str) -> Iterator[Item | Problem]:
    """Two lists: what is unread, and under the heading "Read Archive" what was read."""
    archived = False
    for name, ends, attributes, inside in _pieces(text):
        said = line(unescape(inside))
        if name == "H1" and not ends:
            archived = "archive" in said.casefold()
        elif name == "A" and not ends:
            found = _attributes(attributes)
            if not (url := line(found.get("href"))):
                yield Problem(said or "a link", "It has no address.")
                continue
            yield Item(
                key=f"pocket:{url}", url=url, title="" if said == url else said, saved=moment(found.get("time_added", "")),
                tags=names(found.get("tags", "")), read=archived,
            )  # fmt: skip


def looks_karakeep(head: str) -> bool:
    return head.startswith("{") and '"bookmarks"' in head[:2000] and '"createdAt"' in head and '"content"' in head


def read_karakeep(text: str) -> Iterator[Item | Problem]:
    """A link, or a text of one's own. Lists, where they are exported, are folders."""
    lists = _karakeep_lists(text)
    for number, given in elements(text, "bookmarks"):
        if isinstance(given, Problem):
            yield given
            continue
        try:
            yield _of_karakeep(number, given, lists)
        except BROKEN as error:
            yield Problem(f"bookmark {number}", f"It is not whole: {told(error)}.")


def _karakeep_lists(text: str) -> dict[str, tuple[str, str]]:
    if '"lists"' not in text:
        return {}
    given = loads(text).get("lists") or ()
    return {
        line(each.get("id")): (line(each.get("name")).replace("/", "-"), line(each.get("parentId")))
        for each in given
        if isinstance(each, dict)
    }


def _of_karakeep(number: int, given: dict[str, Any], lists: dict[str, tuple[str, str]]) -> Item | Problem:
    content = given.get("content") or {}
    url, text = line(content.get("url")), words(content.get("text"))
    title = line(given.get("title"))
    if not (url or text):
        return Problem(f"bookmark {number}", f"“{title or 'Without a title'}” has neither an address nor a text.")
    named = url or f"{line(given.get('createdAt'))} {title or text[:80]}"
    key = f"karakeep:{named}"
    marks = tuple(
        Highlight(
            key=f"{key}:{line(each.get('id')) or n}", quote=words(each.get("text")), note=words(each.get("note")),
            color=line(each.get("color"), 40), created=moment(each.get("createdAt")),
        )
        for n, each in enumerate(given.get("highlights") or (), 1)
    )  # fmt: skip
    folders = (_path(lists, line(each)) for each in given.get("lists") or ())
    return Item(
        key=key, url=url, title=title or text.split("\n", 1)[0][:120], text=text, tags=names(given.get("tags") or []),
        saved=moment(given.get("createdAt")), note=words(given.get("note")), folders=tuple(filter(None, folders)),
        read=given["archived"] if isinstance(given.get("archived"), bool) else None,
        starred=given.get("favourited") is True, highlights=marks,
    )  # fmt: skip


def looks_linkwarden(head: str) -> bool:
    return head.startswith("{") and '"collections"' in head and '"links"' in head and '"name"' in head


def read_linkwarden(text: str) -> Iterator[Item | Problem]:
    """Collections in collections, each with its links; those that are pinned are starred."""
    collections = []
    for number, given in elements(text, "collections"):
        if isinstance(given, Problem):
            yield given
        elif isinstance(given, dict):
            collections.append(given)
        else:
            yield Problem(f"collection {number}", "It is not whole.")
    paths = {line(c.get("id")): (line(c.get("name")).replace("/", "-"), line(c.get("parentId"))) for c in collections}
    pinned = _pinned(text)
    for collection in collections:
        links = collection.get("links")
        for number, given in enumerate(links if isinstance(links, list) else (), 1):
            try:
                yield _of_linkwarden(given, _path(paths, line(collection.get("id"))), pinned)
            except BROKEN as error:
                where = f"{line(collection.get('name'))}, link {number}"
                yield Problem(where, f"It is not whole: {told(error)}.")


def _pinned(text: str) -> set[str]:
    if '"pinnedLinks"' not in text:
        return set()
    return {line(each.get("id")) for each in loads(text).get("pinnedLinks") or () if isinstance(each, dict)}


def _of_linkwarden(given: dict[str, Any], folder: str, pinned: set[str]) -> Item:
    url, text = line(given.get("url")), words(given.get("textContent"))
    if not (url or text):
        raise KeyError("url")
    key = f"linkwarden:{url or line(given.get('id'))}"
    marks = tuple(
        Highlight(
            key=f"{key}:{line(each.get('id')) or n}", quote=words(each.get("text")), note=words(each.get("comment")),
            color=line(each.get("color"), 40), created=moment(each.get("createdAt")),
            start=each["startOffset"] if isinstance(each.get("startOffset"), int) else None,
        )
        for n, each in enumerate(given.get("highlights") or given.get("Highlight") or (), 1)
    )  # fmt: skip
    return Item(
        key=key, url=url, title=line(given.get("name")), text=text, tags=names(given.get("tags") or []),
        saved=moment(given.get("importDate") or given.get("createdAt")), note=words(given.get("description")),
        folders=(folder,) if folder else (), starred=line(given.get("id")) in pinned, highlights=marks,
    )  # fmt: skip


def _path(folders: dict[str, tuple[str, str]], at: str) -> str:
    """ "News/Asia"; folders that contain each other end somewhere."""
    parts: list[str] = []
    while at in folders and len(parts) < DEEPEST:
        name, at = folders[at]
        parts.append(name)
    return "/".join(filter(None, reversed(parts)))
