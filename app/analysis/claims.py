"""Claims: sentences that assert something a checker could settle, with a calibrated score and types.

The score is a logistic regression over words, word pairs and a few facts of grammar; its weights, learnt by
`python -m app.analysis.train_claims`, lie in `data/claims.json` with their card in `data/claims.md`.
"""

from __future__ import annotations

import json
import math
import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import pairwise

from app.analysis import figures, lexicon
from app.analysis.marks import paragraphs
from app.analysis.model import Claim, Quote, Span
from app.analysis.syntax import Sentence, Token

LEAST = 0.1
LEAN = 0.7  # log odds: a claim missed costs an analyst twice what one shown for nothing costs
LONGEST = 2_000
BREAK = re.compile(r"(?<![.!?…])[.!?…]+[\"”’'»)\]]*(?=\s+[\"“‘'«(\[]*[A-Z0-9À-ÞА-Я])")
ABBREVIATION = re.compile(
    r"(?:\b(?:Mr|Mrs|Ms|Dr|Prof|St|Sen|Rep|Gov|Gen|Col|Lt|Sgt|Capt|Rev|Jr|Sr|Inc|Ltd|Co|Corp|vs|No|Jan|Feb|Mar|Apr|Jun|Jul|Aug"
    r"|Sept|Sep|Oct|Nov|Dec|a\.m|p\.m|U\.S|U\.K|U\.N|D\.C)|(?<![A-Za-z])[A-Z])\.$"
)
TYPES: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (name, re.compile(pattern, re.IGNORECASE))
    for name, pattern in (
        (
            "statistic",
            r"\b(?:per cent|percent|million|billion|trillion|average|majority|rate|half|third|dozens?|hundreds|thousands)\b|\d\s?%|[$£€]\s?\d",
        ),
        (
            "record",
            r"\b(?:record|first time|first|largest|biggest|highest|lowest|most|worst|best|oldest|youngest|longest|unprecedented|never before|ever)\b",
        ),
        (
            "causal",
            r"\b(?:because|due to|caus(?:e|es|ed|ing)|led to|lead to|leads to|result(?:s|ed|ing)? (?:in|of|from)|thanks to|as a result|contribut\w+ to)\b",
        ),
        (
            "prediction",
            r"\b(?:will|would|expected to|forecast\w*|predict\w*|projected|by 20[2-9]\d|likely to|set to)\b",
        ),
        (
            "accusation",
            r"\b(?:accus\w+|alleg\w+|charged|guilty|convicted|fraud|corrupt\w*|abus\w+|violat\w+|murder\w*|illegal\w*|lied|lying|crimes?|misconduct|assault\w*)\b",
        ),
        (
            "law",
            r"\b(?:law|laws|act|bill|court|ruling|ruled|legislation|legal|illegal|constitution\w*|regulation\w*|treaty|ban|banned|statute|amendment|requires?)\b",
        ),
        ("comparison", r"\b(?:than|compared|versus|twice|double|times (?:more|as))\b"),
        ("position", r"\b(?:supports?|opposes?|opposed|backs?|backed|voted|policy|stance|position|in favou?r of)\b"),
    )
)


# "PORT ALDEN, March 4 (QNS) - ": where and when a story was filed, which nobody asserts.
DATELINE = re.compile(
    r"(?:[A-Z][A-Z.'’ /-]{2,40}(?:, [A-Z][^()\n–—:\"“]{1,40})?(?: ?\([^()\n]{2,40}\))? ?(?:--|[-–—]) +)?\s*"
)


def find(text: str, sentences: Sequence[Sentence], quotes: Sequence[Quote]) -> list[Claim]:
    """A claim for each sentence whose score is `LEAST` or more."""
    tokens = sorted((t for s in sentences for t in s.tokens), key=lambda t: t.start)
    starts = [t.start for t in tokens]
    spans = list(split(text))
    lone = len(spans) <= 2
    out: list[Claim] = []
    open_quotes = sorted(quotes, key=lambda q: q.start)
    quote_starts = [q.start for q in open_quotes]
    for place, (start, end) in enumerate(spans):
        run = tokens[bisect_left(starts, start) : bisect_left(starts, end)]
        if not run:
            continue
        score, reasons = rate(text[start:end], run, place, lone=lone)
        if score < LEAST:
            continue
        near = open_quotes[max(0, bisect_left(quote_starts, start - LONGEST)) : bisect_right(quote_starts, end)]
        speaker = _asserted_by(start, end, near)
        hedged = any(t.lower in lexicon.words("hedges") for t in run)
        dateline = DATELINE.match(text, start, end)
        begin = dateline.end() if dateline else start
        values = figures.find(text, begin, end, run)
        out.append(Claim(begin, end, score, types(text[start:end], run), speaker, hedged, reasons, values))
    return out


def split(text: str) -> Iterator[Span]:
    """Sentences by stops and paragraphs, in linear time."""
    for start, end in paragraphs(text):
        at = start
        for match in BREAK.finditer(text, start, end):
            if ABBREVIATION.search(text, max(at, match.start() - 8), match.start() + 1):
                continue
            yield at, match.end()
            at = match.end()
            while at < end and text[at].isspace():
                at += 1
        if at < end:
            yield at, end


def features(sentence: str, tokens: Sequence[Token], place: int) -> list[str]:
    """The names of what is true of a sentence, the `place`th of its text: words, pairs of them, facts of grammar."""
    words = ["0" * min(len(t.lower), 4) if t.lower[0].isdigit() else t.lower for t in tokens[:120]]
    out = {f"w {w}" for w in words}
    out.update(f"b {a} {b}" for a, b in pairwise(words))
    out.update(f"e {t.ent[2:]}" for t in tokens if t.ent)
    out.update(f"t {t.tag}" for t in tokens)
    count = len(tokens)
    out.add(f"length {min(count // 6, 7)}")
    numbers = sum(t.tag == "CD" for t in tokens)
    out.add(f"numbers {min(numbers, 3)}")
    names = sum(t.ent.startswith("B-") for t in tokens)
    out.add(f"names {min(names, 5)}")
    out.add(f"first {words[0]}")
    out.add("question" if sentence.rstrip("\"”’'").endswith("?") else "stated")
    out.add("quoted" if sentence[0] in "\"“‘'" else "plain")
    out.add(f"place {min(place, 1) + (place > 3) + (place > 10) + (place > 25)}")
    spoken = sum(t.sent.region is not None for t in tokens)
    out.add("spoken" if spoken * 2 > count else "told")
    if any(t.lower in lexicon.cues() and t.sent.region is None and t.verb for t in tokens):
        out.add("cue")
    if any(t.tag in ("PRP", "PRP$") and t.lower in ("i", "we", "my", "our", "me", "us") for t in tokens):
        out.add("self")
    root = next((t for t in tokens if t.dep == "ROOT"), None)
    if root is not None:
        out.add(f"root {root.lower}")
        out.add(f"roottag {root.tag}")
    for name, pattern in TYPES:
        if pattern.search(sentence):
            out.add(f"type {name}")
    return sorted(out)


@cache
def weights() -> dict[str, float]:
    """The model: a weight a feature."""
    loaded: dict[str, float] = json.loads(lexicon.data("claims.json"))
    return loaded


def rate(sentence: str, tokens: Sequence[Token], place: int, *, lone: bool) -> tuple[float, str]:
    """The probability that a sentence is worth checking, and the features that speak for it most."""
    model = weights()
    names = features(sentence, tokens, place)
    scale = 1 / math.sqrt(len(names))
    kind = "lone" if lone else "news"
    parts = [(scale * (model.get(n, 0.0) + model.get(f"{kind} {n}", 0.0)), n) for n in names]
    total = model.get(f"bias {kind}", 0.0) + sum(p for p, _ in parts)
    total += 0.0 if lone else LEAN
    top = [r for p, n in sorted(parts, reverse=True) if p > 0.03 and (r := _plain(n))][:3]
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, total)))), ", ".join(dict.fromkeys(top))


def _plain(name: str) -> str:
    """A feature in words for a reader; "" for those that say nothing to one."""
    kind, _, value = name.partition(" ")
    if kind == "w":
        return "a figure" if value.strip("0") == "" else f"“{value}”" if value.isalpha() and len(value) > 3 else ""
    if kind == "e":
        return f"names a {value}" if value in ("MONEY", "PERCENT", "LAW", "QUANTITY") else ""
    return {"type": f"{value} in it", "numbers": "figures in it" if value != "0" else ""}.get(kind, "")


def types(sentence: str, tokens: Sequence[Token]) -> tuple[str, ...]:
    """Which kinds of claim a sentence makes; an event where nothing else fits."""
    found = [name for name, pattern in TYPES if pattern.search(sentence)]
    if "statistic" not in found and any(t.ent[2:] in ("PERCENT", "MONEY", "QUANTITY") for t in tokens):
        found.insert(0, "statistic")
    return tuple(found) or ("event",)


def _asserted_by(start: int, end: int, quotes: Sequence[Quote]) -> str | None:
    """The speaker of the widest quote that holds at least half of the sentence."""
    best: tuple[int, str | None] = (0, None)
    for quote in quotes:
        shared = sum(max(0, min(end, b) - max(start, a)) for a, b in quote.spans)
        if shared * 2 >= end - start and shared > best[0]:
            best = shared, quote.speaker
    return best[1]
