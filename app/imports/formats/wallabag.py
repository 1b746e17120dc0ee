"""wallabag's JSON: articles with their content, and annotations whose ranges are paths into it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from app.imports.formats.common import BROKEN, day, elements, line, moment, names, told, words
from app.imports.model import Highlight, Item, Problem


def looks(head: str) -> bool:
    return re.match(r"\[\s*\{", head) is not None and '"is_archived"' in head and '"url"' in head


def read(text: str) -> Iterator[Item | Problem]:
    for number, given in elements(text):
        if isinstance(given, Problem):
            yield given
            continue
        try:
            yield _item(given)
        except BROKEN as error:
            yield Problem(f"article {number}", f"It is not whole: {told(error)}.")


def _item(given: dict[str, Any]) -> Item:
    url = line(given["url"])
    if not url:
        raise KeyError("url")
    key = f"wallabag:{url}"
    content = words(given.get("content"))
    return Item(
        key=key,
        url=url,
        title=line(given.get("title")),
        authors=names(given.get("published_by") or []),
        site=line(given.get("domain_name")),
        published=day(given.get("published_at")),
        saved=moment(given.get("created_at")),
        language=line(given.get("language"), 16).replace("_", "-"),
        html=content,
        tags=names(given.get("tags") or []),
        read=bool(given.get("is_archived")),
        starred=bool(given.get("is_starred")),
        highlights=tuple(_mark(key, n, each, content) for n, each in enumerate(given.get("annotations") or (), 1)),
    )


def _mark(key: str, number: int, given: dict[str, Any], content: str) -> Highlight:
    ranges = [each for each in given.get("ranges") or () if isinstance(each, dict)]
    quote = words(given.get("quote"))
    return Highlight(
        key=f"{key}:{line(given.get('id')) or number}",
        quote=quote,
        note=words(given.get("text")),
        author=line(given.get("user"), 200),
        created=moment(given.get("created_at")),
        updated=moment(given.get("updated_at")),
        start=_place(content, ranges[0]) if ranges and quote else None,
    )


def _place(content: str, given: dict[str, Any]) -> int | None:
    """About where in the text of the content a range begins: before it, all paragraphs that its path passes over."""
    number = re.search(r"(?:p|div|li|blockquote|h\d)\[(\d+)\]", str(given.get("start", "")))
    offset = given.get("startOffset")
    offset = int(offset) if isinstance(offset, int | str) and str(offset).isdecimal() and len(str(offset)) < 8 else 0
    paragraphs = re.split(r"</(?:p|div|li|blockquote|h\d)\s*>", content)[: int(number[1][:6]) - 1 if number else 0]
    return sum(len(re.sub(r"<[^<>]*>", "", each).strip()) + 1 for each in paragraphs) + offset
