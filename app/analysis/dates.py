"""Reads the dates and periods of a stretch of text into ISO: "19 Dec. 2024" is "2024-12-19", "the 1990s" "1990/1999".

A date whose year is not written ("last March", "December 19") is found, but its period stays empty.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from app.analysis.model import Figure, Span

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
ORDER = {
    "first": 1,
    "1st": 1,
    "second": 2,
    "2nd": 2,
    "third": 3,
    "3rd": 3,
    "fourth": 4,
    "4th": 4,
    "last": 4,
    "final": 4,
}
ORDINALS = "|".join(ORDER)
MONTH = (
    r"(?P<m>Jan(?:uary|\.)?|Feb(?:ruary|\.)?|Mar(?:ch|\.)?|Apr(?:il|\.)?|May|June?|July?|Aug(?:ust|\.)?|Sept?(?:ember|\.)?"
    r"|Oct(?:ober|\.)?|Nov(?:ember|\.)?|Dec(?:ember|\.)?)"
)
YEAR = r"(?P<y>1[5-9]\d\d|20\d\d)(?![\w%]|[.,]\d)"
DAY = r"(?P<d>[12]\d|3[01]|0?[1-9])(?:st|nd|rd|th)?(?![\w:%]|[.,]\d)"
LEFT = r"(?<![\w$£€¥₩.,/])(?<![A-Z]-)"
JOINS = re.compile(r"\s*(?:to|until|till|through|[-–—])\s*")
AND = re.compile(r"\s*and\s*")
# Words before four digits that make them a year.
LED = re.compile(
    r"(?:\b(?:in|since|by|of|from|until|till|before|after|during|for|through|to|and|or|than|late|early|mid|year|fiscal|FY|back"
    r"|spring|summer|autumn|fall|winter|around|circa|between)|[(,-])\s*$",
    re.IGNORECASE,
)


@dataclass(slots=True)
class Point:
    """A date as written: what is known of its year, month and day, or its period where that is fixed."""

    start: int
    end: int
    year: int | None = None
    month: int | None = None
    day: int | None = None
    fixed: str = ""
    to: int | None = None

    def iso(self) -> str:
        """The period; "" where the year is not known."""
        if self.fixed or self.year is None:
            return self.fixed
        parts = [f"{self.year:04}", *(f"{n:02}" for n in (self.month, self.day) if n)]
        return "-".join(parts) + (f"/{'-'.join(parts[:-1])}-{self.to:02}" if self.to else "")


def _written(match: re.Match[str]) -> Point:
    """A date out of the groups that matched."""
    found = match.groupdict()
    number = {key: int(found[key]) if found.get(key) else None for key in ("y", "d", "to")}
    month = MONTHS.index(found["m"][:3].lower()) + 1 if found.get("m") else None
    return Point(match.start(), match.end(), number["y"], month, number["d"], to=number["to"])


def _months(match: re.Match[str]) -> Point | None:
    """A quarter or a half of a year."""
    found = match.groupdict()
    which = ORDER.get((found["o"] or "").lower()) or int(found["n"])
    size = 6 if found["part"].lower() in ("half", "h") else 3
    which = min(which, 12 // size) if found["o"] else which
    if which > 12 // size:
        return None
    year = found["y"]
    return Point(match.start(), match.end(), fixed=f"{year}-{which * size - size + 1:02}/{year}-{which * size:02}")


def _numeric(match: re.Match[str]) -> Point | None:
    """Day and month in figures: told apart where one is above 12, else the year alone is sure."""
    first, second, year = int(match["a"]), int(match["b"]), int(match["y"])
    if max(first, second) > 31 or min(first, second) > 12 or not first or not second:
        return None
    if first > 12 or second > 12 or first == second:
        return Point(match.start(), match.end(), year, min(first, second), max(first, second))
    return Point(match.start(), match.end(), year)


def _decade(match: re.Match[str]) -> Point:
    return Point(match.start(), match.end(), fixed=f"{match['y']}/{int(match['y']) + 9}")


def _century(match: re.Match[str]) -> Point | None:
    last = int(match["n"]) * 100
    return Point(match.start(), match.end(), fixed=f"{last - 99:04}/{last:04}") if 0 < last <= 2100 else None


def _years(match: re.Match[str]) -> Point | None:
    """A span of years whose second is written short: "2019-24", or after a stroke."""
    first, second = match["y"], match["y"][: -len(match["s"])] + match["s"]
    return Point(match.start(), match.end(), fixed=f"{first}/{second}") if first < second else None


def _iso(match: re.Match[str]) -> Point | None:
    month, day = int(match["month"]), int(match["d"] or 1)
    good = 1 <= month <= 12 and 1 <= day <= 31
    return Point(match.start(), match.end(), fixed=match[0]) if good else None


Reader = Callable[[re.Match[str]], Point | None]
RULES: tuple[tuple[re.Pattern[str], Reader], ...] = (
    (re.compile(LEFT + r"(?P<y>1[5-9]\d\d|20\d\d)[-–/](?P<s>\d\d(?:\d\d)?)(?![\w-])"), _years),
    (re.compile(LEFT + r"(?:1[5-9]\d\d|20\d\d)-(?P<month>\d\d)(?:-(?P<d>\d\d))?(?![\w-])"), _iso),
    (re.compile(LEFT + r"(?P<a>\d\d?)(?P<sep>[./-])(?P<b>\d\d?)(?P=sep)" + YEAR), _numeric),
    (
        re.compile(
            rf"\b(?P<o>{ORDINALS})[ -](?P<part>quarter|half)(?P<n>)(?: of| in)?,? (?:fiscal )?{YEAR}", re.IGNORECASE
        ),
        _months,
    ),
    (re.compile(rf"\b(?P<o>)(?P<part>[QH])(?P<n>[1-4])(?: of| in)?,? (?:fiscal )?{YEAR}"), _months),
    (re.compile(rf"\b{MONTH} {DAY} ?(?:-|–|to) ?(?P<to>[12]\d|3[01]|[1-9])(?!\w)(?:,? {YEAR})?"), _written),
    (re.compile(rf"{LEFT}{DAY} ?(?:-|–|to) ?(?P<to>[12]\d|3[01]|[1-9])(?!\w) {MONTH}(?!\w)(?:,? {YEAR})?"), _written),
    (re.compile(rf"\b{MONTH} {DAY}(?:,? {YEAR})?"), _written),
    (re.compile(rf"{LEFT}{DAY} (?:of )?{MONTH}(?!\w)(?:,? {YEAR})?"), _written),
    (re.compile(rf"\b{MONTH}(?:,| of)? {YEAR}"), _written),
    (re.compile(rf"\b(?:[Ll]ast|[Tt]his|[Nn]ext) {MONTH}(?!\w)"), _written),
    (re.compile(LEFT + r"(?:mid-)?(?P<y>(?:1[5-9]|20)\d0)['’]?s(?!\w)"), _decade),
    (re.compile(r"\b(?P<n>\d\d?)(?:st|nd|rd|th)[ -]century\b"), _century),
)
BARE = re.compile(LEFT + YEAR + r"(?!-\d)")
ANY = re.compile(r"\d|\b(?:[Ll]ast|[Tt]his|[Nn]ext) [JFMASOND]")


def find(
    text: str, start: int, end: int, named: Sequence[Span] = (), counted: Mapping[int, str] | None = None
) -> list[Figure]:
    """The dates of a stretch in the order of the text. `named` are what the parser takes for dates; `counted` tells
    the tag of each noun by where it begins: four digits before things are no year."""
    counted = counted or {}
    if not ANY.search(text, start, end):
        return []
    points: list[Point] = []
    for pattern, reader in RULES:
        for match in pattern.finditer(text, start, end):
            point = reader(match)
            if point and not any(p.start < point.end and point.start < p.end for p in points):
                points.append(point)
    for match in BARE.finditer(text, start, end):
        if any(p.start < match.end() and match.start() < p.end for p in points):
            continue
        led = LED.search(text, max(start, match.start() - 16), match.start())
        inside = any(a <= match.start() < b for a, b in named)
        thing = counted.get(match.end() + 1, "")
        ranged = points and points[-1].end <= match.start() and JOINS.fullmatch(text, points[-1].end, match.start())
        if ranged or inside or not thing or (led and thing != "NNS"):
            points.append(Point(match.start(), match.end(), int(match["y"])))
    points.sort(key=lambda p: p.start)
    return list(_joined(text, points))


def _joined(text: str, points: Sequence[Point]) -> Iterator[Figure]:
    """Two dates with "to" or a dash between them, or "between" before and "and" between, are one period."""
    at = 0
    while at < len(points):
        first = points[at]
        second = points[at + 1] if at + 1 < len(points) else None
        at += 1
        if second is not None and _ranged(text, first, second):
            at += 1
            first.year = first.year or second.year
            start, end = first.iso().split("/")[0], second.iso().split("/")[-1]
            yield Figure(first.start, second.end, period=f"{start}/{end}" if start and end else "")
        else:
            yield Figure(first.start, first.end, period=first.iso())


def _ranged(text: str, first: Point, second: Point) -> bool:
    if JOINS.fullmatch(text, first.end, second.start):
        return True
    led = text[max(0, first.start - 9) : first.start].lower().endswith("between ")
    return led and AND.fullmatch(text, first.end, second.start) is not None
