"""Lines on pages -> lines in the order in which they are read: column by column, what stands above or below on page after
page left out. Knows nothing of paragraphs."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from app.extract.pdf_columns import columns_of, known_gutters
from app.extract.pdf_lines import Line, Row, body_size, is_rtl, line_of, rows_of, with_drop_caps
from app.extract.text import squeeze

MARGIN = 0.11  # of a page's height: where running heads and feet stand

_FOLIO = re.compile(
    r"(?:page|seite|p\.|s\.|página|pagina|stran[ae]|side|sida|страница|стр\.?)?\s*[-–—]?\s*\d{1,4}\s*[-–—]?(?:\s*(?:/|of|von|de|di|из)\s*\d{1,4})?|\d{1,4}\s*(?:ページ|쪽|页)",
    re.I,
)
_ADDRESS = re.compile(r"https?://[^\s…]+")


@dataclass(frozen=True)
class Laid:
    """Lines in reading order, the size of the running text, and the address in a running head or foot."""

    lines: list[Line]
    body: float
    url: str | None


def lay_out(pages: Sequence[dict[str, Any]]) -> Laid:
    """`pages` as pdf_pages.read gives them."""
    segments = [[line_of(run, number) for run in page["runs"]] for number, page in enumerate(pages)]
    body = body_size(line for page in segments for line in page)
    rows = [rows_of(with_drop_caps(page, body)) for page in segments]
    heights = [page["height"] for page in pages]
    rows, running = _without_running(rows, heights, body)
    rtl = is_rtl(" ".join(line.text for page in rows for row in page for line in row))
    found: list[Line] = []
    column = 0
    known = known_gutters(rows)
    for page_rows in rows:
        for lines in columns_of(page_rows, body, known, rtl=rtl):
            found += [replace(line, column=column) for line in _edges(lines)]
            column += 1
    addresses = {match.group() for text in running if (match := _ADDRESS.fullmatch(text.split(" ")[0]))}
    return Laid(_wide_edges(found), body, addresses.pop() if len(addresses) == 1 else None)


def _without_running(pages: list[list[Row]], heights: list[float], body: float) -> tuple[list[list[Row]], list[str]]:
    """The pages without heads, feet and page numbers, and the texts of these."""
    seen: Counter[tuple[str, int]] = Counter()
    for rows, height in zip(pages, heights, strict=True):
        seen.update({_place(line) for row in rows for line in row if _in_margin(line, height)})
    texts: list[str] = []
    kept: list[list[Row]] = []
    for rows, height in zip(pages, heights, strict=True):
        inner: list[Row] = []
        for index, row in enumerate(rows):
            apart = _stands_apart(rows, index, body)
            out = [
                line
                for line in row
                if _in_margin(line, height)
                and (
                    (seen[_place(line)] >= 2 and (len(pages) < 4 or seen[_place(line)] > len(pages) // 5))
                    or _FOLIO.fullmatch(line.text.strip())
                    or (apart and all(other.size < 0.92 * body and _in_margin(other, height) for other in row))
                )
            ]
            texts += [squeeze(line.text) for line in out]
            inner += [rest] if (rest := [line for line in row if line not in out]) else []
        kept.append(inner)
    return kept, texts


def _in_margin(line: Line, height: float) -> bool:
    return line.base < MARGIN * height or line.base + line.size > (1 - MARGIN) * height


def _place(line: Line) -> tuple[str, int]:
    """What is the same of a running head on every page: its words, not its numbers; and its height, within 4 points."""
    return re.sub(r"\d+", "#", squeeze(line.text)).casefold(), round(line.base / 4)


def _stands_apart(rows: list[Row], index: int, body: float) -> bool:
    above = min(line.base for line in rows[index - 1]) - max(line.base for line in rows[index]) if index else 1e9
    below = (
        min(line.base for line in rows[index]) - max(line.base for line in rows[index + 1])
        if index + 1 < len(rows)
        else 1e9
    )
    return max(above, below) > 1e8 and min(above, below) > 1.5 * body


def _edges(lines: list[Line]) -> list[Line]:
    """The lines with the edges of their column: the left one is where most begin, the right one is that nearby."""
    if not lines:
        return []
    left = Counter(round(line.x0) for line in lines).most_common(1)[0][0] if len(lines) > 2 else lines[0].x0
    left = min(left, *(line.x0 for line in lines)) if len(lines) < 4 else left
    return [
        replace(line, left=left, right=max(other.x1 for other in lines[max(0, i - 5) : i + 6]))
        for i, line in enumerate(lines)
    ]


def _wide_edges(lines: list[Line]) -> list[Line]:
    """Columns of a few lines get the edges of longer ones that begin at the same place."""
    counts = Counter(line.column for line in lines)
    edges: dict[int, list[float]] = defaultdict(list)
    for line in lines:
        edges[round(line.left / 3)].append(line.x1)
    right = {key: sorted(ends)[int(0.95 * (len(ends) - 1))] for key, ends in edges.items()}
    return [
        replace(line, right=max(line.right, right[round(line.left / 3)])) if counts[line.column] < 6 else line
        for line in lines
    ]
