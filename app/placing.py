"""Where the words of a highlight stand in a text. Pure. Offsets are Unicode code points, half open. The words as they are,
then without regard to white space, quotation marks, dashes and what cannot be seen, then what resembles them most: never
words that do not resemble them."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left, bisect_right
from collections import Counter
from dataclasses import dataclass
from typing import Protocol

from rapidfuzz import fuzz
from rapidfuzz.distance import Levenshtein

FLOOR = 0.78  # likeness, of 1, under which words are not the same passage
SHORTEST = 15  # characters that are looked for by likeness: shorter words resemble too much
LONGEST = 20_000
MOST_PLACES = 500
AROUND = 64  # characters of context that are compared
_UNSEEN = frozenset("\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\ufeff\x00\u0670")
_UNSEEN |= {chr(n) for n in (*range(0x591, 0x5C8), *range(0x64B, 0x660))}  # vowel marks, which are left out at will
_MARKS = dict.fromkeys(
    "\"'`\u00b4\u2018\u2019\u201a\u201b\u201c\u201d\u201e\u201f\u00ab\u00bb\u2039\u203a\u2032\u2033\u300c\u300d\u300e\u300f",
    "'",
)
_DASHES = dict.fromkeys("-\u2010\u2011\u2012\u2013\u2014\u2015\u2212", "-")
_FOLDED = {**_MARKS, **_DASHES, "\u2026": "..."}
_PIECE = re.compile(r"[0-9A-Za-z,.;:!?()/%&]+|\s+|.", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Placed:
    """`how`: exact, normalised or alike; `score` is the likeness, 1 for the very words."""

    start: int
    end: int
    score: float
    how: str


class Wanted(Protocol):
    """What is looked for. `quote` are the words as another program kept them; `prefix`, `suffix` and `start` only help."""

    @property
    def quote(self) -> str: ...
    @property
    def prefix(self) -> str: ...
    @property
    def suffix(self) -> str: ...
    @property
    def start(self) -> int | None: ...


class Plain:
    """A text in its plain form; `starts` and `ends` say of each of its characters where the one it came from stands."""

    def __init__(self, text: str) -> None:
        parts: list[str] = []
        self.starts: list[int] = []
        self.ends: list[int] = []
        at = 0
        while at < len(text):
            found = _PIECE.match(text, at)
            end = found.end() if found else at + 1
            last = end
            while last < len(text) and unicodedata.combining(text[last]):
                last += 1
            alone = end if last == end and end - at > 1 else end - 1  # what is plain already, each by itself
            if text[at:end].isspace():
                alone = at
            self._take(parts, text[at:alone].lower(), range(at, alone), range(at + 1, alone + 1))
            if alone < last:
                self._one(parts, text, alone, last)
            at = last
        self.text = "".join(parts)

    def _one(self, parts: list[str], text: str, at: int, end: int) -> None:
        """A cluster: white space, or a character with the marks that combine with it."""
        seen = "".join(c for c in unicodedata.normalize("NFKC", text[at:end]) if c not in _UNSEEN)
        folded = "".join(_FOLDED.get(c, c) for c in seen).casefold()
        if folded.isspace():
            folded = " " if not parts or not parts[-1].endswith(" ") else ""
        self._take(parts, folded, (at,) * len(folded), (end,) * len(folded))

    def _take(
        self, parts: list[str], plain: str, starts: range | tuple[int, ...], ends: range | tuple[int, ...]
    ) -> None:
        if plain:
            parts.append(plain)
            self.starts.extend(starts)
            self.ends.extend(ends)


class Text:
    """An article's text, ready to have many highlights placed in it."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._plain: Plain | None = None

    @property
    def plain(self) -> Plain:
        if self._plain is None:
            self._plain = Plain(self.text)
        return self._plain

    def place(self, wanted: Wanted) -> Placed | None:
        quote = wanted.quote.strip()[:LONGEST]
        if not quote:
            return None
        if exact := _places(self.text, quote):
            start, end = self._chosen([(a, a + len(quote)) for a in exact], wanted)
            return Placed(start, end, 1.0, "exact")
        return self._normalised(quote, wanted) or self._alike(quote, wanted)

    def _normalised(self, quote: str, wanted: Wanted) -> Placed | None:
        whole = Plain(quote).text.strip()
        bare = re.sub(r"^(?:\.\.\.|'|\s)+|(?:\.\.\.|'|\s)+$", "", whole)
        for words, score in ((whole, 0.99), (bare, 0.97)):
            if len(words) < 2 or not any(c.isalnum() for c in words):
                continue
            found = [self._bounds(a, a + len(words)) for a in _places(self.plain.text, words)]
            if found:
                return Placed(*self._chosen(found, wanted), score, "normalised")
        return None

    def _bounds(self, start: int, end: int) -> tuple[int, int]:
        """Of a stretch of the plain form, in the text itself, without white space at its ends."""
        plain = self.plain
        a, b = plain.starts[start], plain.ends[end - 1]
        words = self.text[a:b]
        a += len(words) - len(words.lstrip())
        return a, a + len(words.strip())

    def _chosen(self, found: list[tuple[int, int]], wanted: Wanted) -> tuple[int, int]:
        """Of several places the one whose context fits best, then the nearest to the hint, then the first."""
        if len(found) == 1:
            return found[0]
        before, after = Plain(wanted.prefix[-AROUND:]).text.strip(), Plain(wanted.suffix[:AROUND]).text.strip()

        def rank(bounds: tuple[int, int]) -> tuple[float, int, int]:
            a, b = bounds
            fits = 0.0
            if before:
                fits += _common(before[::-1], Plain(self.text[max(0, a - 2 * AROUND) : a]).text.strip()[::-1])
            if after:
                fits += _common(after, Plain(self.text[b : b + 2 * AROUND]).text.strip())
            return -fits, abs(a - wanted.start) if wanted.start is not None else 0, a

        return min(found, key=rank)

    # By likeness: parts of the words that stand in the text as they are vote for where the whole begins; there the bounds
    # are fitted to words.

    def _alike(self, quote: str, wanted: Wanted) -> Placed | None:
        words = Plain(quote).text.strip()
        if len(words) < SHORTEST:
            return None
        best: tuple[float, int, int] | None = None
        for at in self._candidates(words, wanted):
            found = self._fitted(words, at)
            if found and (best is None or found[0] > best[0] + 1e-9):
                best = found
        if best is None or best[0] < FLOOR + (0.1 if len(words) < 40 else 0.0):
            return None
        start, end = self._bounds(best[1], best[2])
        return Placed(start, end, round(best[0], 4), "alike") if start < end else None

    def _candidates(self, words: str, wanted: Wanted) -> list[int]:
        """Offsets in the plain form where the words may begin, the likeliest first."""
        for size in (16, 8, 5):
            votes: Counter[int] = Counter()
            for at in range(0, max(1, len(words) - size + 1), max(1, size // 2, len(words) // 400)):
                for place in _places(self.plain.text, words[at : at + size], 40):
                    votes[(place - at) // 32] += 1
            if votes:
                hint = wanted.start if wanted.start is not None else 0
                most = sorted(votes, key=lambda bin_: (-(votes[bin_] + votes[bin_ + 1]), abs(bin_ * 32 - hint)))
                return [bin_ * 32 for bin_ in most[:6]]
        return []

    def _fitted(self, words: str, at: int) -> tuple[float, int, int] | None:
        """The likeness of what stands about `at`, and its bounds in the plain form."""
        text, slack = self.plain.text, 48 + len(words) // 8
        low, high = max(0, at - slack), min(len(text), at + len(words) + slack)
        window = text[low:high]
        aligned = fuzz.partial_ratio_alignment(words, window, score_cutoff=40) if len(words) <= len(window) else None
        start, end = (low + aligned.dest_start, low + aligned.dest_end) if aligned else (max(0, at), high)
        begins = [m.start() for m in re.finditer(r"(?<!\S)\S", text[low:high])]
        ends = [m.end() for m in re.finditer(r"\S(?!\S)", text[low:high])]
        begins, ends = _near([low + n for n in begins], start), _near([low + n for n in ends], end)
        for _ in range(2):
            start = max((b for b in begins if b < end), key=lambda b: _likeness(words, text[b:end]), default=start)
            end = max((e for e in ends if e > start), key=lambda e: _likeness(words, text[start:e]), default=end)
        score = _likeness(words, text[start:end])
        return (score, start, end) if start < end and _resemble(words, text[start:end]) else None


def _places(text: str, words: str, most: int = MOST_PLACES) -> list[int]:
    found: list[int] = []
    at = text.find(words)
    while at >= 0 and len(found) < most:
        found.append(at)
        at = text.find(words, at + 1)
    return found


def _common(one: str, other: str) -> int:
    length = 0
    for a, b in zip(one, other, strict=False):
        if a != b:
            break
        length += 1
    return length


def _near(offsets: list[int], at: int, most: int = 6) -> list[int]:
    n = bisect_left(offsets, at)
    return [*offsets[max(0, n - most) : bisect_right(offsets, at) + most], at]


def _likeness(one: str, other: str) -> float:
    return Levenshtein.normalized_similarity(one, other)


def _resemble(one: str, other: str) -> bool:
    """That most words of the passage are in both; of a script without spaces, most characters."""
    mine, theirs = Counter(re.findall(r"\w+", one)), Counter(re.findall(r"\w+", other))
    if sum(mine.values()) < 3:
        mine, theirs = Counter(one), Counter(other)
    return sum((mine & theirs).values()) >= 0.6 * max(1, sum(mine.values()))
