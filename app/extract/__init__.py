"""Extraction, pure: bytes of a page or a pasted text -> Document. Opens no file and no socket; what is not an article is
refused with NotAnArticle, whose message is for the reader. Heavy libraries are imported when first needed."""

from __future__ import annotations

from typing import Literal

from app.extract.document import BLOCK_TYPES, Document, Image, NotAnArticle, Paragraph

__all__ = ["BLOCK_TYPES", "Document", "Image", "NotAnArticle", "Paragraph", "extract"]

Kind = Literal["html", "text", "paste"]


def extract(data: bytes, *, kind: Kind, url: str | None = None) -> Document:
    """The article in `data`: a page ("html"), a text file in any encoding ("text"), or text pasted by a person
    ("paste", UTF-8). `url` is where it was found, if known. Raises NotAnArticle."""
    from app.extract.decode import decode

    text = decode(data, html=kind == "html")
    if kind == "html":
        from app.extract.html import read_html

        return read_html(text, url=url)
    from app.extract.paste import read_paste

    return read_paste(text, url=url)
