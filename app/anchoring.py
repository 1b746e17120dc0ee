"""Where a passage is in another version of its text: pure, in code points, and it changes neither text.

The same words are looked for first. Where they stand several times, or not at all, an alignment of both versions says where
the passage's words went, and a fuzzy search finds what was moved and changed. What is found counts only from a likelihood of
FLOOR: a lookalike elsewhere is no passage, and no place is better than a wrong one. The weights of that likelihood were
fitted on passages of openly licensed texts with a history of edits.
"""

from __future__ import annotations

import math
import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from rapidfuzz import fuzz
from rapidfuzz.distance import Indel, LCSseq

# A word (signs beyond ASCII that are no punctuation belong to it: vowel signs, accents, emoji), a character of a script
# without blanks, or any other sign.
_TOKEN = re.compile(
    r"[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]"
    r"|(?:\w|[^\x00-\u00bf\s\u2010-\u206f\u3000-\u303f\uff00-\uff0f\uff1a-\uff20\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff])+"
    r"|[^\w\s]"
)
GRAM = 4  # tokens in a row that, once in both versions, are taken to be the same
GAP = 4_000_000  # most cells of a gap between two of those that is aligned token by token
BRIDGE = 64  # letters that may have come between two words of a passage
CONTEXT = 32  # characters of a passage's prefix and suffix
NEAR = 12  # tokens
NEEDLE = 400  # characters of a passage that are searched for
COPIES = 200  # places of the same words that are weighed
TRUSTED = 24  # characters from which the same words are the same passage, whatever stands around them
FLOOR = 0.58


class Anchored(NamedTuple):
    """`state`: exact (the same words in the same place of the text), moved (the same words elsewhere), changed, or lost
    (`start` and `end` are None). `score`, from 0 to 1, is how sure that is."""

    state: str
    start: int | None
    end: int | None
    score: float


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
                for at, to, size in _same(a[i:p], b[j:q]):
                    self._pair(i + at, j + to, size)
            i, j = p, q
            while i < a_end and j < b_end and a[i] == b[j]:
                i, j = i + 1, j + 1
            self._pair(p, q, i - p)

    def _pair(self, i: int, j: int, size: int) -> None:
        self.there[i : i + size] = range(j, j + size)
        self.back[j : j + size] = range(i, i + size)


def _same(a: Sequence[str], b: Sequence[str]) -> Iterator[tuple[int, int, int]]:
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


class _Place(NamedTuple):
    """Tokens [first, last] of the newer text, the share of the passage's letters among them, Dice's likeness in letters,
    and how many of its words are there."""

    first: int
    last: int
    kept: float
    likeness: float
    words: int


def reanchor(
    new: str, *, exact: str, prefix: str = "", suffix: str = "", start: int = 0, alignment: Alignment | None = None
) -> Anchored:
    """Where the passage `exact`, which stood at `start` of an older text between `prefix` and `suffix`, is in `new`.
    `alignment` is that of the older text and `new`: with it fewer passages are lost, and fewer mistaken."""
    if not exact:
        return Anchored("lost", None, None, 0.0)
    if alignment is None:
        return _by_words(new, exact, prefix, suffix, start)
    inside = alignment.old.within(start, start + len(exact))
    copies = _copies(new, exact)
    for at in copies:
        there = alignment.new.within(at, at + len(exact))
        if inside and 2 * sum(alignment.there[i] in there for i in inside) >= len(inside):
            return Anchored("exact", at, at + len(exact), 1.0)
    if free := [at for at in copies if _is_free(alignment, inside, at, at + len(exact))]:
        best = max(free, key=lambda at: _around(new, at, at + len(exact), prefix, suffix))
        context = _around(new, best, best + len(exact), prefix, suffix)
        if len(exact) >= TRUSTED or context >= 0.5:
            return Anchored("moved", best, best + len(exact), 0.5 + context / 2)
    return _by_alignment(new, exact, alignment, inside)


def _copies(text: str, exact: str) -> list[int]:
    out: list[int] = []
    at = text.find(exact)
    while at >= 0 and len(out) < COPIES:
        out.append(at)
        at = text.find(exact, at + 1)
    return out


def _is_free(alignment: Alignment, inside: range, start: int, end: int) -> bool:
    """Whether these words of the newer text are not, for the most part, other words of the older one."""
    return _foreign(alignment, inside, alignment.new.within(start, end)) <= 0.5


def _foreign(alignment: Alignment, inside: range, there: range) -> float:
    """The share of letters that other words of the older text have become."""
    words = alignment.new.words
    other = sum(len(words[i]) for i in there if alignment.back[i] >= 0 and alignment.back[i] not in inside)
    return other / max(1, sum(len(words[i]) for i in there))


def _around(text: str, start: int, end: int, prefix: str, suffix: str) -> float:
    """How much what stands around a place is like what stood around the passage; 0.5 where that is not known."""
    left = Indel.normalized_similarity(prefix, text[max(0, start - len(prefix)) : start]) if prefix else 0.5
    right = Indel.normalized_similarity(suffix, text[end : end + len(suffix)]) if suffix else 0.5
    return (left + right) / 2


def _by_alignment(new: str, exact: str, alignment: Alignment, inside: range) -> Anchored:
    chances = []
    if went := _went(alignment, inside):
        near = _neighbours(alignment, inside, went)
        odds = (
            3.3 * went.kept + 5.3 * went.likeness + 3.4 * min(went.words, 6) / 6 + 0.5 * near[0] + 1.1 * near[1]
            + 0.9 * near[0] * near[1] + 0.8 * (len(inside) <= 4) - 0.7 * min(len(inside), 30) / 30 - 7.5
        )  # fmt: skip
        chances.append((_chance(odds) + 0.1, went))
    if like := _resembling(exact, new, alignment.new):
        near = _neighbours(alignment, inside, like)
        foreign = _foreign(alignment, inside, range(like.first, like.last + 1))
        odds = (
            1.8 * like.kept + 5.3 * like.likeness - 3.2 * foreign + 2.8 * near[0] + 2.7 * near[1]
            - 0.9 * near[0] * near[1] + 0.3 * (len(inside) <= 4) + 1.3 * min(len(inside), 30) / 30 - 6.4
        )  # fmt: skip
        chances.append((_chance(odds), like))
    return _answer(new, exact, alignment.new, chances)


def _by_words(new: str, exact: str, prefix: str, suffix: str, start: int) -> Anchored:
    """Without the older text."""
    copies = _copies(new, exact)
    if copies:

        def rank(at: int) -> tuple[float, int]:
            return round(_around(new, at, at + len(exact), prefix, suffix), 2), -abs(at - start)

        best = max(copies, key=rank)
        context = rank(best)[0]
        if len(exact) >= TRUSTED or context >= 0.5:
            return Anchored("exact" if context >= 0.75 else "moved", best, best + len(exact), 0.5 + context / 2)
    tokens = Tokens(new)
    like = _resembling(exact, new, tokens)
    if like is None:
        return Anchored("lost", None, None, 0.0)
    a, b = tokens.starts[like.first], tokens.ends[like.last]
    left = fuzz.partial_ratio(prefix[-24:], new[max(0, a - 60) : a + 8]) / 100 if prefix else 0.5
    right = fuzz.partial_ratio(suffix[:24], new[max(0, b - 8) : b + 60]) / 100 if suffix else 0.5
    size = len(Tokens(exact[:NEEDLE]).words)
    odds = (
        2.2 * like.kept + 5.6 * like.likeness + 3.9 * max(0.0, left - 0.4) + 3.8 * max(0.0, right - 0.4)
        + 2.4 * min(size, 30) / 30 - 8.0
    )  # fmt: skip
    return _answer(new, exact, tokens, [(_chance(odds), like)])


def _answer(new: str, exact: str, tokens: Tokens, chances: Sequence[tuple[float, _Place]]) -> Anchored:
    score, place = max(chances, default=(0.0, None), key=lambda each: each[0])
    score = round(min(1.0, score), 3)
    if place is None or score < FLOOR:
        return Anchored("lost", None, None, score)
    start, end = tokens.starts[place.first], tokens.ends[place.last]
    same = new[start:end] == exact
    return Anchored("moved" if same else "changed", start, end, score)


def _chance(odds: float) -> float:
    return 1 / (1 + math.exp(-odds))


def _neighbours(alignment: Alignment, inside: range, place: _Place) -> tuple[float, float]:
    """The shares of the six words before and after the passage that stand near the place too."""
    there = alignment.there
    left = [abs(there[i] - place.first) <= NEAR for i in range(max(0, inside.start - 6), inside.start) if there[i] >= 0]
    after = range(inside.stop, min(inside.stop + 6, len(there)))
    right = [abs(there[i] - place.last) <= NEAR for i in after if there[i] >= 0]
    return sum(left) / 6, sum(right) / 6


def _run(words: Sequence[str], partners: Sequence[int], new: Tokens) -> _Place | None:
    """Of the runs of the newer text that hold `partners` of a passage's words (-1: none), ascending, without much between
    them, the one with most of its letters."""
    runs: list[list[int]] = []
    for number, place in enumerate(partners):
        if place < 0:
            continue
        if runs and new.starts[place] - new.ends[partners[runs[-1][-1]]] <= BRIDGE:
            runs[-1].append(number)
        else:
            runs.append([number])
    if not runs:
        return None
    shared, run = max(((_letters(words[n] for n in run), run) for run in runs), key=lambda each: each[0])
    first, last, total = partners[run[0]], partners[run[-1]], _letters(words)
    return _Place(first, last, shared / total, 2 * shared / (total + _letters(new.words[first : last + 1])), len(run))


def _letters(words: Iterable[str]) -> int:
    return sum(map(len, words))


def _went(alignment: Alignment, inside: range) -> _Place | None:
    """Where the passage's words went, with what stands for those at its ends that were replaced."""
    there = alignment.there
    place = _run(alignment.old.words[inside.start : inside.stop], there[inside.start : inside.stop], alignment.new)
    if place is None:
        return None
    first, last = place.first, place.last
    if there[inside.start] < 0:
        first = _grown(alignment, first, inside, -1)
    if there[inside.stop - 1] < 0:
        last = _grown(alignment, last, inside, 1)
    return place._replace(first=first, last=last)


def _grown(alignment: Alignment, at: int, inside: range, step: int) -> int:
    """The end of a place, moved over the words that replaced those lost at this end of the passage: their share of what
    replaced them and the lost words beyond the passage, but no more than twice their size."""
    old, new, there = alignment.old.words, alignment.new.words, alignment.there
    lost = []
    i = inside.stop - 1 if step > 0 else inside.start
    while there[i] < 0:
        lost.append(old[i])
        i -= step
    if there[i] != at:
        return at
    beyond = []
    i = inside.stop if step > 0 else inside.start - 1
    while 0 <= i < len(old) and there[i] < 0:
        beyond.append(old[i])
        i += step
    edge = there[i] if 0 <= i < len(old) else len(new) if step > 0 else -1
    between = [new[n] for n in range(at + step, edge, step)]
    share = _letters(lost) / (_letters(lost) + _letters(beyond))
    room = min(_letters(between) * share, 2 * _letters(lost) + 8) + 1
    for word in between:
        room -= len(word)
        if room < 0:
            break
        at += step
    return at


def _resembling(exact: str, text: str, tokens: Tokens) -> _Place | None:
    """The run of the text that is most like the passage's words, wherever it stands."""
    needle, low, high = exact[:NEEDLE], 0, len(text)
    if len(needle) < len(text):
        found = fuzz.partial_ratio_alignment(needle, text, score_cutoff=50)
        if found is None:
            return None
        low, high = max(0, found.dest_start - len(needle) // 2), found.dest_end + len(exact) - len(needle) // 2
    near = tokens.within(low, high)
    words = Tokens(exact).words
    partners = [-1] * len(words)
    for at, to, size in _same(words, tokens.words[near.start : near.stop]):
        partners[at : at + size] = range(near.start + to, near.start + to + size)
    return _run(words, partners, tokens) if words else None
