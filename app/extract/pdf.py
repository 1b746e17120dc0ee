"""A PDF -> Document. The file is opened apart (pdf_pages.py); here its lines are put in order, joined to paragraphs, and
told from headline, captions and notes by the size of their type."""

from __future__ import annotations

from collections.abc import Sequence

from app.extract.apart import read_apart
from app.extract.assemble import Part, Stated, assemble
from app.extract.captions import split_credit
from app.extract.document import Document
from app.extract.lines import Line
from app.extract.pdf_blocks import Block, read_blocks
from app.extract.pdf_layout import lay_out
from app.extract.text import plain

CAPTION_MOST = 600
TITLE_MOST = 300


def read_pdf(data: bytes, *, url: str | None = None) -> Document:
    """The article in a PDF. Raises NotAnArticle."""
    given = read_apart("pdf", data)
    laid = lay_out(given["pages"])
    blocks = read_blocks(laid)
    title = _title(blocks, laid.body, given["title"])
    name = _name_above(blocks, title)
    parts: list[Part] = []
    notes: list[Part] = []
    for block in blocks:
        if block is title:
            parts.append(("title", block.text))
        elif block is name:
            continue
        elif block.type == "small":
            (parts if _is_caption(block) else notes).append(("caption" if _is_caption(block) else "p", block.text))
        elif title and block.type == "heading" and block.size > title.size * 0.98 and block.page == title.page:
            parts.append(("p", block.text) if len(block.text) > 200 else ("heading", block.text))
        elif title and not parts[:-1] and block.type == "heading" and _is_standfirst(block, title):
            parts.append(("summary", block.text))
        else:
            parts.append((block.type, block.text))
    site = name.text if name else None
    return assemble([*parts, *notes], Stated(given["title"], given["author"], given["language"], url or laid.url, site))


def _title(blocks: Sequence[Block], body: float, stated: str) -> Block | None:
    """The block set largest on the first page; a short one (the paper's name) yields to a headline nearly as large."""
    first = [b for b in blocks if b.page == blocks[0].page and b.size > 1.12 * body and len(b.text) < TITLE_MOST]
    if not first:
        return None
    known = plain(stated)
    largest = max(first, key=lambda block: (block.size, -blocks.index(block)))
    if Line(largest.text, False, False, False).weight < 24 and not (known and plain(largest.text) == known):
        longer = [b for b in first if Line(b.text, False, False, False).weight >= 24 and b.size > 1.35 * body]
        return max(longer, key=lambda block: block.size, default=largest)
    return largest


def _name_above(blocks: Sequence[Block], title: Block | None) -> Block | None:
    """The paper's name: what is set larger than the headline, above it."""
    for block in blocks:
        if title is None or block is title:
            return None
        if block.size > 1.1 * title.size and len(block.text) < 60:
            return block
    return None


def _is_standfirst(block: Block, title: Block) -> bool:
    return block.page == title.page and block.size < 0.9 * title.size and len(block.text) > 60


def _is_caption(block: Block) -> bool:
    """Small print is a caption, but for a note, which begins with its number or sign."""
    if split_credit(block.text)[1]:
        return True
    return len(block.text) < CAPTION_MOST and block.text[:1] not in "*†0123456789"
