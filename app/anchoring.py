"""Where a passage is in another version of its text: pure, in code points, and it changes neither text.

The same words are looked for first. Where they stand several times, or not at all, an alignment of both versions says where
the passage's words went, and a fuzzy search finds what was moved and changed. What is found counts only from a likelihood of
FLOOR: a lookalike elsewhere is no passage, and no place is better than a wrong one. The weights of that likelihood were
fitted on passages of openly licensed texts with a history of edits.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from operator import mul
from typing import NamedTuple

from rapidfuzz import fuzz
from rapidfuzz.distance import Indel

from app.alignment import Alignment, Tokens, runs

BRIDGE = 64  # letters that may have come between two words of a passage
CONTEXT = 32  # characters of a passage's prefix and suffix
NEAR = 12  # tokens
NEEDLE = 400  # characters of a passage that are searched for
COPIES = 200  # places of the same words that are weighed
TRUSTED = 24  # characters from which the same words are the same passage, whatever stands around them
LETTERS = 2000  # of a passage that are compared one by one
FLOOR = 0.6


class Anchored(NamedTuple):
    """`state`: exact (the same words in the same place of the text), moved (the same words elsewhere), changed, or lost
    (`start` and `end` are None). `score`, from 0 to 1, is how sure that is."""

    state: str
    start: int | None
    end: int | None
    score: float


class _Place(NamedTuple):
    """Tokens [first, last] of the newer text, Dice's likeness to the passage in letters, how many of the passage's words
    are there, and whether its first and its last are."""

    first: int
    last: int
    likeness: float
    words: int
    begins: bool
    ends: bool


# The weights of what is known of a place: its facts (see _facts), its surroundings, and the last for all places.
WENT = (3.3, 2.9, 3.3, 0.6, 0.5, -1.6, 0.0, 0.6, 1.2, -5.1)
LIKE = (2.3, 1.4, 1.8, 0.1, 0.4, -0.4, 2.3, 2.2, 0.0, -2.7, -4.4)
ALONE = (4.7, 3.6, 2.7, 0.1, -0.2, -0.2, 2.3, 1.7, -1.1, 0.7, 1.1, -1.5, -0.9, -0.8, -8.2)


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
    for place, weights, bonus in (
        (_went(alignment, inside), WENT, 0.05),
        (_resembling(exact, new, alignment.new), LIKE, 0.0),
    ):
        if place:
            near = _neighbours(alignment, inside, place)
            foreign = _foreign(alignment, inside, range(place.first, place.last + 1)) if weights is LIKE else 0.0
            facts = *_facts(new, exact, alignment.new, place, len(inside)), *near, near[0] * near[1]
            facts += (foreign, 1.0) if weights is LIKE else (1.0,)
            chances.append((_chance(weights, facts) + bonus, place))
    return _answer(new, exact, alignment.new, chances)


def _facts(new: str, exact: str, tokens: Tokens, place: _Place, size: int) -> tuple[float, ...]:
    """How much a place is like the passage, which has `size` tokens."""
    there = new[tokens.starts[place.first] : tokens.ends[place.last]]
    letters = Indel.normalized_similarity(exact[:LETTERS], there[:LETTERS])
    return place.likeness, letters, min(place.words, 12) / 12, place.begins, place.ends, min(size, 30) / 30


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
    tokens, gap = Tokens(new), _gap(new, prefix, suffix)
    chances = []
    for place in (_resembling(exact, new, tokens), _filling(exact, tokens, *gap)):
        if place:
            facts = (
                *_facts(new, exact, tokens, place, len(Tokens(exact).words)),
                *_setting(new, tokens, place, prefix, suffix),
            )
            chances.append((_chance(ALONE, (*facts, *_fit(tokens, place, len(exact), *gap), 1.0)), place))
    return _answer(new, exact, tokens, chances)


def _gap(new: str, prefix: str, suffix: str) -> tuple[int | None, int | None]:
    """Where what stood before the passage ends, and where what stood after it begins."""
    before, after = (
        fuzz.partial_ratio_alignment(side, new, score_cutoff=75) if len(side) >= 8 else None
        for side in (prefix.strip(), suffix.strip())
    )
    return before.dest_end if before else None, after.dest_start if after else None


def _filling(exact: str, tokens: Tokens, low: int | None, high: int | None) -> _Place | None:
    """What of the passage stands between what stood around it."""
    size = len(exact)
    if low is None and high is None:
        return None
    if low is None or high is None:
        begin, end = (low, low + 2 * size) if low is not None else (max(0, (high or 0) - 2 * size), high or 0)
    else:
        begin, end = low, high
    return _within(exact, tokens, begin, end) if 0 < end - begin <= 3 * size + 60 else None


def _setting(new: str, tokens: Tokens, place: _Place, prefix: str, suffix: str) -> tuple[float, float, float]:
    """How much what stands around a place is like what stood around the passage."""
    a, b = tokens.starts[place.first], tokens.ends[place.last]
    left = fuzz.partial_ratio(prefix[-24:], new[max(0, a - 60) : a + 8]) / 100 if prefix else 0.5
    right = fuzz.partial_ratio(suffix[:24], new[max(0, b - 8) : b + 60]) / 100 if suffix else 0.5
    left, right = max(0.0, left - 0.4), max(0.0, right - 0.4)
    return left, right, left * right


def _fit(tokens: Tokens, place: _Place, size: int, low: int | None, high: int | None) -> tuple[float, ...]:
    """Whether a place begins and ends at the gap or far from it, and whether the gap has closed: the passage was cut."""
    reach = max(8, 0.3 * size)
    left = None if low is None else abs(tokens.starts[place.first] - low)
    right = None if high is None else abs(tokens.ends[place.last] - high)
    at = (side is not None and side <= reach for side in (left, right))
    off = (side is not None and side > reach + 60 for side in (left, right))
    return *at, low is not None and high is not None and -8 <= high - low < 0.3 * size, *off


def _answer(new: str, exact: str, tokens: Tokens, chances: Sequence[tuple[float, _Place]]) -> Anchored:
    score, place = max(chances, default=(0.0, None), key=lambda each: each[0])
    score = round(min(1.0, score), 3)
    if place is None or score < FLOOR:
        return Anchored("lost", None, None, score)
    start, end = tokens.starts[place.first], tokens.ends[place.last]
    same = new[start:end] == exact
    return Anchored("moved" if same else "changed", start, end, score)


def _chance(weights: Sequence[float], facts: Sequence[float]) -> float:
    return 1 / (1 + math.exp(-sum(map(mul, weights, facts))))


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
    likeness = 2 * shared / (total + _letters(new.words[first : last + 1]))
    return _Place(first, last, likeness, len(run), run[0] == 0, run[-1] == len(words) - 1)


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
    return _within(exact, tokens, low, high)


def _within(exact: str, tokens: Tokens, low: int, high: int) -> _Place | None:
    """The run between two places that has most of the passage's words."""
    near = tokens.within(low, high)
    words = Tokens(exact).words
    partners = [-1] * len(words)
    for at, to, size in runs(words, tokens.words[near.start : near.stop]):
        partners[at : at + size] = range(near.start + to, near.start + to + size)
    return _run(words, partners, tokens) if words else None
