"""Tells speech that stands as sentences of its own from titles, scare quotes and phrases inside a sentence.

It looks only at the text around the marks: the parser gets what is lifted out as a text of its own.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence

from app.analysis import lexicon
from app.analysis.marks import Region, paragraphs

SEVERAL = re.compile(r"[\w)’'][.?!] +[“‘\"A-Z]")
ENDS = ",.?!…—–-"
INSIDE = re.compile(
    r"\s(?:to|at|against|as|for|in|of|on|with|from|by|is|are|was|were|that|because|when|if|about|into|will|would|has|have"
    r"|had|among|over|under|between|than|toward|towards)\b"
)
FOLLOWS = re.compile(r"[,.]?\s*(?:according to\b|(?:\w+[ ,]+){0,4}?(\w+)\b)")
# A line that points elsewhere: "Related: “...”"
POINTER = re.compile(
    r"(?:related(?: \w+)?|(?:also )?read(?: more| also| next)?|see(?: also| more)?|more|watch|listen|photos?|video)\s*:$",
    re.IGNORECASE,
)
SMALL = frozenset(
    ["a", "an", "and", "as", "at", "but", "by", "for", "from", "in", "is", "it", "of", "on", "or", "the", "to", "with"]
)


def lift(text: str, regions: Sequence[Region]) -> list[tuple[int, Region]]:
    """The outer regions that stand as sentences of their own, with their index."""
    out: list[tuple[int, Region]] = []
    limits = paragraphs(text)
    starts = [a for a, _ in limits]
    for index, region in enumerate(regions):
        if region.depth:
            continue
        at = bisect_left(starts, region.start + 1) - 1
        if _sentential(text, region, limits[at], out[-1][1] if out else None):
            out.append((index, region))
    return out


def _sentential(text: str, region: Region, paragraph: tuple[int, int], last: Region | None) -> bool:
    a, b = region.inner
    inner = text[a:b].strip().rstrip("’”'\"")  # the last words may be a quotation themselves
    if not any(c.isalnum() for c in inner):
        return False
    if region.continues or not region.closed:
        return True
    ended = inner[-1] in ENDS
    several = SEVERAL.search(inner[:-1]) is not None
    words = len(inner[:200].split())
    before = text[max(paragraph[0], region.start - 200) : region.start].rstrip()
    after = text[region.end : min(paragraph[1], region.end + 60)]
    if not before:
        if not after.strip():
            return not _title(inner) and ((ended and words > 2) or words > 3)
        return several or (ended and (inner[-1] != "." or words > 2)) or (after[:1] == "," and words > 3)
    if not ended and not several and INSIDE.match(after):
        return False
    if POINTER.match(before) or (inner[-1] == "," and _unspoken(inner, after)):
        return False
    near = last is not None and last.start >= paragraph[0] and last.end > region.start - 150
    if near and last is not None and ended:
        if before[-1] == ",":
            return True
        if text[last.end : region.start].strip(" ,") in ("and", "or", "then") and not text[a].islower():
            return True
    return _led(text, region, inner, before, after, ended, words)


def _led(text: str, region: Region, inner: str, before: str, after: str, ended: bool, words: int) -> bool:
    """Whether the words before a region, inside its paragraph, can lead to a sentence."""
    first = next((c for c in inner if c.isalnum()), "")
    cued = _cue(before.rstrip(",: ").rpartition(" ")[2])
    if first.islower():
        if before[-1] in ".!?" and ended and words > 4:
            return True
        return before[-1] in ",:" and ended and words > 5 and (cued or ". " in inner or _credited(after))
    if before[-1] in ",:":
        return ended or words > 3 or (cued and before[-1] == ":")
    if before[-1] in '.!?…”"’':
        return (ended and (words > 1 or inner[-1] in ",!?")) or words > 5
    return cued and (SEVERAL.search(inner[:-1]) is not None or (words > 1 and inner[-1] in "?!"))


def _cue(word: str) -> bool:
    cue = lexicon.cues().get(word.strip("(“\"'").lower())
    return cue is not None and bool(cue.takes & {"direct", "marked_clause"})


def _credited(after: str) -> bool:
    """Whether what follows a region says whose words they were."""
    match = FOLLOWS.match(after)
    if match is None:
        return False
    return match.group(1) is None or any(_cue(w) for w in re.findall(r"\w+", after)[:5])


def _unspoken(inner: str, after: str) -> bool:
    """Whether words that end in a comma are the title of a work, and nobody is said to have spoken them."""
    capitals = all(w[0].isupper() for w in inner.split())
    return (_title(inner) and not _credited(after)) or (capitals and INSIDE.match(after) is not None)


def work(text: str, region: Region) -> bool:
    """Whether every word begins with a capital and no sentence ends: the title of a work, a name, a single word."""
    a, b = region.inner
    inner = text[a:b].strip()
    return inner[-1:] not in (".", "!", "?") and (_title(inner) or (inner[:1].isupper() and " " not in inner))


def _title(inner: str) -> bool:
    """Whether every long word of a line begins with a capital: a heading or the title of a work."""
    words = [w for w in re.findall(r"[^\W\d_][\w’']*", inner[:200]) if w.lower() not in SMALL]
    return len(words) > 1 and all(w[0].isupper() for w in words)
