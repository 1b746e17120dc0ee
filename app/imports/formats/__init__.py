"""Exports of other readers -> Items. Pure: bytes in, plain data out, no network, no database. What is broken becomes a
Problem that says where, and stops nothing else; what is no export at all is Invalid."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Iterator
from dataclasses import replace

from app.errors import Invalid
from app.imports.formats import bookmarks, common, hypothesis, omnivore, own, tables, texts, wallabag
from app.imports.model import Item, Problem

FORMATS: dict[str, str] = {
    "hypothesis": "Hypothesis (JSON)",
    "readwise": "Readwise highlights (CSV)",
    "reader": "Readwise Reader library (CSV)",
    "pocket": "Pocket (CSV)",
    "pocket-html": "Pocket (HTML)",
    "pocket-zip": "Pocket (zip)",
    "instapaper": "Instapaper (CSV)",
    "wallabag": "wallabag (JSON)",
    "omnivore": "Omnivore (zip)",
    "karakeep": "Karakeep (JSON)",
    "linkwarden": "Linkwarden (JSON)",
    "raindrop": "Raindrop.io (CSV)",
    "table": "A table with addresses (CSV)",
    "bookmarks": "Bookmarks of a browser (HTML)",
    "ris": "Zotero and others (RIS)",
    "factiva": "Factiva (text)",
    "quotidian": "Quotidian (JSON Lines)",
}
NAMES = FORMATS

Found = Iterator[Item | Problem]
_READERS: dict[str, Callable[[str], Found]] = {
    "hypothesis": hypothesis.read,
    "readwise": tables.read_readwise,
    "reader": tables.read_reader,
    "pocket": tables.read_pocket,
    "instapaper": tables.read_instapaper,
    "raindrop": tables.read_raindrop,
    "table": tables.read_table,
    "pocket-html": bookmarks.read_pocket,
    "bookmarks": bookmarks.read_netscape,
    "wallabag": wallabag.read,
    "karakeep": bookmarks.read_karakeep,
    "linkwarden": bookmarks.read_linkwarden,
    "ris": texts.read_ris,
    "factiva": texts.read_factiva,
    "quotidian": own.read,
}
HEAD = 200_000  # bytes that are enough to know a format by
_LOOKS: tuple[tuple[str, Callable[[str], bool]], ...] = (  # the more certain first
    ("quotidian", own.looks),
    ("hypothesis", hypothesis.looks),
    ("wallabag", wallabag.looks),
    ("karakeep", bookmarks.looks_karakeep),
    ("linkwarden", bookmarks.looks_linkwarden),
    ("pocket-html", bookmarks.looks_pocket),
    ("bookmarks", bookmarks.looks_netscape),
    ("ris", texts.looks_ris),
    ("factiva", texts.looks_factiva),
)


def detect(filename: str, data: bytes) -> str | None:
    """The format of an export, or None: a file of another kind, such as an article."""
    if data[:4] == b"PK\x03\x04":
        return _zip(data)
    head = common.decoded(data[:HEAD]).lstrip("\ufeff \t\r\n")
    if "\x00" in head:
        return None
    name = tables.kind_of(head)
    return name or next((each for each, looks in _LOOKS if looks(head)), None)


def _zip(data: bytes) -> str | None:
    try:
        return omnivore.kind_of(data)
    except (Invalid, zipfile.BadZipFile, OSError, ValueError):
        return None


def read(name: str, data: bytes) -> Found:
    """The articles of an export in the format `name`, each with a key of its own. Raises Invalid where it is none."""
    if name in ("omnivore", "pocket-zip"):
        if data[:4] != b"PK\x03\x04":
            raise Invalid("This is no zip archive, or a damaged one.", field="file")
        found = omnivore.read(data) if name == "omnivore" else omnivore.read_pocket(data)
    elif name in _READERS:
        found = _READERS[name](common.decoded(data).lstrip("\ufeff"))
    else:
        raise Invalid("This is no format that is known here.", field="format")
    return _distinct(found)


def _distinct(found: Found) -> Found:
    """Each key once: what is listed twice is told apart where it differs, and left out where it does not."""
    seen: dict[str, int] = {}
    for each in found:
        if isinstance(each, Problem):
            yield each
            continue
        same = hash(repr(each))
        key, n = each.key, 1
        while seen.get(key, same) != same:
            n += 1
            key = f"{each.key}#{n}"
        if key not in seen:
            seen[key] = same
            yield common.bounded(replace(each, key=key))
