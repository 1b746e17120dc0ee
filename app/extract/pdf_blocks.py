"""Lines in reading order -> blocks: paragraphs put together across lines, columns and pages, headings by the size of their
type, lists by their marks. Joins words that were broken at a line's end, and changes no other letter."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from app.extract.pdf_layout import Laid
from app.extract.pdf_lines import Line
from app.extract.text import ends_sentence, squeeze

_MARK = re.compile(r"^(?:[•·▪◦○●■□►▸✓*]\s*|[–—-]\s+|\d{1,2}[.)]\s+(?=\D))")
_CJK = r"\u2e80-\u303f\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uff00-\uffef"
_CJK_END = re.compile(rf"[{_CJK}]$")
_CJK_START = re.compile(rf"^[{_CJK}]")
_HANGUL_END = re.compile(r"[\uac00-\ud7a3]$")
_HANGUL_START = re.compile(r"^[\uac00-\ud7a3]")
_HYPHEN = re.compile(r"[^\W\d_][-\u2010\u00ad\u2011]$")
_SET_APART = re.compile(r"\s+\u2010$")  # a hyphen out of another font
_AND = re.compile(r"^(?:und|oder|bzw|and|or|et|ou|y|o|e|och|og|en|of)\b")
_WORDS = re.compile(r"[^\W\d_]+(?:[-\u2010\u2011][^\W\d_]+)*")

LARGER, SMALLER = 1.08, 0.88


@dataclass
class Block:
    """Lines of one kind that belong together; `type` is a block type of a Document, or "small" for small print."""

    type: str
    lines: list[Line]
    text: str = ""
    page: int = field(init=False)
    size: float = field(init=False)

    def __post_init__(self) -> None:
        self.page, self.size = self.lines[0].page, self.lines[0].size


def read_blocks(laid: Laid) -> list[Block]:
    """The blocks of a document; small print stands after the paragraph that it interrupts."""
    running = [line for line in laid.lines if line.size > SMALLER * laid.body]
    small = [line for line in laid.lines if line.size <= SMALLER * laid.body]
    leading = _leading(laid.lines)
    words = Words(laid.lines)
    blocks: list[Block] = []
    for lines in (*_grouped(running, leading, laid.body), *_grouped(small, leading, laid.body)):
        block = Block(_type(lines, laid.body), lines)
        block.text = words.joined(lines)
        if block.type == "li":
            block.text = _MARK.sub("", block.text)
        blocks.append(block)
    places = {id(line): number for number, line in enumerate(laid.lines)}
    return sorted((b for b in blocks if b.text), key=lambda block: places[id(block.lines[0])])


def _leading(lines: Sequence[Line]) -> dict[int, float]:
    """From one base line to the next, by size of type: what is most usual within columns."""
    gaps: dict[int, Counter[float]] = defaultdict(Counter)
    for a, b in pairwise(lines):
        if a.column == b.column and round(a.size) == round(b.size) and 0 < a.base - b.base < 3.2 * a.size:
            gaps[round(a.size)][round((a.base - b.base) * 2) / 2] += 1
    found = {}
    for size, counts in gaps.items():
        most = max(counts.values())
        found[size] = min(gap for gap, count in counts.items() if count >= max(2, 0.3 * most) or count == most)
    return found


def _grouped(lines: Sequence[Line], leading: dict[int, float], body: float) -> Iterator[list[Line]]:
    group: list[Line] = []
    for line in lines:
        if group and _begins(group, line, leading, body):
            yield group
            group = []
        group.append(line)
    if group:
        yield group


def _begins(group: list[Line], line: Line, leading: dict[int, float], body: float) -> bool:
    """Whether a paragraph ends between two lines."""
    before = group[-1]
    fits, ended = _fits(before, line), ends_sentence(before.text.rstrip())
    if abs(before.size - line.size) > 0.06 * before.size or _begins_item(group, line, fits=fits, ended=ended):
        return True
    if before.bold != line.bold and (fits or ended):
        return True
    indented = line.x0 > line.left + 0.7 * line.size
    if line.page != before.page or line.base > before.base:  # the next column
        return indented or (ended and fits)
    gap = before.base - line.base
    if gap > 1.28 * leading.get(round(line.size), 1.35 * line.size):
        return True
    if line.size >= LARGER * body:  # a headline may be broken anywhere
        return False
    return _begins_below(group, line, indented=indented, ended=ended, fits=fits)


def _begins_item(group: list[Line], line: Line, *, fits: bool, ended: bool) -> bool:
    """A dash or a number is a mark only where something ended before it: "on the / 12. May" is none."""
    mark = _MARK.match(line.text)
    if not mark or mark.group()[0] not in "–—-0123456789":
        return bool(mark)
    return ended or fits or bool(_MARK.match(group[0].text) and abs(group[0].x0 - line.x0) < 0.3 * line.size)


def _begins_below(group: list[Line], line: Line, *, indented: bool, ended: bool, fits: bool) -> bool:
    """The same for a line right below the other, in type of the same size."""
    before = group[-1]
    if _MARK.match(group[0].text):
        return line.x0 < group[0].x0 + 0.3 * line.size and ended and fits
    if indented and before.x0 < before.left + 0.3 * before.size:
        return ended or fits
    if indented and len(group) == 1 and fits and before.width < 0.75 * (before.right - before.left):
        return True
    short = before.width < 0.55 * (before.right - before.left)
    return fits and (ended or (short and not line.text[:1].islower()))


def _fits(before: Line, line: Line) -> bool:
    """Whether the first word of a line had room on the line before: then something ended there."""
    letter = line.width / max(len(line.text), 1)
    word = 2 if _CJK_START.match(line.text) else len(line.text.split(" ")[0])
    return before.right - before.x1 > (word + 1) * letter + 0.4 * line.size


def _type(lines: list[Line], body: float) -> str:
    first, text = lines[0], " ".join(line.text for line in lines)
    if first.size <= SMALLER * body:
        return "small"
    if _MARK.match(first.text):
        return "li"
    short = len(text) < 200 and len(lines) < 5
    if short and (
        first.size >= LARGER * body
        or (all(line.bold for line in lines) and not text.rstrip().endswith((".", ",", "。")))
    ):
        return "heading"
    inset = all(line.x0 > line.left + 1.1 * line.size for line in lines)
    return "quote" if inset and len(lines) > 1 else "p"


class Words:
    """What the text itself says of how its words are written: with a hyphen or without, apart or together."""

    def __init__(self, lines: Sequence[Line]) -> None:
        self.known = Counter(word.casefold() for line in lines for word in _WORDS.findall(line.text[:-1]))
        ends = sum(bool(_HYPHEN.search(line.text.rstrip())) for line in lines)
        self.hyphenates = ends > 0.035 * len(lines)
        full = [line for line in lines if _HANGUL_END.search(line.text.rstrip()) and line.width > 8 * line.size]
        self.breaks_words = len(full) > 4 and sum(f.right - f.x1 < 1.1 * f.size for f in full) > 0.8 * len(full)

    def joined(self, lines: Sequence[Line]) -> str:
        text = ""
        for line in lines:
            part = _SET_APART.sub("\u2010", line.text.strip())
            text = self._join(text, part) if text else part
        return squeeze(text.replace("\u00ad", ""))

    def _join(self, text: str, part: str) -> str:
        if _HYPHEN.search(text):
            return self._hyphened(text, part)
        if _CJK_END.search(text) and _CJK_START.match(part):
            return text + part
        if _HANGUL_END.search(text) and _HANGUL_START.match(part) and self.breaks_words and self._one_word(text, part):
            return text + part
        if text.endswith(("—", "/")) and not text.endswith((" —", " /")):
            return text + part
        return f"{text} {part}"

    def _hyphened(self, text: str, part: str) -> str:
        head, hyphen = text[:-1], text[-1]
        if _AND.match(part):
            return f"{text} {part}"
        if hyphen == "\u00ad":
            return head + part
        if not part[:1].islower():
            return text + part
        last, first = _WORDS.findall(head)[-1:], _WORDS.match(part)
        a, b = (last[0] if last else "").casefold(), (first.group() if first else "").casefold()
        if self.known[a.split("-")[-1] + b] or self.known[a + b]:
            return head + part
        if self.known[f"{a}-{b}"] or "-" in a or (self.known[a] and self.known[b]) or not self.hyphenates:
            return text + part
        return head + part

    def _one_word(self, text: str, part: str) -> bool:
        a, b = text.rsplit(" ", 1)[-1].strip("'\"“”‘’(,."), re.split(r"[\s,.'\"”’)]", part)[0]
        if self.known[a + b]:
            return True
        return not (self.known[a] and self.known[b])
