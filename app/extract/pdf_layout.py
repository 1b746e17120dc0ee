"""Runs of characters on pages -> lines in the order in which they are read: columns told apart by the white space between
them, what stands above or below on page after page left out. Knows nothing of paragraphs."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from app.extract.text import squeeze

GUTTER = 0.6  # in units of the type size: what is narrower is a space between words
MARGIN = 0.11  # of a page's height: where running heads and feet stand

MARKER = re.compile(r"[•·▪◦○●■□►▸✓*–—-]|\d{1,2}[.)]|[a-z]\)")
_RTL = re.compile(r"[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff]")
_LTR_RUN = re.compile(r"[^\W\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff_](?:[^\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff]*[^\W\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff_])?")  # fmt: skip
_FOLIO = re.compile(
    r"(?:page|seite|p\.|s\.|página|pagina|stran[ae]|side|sida|страница|стр\.?)?\s*[-–—]?\s*\d{1,4}\s*[-–—]?(?:\s*(?:/|of|von|de|di|из)\s*\d{1,4})?|\d{1,4}\s*(?:ページ|쪽|页)",
    re.I,
)
_ADDRESS = re.compile(r"https?://[^\s…]+")


@dataclass(frozen=True)
class Line:
    """One line of a column. `left` and `right` are the edges of its column near it; `column` counts the columns of the
    whole document in reading order."""

    text: str
    x0: float
    x1: float
    base: float
    size: float
    bold: bool
    page: int
    left: float = 0.0
    right: float = 0.0
    column: int = 0

    @property
    def width(self) -> float:
        return max(self.x1 - self.x0, 0.1)


Row = list[Line]


@dataclass(frozen=True)
class Laid:
    """Lines in reading order, the size of the running text, and the address in a running head or foot."""

    lines: list[Line]
    body: float
    url: str | None


def lay_out(pages: Sequence[dict[str, Any]]) -> Laid:
    """`pages` as pdf_pages.read gives them."""
    segments = [[_line(run, number) for run in page["runs"]] for number, page in enumerate(pages)]
    body = body_size(line for page in segments for line in page)
    rows = [_rows(_drop_caps(page, body)) for page in segments]
    heights = [page["height"] for page in pages]
    rows, running = _without_running(rows, heights, body)
    rtl = _is_rtl(" ".join(line.text for page in rows for row in page for line in row))
    found: list[Line] = []
    column = 0
    known = _known_gutters(rows)
    for page_rows in rows:
        for lines in _columns(page_rows, body, known, rtl=rtl):
            found += [replace(line, column=column) for line in _edges(lines)]
            column += 1
    addresses = {match.group() for text in running if (match := _ADDRESS.fullmatch(text.split(" ")[0]))}
    return Laid(_wide_edges(found), body, addresses.pop() if len(addresses) == 1 else None)


def _line(run: Sequence[Any], page: int) -> Line:
    text, x0, x1, base, size, bold = run
    return Line(text, x0, x1, base, size, bold, page)


def body_size(lines: Iterable[Line]) -> float:
    """The size that most characters have."""
    sizes: Counter[float] = Counter()
    for line in lines:
        sizes[round(line.size * 2) / 2] += len(line.text)
    return max(sizes, key=lambda size: sizes[size], default=10.0) or 0.5


def _rows(segments: list[Line]) -> list[Row]:
    """What stands beside each other, from top to bottom; each row from left to right, its near neighbours joined."""
    rows: list[Row] = []
    low = 0.0
    for line in sorted(segments, key=lambda line: -line.base):
        if rows and line.base + 0.5 * line.size > low:
            rows[-1].append(line)
            low = min(low, line.base)
        else:
            rows.append([line])
            low = line.base
    return [part for row in rows for part in _joined(row)]


def _joined(row: Row) -> list[Row]:
    """The lines of a row, joined where they stand on one base line without a gutter between."""
    joined: list[Line] = []
    by_base: list[list[Line]] = []
    for line in sorted(row, key=lambda line: (-line.size, -line.base)):
        group = next((g for g in by_base if abs(g[0].base - line.base) <= 0.35 * g[0].size), None)
        by_base.append([line]) if group is None else group.append(line)
    for group in by_base:
        start = len(joined)
        for line in sorted(group, key=lambda line: line.x0):
            before = joined[-1] if len(joined) > start else None
            gap = line.x0 - before.x1 if before else 0.0
            if before and gap < (3 if MARKER.fullmatch(before.text.strip()) else GUTTER) * max(before.size, line.size):
                joined[-1] = _join(before, line, gap)
            else:
                joined.append(line)
    return [sorted(joined, key=lambda line: (line.x0, -line.base))]


def _join(a: Line, b: Line, gap: float) -> Line:
    space = " " if gap > 0.16 * a.size else ""
    mostly = a if len(a.text) >= len(b.text) else b
    size = max(a.size, b.size) if mostly.size > 0.6 * max(a.size, b.size) else mostly.size
    return replace(
        mostly, text=a.text + space + b.text, x0=min(a.x0, b.x0), x1=max(a.x1, b.x1), size=size, base=mostly.base
    )


def _drop_caps(segments: list[Line], body: float) -> list[Line]:
    """A large first letter put before the line that it stands beside."""
    large = [s for s in segments if len(s.text.strip()) == 1 and s.text.strip().isalpha() and s.size > 1.8 * body]
    for cap in large:
        beside = [
            s
            for s in segments
            if s.size < 0.6 * cap.size
            and -0.3 * body < s.x0 - cap.x1 < 1.5 * body
            and cap.base - 2 <= s.base <= cap.base + cap.size
        ]
        if beside:
            first = max(beside, key=lambda line: line.base)
            word = first.text.split(" ")[0]
            space = " " if cap.text in "AI" and word.islower() and len(word) > 4 else ""
            moved = {id(line): replace(line, x0=cap.x0) for line in beside}
            moved[id(first)] = replace(moved[id(first)], text=cap.text.strip() + space + first.text)
            segments = [moved.get(id(s), s) for s in segments if s is not cap]
    return segments


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


# Columns


def _known_gutters(pages: list[list[Row]]) -> set[int]:
    """Where there is a gutter on most of the pages' rows: the last page of columns may have two or three rows of them."""
    covered: Counter[int] = Counter()
    straddled: Counter[int] = Counter()
    for rows in pages:
        page = _Gutters(rows, set())
        covered += page.covered
        straddled += page.straddled
    return {x for x in straddled if straddled[x] - covered[x] >= max(8, 2 * covered[x])}


def _columns(rows: list[Row], body: float, known: set[int], *, rtl: bool) -> Iterable[list[Line]]:
    """The columns of a page in reading order: bands of rows that share their gutters, from top to bottom."""
    gutters = _Gutters(rows, known)
    bands: list[tuple[list[tuple[float, float]], list[Row]]] = []
    for row in (gutters.without_false(index) for index in range(len(rows))):
        grown = _cover(bands[-1][0], row, body) if bands else None
        if grown:
            bands[-1] = (grown, bands[-1][1])
            bands[-1][1].append(row)
        else:
            bands.append((_cover([], row, body) or [(line.x0, line.x1) for line in row], [row]))
    for cover, band in bands:
        for left, right in sorted(cover, reverse=rtl):
            inside = [line for row in band for line in row if left - 0.1 <= (line.x0 + line.x1) / 2 <= right + 0.1]
            if inside:
                yield _lines(inside, rtl)


class _Gutters:
    """Tells the white space between columns, which goes down a page, from wide spaces in a justified line, which do not."""

    def __init__(self, rows: list[Row], known: set[int]) -> None:
        self.rows, self.known = rows, known
        self.covered: Counter[int] = Counter()
        self.straddled: Counter[int] = Counter()  # by text on both sides, with or without some between
        for row in rows:
            self.straddled.update(range(*_bins(min(line.x0 for line in row), max(line.x1 for line in row))))
            self.covered.update({x for line in row for x in range(*_bins(line.x0, line.x1))})

    def without_false(self, index: int) -> Row:
        """A row with the gaps closed that are no gutter."""
        row = self.rows[index]
        joined = row[:1]
        for line in row[1:]:
            before = joined[-1]
            level = abs(line.base - before.base) < 0.35 * max(line.size, before.size)
            if level and not self._is_gutter(index, before.x1, line.x0):
                joined[-1] = _join(before, line, line.x0 - before.x1)
            else:
                joined.append(line)
        return joined

    def _is_gutter(self, index: int, left: float, right: float) -> bool:
        inside = range(round(left) + 1, max(round(right), round(left) + 2))
        if not self.known.isdisjoint(inside):
            return True
        x = min(inside, key=lambda x: (self.covered[x], -self.straddled[x]))
        seen = self.straddled[x] - self.covered[x]
        return (seen >= 4 and seen >= 2 * self.covered[x]) or self._run(index, x, 3 * (right - left) + 20) >= 5

    def _run(self, index: int, x: int, width: float) -> int:
        """How many rows on end, this one among them, have text on both sides of `x`, at most `width` apart, and none
        over it."""
        found = 1
        for step in (-1, 1):
            for at in range(index + step, index + 12 * step, step):
                row = self.rows[at] if 0 <= at < len(self.rows) else []
                if not row or any(line.x0 < x < line.x1 for line in row):
                    break
                left = max((line.x1 for line in row if line.x1 <= x), default=-1e9)
                found += min((line.x0 for line in row if line.x0 >= x), default=1e9) - left < width
        return found


def _bins(left: float, right: float) -> tuple[int, int]:
    return max(round(left), -100), min(round(right), 5000)


def _cover(cover: list[tuple[float, float]], row: Row, body: float) -> list[tuple[float, float]] | None:
    """The columns of a band with one more row; None where the row would close a gutter."""
    own = _merged([(line.x0, line.x1, 1) for line in row], body)
    parts = [(a, b, 100) for a, b in cover] + [(a, b, 1) for a, b, _ in own]
    merged = _merged(parts, body)
    if any(count % 100 > 1 or count > 199 for _, _, count in merged):
        return None
    return [(a, b) for a, b, _ in merged]


def _merged(parts: Iterable[tuple[float, float, int]], body: float) -> list[tuple[float, float, int]]:
    """Stretches, joined where no gutter is between them, and their counts added."""
    merged: list[tuple[float, float, int]] = []
    for a, b, count in sorted(parts):
        if merged and a < merged[-1][1] + 0.5 * body:
            left, right, before = merged[-1]
            merged[-1] = (left, max(right, b), before + count)
        else:
            merged.append((a, b, count))
    return merged


def _lines(segments: list[Line], rtl: bool) -> list[Line]:
    """The segments of one column as lines."""
    lines: list[Line] = []
    for row in _rows(segments):
        by_base: dict[int, list[Line]] = defaultdict(list)
        for line in row:
            key = next(
                (k for k, group in by_base.items() if abs(group[0].base - line.base) < 0.35 * line.size), len(by_base)
            )
            by_base[key].append(line)
        for group in sorted(by_base.values(), key=lambda group: -group[0].base):
            line = group[0]
            for other in group[1:]:
                line = _join(line, other, other.x0 - line.x1)
            lines.append(replace(line, text=_logical(line.text) if rtl else line.text))
    return lines


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


def _is_rtl(text: str) -> bool:
    letters = sum(c.isalpha() for c in text)
    return letters > 0 and len(_RTL.findall(text)) > letters / 2


def _logical(text: str) -> str:
    """A line of a right-to-left script, which PDF gives as it looks, in the order in which it is read."""
    if not _RTL.search(text):
        return text
    return _LTR_RUN.sub(lambda match: match.group()[::-1], text[::-1])
