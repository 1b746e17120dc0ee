"""Words in marks inside a sentence that a verb of speech stands directly before, where no rule over the tree has taken them:
"the crowd chanted “Out!” and left". It also widens a find that begins within such marks to all of them."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Collection, Sequence
from itertools import accumulate

from app.analysis import asides, grammar, lift
from app.analysis.indirect import NOT_SOURCES
from app.analysis.marks import Region
from app.analysis.model import Found, Span
from app.analysis.syntax import Sentence, Token

LONGEST_NAME = 14
BREAK = re.compile(r"[,;:—–]")


def find(
    text: str, regions: Sequence[Region], lifted: Collection[int], sentences: Sequence[Sentence], finds: Sequence[Found]
) -> list[Found]:
    """Finds for the outer regions that are not lifted and that no other find touches."""
    narrative = [s for s in sentences if s.region is None]
    starts = [s.start for s in narrative]
    others = sorted((find for find in finds if find.region is None and find.spans), key=lambda find: find.start)
    begins = [find.start for find in others]
    ends = [0, *accumulate((find.end for find in others), max)]
    out = []
    for index, region in enumerate(regions):
        at = bisect_right(starts, region.start) - 1
        if region.depth or not region.closed or index in lifted or at < 0:
            continue
        before = [t for t in narrative[at].tokens if t.end <= region.start and t.text not in grammar.PUNCTUATION]
        first, last = bisect_right(begins, region.start), bisect_right(begins, region.end)
        if ends[first] > region.start:
            continue
        if first == last:
            found = _led(text, region, before)
            if found is not None:
                out.append(found)
        elif before and others[first].cue == (before[-1].start, before[-1].end):
            others[first].spans[0] = region.start, max(region.end, others[first].spans[0][1])
    return out


def _led(text: str, region: Region, before: Sequence[Token]) -> Found | None:
    if (aside := asides.find(text, region)) or not before or lift.work(text, region):
        return aside
    if before[-1].tag == "PRP" and before[-2:-1] and before[-2].lower in ("at", "to"):
        before = before[:-2]
    spoken = before[-1:] if before and _takes(before[-1]) & {"direct", "marked_clause"} else []
    for verb in spoken or _naming(text, region, before):
        mention = _mention(verb, region) if (verb.dep, verb.tag) != ("acl", "VBN") else None
        if mention is not None:
            named = before[before.index(verb) + 1 :]
            start = region.start if spoken or (len(named) == 1 and named[0].tag == "PRP") else named[0].start
            why = [f"“{verb.text}” before it"]
            return Found([(start, region.end)], (verb.start, verb.end), mention, "led", why, 0.8 if spoken else 0.65)
    return None


def _takes(token: Token) -> frozenset[str]:
    cue = grammar.cue_of(token)
    return cue.takes if cue else frozenset()


def _naming(text: str, region: Region, before: Sequence[Token]) -> Sequence[Token]:
    """The verb of "called X “...”", "described X as “...”" and "urged X to “...”", if that is what stands before."""
    wanted = {"as": "as", "to": "object_infinitive"}.get(before[-1].lower, "small_clause") if before else ""
    for token in reversed(before[-LONGEST_NAME:]):
        if wanted in _takes(token):
            return [token] if token is not before[-1] and not BREAK.search(text, token.end, region.start) else []
        if token.tag in grammar.FINITE:
            break
    return []


def _mention(verb: Token, region: Region) -> Span | None:
    """Who does the verb; after a passive one whom "by" names behind the words."""
    if verb.kid("auxpass") is None:
        head = grammar.subject(verb)
    else:
        by = next((t for t in verb.sent.tokens if t.lower == "by" and 0 <= t.start - region.end < 3), None)
        head = by.kid("pobj") if by is not None else None
    return None if head is None or head.lower in NOT_SOURCES else grammar.span_of(grammar.phrase(head))
