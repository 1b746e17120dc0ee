"""Which words of an older text are which of a newer one: pure, and linear in time but for short gaps. Words are compared
without case; offsets are code points."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence

from rapidfuzz.distance import LCSseq

# A word (signs beyond ASCII that are no punctuation belong to it: vowel signs, accents, emoji), a character of a script
# without blanks, or any other sign.
_TOKEN = re.compile(
    r"[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]"
    r"|(?:\w|[^\x00-\u00bf\s\u2010-\u206f\u3000-\u303f\uff00-\uff0f\uff1a-\uff20\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff])+"
    r"|[^\w\s]"
)
GRAM = 4  # tokens in a row that, once in both versions, are taken to be the same
GAP = 4_000_000  # most cells of a gap between two of those that is aligned token by token


class Tokens:
    """The words of a text without case, and where they stand."""

    __slots__ = ("ends", "starts", "words")

    def __init__(self, text: str) -> None:
        found = list(_TOKEN.finditer(text))
        self.words = [match[0].casefold() for match in found]
        self.starts = [match.start() for match in found]
        self.ends = [match.end() for match in found]

    def within(self, start: int, end: int) -> range:
        """The tokens that overlap [start, end)."""
        return range(bisect_right(self.ends, start), bisect_left(self.starts, end))


class Alignment:
    """Which words of an older text are which of a newer one, in linear time but for short gaps: `there[i]` is the newer
    token of the i-th older one, `back` the reverse; -1 where there is none."""

    def __init__(self, old: str, new: str) -> None:
        self.old, self.new = Tokens(old), Tokens(new)
        self.there = [-1] * len(self.old.words)
        self.back = [-1] * len(self.new.words)
        a, b = self.old.words, self.new.words
        shorter = min(len(a), len(b))
        low = next((i for i in range(shorter) if a[i] != b[i]), shorter)
        high = next((i for i in range(shorter - low) if a[-1 - i] != b[-1 - i]), shorter - low)
        self._pair(0, 0, low)
        self._pair(len(a) - high, len(b) - high, high)
        self._between(low, len(a) - high, low, len(b) - high)

    def _between(self, i: int, a_end: int, j: int, b_end: int) -> None:
        a, b = self.old.words, self.new.words
        for p, q in [*_landmarks(a, b, (i, a_end), (j, b_end)), (a_end, b_end)]:
            if p < i or q < j:
                continue
            if (p - i) * (q - j) <= GAP:
                for at, to, size in runs(a[i:p], b[j:q]):
                    self._pair(i + at, j + to, size)
            i, j = p, q
            while i < a_end and j < b_end and a[i] == b[j]:
                i, j = i + 1, j + 1
            self._pair(p, q, i - p)

    def _pair(self, i: int, j: int, size: int) -> None:
        self.there[i : i + size] = range(j, j + size)
        self.back[j : j + size] = range(i, i + size)


def runs(a: Sequence[str], b: Sequence[str]) -> Iterator[tuple[int, int, int]]:
    """Runs of the longest common subsequence: (place in a, place in b, size)."""
    if a and b:
        for step in LCSseq.opcodes(a, b):
            if step.tag == "equal":
                yield step.src_start, step.dest_start, step.src_end - step.src_start


def _landmarks(
    a: Sequence[str], b: Sequence[str], here: tuple[int, int], there: tuple[int, int]
) -> list[tuple[int, int]]:
    """Where runs of GRAM tokens that are once in both texts stand, in the longest order that both share (patience diff)."""
    ours, theirs = _once(a, *here), _once(b, *there)
    both = [(i, theirs[gram]) for gram, i in ours.items() if i >= 0 and theirs.get(gram, -1) >= 0]
    tails: list[int] = []
    ends: list[int] = []
    before: list[int] = []
    for number, (_, j) in enumerate(both):
        place = bisect_left(tails, j)
        tails[place : place + 1] = [j]
        ends[place : place + 1] = [number]
        before.append(ends[place - 1] if place else -1)
    out, number = [], ends[-1] if ends else -1
    while number >= 0:
        out.append(both[number])
        number = before[number]
    return out[::-1]


def _once(words: Sequence[str], start: int, end: int) -> dict[tuple[str, ...], int]:
    """Where each run of GRAM tokens stands; -1 where it stands twice."""
    seen: dict[tuple[str, ...], int] = {}
    for i in range(start, end - GRAM + 1):
        gram = tuple(words[i : i + GRAM])
        seen[gram] = -1 if gram in seen else i
    return seen
