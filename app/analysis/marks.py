"""Finds what stands between quotation marks, without a parser and in linear time.

It says where marks open and close, how deep, and which were left open or go on in the next paragraph;
it does not say whether a region is speech: a title or a scare quote is a region too.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass

CLOSERS = {
    "“": '”"',
    "‘": "’",
    '"': '"”',
    "'": "'",
    "«": "»",
    "»": "«",
    "„": "“”",
    "‚": "‘’",
    "‹": "›",
    "「": "」",
    "『": "』",
    "〝": "〞〟",
    "《": "》",
    "〈": "〉",
}
SINGLES = "‘’'‚"
MARKS = re.compile("[“”„\"‘’‚'«»‹›「」『』〝〞〟《》〈〉]")
PARAGRAPH = re.compile(r"[^\r\n\u2028\u2029]+")
OPENING = "([{—–-/‘“\"'«„|…"
PUNCTUATION = ",.?!…;:—–)]}"
ELISIONS = re.compile(r"(?:\d\ds?\b|tis\b|twas\b|til\b|em\b|n\b|cause\b|bout\b|round\b)", re.IGNORECASE)
FEET = re.compile(r"\d['’′] ?\d{1,2}$")
LONGEST = 20_000
LONGEST_BLOCK = 8


@dataclass(frozen=True, slots=True)
class Region:
    """`[start, end)` with its marks; `depth` 0 is outermost; `closed` is false where no closing mark was written;
    `continues` is true where it goes on from the paragraph before; `opened` is false where it does so without a mark."""

    start: int
    end: int
    depth: int
    mark: str
    closed: bool = True
    continues: bool = False
    opened: bool = True

    @property
    def inner(self) -> tuple[int, int]:
        """The words without their marks."""
        return self.start + self.opened, self.end - 1 if self.closed else self.end


# Where and when a story was filed, which nobody says: "PORT ALDEN, March 4 (QNS) - ", "Harby, 3 May 2031 (Coast Wire) — ".
DATELINE = re.compile(
    r"(?:[A-Z][A-Z.'’ /-]{2,40}(?:, [A-Z0-9][^()\n–—:\"“]{1,40})?(?: ?\([^()\n]{2,40}\))?"
    r"|[A-Z][\w.'’/-]{2,20}(?: [A-Z][\w.'’/-]{1,20}){0,2}(?:, [A-Z0-9][^()\n–—:\"“]{1,40})? ?\([A-Z][^()\n]{1,40}\))"
    r" ?(?:--|[-–—]) +"
)


def after_dateline(text: str, start: int, end: int) -> int:
    """Where a paragraph or sentence begins to say something."""
    found = DATELINE.match(text, start, end)
    return found.end() if found else start


def paragraphs(text: str) -> list[tuple[int, int]]:
    """The non-empty lines of a text, trimmed."""
    out = []
    for match in PARAGRAPH.finditer(text):
        line = match.group()
        start = match.start() + len(line) - len(line.lstrip())
        end = match.start() + len(line.rstrip())
        if start < end:
            out.append((start, end))
    return out


def scan(text: str) -> list[Region]:
    """All regions of a text in order of their start."""
    text = _typewriter(text)
    out: list[Region] = []
    open_mark = ""
    lines = paragraphs(text)
    reach = -1
    for number, (start, end) in enumerate(lines):
        if number <= reach:
            continue
        found, left_open = _scan_paragraph(text, start, end)
        following = text[lines[number + 1][0]] if number + 1 < len(lines) else ""
        if text[start] in "‘'" and following == text[start] and not left_open and _alone(text, found, start, end):
            found, left_open = [Region(start, end, 0, text[start], closed=False)], text[start]
        if open_mark and found and found[0].start == start and found[0].mark == open_mark:
            first = found[0]
            found[0] = Region(first.start, first.end, first.depth, first.mark, first.closed, continues=True)
        open_mark = left_open
        out.extend(found)
        if left_open == "“" and following not in ("", "“", '"'):
            more = _block(text, lines[number + 1 : number + 1 + LONGEST_BLOCK])
            out.extend(more)
            if more:
                reach, open_mark = number + len(more), ""
    return out


def _alone(text: str, found: list[Region], start: int, end: int) -> bool:
    """Whether a paragraph opens with a single mark that it never closes."""
    return not any(r.start == start for r in found) and _single_opens(text, start, start, end)


def _block(text: str, lines: list[tuple[int, int]]) -> list[Region]:
    """The paragraphs of a quotation left open, up to the one that ends in a closing mark without an opening one."""
    out: list[Region] = []
    for start, end in lines:
        depth = 0
        for match in MARKS.finditer(text[start:end]):
            if match.group() in "“„":
                depth += 1
            elif match.group() == "”":
                depth -= 1
            if depth < 0:
                break
        if depth < 0:
            if start + match.end() < end:
                return []
            out.append(Region(start, end, 0, "“", closed=True, continues=True, opened=False))
            return out
        if text[start] in "“„":
            return []
        out.append(Region(start, end, 0, "“", closed=False, continues=True, opened=False))
    return []


def _typewriter(text: str) -> str:
    """Two single marks that stand for a double one, as one mark and a filler: the text keeps its length."""
    if "''" not in text and "’’" not in text and "‘‘" not in text and "``" not in text:
        return text
    text = re.sub(r"(?<!\S)(?:''|``|‘‘)(?=\w)", "“ ", text)
    return text.replace("’’", "_”").replace("''", "_”")


def _scan_paragraph(text: str, start: int, end: int) -> tuple[list[Region], str]:
    """Regions of one paragraph, and the mark that its last region left open ("" for none)."""
    marks = [m.start() + start for m in MARKS.finditer(text[start:end])]
    singles = _single_regions(text, marks, start, end)
    guillemet = next((text[i] for i in marks if text[i] in "«»"), "«")
    stack: list[tuple[int, str]] = []
    done: list[Region] = []
    for i in marks:
        char = text[i]
        if char in SINGLES and not (char == "’" and stack and char in CLOSERS[stack[-1][1]]):
            if char == "‘" and stack and stack[-1][1] == "‚":
                done.append(Region(stack.pop()[0], i + 1, len(stack), "‚"))
            elif char == "‚" and text[i + 1 : i + 2].isalnum() and i + 1 < end:
                stack.append((i, char))
            continue
        if _closes(text, i, start, end, char, stack):
            opened, mark = stack.pop()
            done.append(Region(opened, i + 1, len(stack), mark))
        elif _opens(text, i, end, char, stack, guillemet):
            stack.append((i, "“" if char == "”" else char))
    left_open = ""
    if stack:
        opened, mark = stack[0]
        if mark != "‚" and (mark != '"' or _may_stay_open(text, opened, start)):
            done = [r for r in done if r.end <= opened]
            done.append(Region(opened, end, 0, mark, closed=False))
            left_open = mark
        else:
            strays = [place for place, _ in stack]
            done = [Region(r.start, r.end, r.depth - bisect_left(strays, r.start), r.mark) for r in done]
    return _nest(done, singles), left_open


def _closes(text: str, i: int, start: int, end: int, char: str, stack: list[tuple[int, str]]) -> bool:
    if stack and char == "“" == stack[-1][1] and i + 1 < end and not text[i - 1].isspace() and text[i + 1].isspace():
        return True
    if not stack or char not in CLOSERS[stack[-1][1]]:
        return False
    if char != '"':
        return True
    before, after = text[i - 1] if i > start else " ", text[i + 1] if i + 1 < end else " "
    if before.isspace() or before in "([":
        # A blank before and a letter after: a second opening mark, unless the writer sets blanks on both sides.
        return not after.isalnum() and i - 1 != stack[-1][0]
    if before.isdigit() and FEET.search(text[max(start, i - 6) : i]) and text.find('"', i + 1, end) > 0:
        return False
    # 6" pipe: an inch mark only where the quotation goes on and closes elsewhere.
    return not (
        before.isdigit() and after == " " and text.find('"', i + 1, min(end, i + 200)) > 0 and text[i + 2].islower()
    )


def _opens(text: str, i: int, end: int, char: str, stack: list[tuple[int, str]], guillemet: str) -> bool:
    after = text[i + 1] if i + 1 < end else " "
    before = text[i - 1] if i else " "
    if char == '"':
        if before.isdigit():
            return False
        if after.isspace() and before.isspace() and not stack:
            return text[i + 2 : i + 3].isupper()
        return not after.isspace() and (before.isspace() or before in OPENING or not before.isalnum())
    if char in "«»":
        return char == guillemet
    if char == "”":
        return not stack and before.isspace() and after.isalnum()
    if char in "“„":
        return not (stack and stack[-1][1] == char and before.isalnum())
    return char in CLOSERS


def _may_stay_open(text: str, opened: int, start: int) -> bool:
    """A straight mark without its fellow is speech left open only where speech can begin."""
    before = text[start:opened].rstrip()
    return not before or before[-1] in ",:.!?"


def _single_regions(text: str, marks: list[int], start: int, end: int) -> list[Region]:
    """‘Speech’ and 'speech', told from apostrophes: a strong closing mark follows punctuation."""
    singles = [i for i in marks if text[i] in "‘’'"]
    if not any(_single_opens(text, i, start, end) for i in singles):
        return []
    closers = [i for i in singles if _single_closes(text, i, start, end)]
    strong = [i for i in closers if text[i - 1] in PUNCTUATION]
    nearby = [
        i for i in closers if text[i - 1] != "s" or text[i + 1 : i + 2] != " " or not text[i + 2 : i + 3].isalpha()
    ]
    out: list[Region] = []
    reach = start
    for i in singles:
        if i < reach or not _single_opens(text, i, start, end):
            continue
        straight = text[i] == "'"
        closer = -1
        for choice in (nearby, strong, closers):
            at = bisect_left(choice, i + 2)
            while at < len(choice) and (text[choice[at]] == "'") != straight:
                at += 1
                if at - bisect_left(choice, i + 2) > 50:
                    at = len(choice)
            if (
                at < len(choice)
                and choice[at] - i < LONGEST
                and (closer < 0 or (choice is strong and choice[at] < closer))
            ):
                closer = choice[at]
        if closer > 0:
            out.append(Region(i, closer + 1, 0, text[i]))
            reach = closer + 1
    return out


def _single_opens(text: str, i: int, start: int, end: int) -> bool:
    if text[i] not in "‘'" or i + 1 >= end or not (text[i + 1].isalnum() or text[i + 1] in '[“"…$£€'):
        return False
    before = text[i - 1] if i > start else " "
    if not (before.isspace() or before in OPENING):
        return False
    return not ELISIONS.match(text, i + 1)


def _single_closes(text: str, i: int, start: int, end: int) -> bool:
    if text[i] not in "’'" or i <= start or text[i - 1].isspace():
        return False
    if text[i - 1].isdigit() and text[i + 1 : i + 2] == " " and text[i + 2 : i + 3].isdigit():
        return False
    return i + 1 >= end or not text[i + 1].isalnum()


def _nest(done: list[Region], singles: list[Region]) -> list[Region]:
    """Put single-quoted regions below or above the double ones; drop those that straddle one."""
    if not singles:
        return sorted(done, key=lambda r: (r.start, -r.end))
    merged = sorted(done + singles, key=lambda r: (r.start, -r.end))
    out: list[Region] = []
    stack: list[Region] = []
    for region in merged:
        while stack and stack[-1].end <= region.start:
            stack.pop()
        if stack and region.end > stack[-1].end:
            if region.mark in SINGLES or stack[-1].mark not in SINGLES:
                continue
            straddled = stack.pop()
            out = [r for r in out if r.start != straddled.start]
        nested = Region(region.start, region.end, len(stack), region.mark, region.closed, region.continues)
        out.append(nested)
        stack.append(nested)
    return out
