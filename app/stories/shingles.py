"""Pure: whether two texts are the same story, by runs of five words that they share (shingles), not by their titles.
Candidates are found by bands of a MinHash signature (Broder 1997; Leskovec, Rajaraman, Ullman, chapter 3), and whether
they are copies is then counted word by word. The figures below were set on articles of our own: see tests/stories."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

RUN = 5  # words of a shingle
HASHES, ROWS = 64, 2  # of a signature, and of it in a band: texts that share a fifth of their runs meet 3 times in 4
FEWEST = 30  # words of a text that is compared: shorter ones are notices and excuses
ENOUGH = 0.5  # of the words of one stand in the other
# Scripts that put no space between words give each character for a word.
_UNSPACED = r"\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff"
_WORD = re.compile(rf"[{_UNSPACED}]|[^\W_{_UNSPACED}]+")


@dataclass(frozen=True)
class Shingles:
    """The runs of a text as 64-bit numbers, in their order, and how many words it has. A text shorter than a run is one."""

    runs: Sequence[int]
    words: int

    @cached_property
    def distinct(self) -> frozenset[int]:
        return frozenset(self.runs)


def shingles(text: str) -> Shingles:
    """Case, punctuation and white space do not count."""
    words = _WORD.findall(unicodedata.normalize("NFKC", text).casefold())
    runs = [" ".join(words[start : start + RUN]) for start in range(max(len(words) - RUN + 1, 1 if words else 0))]
    return Shingles([_number(run) for run in runs], len(words))


def share(text: Shingles, other: Shingles) -> float:
    """How much of `text` stands in `other` too, by its words that are in a common run: 0 to 1; of nothing, 0."""
    common, covered, reached = other.distinct, 0, 0
    for start, run in enumerate(text.runs):
        if run in common:
            end = min(start + RUN, text.words)
            covered += end - max(start, reached)
            reached = end
    return covered / text.words if text.words else 0.0


def resemblance(one: Shingles, other: Shingles) -> float:
    """Jaccard's measure: common runs among all runs."""
    every = len(one.distinct | other.distinct)
    return len(one.distinct & other.distinct) / every if every else 0.0


def are_copies(one: Shingles, other: Shingles) -> bool:
    """Whether half of one stands in the other, whichever is the longer."""
    if min(one.words, other.words) < FEWEST:
        return False
    return max(share(one, other), share(other, one)) >= ENOUGH


def signature(text: Shingles) -> list[int]:
    """The least run under each of HASHES orders: two texts agree in as many places as they resemble each other."""
    import numpy as np

    runs = np.fromiter(text.distinct, dtype=np.uint64, count=len(text.distinct))
    return [int((runs * np.uint64(factor) + np.uint64(term)).min()) for factor, term in _ORDERS] if len(runs) else []


def bands(text: Shingles) -> list[int]:
    """What texts that may be copies have in common: signed 64-bit numbers, none for a text that is too short."""
    if text.words < FEWEST:
        return []
    least = signature(text)
    rows = (f"{start}:{least[start : start + ROWS]}" for start in range(0, HASHES, ROWS))
    return [_number(row) - 2**63 for row in rows]


def _number(words: str) -> int:
    return int.from_bytes(hashlib.blake2b(words.encode("utf-8", "surrogatepass"), digest_size=8).digest())


_ORDERS = [(_number(f"factor {n}") | 1, _number(f"term {n}")) for n in range(HASHES)]  # multiply-shift
