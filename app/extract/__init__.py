"""Extraction, pure: bytes of a page, a pasted text or a file -> Document. Opens no file and no
socket; PDFs, Word files and e-mails are read in a process of their own (`apart`). What is not an article is refused with
NotAnArticle, whose message is for the reader. Heavy libraries are imported when first needed."""

from __future__ import annotations

from typing import Literal

from app.extract.document import BLOCK_TYPES, Document, Image, NotAnArticle, Paragraph

__all__ = ["BLOCK_TYPES", "Document", "Image", "Kind", "NotAnArticle", "Paragraph", "extract"]

Kind = Literal["html", "text", "paste", "pdf", "docx", "eml"]

MAX_BYTES = 10_000_000
MAX_TEXT = 1_000_000


def extract(
    data: bytes,
    *,
    kind: Kind,
    url: str | None = None,
    charset: str | None = None,
    max_bytes: int = MAX_BYTES,
    max_text: int = MAX_TEXT,
) -> Document:
    """The article in `data`: a page ("html"), a text file in any encoding ("text"), text pasted by a person ("paste",
    UTF-8), a PDF, a Word document or an e-mail. `url` is where it was found, if known, and `charset` what its sender says
    of its encoding. Raises NotAnArticle, also for a text of more than `max_text` characters and anything else of more
    than `max_bytes` bytes."""
    limit = max(4 * max_text, max_bytes) if kind in ("text", "paste") else max_bytes
    if len(data) > limit:
        raise NotAnArticle(f"This is too large to be an article: more than {limit / 1e6:g} MB.")
    if kind in ("pdf", "docx", "eml"):
        return _read_file(data, kind, url, max_text)
    from app.extract.decode import decode

    text = decode(data, html=kind == "html", charset=charset)
    if kind == "html":
        from app.extract.html import read_html

        return read_html(text, url=url)
    if len(text) > max_text:
        raise NotAnArticle(f"This text has {len(text):,} characters; an article may have at most {max_text:,}.")
    from app.extract.paste import read_paste

    return read_paste(text, url=url)


def _read_file(data: bytes, kind: Literal["pdf", "docx", "eml"], url: str | None, max_text: int) -> Document:
    from app.extract.kinds import check

    check(data, kind)
    if kind == "pdf":
        from app.extract.pdf import read_pdf

        return read_pdf(data, url=url)
    if kind == "docx":
        from app.extract.docx import read_docx

        return read_docx(data, url=url)
    from app.extract.eml import read_eml

    return read_eml(data, url=url, max_text=max_text)
