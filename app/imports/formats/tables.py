"""Exports that are tables: Readwise, Readwise Reader, Pocket, Instapaper, Raindrop.io."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from hashlib import sha256

from app.imports.formats.common import columns, line, listed, moment, names, rows, words
from app.imports.model import Highlight, Item, Problem

_NEEDED = (
    ("readwise", {"highlight", "book title", "book author"}),
    ("reader", {"title", "url", "id", "document tags", "saved date"}),
    ("instapaper", {"url", "title", "selection", "folder"}),
    ("raindrop", {"title", "excerpt", "url", "tags", "created"}),
    ("pocket", {"title", "url", "time_added"}),
)
_ADDRESS = ("url", "link", "address", "href")
_SAVED = ("date_added", "date added", "added", "saved", "created", "date")


def kind_of(head: str) -> str | None:
    found = columns(head)
    known = next((name for name, needed in _NEEDED if needed <= found), None)
    return known or ("table" if found & set(_ADDRESS) and len(found) > 1 else None)


def read_readwise(text: str) -> Iterator[Item | Problem]:
    """A row a highlight; those of one title and author are one article. Its tags stand in the note too, as .tag."""
    articles: dict[tuple[str, str], list[tuple[dict[str, str], Highlight]]] = defaultdict(list)
    for number, row in rows(text):
        if isinstance(row, Problem):
            yield row
            continue
        title, quote = line(row.get("book title")), words(row.get("highlight"))
        if not title or not (quote or words(row.get("note"))):
            yield Problem(f"line {number}", "This row has no title, or neither a highlight nor a note.")
            continue
        mark = Highlight(
            key=f"readwise:{_digest(title, row.get('book author', ''), quote, row.get('location', ''))}",
            quote=quote,
            note=words(row.get("note")),
            color=line(row.get("color"), 40),
            tags=listed(row.get("tags", "")),
            created=moment(row.get("highlighted at")),
        )
        articles[title, line(row.get("book author"))].append((row, mark))
    for (title, author), found in articles.items():
        tags = dict.fromkeys(tag for row, _ in found for tag in listed(row.get("document tags", "")))
        book = next((line(row.get("url")) for row, _ in found if row.get("url")), "")
        yield Item(
            key=f"readwise:{title}\n{author}", url=book, title=title, authors=names(author.replace(" and ", ", ")),
            tags=tuple(tags), highlights=_apart(mark for _, mark in found),
        )  # fmt: skip


def _apart(marks: Iterator[Highlight]) -> tuple[Highlight, ...]:
    """Each with a key of its own, also where the same words were marked twice."""
    seen: dict[str, int] = {}
    found = []
    for mark in marks:
        seen[mark.key] = seen.get(mark.key, 0) + 1
        found.append(mark if seen[mark.key] == 1 else replace(mark, key=f"{mark.key}#{seen[mark.key]}"))
    return tuple(found)


def _digest(*parts: str) -> str:
    return sha256("\n".join(" ".join(part.split()) for part in parts).encode("utf-8", "replace")).hexdigest()[:32]


def read_reader(text: str) -> Iterator[Item | Problem]:
    """The library of Readwise Reader: no highlights (those are in its Readwise export)."""
    for number, row in rows(text):
        if isinstance(row, Problem) or not _has_address(row):
            yield row if isinstance(row, Problem) else _no_address(number)
            continue
        place, progress = line(row.get("location")).casefold(), line(row.get("reading progress"))
        done = place == "archive" or progress.removesuffix("%") in ("1", "1.0", "100", "100.0")
        yield Item(
            key=f"reader:{line(row.get('id')) or line(row['url'])}", url=line(row["url"]), title=line(row.get("title")),
            saved=moment(row.get("saved date")), tags=listed(row.get("document tags", "")),
            folders=(place,) if place not in ("", "archive", "new", "later") else (), read=done,
        )  # fmt: skip


def read_pocket(text: str) -> Iterator[Item | Problem]:
    for number, row in rows(text):
        if isinstance(row, Problem) or not _has_address(row):
            yield row if isinstance(row, Problem) else _no_address(number)
            continue
        title = line(row.get("title"))
        yield Item(
            key=f"pocket:{line(row['url'])}", url=line(row["url"]), title="" if title == line(row["url"]) else title,
            saved=moment(row.get("time_added")), tags=names(row.get("tags", ""), "|"),
            read=line(row.get("status")) in ("archive", "read"),
        )  # fmt: skip


def read_table(text: str) -> Iterator[Item | Problem]:
    """Any table with a column of addresses: of a spreadsheet, of a reader that is not known here."""
    for number, row in rows(text):
        if isinstance(row, Problem):
            yield row
            continue
        url = next((line(row[name]) for name in _ADDRESS if row.get(name)), "")
        if not url:
            yield _no_address(number)
            continue
        saved = next((found for name in _SAVED if (found := moment(row.get(name)))), "")
        yield Item(
            key=f"table:{url}", url=url, title=line(row.get("title")), saved=saved, tags=listed(row.get("tags", "")),
            note=words(row.get("note") or row.get("notes")),
        )  # fmt: skip


def read_instapaper(text: str) -> Iterator[Item | Problem]:
    """`Selection` is what was selected when the page was saved; the folders Archive and Starred are states."""
    for number, row in rows(text):
        if isinstance(row, Problem) or not _has_address(row):
            yield row if isinstance(row, Problem) else _no_address(number)
            continue
        url, folder, chosen = line(row["url"]), line(row.get("folder")), words(row.get("selection"))
        saved = moment(row.get("timestamp"))
        mark = Highlight(key=f"instapaper:{_digest(url, chosen)}", quote=chosen, created=saved)
        yield Item(
            key=f"instapaper:{url}", url=url, title=line(row.get("title")), saved=saved,
            tags=listed(row.get("tags", "")), folders=(folder,) if folder not in ("", "Unread", "Archive", "Starred") else (),
            read=folder == "Archive", starred=folder == "Starred", highlights=(mark,) if chosen else (),
        )  # fmt: skip


def read_raindrop(text: str) -> Iterator[Item | Problem]:
    for number, row in rows(text):
        if isinstance(row, Problem) or not _has_address(row):
            yield row if isinstance(row, Problem) else _no_address(number)
            continue
        url, folder = line(row["url"]), line(row.get("folder"))
        key = f"raindrop:{line(row.get('id')) or url}"
        if " / " in folder:  # which leads into another; a mere stroke may be part of a name
            folder = "/".join(part.replace("/", "-") for part in folder.split(" / "))
        marks = (_marked(key, part) for part in _parts(row.get("highlights", "")))
        yield Item(
            key=key, url=url, title=line(row.get("title")), saved=moment(row.get("created")), tags=names(row.get("tags", "")),
            folders=(folder,) if folder not in ("", "Unsorted") else (), note=words(row.get("note")),
            starred=line(row.get("favorite")).casefold() in ("true", "1", "yes"), highlights=_apart(marks),
        )  # fmt: skip


_FIELD = re.compile(r"^(highlight|note|colou?r|created|tags):[ \t]*", re.IGNORECASE | re.MULTILINE)


def _parts(cell: str) -> list[dict[str, str]]:
    """The highlights of a row: after "Highlight:", "Note:" ..., as JSON, or else one a block of lines."""
    cell = words(cell)
    if cell.startswith("["):
        try:
            found = json.loads(cell)
            return [
                {k: str(v) for k, v in each.items() if isinstance(v, str)} for each in found if isinstance(each, dict)
            ]
        except (ValueError, RecursionError):
            pass
    if not _FIELD.match(cell):
        return [{"text": part.lstrip("-*> ")} for part in re.split(r"\n\s*\n", cell) if part.strip()]
    parts: list[dict[str, str]] = []
    marks = list(_FIELD.finditer(cell))
    for here, following in zip(marks, [*marks[1:], None], strict=True):
        name, value = here[1].casefold(), cell[here.end() : following.start() if following else None].strip()
        if name == "highlight":
            parts.append({"text": value})
        elif parts:
            parts[-1]["color" if name.startswith("colo") else name] = value
    return parts


def _marked(key: str, part: dict[str, str]) -> Highlight:
    quote = words(part.get("text"))
    return Highlight(
        key=f"{key}:{_digest(quote)}", quote=quote, note=words(part.get("note")), color=line(part.get("color"), 40),
        created=moment(part.get("created")), tags=listed(part.get("tags", "")),
    )  # fmt: skip


def _has_address(row: dict[str, str]) -> bool:
    return bool(line(row.get("url")))


def _no_address(number: int) -> Problem:
    return Problem(f"line {number}", "This row has no address.")
