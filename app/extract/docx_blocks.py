"""The bytes of a Word document -> its blocks and what it says about itself. The zip is weighed before anything in it is
unpacked; what is deleted by a tracked change, comments, heads and feet are left out. Runs apart (see apart.py)."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from datetime import datetime
from io import BytesIO
from typing import Any

from app.extract.document import NotAnArticle

MAX_PARTS = 3_000
MAX_UNPACKED = 80_000_000
MAX_XML = 25_000_000
MAX_RATIO = 250

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_HIDDEN = {W + name for name in ("del", "moveFrom", "rPr", "pPr", "instrText", "delText", "txbxContent")}
_HIDDEN |= {"{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"}
_HIDDEN |= {"{http://schemas.openxmlformats.org/drawingml/2006/main}graphic"}
_BREAKS = {W + "tab": " ", W + "br": "\n", W + "cr": "\n", W + "noBreakHyphen": "-", W + "ptab": " "}
_WRAPPERS = {W + name for name in ("sdt", "sdtContent", "customXml", "ins", "moveTo", "smartTag")}
_TYPES = (
    (re.compile(r"title$", re.I), "title"),
    (re.compile(r"(?:heading|überschrift|titre|título|titolo|заголовок|제목|見出し)\s*\d", re.I), "heading"),
    (re.compile(r"(?:subtitle|intro|lead|standfirst|teaser)", re.I), "summary"),
    (re.compile(r"(?:intense |block )?(?:quote|text)$|block text|quotations?", re.I), "quote"),
    (re.compile(r"caption|beschriftung", re.I), "caption"),
    (re.compile(r"list(?!.*table)", re.I), "li"),
)
_BROKEN = "This Word document is damaged and cannot be read."


def read(data: bytes) -> dict[str, Any]:
    """{"parts": [[type, text]], "title", "author", "language", "published", "updated"}. Raises NotAnArticle, and
    whatever the library stumbles over."""
    weigh(data)
    import docx

    document = docx.Document(BytesIO(data))
    parts: list[list[str]] = []
    for part in _blocks(document.element.body, document):
        parts += [[part[0], text] for text in re.split(r"\n\s*\n", part[1]) if text.strip()]
    facts = document.core_properties
    return {
        "parts": parts,
        "title": facts.title or "",
        "author": facts.author or "",
        "language": facts.language or "",
        "published": _time(facts.created),
        "updated": _time(facts.modified),
    }


def weigh(data: bytes) -> None:
    """Raises NotAnArticle for a zip that is locked, damaged, or unpacks to more than a document does."""
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            entries = archive.infolist()
            if any(entry.flag_bits & 1 for entry in entries):
                raise NotAnArticle("This file is locked with a password. Save a copy without one.")
            if len(entries) > MAX_PARTS or sum(entry.file_size for entry in entries) > MAX_UNPACKED:
                raise NotAnArticle("This Word document unpacks to far more than an article can be.")
            for entry in entries:
                _weigh_entry(entry)
            for entry in entries:
                if entry.filename.endswith((".xml", ".rels")):
                    _check_xml(archive.read(entry))
    except NotAnArticle:
        raise
    except (zipfile.BadZipFile, NotImplementedError, EOFError, OSError, ValueError) as error:
        raise NotAnArticle(_BROKEN) from error


def _weigh_entry(entry: zipfile.ZipInfo) -> None:
    name = entry.filename.replace("\\", "/")
    if name.startswith("/") or ":" in name or ".." in name.split("/"):
        raise NotAnArticle("This Word document holds a file that points outside of it, and is not opened.")
    if entry.file_size > 1_000_000 and entry.file_size > MAX_RATIO * max(entry.compress_size, 1):
        raise NotAnArticle("This Word document unpacks to far more than an article can be.")
    if name.endswith((".xml", ".rels")) and entry.file_size > MAX_XML:
        raise NotAnArticle("This Word document is too large to be an article.")


def _check_xml(xml: bytes) -> None:
    """Office writes no document type; whoever does wants entities expanded or files fetched."""
    if re.search(rb"<!(?:DOCTYPE|ENTITY)", xml.replace(b"\x00", b""), re.I):
        raise NotAnArticle("This Word document declares entities, which no Word document does, and is not opened.")


def _blocks(parent: Any, document: Any) -> Iterator[tuple[str, str]]:
    for child in parent:
        if child.tag == W + "p":
            if text := _text(child).strip():
                yield _type(child, document), text
        elif child.tag == W + "tbl":
            yield from _table(child, document)
        elif child.tag in _WRAPPERS:
            yield from _blocks(child, document)


def _table(table: Any, document: Any) -> Iterator[tuple[str, str]]:
    """A row as one text, its cells parted by " | "; a table of one column only lays out what is in it."""
    rows = [row.findall(W + "tc") for row in table.iter(W + "tr")]
    if all(len(cells) < 2 for cells in rows):
        for cells in rows:
            for cell in cells:
                yield from _blocks(cell, document)
        return
    for row in table.findall(W + "tr"):
        cells = (" ".join(_text(p).strip() for p in cell.iter(W + "p")) for cell in row.findall(W + "tc"))
        if text := " | ".join(filter(None, (" ".join(cell.split()) for cell in cells))):
            yield "row", text


def _text(element: Any) -> str:
    """The text of a paragraph as it stands after its tracked changes."""
    pieces: list[str] = []
    stack = [element]
    while stack:
        node = stack.pop()
        if node.tag == W + "t":
            pieces.append(node.text or "")
        elif node.tag in _BREAKS:
            pieces.append(_BREAKS[node.tag])
        elif node.tag not in _HIDDEN:
            stack.extend(reversed(node))
    return "".join(pieces)


def _type(paragraph: Any, document: Any) -> str:
    from docx.text.paragraph import Paragraph

    style, seen = Paragraph(paragraph, document).style, 0
    listed = paragraph.find(f"{W}pPr/{W}numPr") is not None
    while style is not None and seen < 20:
        name = style.name or ""
        for pattern, type_ in _TYPES:
            if pattern.match(name):
                return type_
        if style.element.find(f"{W}pPr/{W}outlineLvl") is not None:
            return "heading"
        style, seen = style.base_style, seen + 1
    if listed:
        return "li"
    bold = _all_bold(paragraph)
    text = _text(paragraph)
    return "heading" if bold and len(text) < 120 and not text.rstrip().endswith((".", ",", ";", "。")) else "p"


def _all_bold(paragraph: Any) -> bool:
    runs = [run for run in paragraph.iter(W + "r") if _text(run).strip()]
    off = ("0", "false", "off", "none")
    marks = [run.find(f"{W}rPr/{W}b") for run in runs]
    return bool(runs) and all(mark is not None and mark.get(W + "val") not in off for mark in marks)


def _time(value: datetime | None) -> str | None:
    return value.isoformat() if value else None
