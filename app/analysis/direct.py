"""Finds who is given as the speaker of words in marks, in the words around them."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence

from app.analysis import asides, grammar, lexicon
from app.analysis.marks import Region
from app.analysis.model import Found
from app.analysis.syntax import Sentence, Token

NEARBY = 30
MOST_NESTED = 20
LABEL = re.compile(
    r"(?:From\s+(?:the\s+)?)?([A-Z][\w.’'-]*(?:\s+(?:[A-Z][\w.’'-]*|of|the|for|in|and)){0,9})(?P<more>, [^:,“”\"\n]{2,60})?\s*:\s*$"
)
SPEAKS = re.compile(r"((?:[A-Z][A-Z.’'-]+ ?){1,4}|Q|A): +(?=\S)")


def attribute(
    text: str, lifted: Sequence[tuple[int, Region]], sentences: Sequence[Sentence]
) -> tuple[list[Found], set[int]]:
    """One find for each lifted region (or run of them), and the starts of the cue words used."""
    narrative = [t for s in sentences if s.region is None for t in s.tokens]
    starts = [t.start for t in narrative]
    out: list[Found] = []
    used: set[int] = set()
    for order, (index, region) in enumerate(lifted):
        following = lifted[order + 1][1].start if order + 1 < len(lifted) else len(text) + 1
        found = Found([(region.start, region.end)], rule="marks", region=index)
        if speaks := SPEAKS.match(text, region.inner[0], region.end):
            found.spans, found.mention = [(speaks.end(), region.inner[1])], speaks.span(1)
            found.why, found.score = ["a line that opens with who speaks"], 0.85
            out.append(found)
            continue
        previous = out[-1] if out else None
        at = bisect_left(starts, region.start)
        after = _run(narrative, at, 1, text, region, following)
        before = _run(narrative, at - 1, -1, text, region, previous.end if previous else 0)
        cue = asides.find(text, region) or _cued(text, region, before, after)
        gap = text[previous.end : region.start] if previous else ""
        if previous and _goes_on(text, gap, previous, region, cue):
            previous.spans.append((region.start, region.end))
            if cue and not previous.mention:
                previous.cue, previous.mention, previous.why = cue.cue, cue.mention, cue.why
                previous.carried = False
            if cue and cue.cue:
                used.add(cue.cue[0])
            continue
        if cue:
            found.cue, found.mention, found.why, found.score, found.speaker = (
                cue.cue,
                cue.mention,
                cue.why,
                cue.score,
                cue.speaker,
            )
            if cue.cue:
                used.add(cue.cue[0])
        else:
            found.carried = True
            found.score = 0.7
        out.append(found)
    return out, used


def nested(
    regions: Sequence[Region], lifted: Sequence[tuple[int, Region]], sentences: Sequence[Sentence]
) -> list[Found]:
    """Quotations inside a quotation that have a cue of their own: “He said, ‘Go home,’ and I went.”"""
    inner: dict[int, list[Region]] = {}
    outer = iter(lifted)
    here = next(outer, None)
    for region in regions:
        while here is not None and here[1].end <= region.start:
            here = next(outer, None)
        if region.depth and here is not None and here[1].start < region.start:
            inner.setdefault(here[0], []).append(region)
    starts = {index: [r.start for r in group] for index, group in inner.items()}
    out = []
    for sentence in sentences:
        if sentence.region not in inner:
            continue
        places = starts[sentence.region]
        first, last = bisect_left(places, sentence.start), bisect_left(places, sentence.end)
        for region in inner[sentence.region][first : min(last, first + MOST_NESTED)]:
            if (found := _inside(sentence, region)) is not None:
                found.spans, found.region, found.rule = [(region.start, region.end)], sentence.region, "nested"
                out.append(found)
    return out


def _inside(sentence: Sentence, region: Region) -> Found | None:
    """The cue just before or just after a quotation within a quotation."""
    before = [t for t in sentence.tokens if t.end <= region.start and t.text not in grammar.PUNCTUATION]
    after = [t for t in sentence.tokens if t.start >= region.end and t.text not in grammar.PUNCTUATION]
    near = before[-1:] + (before[-2:-1] if before and before[-1].lower in ("that", "like", "me", "us", "him") else [])
    for token in near + after[:2]:
        cue = lexicon.cues().get(token.lower)
        if cue is None or not cue.takes & {"direct", "marked_clause"} or not (token.verb or token.dep == "ROOT"):
            continue
        head = grammar.subject(token)
        mention = grammar.span_of(grammar.phrase(head)) if head is not None else None
        where = "before" if token.start < region.start else "after"
        why = [f"“{token.text}” {where} it, inside another quotation"]
        return Found([], (token.start, token.end), mention, why=why, score=0.85)
    return None


def _goes_on(text: str, gap: str, previous: Found, region: Region, cue: Found | None) -> bool:
    """Whether a region is the same quotation as the one before: marks still open, or split by its attribution."""
    if region.continues:
        return not (
            cue and cue.cue and previous.cue and cue.cue[0] > region.end and previous.cue[0] > previous.spans[0][0]
        )
    if "\n" in gap:
        return False
    if gap.strip(" ,") in ("and", "or", "then") and (cue is None or cue.cue is None or cue.cue == previous.cue):
        return True
    if not gap.strip(" ,"):
        return cue is None
    if len(gap) > 250 or previous.cue is None or not previous.end <= previous.cue[0] < region.start:
        return False
    if cue and cue.cue and cue.cue[0] > region.end:
        return False
    if cue and cue.cue and cue.cue[0] != previous.cue[0]:
        return False
    return gap.rstrip()[-1:] in (",", ".", "—", ";")


def _run(tokens: list[Token], at: int, step: int, text: str, region: Region, limit: int) -> list[Token]:
    """Narrative tokens beside a region, inside its paragraph and sentence, up to the next region."""
    out: list[Token] = []
    edge = region.end if step > 0 else region.start
    while 0 <= at < len(tokens) and len(out) < NEARBY:
        token = tokens[at]
        if (step > 0 and token.start >= limit) or (step < 0 and token.end <= limit):
            break
        led = step < 0 and not out and token.text == ":"
        if not led and "\n" in (text[edge : token.start] if step > 0 else text[token.end : edge]):
            break
        if out and token.sent is not out[-1].sent and (step < 0 or out[-1].text in ".!?"):
            break
        out.append(token)
        edge = token.end if step > 0 else token.start
        at += step
    return out


def _cued(text: str, region: Region, before: list[Token], after: list[Token]) -> Found | None:
    """The attribution on either side: behind the words first, unless they are a whole sentence that one leads to."""
    leading = _before(text, region, before)
    a, b = region.inner
    whole = text[a:b].rstrip()[-1:] in (".", "!", "?", "…") and text[b + 1 : b + 3].strip()[:1].isupper()
    if whole and leading and leading.cue and leading.mention:
        comma = before[0].text == "," and len(before) > 1 and before[1].start == leading.cue[0]
        if comma or before[0].text == ":":
            return leading
    return _after(text, region, after) or leading


def _after(text: str, region: Region, tokens: list[Token]) -> Found | None:
    if len(tokens) > 1 and tokens[0].text in ("-", "–", "—", "―", "--") and (mention := _inverted(tokens[1:])):
        named = mention[0].ent or mention[-1].ent or mention[0].tag == "NNP"
        described = mention[0].ent.endswith("PERSON") and text[mention[-1].end : mention[-1].end + 1] in (",", "\n", "")
        if named and (described or not any(t.verb for t in tokens[1:])):
            return Found([], None, grammar.span_of(mention), why=["signed after a dash"], score=0.9)
    while tokens and tokens[0].text in (",", "-", "–", "—", "―", ";"):
        tokens = tokens[1:]
    if not tokens:
        return None
    a, b = region.inner
    last = text[a:b].rstrip()[-1:]
    stopped = last in (".", "!", "?", "…") and tokens[0].text[0].isupper()
    for place, token in enumerate(tokens):
        if token.text in ";:" or (token.text == "." and place):
            return None
        if place == 0 and token.tag == "MD" and token.text in ("Will", "May"):
            continue  # a first name
        cue = lexicon.cues().get(token.lower)
        if not token.verb and not (cue and place == 0):
            if token.lower == "according" and place == 0:
                return _according(tokens)
            continue
        if cue is None:
            if place == 0 or (token.tag in ("VBD", "VBZ", "VBP") and not _verb_follows(tokens, place)):
                return None
            continue
        if token.tag in ("VBG", "VB", "VBN") and place:
            continue
        mention = (
            _inverted(tokens[place + 1 :]) if place == 0 or _only_adverbs(tokens[:place]) else _leading(tokens, place)
        )
        if not mention:
            return None
        if stopped and last == "." and len(tokens) > place + 8:
            return None
        why = "the name follows" if mention[0].i > token.i else "the name stands before it"
        return Found(
            [], (token.start, token.end), grammar.span_of(mention), why=[f"“{token.text}” after it; {why}"], score=0.97
        )
    return None


def _verb_follows(tokens: list[Token], place: int) -> bool:
    """Whether this verb only helps the one after it ("has said", "was quoted as saying")."""
    return any(t.lower in lexicon.cues() and t.verb for t in tokens[place + 1 : place + 5])


def _only_adverbs(tokens: list[Token]) -> bool:
    return all(t.tag == "RB" or t.text in PUNCT_BEFORE for t in tokens)


PUNCT_BEFORE = {",", "-", "–", "—"}


def _according(tokens: list[Token]) -> Found | None:
    mention = _inverted(tokens[2:])
    cue = (tokens[0].start, tokens[min(1, len(tokens) - 1)].end)
    return Found([], cue, grammar.span_of(mention), why=["“according to” after it"], score=0.95) if mention else None


def _leading(tokens: list[Token], place: int) -> list[Token]:
    """The noun phrase that stands before a verb, from the first token on."""
    verb = tokens[place]
    head = grammar.subject(verb)
    if head is not None and tokens[0].start <= head.start < verb.start:
        return [t for t in grammar.phrase(head) if t.start >= tokens[0].start] or [head]
    out = []
    for token in tokens[:place]:
        if token.text == "," or token.tag in ("RB", "MD"):
            break
        out.append(token)
    return out


def _inverted(tokens: list[Token]) -> list[Token]:
    """The noun phrase after a verb: up to a comma, a stop, a verb or an expression of time or place."""
    out: list[Token] = []
    named = False
    for place, token in enumerate(tokens):
        hyphened = place > 0 and tokens[place - 1].text == "-"
        if hyphened:
            out.append(token)
            continue
        if (
            token.text in ",.;:()–—"
            or (token.verb and token.tag not in {"VBG", "VBN"})
            or (token.tag in ("WP", "WDT", "WRB", "TO") and token.lower != "to")
        ):
            break
        person = token.ent.endswith("PERSON")
        if named and not person and token.tag in ("IN", "RB", "TO", "DT"):
            break
        if token.lower in ("during", "on", "after", "when", "as", "while", "before", "at", "via", "about") and out:
            break
        if token.tag == "RB" and out:
            break
        if not out and token.tag in ("IN", "TO", "RB"):
            if token.tag == "RB":
                continue
            return []
        out.append(token)
        named = person
        if token.lower in grammar.PRONOUNS and len(out) == 1 and token.tag == "PRP":
            break
    return out if any(t.tag[0] in "NPDC" for t in out) else []


def _before(text: str, region: Region, tokens: list[Token]) -> Found | None:
    """The attribution that leads to a region: tokens come nearest first."""
    if not tokens:
        return None
    gap = text[tokens[0].start : region.start].rstrip()
    last = gap[-1:] if gap else ""
    if last not in (",", ":") and tokens[0].lower not in lexicon.cues() and tokens[0].lower not in ("that", "as"):
        return None
    for token in tokens:
        cue = lexicon.cues().get(token.lower)
        if token.lower == "according":
            after = [t for t in reversed(tokens) if t.start > token.start]
            return _according([token, *after])
        if cue is None or not token.verb:
            continue
        head = grammar.subject(token)
        mention = grammar.span_of(grammar.phrase(head)) if head is not None else None
        why = f"“{token.text}” before it"
        return Found([], (token.start, token.end), mention, why=[why], score=0.95 if mention else 0.8)
    edge = tokens[0].end if tokens[0].text == ":" else region.start
    line = max(text.rfind("\n", 0, edge) + 1, edge - 160)
    if label := LABEL.match(text[line:edge]):
        start = line + label.start(1)
        named = any(t.start == start and t.ent[2:] in ("PERSON", "ORG") for t in tokens)
        near = not label["more"] and "\n" not in text[edge : region.start]
        if named or near or label[0].startswith("From"):
            return Found([], None, (start, start + len(label[1])), why=["a name and a colon before it"], score=0.9)
    if last == ":":
        on = next((t for t in tokens if t.lower == "on" and t.i), None)
        run = on.sent.tokens if on is not None else []
        if on is not None and run[on.i - 1].ent.endswith("PERSON") and not any(t.verb for t in run):
            who = grammar.span_of(run[: on.i])
            return Found([], (on.start, on.end), who, why=["a name, “on” and a colon before it"], score=0.85)
        verbs = [t for t in tokens if t.dep == "ROOT"]
        head = grammar.subject(verbs[0]) if verbs else None
        if head is not None:
            return Found([], None, grammar.span_of(grammar.phrase(head)), why=["a colon before it"], score=0.75)
    return None
