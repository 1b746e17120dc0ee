"""A pasted text -> its lines, unwrapped, and the stretch of them that reads as an article. Refuses nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

from app.extract.dates import MONTH
from app.extract.masthead import is_stated_masthead
from app.extract.residue import is_residue
from app.extract.text import ends_sentence, squeeze

_BULLET = re.compile(r"^(?:[*+•·▪◦○●_]|\d{1,2}\.(?=\s\D))\s*")
_NUMBER = re.compile(rf"^(\d{{1,2}})\.\s(?!(?:{MONTH})\b)\D", re.I)
_CJK = re.compile(r"[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af]")

_CLOCK = re.compile(r"(?:[01]?\d|2[0-3])[:.][0-5]\d(?:\s?(?:[ap]\.?m\.?|Uhr|h|[A-Z]{2,4}))?", re.I)
_AFTER_TEXT = re.compile(
    r"(?:related|recommended|trending|most (?:read|popular|viewed|shared)|latest|popular|top stories|more (?:stories|news|from|on|in|like)|read (?:next|more)|"
    r"you (?:may|might) also|editors?['’]? picks?|(?:leave a |view |show |post a )?comments?|join the conversation|about the author|video of the|newsletter|"
    r"mehr (?:zum|news|aus|von)|weitere|lesen sie|auch interessant|das könnte|meistgelesen|empfehlung|kommentare?|themen|passend|"
    r"lire aussi|à lire|les plus|sur le même|dans la même|commentaires?|noticias|te puede|más (?:noticias|sobre|leíd)|lo más|comentarios|"
    r"leggi anche|i più letti|articoli|commenti|les også|mest les|läs (?:också|mer|även)|mest läs|relater|læs også|mest læs|lees ook|meest|"
    r"czytaj|najczęściej|zobacz|komentarze|читайте|самое|по теме|комментарии|en çok|ilgili|yorumlar|baca juga|berita|terpopuler|"
    r"관련|많이 본|댓글|関連|あわせて|ランキング|アクセス|おすすめ|相关|相關|延伸)\b.{0,50}|©.*|(?:copyright|\(c\)).{0,80}|.{0,60}all rights reserved.*",
    re.I,
)
IDLE_LINE, IDLE_BULLET, IDLE_MOST, ENDED = 0.15, 0.3, 5, 1.5
ALONE, LISTED, WHOLE = (
    0.2,
    0.25,
    450,
)  # how much prose that stands alone or in a list counts for; a weight that may stand alone
PAGE = 40  # from how many lines that are no prose a text is a whole page and not an article's column
NEAR, PART = 20, 700
FILLED = 0.8  # how much of the column a line fills that is broken there
HEAD = 6  # the lines among which the masthead stands


@dataclass(frozen=True)
class Line:
    """One line: its text without a bullet, whether it had one, whether a blank line stood before it, and its kind."""

    text: str
    bullet: bool
    spaced: bool
    residue: bool

    @cached_property
    def weight(self) -> float:
        """Length in Latin characters; Han, Kana and Hangul say twice as much."""
        return len(self.text) + 1.2 * len(_CJK.findall(self.text))

    @cached_property
    def ended(self) -> bool:
        """Whether it is the kind of line that heads what stands after an article."""
        return self.weight < 90 and not ends_sentence(self.text) and bool(_AFTER_TEXT.fullmatch(self.text))

    @property
    def clock(self) -> bool:
        return len(self.text) < 12 and bool(_CLOCK.fullmatch(self.text))

    @cached_property
    def prose(self) -> bool:
        if self.residue or (self.weight < 260 and is_stated_masthead(self.text)):
            return False
        return (self.weight >= 60 and ends_sentence(self.text)) or self.weight >= (220 if self.bullet else 130)


def read_lines(text: str) -> list[Line]:
    """The lines that hold anything, in order."""
    found: list[Line] = []
    spaced = True
    every = [squeeze(line) for line in _unwrapped(text.splitlines())]
    numbers = {int(number[1]) for number in map(_NUMBER.match, every) if number}
    for line in every:
        if not line:
            spaced = True
            continue
        bare = _BULLET.sub("", line)
        if line[0].isdigit() and not _is_listed(line, numbers):
            bare = line
        found.append(Line(bare or line, bare != line, spaced, is_residue(bare) or _is_footer(bare)))
        spaced = False
    return found


def _is_listed(line: str, numbers: set[int]) -> bool:
    """Whether a number and full stop are an entry's of a list: not in "3. Mai 2031", nor in "1. FC Tessen" with no 2."""
    number = _NUMBER.match(line)
    return number is not None and not numbers.isdisjoint((int(number[1]) - 1, int(number[1]) + 1))


def _is_footer(line: str) -> bool:
    """Whether a line is links with strokes between them."""
    return line.count(" | ") > 1 and not ends_sentence(line)


def _unwrapped(raw: list[str]) -> list[str]:
    """Lines joined where a mail program or a terminal broke them at a fixed column."""
    full = [line.rstrip() for line in raw]
    filled = [line for line in full if line]
    head = {i for i, line in enumerate(full[:HEAD]) if line and _in_head(line)}
    inner = [line for i, (line, after) in enumerate(pairwise(full)) if line and after and head.isdisjoint((i, i + 1))]
    if len(inner) < 6 or max(map(len, filled)) > 100:
        return full
    width = max(map(len, filled))
    wrapped = sum(FILLED * width <= len(line) for line in inner)
    if width < 50 or wrapped < 0.75 * len(inner):
        return full
    joined: list[str] = []
    for i, (before, line) in enumerate(pairwise(["", *full])):
        broken = before and line and len(before) + len(line.split()[0]) >= FILLED * width
        if broken and head.isdisjoint((i - 1, i)):
            joined[-1] += " " + line.strip()
        else:
            joined.append(line)
    return joined


def _in_head(line: str) -> bool:
    """Whether a line is one of the masthead, and not the middle of a sentence that has "by" or a date."""
    return line[0].isupper() and is_stated_masthead(line)


def article_span(lines: list[Line]) -> tuple[int, int]:
    """`[start, end)` of the lines that hold the running text: the stretch with the most prose and the least of
    everything else. (0, 0) where no line is prose."""
    page = sum(not line.prose for line in lines) >= PAGE
    best, best_span, run, start, idle = 0.0, (0, 0), 0.0, 0, 0
    for index, (line, alone) in enumerate(zip(lines, _alone(lines), strict=True)):
        if line.prose:
            gain, idle = min(line.weight, 600) / 100, 0
            if page:
                gain *= (ALONE if alone and line.weight < WHOLE else 1) * (LISTED if line.bullet else 1)
        elif line.ended and page:
            gain = -ENDED
        else:
            idle += not (line.residue and page)
            gain = -(IDLE_BULLET if line.bullet else IDLE_LINE) * min(idle, IDLE_MOST)
        if run <= 0:
            run, start = 0.0, index
        run += gain
        if run > best:
            best, best_span = run, (start, index + 1)
    start, end = _widened(lines, *best_span)
    clocks = [index for index, line in enumerate(lines) if line.clock]
    if not page and len(clocks) > 1:  # entries of a live blog, the first of which may be short lines alone
        start = min(start, clocks[0])
    while not page and 0 < end < len(lines) and _goes_on(lines[end]):
        end += 1
    return start, end


def _goes_on(line: Line) -> bool:
    """Whether a line below the text of what is no whole page is its last paragraph, however short."""
    return not (line.residue or line.ended or line.bullet) and ends_sentence(line.text)


def _alone(lines: list[Line]) -> Iterator[bool]:
    """Of each line whether the lines before and after it, but for residue, are no prose."""
    told = [False, *(line.prose for line in lines if not line.residue), False]
    at = 0
    for line in lines:
        at += not line.residue
        yield not line.residue and not told[at - 1] and not told[at + 1]


def _widened(lines: list[Line], start: int, end: int) -> tuple[int, int]:
    """A span with the other large parts of its text: those beyond a list or a box, of some paragraphs each."""
    parts: list[tuple[int, int]] = []
    part: list[int] = []
    for index, line in enumerate(lines):
        if line.prose and not line.bullet:
            part.append(index)
        elif part and not line.residue:
            if len(part) > 1 and sum(lines[i].weight for i in part) > PART:
                parts.append((part[0], part[-1] + 1))
            part = []
    for first, last in reversed(parts):
        if last <= start and sum(not line.residue for line in lines[last:start]) <= NEAR:
            start = first
    for first, last in parts:
        between = lines[end:first]
        if (
            first >= end
            and sum(not line.residue for line in between) <= NEAR
            and not any(line.ended for line in between)
        ):
            end = last
    return start, end
