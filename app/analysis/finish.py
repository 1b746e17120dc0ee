"""Turns finds into quotes: spans widened over their quotation marks, doubles dropped, direct told from mixed."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence

from app.analysis.marks import Region
from app.analysis.model import Found, Quote, Span

LONGEST_TAIL = 400
WHOLE = frozenset(["marks", "line", "dash", "tweet", "block"])


def settle(text: str, finds: Sequence[Found], regions: Sequence[Region]) -> list[Found]:
    """Finds with their marks, without doubles, in order."""
    outer = [r for r in regions if r.depth == 0]
    starts = [r.start for r in outer]
    out: list[Found] = []
    taken: set[tuple[int, int]] = set()
    beside = {(min(f.mention[0], f.cue[0]), max(f.mention[1], f.cue[1])) for f in finds if f.mention and f.cue}
    dashed = sorted((f.start, f.end) for f in finds if f.rule == "dash")
    for find in sorted(finds, key=lambda f: (-f.score, f.start)):
        if find.rule not in WHOLE:
            find.spans = [_widen(text, span, outer, starts) for span in find.spans]
            find.spans = [s for s in find.spans if s[0] < s[1]]
            if find.spans and find.rule in ("clause", "parataxis", "passive", "according"):
                find.spans[-1] = _led(text, find.spans[-1], outer, starts)
        if not find.spans or not any(c.isalnum() for s in find.spans for c in text[s[0] : s[1]]):
            continue
        line = bisect_right(dashed, (find.start, len(text))) - 1
        if find.rule != "dash" and line >= 0 and find.start < dashed[line][1]:
            continue
        key = (find.start, find.end)
        if key in taken or key in beside:  # another attribution is not what is said
            continue
        taken.add(key)
        out.append(find)
    out.sort(key=lambda f: (f.start, -f.end))
    return out


def _led(text: str, span: Span, outer: Sequence[Region], starts: Sequence[int]) -> Span:
    """A clause that ends in a colon takes the quotation it leads to: "said the doctors told them: “...”"."""
    colon = text[span[1] : span[1] + 3]
    at = bisect_right(starts, span[1])
    if not colon.startswith(":") or at >= len(outer) or text[span[1] + 1 : outer[at].start].strip(" "):
        return span
    return span[0], outer[at].end


def _widen(text: str, span: Span, outer: Sequence[Region], starts: Sequence[int]) -> Span:
    """Take in a mark at the edge whose fellow lies inside."""
    start, end = span
    for place in (start, max(start, end - 1)):
        at = bisect_right(starts, place) - 1
        if at >= 0 and outer[at].start <= place < outer[at].end:
            region = outer[at]
            if (
                region.start < start
                and not any(c.isalnum() for c in text[region.start : start])
                and region.end <= end + 3
            ):
                start = region.start
            tail = text[end : region.end]
            if (
                region.start >= start
                and region.end > end
                and (len(tail) < LONGEST_TAIL or not any(c.isalnum() for c in tail))
            ):
                end = region.end
    if start > 0:
        at = bisect_right(starts, start - 1) - 1
        if at >= 0 and outer[at].start == start - 1 and outer[at].end <= end + 3:
            start -= 1
    return start, end


def quotes(text: str, finds: Sequence[Found], regions: Sequence[Region], kind: str = "") -> list[Quote]:
    """The finds as they are given out, of one kind or each of its own."""
    outer = [r for r in regions if r.depth == 0]
    starts = [r.start for r in outer]
    out = []
    for f in finds:
        cue = text[f.cue[0] : f.cue[1]] if f.cue else None
        out.append(
            Quote(
                f.start,
                f.end,
                kind or "direct" if kind or f.rule in WHOLE else _kind(text, f.spans, outer, starts),
                tuple(f.spans),
                f.speaker,
                f.mention[0] if f.mention else None,
                f.mention[1] if f.mention else None,
                f.role,
                cue,
                f.cue[0] if f.cue else None,
                f.cue[1] if f.cue else None,
                f.score,
                "; ".join(f.why),
                f.rule,
                f.mood,
            )
        )
    return out


def _kind(text: str, spans: Sequence[Span], outer: Sequence[Region], starts: Sequence[int]) -> str:
    """Direct where nearly all words stand in marks, mixed where some do."""
    total = inside = 0
    for a, b in spans:
        total += sum(c.isalnum() for c in text[a:b])
        at = max(0, bisect_right(starts, a) - 1)
        while at < len(outer) and outer[at].start < b:
            left, right = max(a, outer[at].start), min(b, outer[at].end)
            inside += sum(c.isalnum() for c in text[left:right]) if left < right else 0
            at += 1
    if not inside:
        return "indirect"
    return "direct" if inside >= 0.95 * total else "mixed"
