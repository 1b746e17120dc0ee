"""What extraction gives: a Document, frozen, and its JSON shape. Refuses nothing: whoever builds one vouches for it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

BLOCK_TYPES = ("p", "heading", "quote", "li", "summary")


class NotAnArticle(ValueError):
    """What was given holds no article that we can read. `message` is written for the reader."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


@dataclass(frozen=True)
class Paragraph:
    """One block of the body; `type` is one of BLOCK_TYPES. White space inside `text` is collapsed."""

    type: str
    text: str


@dataclass(frozen=True)
class Image:
    """A picture of the article with its words; a pasted text knows the words alone (`url` is None)."""

    url: str | None
    caption: str | None
    credit: str | None


@dataclass(frozen=True)
class Document:
    """An article as understood. `published` and `updated` are ISO 8601: a day, or a time to the second, which carries
    a zone only where one was stated. `dateline` also stands in the first paragraph's text."""

    title: str | None
    headline_variants: tuple[str, ...] = ()
    authors: tuple[str, ...] = ()
    published: str | None = None
    updated: str | None = None
    site: str | None = None
    section: str | None = None
    language: str | None = None
    canonical_url: str | None = None
    dateline: str | None = None
    paragraphs: tuple[Paragraph, ...] = ()
    images: tuple[Image, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """Plain lists and dictionaries, ready for json.dumps."""
        fields = asdict(self)
        return {name: list(value) if isinstance(value, tuple) else value for name, value in fields.items()}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Document:
        """The Document that gave `data`; keys that are missing stay empty, unknown ones are left out."""
        plain = ("title", "published", "updated", "site", "section", "language", "canonical_url", "dateline")
        return cls(
            **{name: data.get(name) for name in plain},
            headline_variants=tuple(data.get("headline_variants") or ()),
            authors=tuple(data.get("authors") or ()),
            paragraphs=tuple(Paragraph(p["type"], p["text"]) for p in data.get("paragraphs") or ()),
            images=tuple(Image(i.get("url"), i.get("caption"), i.get("credit")) for i in data.get("images") or ()),
        )
