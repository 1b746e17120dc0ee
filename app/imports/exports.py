"""Items of an export of another reader: counted for the preview, made ready to be placed. Formats read them, apply.py puts
them in; here is what lies between."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, Literal

from sqlalchemy.orm import Session

from app.access import Person
from app.addresses import FetchError, parse
from app.articles import batch as articles
from app.articles import intake
from app.db import Database
from app.errors import Invalid
from app.imports import formats
from app.imports.hosts import host_of
from app.imports.model import Item, Problem, Report
from app.imports.uploads import PROBLEMS, Entry
from app.robots import REFUSED


@dataclass
class Counted:
    """What an export holds, as far as it has been read."""

    numbers: Counter[str] = field(default_factory=Counter)
    tags: set[str] = field(default_factory=set)
    folders: set[str] = field(default_factory=set)
    problems: list[dict[str, str]] = field(default_factory=list)

    def entries(self, name: str, data: bytes) -> Iterator[tuple[Entry, int]]:
        """The articles in it, each with the size of its content."""
        for found in formats.read(name, data):
            if isinstance(found, Problem):
                self.numbers["problems"] += 1
                if len(self.problems) < PROBLEMS:
                    self.problems.append({"where": found.where[:200], "message": found.message[:500]})
            else:
                self._count(found)
                yield entry_of(found), len(found.html) + len(found.text)

    def _count(self, item: Item) -> None:
        self.numbers["articles"] += 1
        self.numbers["highlights"] += sum(bool(each.quote) for each in item.highlights)
        self.numbers["notes"] += sum(bool(each.note) for each in item.highlights) + bool(item.note)
        self.tags.update(item.tags, *(each.tags for each in item.highlights))
        self.folders.update(item.folders)

    def counts(self) -> dict[str, int]:
        return {**self.numbers, "tags": len(self.tags), "folders": len(self.folders)}


def entry_of(item: Item) -> Entry:
    host = "" if item.html else host_of(item.url)
    return Entry(
        item.key, _plain(item.url or item.title or item.key)[:2000], _plain(item.as_json()), host, _plain(item.title)
    )


def _plain(value: Any) -> Any:
    """Without what no database keeps: NUL, halves of characters."""
    if isinstance(value, str):
        return value.replace("\x00", "").encode("utf-8", "replace").decode()
    if isinstance(value, dict):
        return {key: _plain(each) for key, each in value.items()}
    return [_plain(each) for each in value] if isinstance(value, list | tuple) else value


Bring = Callable[[Session], Report]


def of_article(bring: Callable[[Session], articles.Brought]) -> Bring:
    """As a Report, of an article without highlights."""

    def reported(db: Session) -> Report:
        brought = bring(db)
        return Report(article_id=brought.article_id, created=brought.created)

    return reported


def prepared(database: Database, item: Item, *, person: Person | None, patience: float, last: bool = True) -> Bring:
    """Reads or fetches the text of an item; what is answered places its highlights, in a transaction. Where the page cannot
    be had any more, what was kept of it and marked in it comes in all the same. `last` says that there will be no other
    try."""
    from app.imports.apply import apply_item

    article = None
    if not item.blocks:  # which are the very text
        article = _content(database, item, "html") or _page(database, item, patience=patience, last=last)

    def bring(db: Session) -> Report:
        return apply_item(db, person=person, item=item, article=article)

    return bring


def _content(database: Database, item: Item, form: Literal["html", "paste"]) -> articles.Ready | None:
    """What the export itself holds of the article: its page, or its bare text, which is less than a page."""
    data = (item.html if form == "html" else item.text).encode("utf-8", "replace")
    if not data:
        return None
    media_type = "text/html" if form == "html" else "text/plain"
    given = intake.Given("file", form, data, "file", url=_address(item.url), media_type=media_type, charset="utf-8")
    try:
        return articles.ready(given, database.settings, title=item.title)
    except Invalid:
        return None  # too little to be an article: the page itself may have more


def _page(database: Database, item: Item, *, patience: float, last: bool) -> articles.Ready | None:
    address = _address(item.url)
    if address is None:
        return _content(database, item, "paste")
    with database.read() as db:
        if articles.at_address(db, address) is not None:
            return None
    try:
        given = intake.from_address(address, database.settings, patience=patience)
        return articles.ready(given, database.settings, title=item.title)
    except Invalid as error:
        passing = isinstance(error, FetchError) and is_passing(error)
        kept = _content(database, item, "paste")
        if not (kept or item.highlights) or (passing and not last):
            raise
        return kept


def _address(url: str) -> str | None:
    try:
        return parse(url).url
    except FetchError:
        return None


def is_passing(error: FetchError) -> bool:
    """Whether it may go away by itself: a site that is slow, busy or out of order."""
    if error.cause == "robots":
        return error.message != REFUSED
    busy = error.answered is not None and (error.answered in (408, 425, 429) or error.answered >= 500)
    return busy or error.cause in ("slow", "broken", "unreachable", "wait")
