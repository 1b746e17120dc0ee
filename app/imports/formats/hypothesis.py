"""What the Hypothesis client exports, and its API answers: annotations with selectors, replies by their references."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from app.imports.formats.common import BROKEN, elements, line, moment, names, told, words
from app.imports.model import Highlight, Item, Problem

_KEYS = re.compile(r'"(export_userid|client_version|export_date)"\s*:')


def looks(head: str) -> bool:
    own = head.startswith("{") and _KEYS.search(head[:5000]) is not None
    return own or (head.startswith("{") and '"rows"' in head[:2000] and '"TextQuoteSelector"' in head)


def read(text: str) -> Iterator[Item | Problem]:
    """An Item a page, in the order of the file; all annotations are read first, since those of a page need not stand
    together."""
    pages: dict[str, list[Highlight]] = defaultdict(list)
    titles: dict[str, str] = {}
    list_name = "rows" if '"rows"' in text[:2000] and '"annotations"' not in text[:5000] else "annotations"
    for number, given in elements(text, list_name):
        if isinstance(given, Problem):
            yield given
            continue
        try:
            url = line(given["uri"])
            if not url:
                raise KeyError("uri")
            mark = _mark(given)
        except BROKEN as error:
            yield Problem(f"annotation {number}", f"It is not whole: {told(error)}.")
            continue
        pages[url].append(mark)
        titles[url] = titles.get(url) or _title(given)
    for url, marks in pages.items():
        yield Item(key=f"hypothesis:{url}", url=url, title=titles[url], highlights=tuple(marks))


def _mark(given: dict[str, Any]) -> Highlight:
    quote, position = {}, {}
    for target in given.get("target") or ():
        for selector in target.get("selector") or ():
            if selector.get("type") == "TextQuoteSelector":
                quote = selector
            elif selector.get("type") == "TextPositionSelector":
                position = selector
    references = [line(each) for each in given.get("references") or ()]
    start = position.get("start")
    return Highlight(
        key=f"hypothesis:{line(given['id'])}",
        quote=words(quote.get("exact")),
        note=words(given.get("text")),
        color=line(given.get("color"), 40),  # in exports of ours
        tags=names(given.get("tags") or []),
        author=_author(given),
        created=moment(given.get("created")),
        updated=moment(given.get("updated")),
        parent=f"hypothesis:{references[-1]}" if references else "",
        prefix=str(quote.get("prefix") or ""),
        suffix=str(quote.get("suffix") or ""),
        start=start if isinstance(start, int) and 0 <= start < 10**8 else None,
        private=_private(given),
    )


def _author(given: dict[str, Any]) -> str:
    """The name that is shown, else that of the account."""
    shown = line((given.get("user_info") or {}).get("display_name"), 200)
    return shown or line(given.get("user"), 200).removeprefix("acct:").partition("@")[0]


def _private(given: dict[str, Any]) -> bool:
    readers = (given.get("permissions") or {}).get("read") or ()
    return bool(readers) and not any(str(each).startswith("group:") for each in readers)


def _title(given: dict[str, Any]) -> str:
    title = (given.get("document") or {}).get("title") if isinstance(given.get("document"), dict) else ""
    return line(title[0] if isinstance(title, list) and title else title)
