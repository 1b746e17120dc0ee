"""A pasted text -> its lines, unwrapped, and the stretch of them that reads as an article. Refuses nothing."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

from app.extract.masthead import is_stated_masthead
from app.extract.residue import is_residue
from app.extract.text import ends_sentence, squeeze

_BULLET = re.compile(r"^(?:[*+•·▪◦○●_]|\d{1,2}\.(?=\s\D))\s*")
_CJK = re.compile(r"[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af]")

IDLE_LINE, IDLE_BULLET, IDLE_MOST = 0.15, 0.4, 5


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
    def prose(self) -> bool:
        if self.residue or (self.weight < 260 and is_stated_masthead(self.text)):
            return False
        return (self.weight >= 60 and ends_sentence(self.text)) or self.weight >= (220 if self.bullet else 130)


def read_lines(text: str) -> list[Line]:
    """The lines that hold anything, in order."""
    found: list[Line] = []
    spaced = True
    for raw in _unwrapped(text.splitlines()):
        line = squeeze(raw)
        if not line:
            spaced = True
            continue
        bare = _BULLET.sub("", line)
        found.append(Line(bare or line, bare != line, spaced, is_residue(bare)))
        spaced = False
    return found


def _unwrapped(raw: list[str]) -> list[str]:
    """Lines joined where a mail program or a terminal broke them at a fixed column."""
    full = [line.rstrip() for line in raw]
    filled = [line for line in full if line]
    inner = [line for line, after in pairwise(full) if line and after]
    if len(inner) < 6 or max(map(len, filled)) > 100:
        return full
    width = max(map(len, filled))
    wrapped = sum(0.8 * width <= len(line) for line in inner)
    if width < 50 or wrapped < 0.75 * len(inner):
        return full
    joined: list[str] = []
    fresh = True
    for line in full:
        if line and not fresh:
            joined[-1] += " " + line.strip()
        else:
            joined.append(line)
        fresh = not line
    return joined


def article_span(lines: list[Line]) -> tuple[int, int]:
    """`[start, end)` of the lines that hold the running text: the stretch with the most prose and the least of
    everything else. (0, 0) where no line is prose."""
    best, best_span, run, start, idle = 0.0, (0, 0), 0.0, 0, 0
    for index, line in enumerate(lines):
        if line.prose:
            gain, idle = min(line.weight, 600) / 100, 0
        else:
            idle += 1
            gain = -(IDLE_BULLET if line.bullet else IDLE_LINE) * min(idle, IDLE_MOST)
        if run <= 0:
            run, start = 0.0, index
        run += gain
        if run > best:
            best, best_span = run, (start, index + 1)
    return best_span
