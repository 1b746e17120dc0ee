"""Where words stand in a text. Pure: offsets are code points, half open; white space counts as white space, whatever a
browser made of it on the way."""

from __future__ import annotations

import re
from bisect import bisect_right
from typing import Any

from app.errors import Invalid

GONE = "This passage is not in the text any more."
AROUND = 60
_WORD = re.compile(r"\S+")
MOST = 50  # places listed where words occur often
_ALIKE = {
    ord(mark): "'"
    for mark in '"\u2018\u2019\u201a\u201b\u201c\u201d\u201e\u201f\u00ab\u00bb\u2039\u203a\u2032\u2033`\u00b4'
}
_ALIKE |= {ord(dash): "-" for dash in "\u2010\u2011\u2012\u2013\u2014\u2015\u2212"}
_UNSEEN = dict.fromkeys(map(ord, "\u00ad\u200b\u200c\u200d\u2060\ufeff\x00"))


def checked(text: str, *, start: int, end: int, exact: str) -> tuple[int, int]:
    """The bounds, where the words at them are `exact`. Raises Invalid."""
    exact = exact.replace("\r\n", "\n")
    if not 0 <= start < end <= len(text) or text[start:end] != exact:
        raise Invalid(GONE, field="exact")
    return trimmed(text, start, end)


def trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    """Without white space at its ends. Raises Invalid where nothing is left."""
    words = text[start:end]
    begin = start + len(words) - len(words.lstrip())
    words = words.strip()
    if not words:
        raise Invalid("Select at least one character of the text.", field="exact")
    return begin, begin + len(words)


def places(text: str, words: str) -> list[tuple[int, int]]:
    """Where the words stand, at most MOST places that do not overlap. Raises Invalid where there is nothing to look for."""
    wanted = " ".join(words.split())
    if not wanted:
        raise Invalid("Give the words of the passage.", field="exact")
    starts, plain_starts, parts, size = [], [], [], 0
    for match in _WORD.finditer(text):
        starts.append(match.start())
        plain_starts.append(size)
        parts.append(match[0])
        size += len(match[0]) + 1
    plain = " ".join(parts)

    def at(position: int) -> int:
        word = bisect_right(plain_starts, position) - 1
        return starts[word] + position - plain_starts[word]

    found: list[tuple[int, int]] = []
    position = plain.find(wanted)
    while position >= 0 and len(found) < MOST:
        last = position + len(wanted)
        found.append((at(position), at(last - 1) + 1))
        position = plain.find(wanted, last)
    return found


def alike(text: str, words: str) -> list[tuple[int, int]]:
    """As `places`; where the words do not stand there as they are, also with other quotation marks, apostrophes and
    dashes, without the marks around them, and without characters that cannot be seen. Empty words stand nowhere."""
    words = words.translate(_UNSEEN).strip()
    for each, found in ((text, words), (text.translate(_ALIKE), words.translate(_ALIKE))):
        if found and (at := places(each, found)):
            return at
    bare = words.translate(_ALIKE).strip("' ")
    return places(text.translate(_ALIKE), bare) if bare else []


def nearest(text: str, words: str, *, start: int) -> tuple[int, int]:
    """The place of the words that is nearest to `start`. Raises Invalid where they do not stand in the text."""
    found = places(text, words)
    if not found:
        raise Invalid("These words do not stand in the text. Take them as they are written there.", field="exact")
    return min(found, key=lambda place: abs(place[0] - start))


class Ambiguous(Invalid):
    """The words stand in the text more than once; `places` says where."""

    def __init__(self, found: list[tuple[int, int]]) -> None:
        super().__init__(f"These words stand in the text {len(found)} times. Which passage is meant?", field="exact")
        self.places = found

    def shown(self, text: str) -> list[dict[str, Any]]:
        """Each place with the words around it, for the question which is meant."""
        return [
            {"start": a, "before": text[max(0, a - AROUND) : a], "words": text[a:b], "after": text[b : b + AROUND]}
            for a, b in self.places
        ]


def resolved(text: str, *, exact: str, start: int | None, end: int | None, at: int | None = None) -> tuple[int, int]:
    """The passage that a form means: by its bounds, or by words alone that stand in the text once, or at `at`.
    Raises Ambiguous, Invalid."""
    if start is not None and end is not None:
        return checked(text, start=start, end=end, exact=exact)
    found = [place for place in places(text, exact) if at is None or place[0] == at]
    if len(found) > 1:
        raise Ambiguous(found)
    if not found:
        raise Invalid("These words do not stand in the text. Take them as they are written there.", field="exact")
    return found[0]
