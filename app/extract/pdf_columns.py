"""The lines of a page -> its columns in reading order, told apart by the white space that goes down between them."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import replace

from app.extract.pdf_lines import Line, Row, join, logical, rows_of


def known_gutters(pages: list[list[Row]]) -> set[int]:
    """Where there is a gutter on most of the pages' rows: the last page of columns may have two or three rows of them."""
    covered: Counter[int] = Counter()
    straddled: Counter[int] = Counter()
    for rows in pages:
        page = _Gutters(rows, set())
        covered += page.covered
        straddled += page.straddled
    return {x for x in straddled if straddled[x] - covered[x] >= max(8, 2 * covered[x])}


def columns_of(rows: list[Row], body: float, known: set[int], *, rtl: bool) -> Iterable[list[Line]]:
    """The columns of a page in reading order: bands of rows that share their gutters, from top to bottom."""
    gutters = _Gutters(rows, known)
    bands: list[tuple[list[tuple[float, float]], list[Row]]] = []
    for row in (gutters.without_false(index) for index in range(len(rows))):
        grown = _cover(bands[-1][0], row, body) if bands else None
        if grown:
            bands[-1] = (grown, bands[-1][1])
            bands[-1][1].append(row)
        else:
            early = _begun_above(bands[-1][1], row) if bands else []
            bands.append((_cover([], row, body) or [(line.x0, line.x1) for line in row], [*early, row]))
    for cover, band in bands:
        for left, right in sorted(cover, reverse=rtl):
            inside = [line for row in band for line in row if left - 0.1 <= (line.x0 + line.x1) / 2 <= right + 0.1]
            if inside:
                yield lines_of(inside, rtl)


def _begun_above(band: list[Row], row: Row) -> list[Row]:
    """Takes from a band the last lines that belong to a later column of the next: columns need not begin level."""
    early: list[Row] = []
    while len(row) > 1 and len(band) > 1 and all(line.x0 > row[0].x1 for line in band[-1]):
        early.insert(0, band.pop())
    return early


class _Gutters:
    """Tells the white space between columns, which goes down a page, from wide spaces in a justified line, which do not."""

    def __init__(self, rows: list[Row], known: set[int]) -> None:
        self.rows, self.known = rows, known
        self.covered: Counter[int] = Counter()
        self.straddled: Counter[int] = Counter()  # by text on both sides, with or without some between
        for row, after in zip(rows, [*rows[1:], []], strict=False):
            # columns whose lines are not level have half a line between them: the next row is seen with this one
            near = bool(after) and row[0].base - after[0].base < 0.8 * row[0].size
            beside = [*row, *after] if near else row
            self.straddled.update(range(*_bins(min(line.x0 for line in beside), max(line.x1 for line in beside))))
            self.covered.update({x for line in beside for x in range(*_bins(line.x0, line.x1))})

    def without_false(self, index: int) -> Row:
        """A row with the gaps closed that are no gutter."""
        row = self.rows[index]
        joined = row[:1]
        for line in row[1:]:
            before = joined[-1]
            level = abs(line.base - before.base) < 0.35 * max(line.size, before.size)
            if level and not self._is_gutter(index, before.x1, line.x0):
                joined[-1] = join(before, line, line.x0 - before.x1)
            else:
                joined.append(line)
        return joined

    def _is_gutter(self, index: int, left: float, right: float) -> bool:
        inside = range(round(left) + 1, max(round(right), round(left) + 2))
        if not self.known.isdisjoint(inside):
            return True
        x = min(inside, key=lambda x: (self.covered[x], -self.straddled[x]))
        seen = self.straddled[x] - self.covered[x]
        return (
            seen >= max(2, 4 * bool(self.covered[x]), 2 * self.covered[x])
            or self._run(index, x, 3 * (right - left) + 20) >= 5
        )

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


def lines_of(segments: list[Line], rtl: bool) -> list[Line]:
    """The segments of one column as lines."""
    lines: list[Line] = []
    for row in rows_of(segments):
        by_base: dict[int, list[Line]] = defaultdict(list)
        for line in row:
            key = next(
                (k for k, group in by_base.items() if abs(group[0].base - line.base) < 0.35 * line.size), len(by_base)
            )
            by_base[key].append(line)
        for group in sorted(by_base.values(), key=lambda group: -group[0].base):
            line = group[0]
            for other in group[1:]:
                line = join(line, other, other.x0 - line.x1)
            lines.append(replace(line, text=logical(line.text) if rtl else line.text))
    return lines
