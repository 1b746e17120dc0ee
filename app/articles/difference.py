"""What differs between two texts, word by word, for people to read: pure. The alignment pairs words without case; here a
word that changed its case or its accents has changed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

from app.alignment import Alignment, Tokens

FEW = 14  # words: what takes the place of more is a new sentence, and its figures are not the old ones changed
CHANCE = 16  # letters
TOLD, BESIDE, LONGEST_TOLD = 12, 3, 240  # changes that are told of, words around each, characters
NEAR = 1  # unchanged paragraphs that are shown before and after a change
_PARTED = re.compile(r"\d+(?:[.,:]\d+)+")
_NUMBER = re.compile(
    r"\d+|(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|hundred|thousand|million|billion)"
)


class Hunk(NamedTuple):
    """Tokens [i, i_end) of the older text and [j, j_end) of the newer one: the same, or one in the place of the other."""

    same: bool
    i: int
    i_end: int
    j: int
    j_end: int


class Layer(NamedTuple):
    """An annotation as it lies on one of the texts."""

    id: int
    kind: str
    spans: Sequence[tuple[int, int]]


class Piece(NamedTuple):
    """`kind` is same, added, removed, or gap: a blank between both; `marks` are the kinds of the annotations that lie on it."""

    kind: str
    text: str
    marks: tuple[str, ...] = ()
    ids: tuple[int, ...] = ()


@dataclass
class Row:
    """A paragraph of both texts."""

    pieces: list[Piece]

    @property
    def changed(self) -> bool:
        return any(piece.kind in ("added", "removed") and piece.text.strip() for piece in self.pieces)

    @property
    def old(self) -> list[Piece]:
        return [piece for piece in self.pieces if piece.kind in ("same", "removed")]

    @property
    def new(self) -> list[Piece]:
        return [piece for piece in self.pieces if piece.kind in ("same", "added")]


def hunks(old: str, new: str, alignment: Alignment) -> Iterator[Hunk]:
    """All of both texts, in order."""
    a, b = alignment.old, alignment.new
    torn = set(_torn(old, new, alignment))
    pairs = [
        (i, j)
        for i, j in enumerate(alignment.there)
        if j >= 0 and i not in torn and old[a.starts[i] : a.ends[i]] == new[b.starts[j] : b.ends[j]]
    ]
    i = j = at = 0
    while at < len(pairs):
        p, q = pairs[at]
        if p > i or q > j:
            yield Hunk(False, i, p, j, q)
        size = 1
        while at + size < len(pairs) and pairs[at + size] == (p + size, q + size):
            size += 1
        yield Hunk(True, p, p + size, q, q + size)
        i, j, at = p + size, q + size, at + size
    if i < len(a.words) or j < len(b.words):
        yield Hunk(False, i, len(a.words), j, len(b.words))


def _torn(old: str, new: str, alignment: Alignment) -> Iterator[int]:
    """The tokens of figures of which a part has changed: of 400,000 and 300,000 all is another."""
    there = alignment.there
    for match in _PARTED.finditer(old):
        inside = alignment.old.within(*match.span())
        first, last = there[inside[0]], there[inside[-1]]
        whole = old[alignment.old.starts[inside[0]] : alignment.old.ends[inside[-1]]]  # with its unit: "2.3m"
        if first < 0 or last < 0 or new[alignment.new.starts[first] : alignment.new.ends[last]] != whole:
            yield from inside


def readable(every: Iterable[Hunk], alignment: Alignment) -> list[Hunk]:
    """Without the few words that two texts have in common by chance, in the midst of what else has changed."""

    def size(hunk: Hunk) -> int:
        return max(
            sum(map(len, alignment.old.words[hunk.i : hunk.i_end])),
            sum(map(len, alignment.new.words[hunk.j : hunk.j_end])),
        )

    out: list[Hunk] = []
    for hunk in every:
        if not hunk.same and len(out) > 1 and out[-1].same and size(out[-1]) <= min(CHANCE, size(out[-2]), size(hunk)):
            first = out[-2]
            out[-2:] = [Hunk(False, first.i, hunk.i_end, first.j, hunk.j_end)]
        else:
            out.append(hunk)
    return out


def counted(old: str, new: str, alignment: Alignment) -> tuple[int, int]:
    """How many words came, and how many went; signs are none."""
    added = removed = 0
    for hunk in hunks(old, new, alignment):
        if not hunk.same:
            removed += sum(word[0].isalnum() for word in alignment.old.words[hunk.i : hunk.i_end])
            added += sum(word[0].isalnum() for word in alignment.new.words[hunk.j : hunk.j_end])
    return added, removed


def figures_of(words: Sequence[str]) -> list[str]:
    return [word for word in words if _NUMBER.match(word) and (word[0].isdigit() or _NUMBER.fullmatch(word))]


def figures_changed(old: str, new: str, alignment: Alignment) -> bool:
    """Whether a figure stands in the place of another."""
    for hunk in hunks(old, new, alignment):
        if not hunk.same and max(hunk.i_end - hunk.i, hunk.j_end - hunk.j) <= FEW:
            before = figures_of(alignment.old.words[hunk.i : hunk.i_end])
            after = figures_of(alignment.new.words[hunk.j : hunk.j_end])
            if before and after and before != after:
                return True
    return False


def told(old: str, new: str, alignment: Alignment) -> list[dict[str, str]]:
    """The first of what changed, for those who do not see the text: the words that stood there and those that do now, with
    a few around them within a sentence. A paragraph that came in, or went, has "" on the other side."""
    found: list[dict[str, str]] = []
    for hunk in readable(hunks(old, new, alignment), alignment):
        if hunk.same or len(found) == TOLD:
            continue
        sides = (old, alignment.old, hunk.i, hunk.i_end), (new, alignment.new, hunk.j, hunk.j_end)
        few = max(hunk.i_end - hunk.i, hunk.j_end - hunk.j) <= FEW
        bare = [_around(*side, 0) for side in sides]
        wide = [_around(*side, BESIDE) for side in sides] if few else bare
        alone = any(words and words == more for words, more in zip(bare, wide, strict=True)) and "" in bare
        before, after = bare if alone else wide
        found.append({"what": "text", "before": before, "after": after})
    return found


def _around(text: str, tokens: Tokens, first: int, end: int, near: int) -> str:
    """The words [first, end) with up to `near` of their paragraph on either side, in one line."""
    at = tokens.starts[first] if first < len(tokens.words) else len(text)
    to = tokens.ends[end - 1] if end > first else at
    paragraph = tokens.within(text.rfind("\n", 0, at) + 1, text.find("\n", to) if "\n" in text[to:] else len(text))
    some = range(max(first - near, paragraph.start), min(end + near, paragraph.stop))
    words = " ".join(text[tokens.starts[some[0]] : tokens.ends[some[-1]]].split()) if some else ""
    return words if len(words) <= LONGEST_TOLD else f"{words[:LONGEST_TOLD].rstrip()} …"


def rows(
    old: str, new: str, alignment: Alignment, *, old_layers: Sequence[Layer] = (), new_layers: Sequence[Layer] = ()
) -> list[Row]:
    """Both texts as one, paragraph by paragraph; unchanged words as the newer text has them."""
    found: list[Row] = [Row([])]

    def put(kind: str, text: str, start: int, end: int, layers: Sequence[Layer]) -> None:
        for piece in _cut(kind, text, start, end, layers):
            for number, part in enumerate(piece.text.split("\n")):
                if number:
                    found.append(Row([]))
                if part:
                    found[-1].pieces.append(piece._replace(text=part))

    a, b = [*alignment.old.starts, len(old)], [*alignment.new.starts, len(new)]
    for hunk in readable(hunks(old, new, alignment), alignment):
        if hunk.same:
            put("same", new, b[hunk.j], b[hunk.j_end], new_layers)
            continue
        old_end, new_end = _trimmed(old, a[hunk.i], a[hunk.i_end]), _trimmed(new, b[hunk.j], b[hunk.j_end])
        put("removed", old, a[hunk.i], old_end, old_layers)
        if hunk.i == hunk.i_end or hunk.j == hunk.j_end:
            put("added", new, b[hunk.j], new_end, new_layers)
            gap = old[old_end : a[hunk.i_end]] if hunk.j == hunk.j_end else new[new_end : b[hunk.j_end]]
            put("removed" if hunk.j == hunk.j_end else "added", gap, 0, len(gap), ())
        else:
            put("gap", " ", 0, 1, ())
            put("added", new, b[hunk.j], new_end, new_layers)
            put("same", new, new_end, b[hunk.j_end], ())
    return [row for row in found if row.pieces]


def _trimmed(text: str, start: int, end: int) -> int:
    return start + len(text[start:end].rstrip())


def _cut(kind: str, text: str, start: int, end: int, layers: Sequence[Layer]) -> Iterator[Piece]:
    """[start, end) of the text, cut where annotations begin and end."""
    live = [(a, b, layer) for layer in layers for a, b in layer.spans if a < end and b > start]
    edges = sorted({start, end, *(max(a, start) for a, _, _ in live), *(min(b, end) for _, b, _ in live)})
    for left, right in pairwise(edges):
        here = [layer for a, b, layer in live if a <= left and b >= right]
        kinds = dict.fromkeys(layer.kind for layer in here)
        yield Piece(kind, text[left:right], tuple(kinds), tuple(layer.id for layer in here))


def folded(every: Sequence[Row]) -> list[tuple[bool, list[Row]]]:
    """The rows in groups: those to be shown, and those far from any change, which can be folded away."""
    shown = [any(row.changed for row in every[max(0, n - NEAR) : n + NEAR + 1]) for n in range(len(every))]
    groups: list[tuple[bool, list[Row]]] = []
    for show, row in zip(shown, every, strict=True):
        if groups and groups[-1][0] == show:
            groups[-1][1].append(row)
        else:
            groups.append((show, [row]))
    return groups
