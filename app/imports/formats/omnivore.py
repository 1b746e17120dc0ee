"""Exports that are zip archives: Omnivore's (metadata, contents, highlights in Markdown) and Pocket's (tables in parts)."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from hashlib import sha256
from typing import Any

from app.errors import Invalid
from app.imports import archive
from app.imports.formats import tables
from app.imports.formats.common import BROKEN, day, decoded, elements, line, moment, names, told, words
from app.imports.model import Highlight, Item, Problem

MOST = 50_000_000  # bytes of metadata or of a table
MOST_CONTENT = 10_000_000
_METADATA = re.compile(r"(?:.*/)?metadata_\d+_to_\d+\.json")
_LABELS = re.compile(r"#[^\s#].*")
_PART = re.compile(r"(?:.*/)?(?:part_\d+|pocket|export)\w*\.csv")


def kind_of(data: bytes) -> str | None:
    with zipfile.ZipFile(io.BytesIO(data)) as opened:
        found = opened.namelist()[: archive.MOST_ENTRIES]
    if any(_METADATA.fullmatch(name) for name in found):
        return "omnivore"
    return "pocket-zip" if any(_PART.fullmatch(name) for name in found) else None


def read(data: bytes) -> Iterator[Item | Problem]:
    with archive.open_zip(io.BytesIO(data)) as opened:
        every = {info.filename for info in archive.entries(opened)}
        for name in sorted(filter(_METADATA.fullmatch, every), key=_order):
            folder = name.rpartition("/")[0]
            try:
                text = decoded(archive.read_entry(opened, name, most=MOST))
                for number, given in elements(text):
                    yield _checked(opened, every, f"{folder}/" if folder else "", f"{name}, article {number}", given)
            except Invalid as refused:
                yield Problem(name, refused.message)


def _order(name: str) -> list[int]:
    return [int(each[:9]) for each in re.findall(r"\d+", name)]


def _checked(opened: zipfile.ZipFile, every: set[str], folder: str, where: str, given: Any) -> Item | Problem:
    if isinstance(given, Problem):
        return replace(given, where=where)
    try:
        return _item(opened, every, folder, given)
    except Invalid as refused:
        return Problem(where, refused.message)
    except BROKEN as error:
        return Problem(where, f"It is not whole: {told(error)}.")


def _item(opened: zipfile.ZipFile, every: set[str], folder: str, given: dict[str, Any]) -> Item:
    slug, state = line(given["slug"]), line(given.get("state"))
    content, marked = f"{folder}content/{slug}.html", f"{folder}highlights/{slug}.md"
    html = decoded(archive.read_entry(opened, content, most=MOST_CONTENT)) if content in every else ""
    notes = decoded(archive.read_entry(opened, marked, most=MOST_CONTENT)) if marked in every else ""
    key = f"omnivore:{line(given.get('id')) or slug}"
    note, marks = highlights(key, notes)
    return Item(
        key=key, url=line(given.get("url")), title=line(given.get("title")), authors=names(given.get("author") or ""),
        published=day(given.get("publishedAt")), saved=moment(given.get("savedAt")), html=words(html), note=note,
        tags=names(given.get("labels") or []), read=state.casefold() == "archived", highlights=marks,
    )  # fmt: skip


def highlights(key: str, text: str) -> tuple[str, tuple[Highlight, ...]]:
    """The note on the article, and the highlights: block quotations, each with the line of its labels (#label
    #another label) and the note that follow it."""
    blocks = [block for block in re.split(r"\n[ \t]*\n", words(text)) if block.strip()]
    before: list[str] = []
    found: list[Highlight] = []
    for block in blocks:
        if block.lstrip().startswith(">"):
            quote = "\n".join(re.sub(r"^\s*>\s?", "", each) for each in block.splitlines()).strip()
            digest = sha256(" ".join(quote.split()).encode("utf-8", "replace")).hexdigest()[:32]
            same = sum(each.key.startswith(f"{key}:{digest}") for each in found)
            found.append(Highlight(key=f"{key}:{digest}{f'#{same + 1}' if same else ''}", quote=quote))
        elif found and not (found[-1].tags or found[-1].note) and _LABELS.fullmatch(block):
            found[-1] = replace(found[-1], tags=names(block[1:], " #"))
        elif found:
            found[-1] = replace(found[-1], note=f"{found[-1].note}\n\n{block}".strip())
        else:
            before.append(block)
    return "\n\n".join(before), tuple(each for each in found if each.quote or each.note)


def read_pocket(data: bytes) -> Iterator[Item | Problem]:
    """The tables of the archive; what else it holds (annotations of the last years) stands in files of JSON."""
    with archive.open_zip(io.BytesIO(data)) as opened:
        every = {info.filename for info in archive.entries(opened)}
        marks = dict(_pocket_marks(opened, every))
        for name in sorted(filter(_PART.fullmatch, every), key=_order):
            try:
                text = decoded(archive.read_entry(opened, name, most=MOST)).lstrip("\ufeff")
            except Invalid as refused:
                yield Problem(name, refused.message)
                continue
            for each in tables.read_pocket(text):
                if isinstance(each, Problem):
                    yield replace(each, where=f"{name}, {each.where}")
                else:
                    yield replace(each, highlights=marks.get(each.url, ()))


def _pocket_marks(opened: zipfile.ZipFile, every: set[str]) -> Iterator[tuple[str, tuple[Highlight, ...]]]:
    """annotations/*.json: [{url, title, highlights: [{quote, created_at}]}]."""
    for name in sorted(each for each in every if re.fullmatch(r"(?:.*/)?annotations/[^/]+\.json", each)):
        for _, given in elements(decoded(archive.read_entry(opened, name, most=MOST))):
            if isinstance(given, dict) and (url := line(given.get("url"))):
                listed = [each for each in given.get("highlights") or () if isinstance(each, dict)]
                yield (
                    url,
                    tuple(
                        Highlight(
                            key=f"pocket:{url}:{n}", quote=words(each.get("quote")), note=words(each.get("note")),
                            created=moment(each.get("created_at")),
                        )
                        for n, each in enumerate(listed, 1)
                    ),
                )  # fmt: skip
