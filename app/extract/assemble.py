"""Blocks of a file -> Document: which of the first are headline, byline and standfirst, by the grammar that reads pastes.
For files that say how their text is set (PDF, Word) and not what it is."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from app.extract import names
from app.extract.captions import split_credit
from app.extract.dateline import find_dateline
from app.extract.dates import find_dates
from app.extract.document import BLOCK_TYPES, Document, Image, NotAnArticle, Paragraph
from app.extract.language import detect
from app.extract.lines import Line
from app.extract.masthead import Masthead, is_masthead, is_over_byline, is_stated_masthead
from app.extract.residue import is_residue
from app.extract.text import ends_sentence, plain

Part = tuple[str, str]  # type, text; "title", "caption" and "row" (of a table) besides the types of a Document

_NO_TITLE = re.compile(r"(?:\(?(?:untitled|anonymous|unspecified|document|microsoft word|powerpoint|title|bookmark|layout|slide)\b.*|.*\.(?:docx?|indd|qxd|pdf|html?|rtf|odt|tex|dvi)|[\W\d_]*)", re.I)  # fmt: skip
HEAD = 9


@dataclass(frozen=True)
class Stated:
    """What a file says about itself; each is believed only where the text has nothing better."""

    title: str = ""
    author: str = ""
    language: str = ""
    url: str | None = None
    site: str | None = None
    published: str | None = None
    updated: str | None = None


def assemble(parts: Sequence[Part], stated: Stated) -> Document:
    """The article in `parts`. Raises NotAnArticle where there is no text."""
    parts = [(type_, text) for type_, text in parts if text and (type_ == "row" or not is_residue(text))]
    at, title = _title(parts, stated)
    images = [_caption(text) for type_, text in parts if type_ == "caption"]
    before = [part for part in parts[: max(at, 0)] if part[0] != "caption" and not _short(part[1])]
    after = [part for part in parts[at + 1 :] if part[0] != "caption"]
    masthead, after = _read_head(after, [text for _, text in parts[: max(at, 0)]])
    body = [*before, *after]
    body = [(type_, text) for type_, text in body if plain(text) != plain(title)]
    body = _without_tail(body)
    if not any(type_ not in ("heading", "summary") for type_, _ in body):
        raise NotAnArticle("No article was found in this file: there is no running text in it.")
    paragraphs = tuple(Paragraph(type_ if type_ in BLOCK_TYPES else "p", text) for type_, text in body)
    authors = masthead.authors or ([stated.author] if names.looks_like_name(stated.author) else [])
    variants = [title, *([stated.title] if _is_title(stated.title) and plain(title) in plain(stated.title) else [])]
    return Document(
        title=title or None,
        headline_variants=tuple(dict.fromkeys(filter(None, variants))),
        authors=tuple(authors),
        published=masthead.published or stated.published,
        updated=masthead.updated or stated.updated,
        site=stated.site,
        language=detect(" ".join(p.text for p in paragraphs), stated.language),
        canonical_url=stated.url,
        dateline=find_dateline(next((p.text for p in paragraphs if p.type == "p"), "")),
        paragraphs=paragraphs,
        images=tuple(images),
    )


def _title(parts: Sequence[Part], stated: Stated) -> tuple[int, str]:
    """Index and text of the headline; (-1, ...) where no block is it."""
    for index, (type_, text) in enumerate(parts):
        if type_ == "title":
            return index, text
    known = plain(stated.title) if _is_title(stated.title) else ""
    for index, (_, text) in enumerate(parts[:HEAD]):
        if known and len(plain(text)) > 8 and known.startswith(plain(text)):
            return index, text
    usable = [
        (index, type_, text)
        for index, (type_, text) in enumerate(parts[:4])
        if _short(text) and not is_masthead(text) and not names.looks_like_name(text) and type_ in ("heading", "p")
    ]
    if is_over_byline([text for _, text in parts], bare_names=not usable):
        return 0, parts[0][1]
    for index, type_, text in usable:
        if type_ == "heading" and index < len(parts) - 1:
            return index, text
    for index, _, text in usable:
        if not text.endswith((".", ":", "。")) and index < len(parts) - 1 and find_dateline(text) is None:
            return index, text
    return -1, stated.title if known else ""


def _is_title(text: str) -> bool:
    return len(text) > 5 and not _NO_TITLE.fullmatch(text)


def _short(text: str) -> bool:
    return not Line(text, False, False, False).prose


def _read_head(parts: list[Part], above: Sequence[str]) -> tuple[Masthead, list[Part]]:
    """Byline and dates around the headline; and the parts below it without them, a standfirst marked as such."""
    masthead = Masthead()
    kept: list[Part] = []
    begun = False
    for index, (type_, text) in enumerate(parts):
        line = text.replace("¦", "|")
        bare = index < 2 and not masthead.authors and type_ != "heading"
        could = index < HEAD and len(line) < 300 and (_short(line) or is_stated_masthead(line))
        could = could and not (begun and not (len(line) < 100 and find_dates(line)))
        begun = begun or not _short(line)
        if not (could and masthead.read(line, bare_names=bare)):
            kept.append((type_, text))
    for text in above:
        if len(text) < 160 and not (masthead.published and masthead.authors):
            masthead.read(text, bare_names=False)
    return masthead, kept


def _caption(text: str) -> Image:
    words, credit = split_credit(text)
    return Image(None, words or None, credit)


def _without_tail(parts: list[Part]) -> list[Part]:
    """Without a run of three and more short pieces at the end, which on a printed page are teasers and menus."""
    end = len(parts)
    while end and _short(parts[end - 1][1]) and not ends_sentence(parts[end - 1][1]) and parts[end - 1][0] != "li":
        end -= 1
    return parts[:end] if end and len(parts) - end >= 3 else parts
