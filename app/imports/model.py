"""What an export of another reader holds, in one shape: articles with their highlights, notes, tags and folders.
Formats give it, the placing of highlights takes it; plain data, kept as JSON while an import waits."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Highlight:
    """A passage somebody marked, a note on it, or a reply. `quote` is the text as the other program kept it ("" for a
    note on the whole article, or a reply); `note` is Markdown; `prefix`, `suffix` and `start` (code points, a hint only)
    help to place it. `key` names it in its export; `parent` is the key of what it answers. Dates are ISO 8601."""

    key: str
    quote: str = ""
    note: str = ""
    color: str = ""
    tags: tuple[str, ...] = ()
    author: str = ""
    created: str = ""
    updated: str = ""
    parent: str = ""
    prefix: str = ""
    suffix: str = ""
    start: int | None = None
    private: bool = False
    kind: str = "highlight"  # quote, claim: of our own exports, with what is known of it in `details`
    details: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Item:
    """An article of an export. `key` is the same each time the same export is read, and no other item has it. `html` or
    `text` is its content where the export carries it; without one it is fetched from `url`, or, where there is neither,
    made of its highlights. Dates are ISO 8601; `folders` are paths ("News/Asia")."""

    key: str
    url: str = ""
    title: str = ""
    authors: tuple[str, ...] = ()
    site: str = ""
    published: str = ""
    saved: str = ""
    language: str = ""
    html: str = ""
    text: str = ""
    tags: tuple[str, ...] = ()
    folders: tuple[str, ...] = ()
    note: str = ""
    read: bool | None = None
    starred: bool = False
    highlights: tuple[Highlight, ...] = ()
    blocks: tuple[Any, ...] = ()  # [type, text], of our own exports: the very text, which nothing reads anew
    dateline: str = ""
    updated: str = ""
    headline_variants: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Item:
        """The Item that gave `data`, also after a round trip through JSON."""
        values: dict[str, Any] = {name: tuple(v) if isinstance(v, list) else v for name, v in data.items()}
        marks = tuple(Highlight(**{**h, "tags": tuple(h["tags"])}) for h in data["highlights"])
        return cls(**{**values, "highlights": marks})


@dataclass(frozen=True, slots=True)
class Problem:
    """What of an export could not be understood: `where` (row, line or entry) and `message`, for the person."""

    where: str
    message: str


@dataclass(frozen=True, slots=True)
class Report:
    """What became of one item: `article_id` (None where `error` says why not), whether it was new, how many highlights and
    notes are there now, and those that found no place: [{"quote", "note", "reason"}, ...]."""

    article_id: int | None = None
    created: bool = False
    highlights: int = 0
    notes: int = 0
    unplaced: list[dict[str, str]] = field(default_factory=list)
    error: str = ""
