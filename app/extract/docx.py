"""A Word document -> Document. The file is opened apart (docx_blocks.py); what its properties say is believed only where
it is likely: a template's author and the day a file was made are not an article's."""

from __future__ import annotations

import re
from datetime import datetime

from app.extract.apart import read_apart
from app.extract.assemble import Stated, assemble
from app.extract.document import Document
from app.extract.text import squeeze

_NOBODY = re.compile(r"(?:python-docx|microsoft.*|user|admin.*|owner|author|windows.*|default|apache poi|google docs|.*@.*)", re.I)  # fmt: skip


def read_docx(data: bytes, *, url: str | None = None) -> Document:
    """The article in a Word document. Raises NotAnArticle."""
    given = read_apart("docx", data)
    author = squeeze(given["author"])
    stated = Stated(
        title=squeeze(given["title"]),
        author="" if _NOBODY.fullmatch(author) else author,
        language=given["language"],
        url=url,
        published=_plausible(given["published"]) if author and not _NOBODY.fullmatch(author) else None,
    )
    return assemble([(type_, squeeze(text)) for type_, text in given["parts"]], stated)


def _plausible(created: str | None) -> str | None:
    """The day that a file was made, its hour left out, which is that of a computer. Templates carry days long past."""
    if not created:
        return None
    day = datetime.fromisoformat(created)
    return day.date().isoformat() if day.year > 2014 else None
