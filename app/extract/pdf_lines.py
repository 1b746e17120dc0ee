"""Runs of characters on a page -> the lines that they make, and what of them stands beside each other. Joins what has no
gutter between, a list's mark and its item, a large first letter and its word."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

GUTTER = 0.6  # in units of the type size: what is narrower is a space between words

MARKER = re.compile(r"[•·▪◦○●■□►▸✓*–—-]|\d{1,2}[.)]|[a-z]\)")
_RTL = re.compile(r"[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff]")
_LTR_RUN = re.compile(r"[^\W\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff_](?:[^\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff]*[^\W\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff_])?")  # fmt: skip


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


def line_of(run: Sequence[Any], page: int) -> Line:
    text, x0, x1, base, size, bold = run
    return Line(text, x0, x1, base, size, bold, page)


def body_size(lines: Iterable[Line]) -> float:
    """The size that most characters have."""
    sizes: Counter[float] = Counter()
    for line in lines:
        sizes[round(line.size * 2) / 2] += len(line.text)
    return max(sizes, key=lambda size: sizes[size], default=10.0) or 0.5


def rows_of(segments: list[Line]) -> list[Row]:
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
    return [part for row in rows for part in joined(row)]


def joined(row: Row) -> list[Row]:
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
                joined[-1] = join(before, line, gap)
            else:
                joined.append(line)
    return [sorted(joined, key=lambda line: (line.x0, -line.base))]


def join(a: Line, b: Line, gap: float) -> Line:
    space = " " if gap > 0.16 * a.size else ""
    mostly = a if len(a.text) >= len(b.text) else b
    size = max(a.size, b.size) if mostly.size > 0.6 * max(a.size, b.size) else mostly.size
    return replace(
        mostly, text=a.text + space + b.text, x0=min(a.x0, b.x0), x1=max(a.x1, b.x1), size=size, base=mostly.base
    )


def with_drop_caps(segments: list[Line], body: float) -> list[Line]:
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


def is_rtl(text: str) -> bool:
    letters = sum(c.isalpha() for c in text)
    return letters > 0 and len(_RTL.findall(text)) > letters / 2


def logical(text: str) -> str:
    """A line of a right-to-left script, which PDF gives as it looks, in the order in which it is read."""
    if not _RTL.search(text):
        return text
    return _LTR_RUN.sub(lambda match: match.group()[::-1], text[::-1])
