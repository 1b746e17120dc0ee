"""Claims: sentences that assert something a checker could settle, with a score, types, who asserts it, and its figures.

How much a sentence is worth checking comes from `worth`; its weights, learnt by `python -m app.analysis.train_claims`, lie in
`data/claims.json` with their card in `data/claims.md`.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence

from app.analysis import figures, kinds, lexicon, worth
from app.analysis.marks import after_dateline, paragraphs
from app.analysis.model import Claim, Figure, Quote, Span
from app.analysis.syntax import Sentence, Token

LEAST = 0.1
TELLING = 1.0
LONGEST = 2_000
KINDS = {
    "record": "a record or superlative",
    "causal": "says what caused what",
    "prediction": "a prediction",
    "accusation": "an accusation",
    "law": "a matter of law",
    "comparison": "a comparison",
    "position": "somebody's position",
}
BREAK = re.compile(r"(?<![.!?…])[.!?…]+[\"”’'»)\]]*(?=\s+[\"“‘'«(\[]*[A-Z0-9À-ÞА-Я])")
ABBREVIATION = re.compile(
    r"(?:\b(?:Mr|Mrs|Ms|Dr|Prof|St|Sen|Rep|Gov|Gen|Col|Lt|Sgt|Capt|Rev|Jr|Sr|Inc|Ltd|Co|Corp|vs|No|Jan|Feb|Mar|Apr|Jun|Jul|Aug"
    r"|Sept|Sep|Oct|Nov|Dec|a\.m|p\.m|U\.S|U\.K|U\.N|D\.C)|(?<![A-Za-z])[A-Z])\.$"
)


def find(text: str, sentences: Sequence[Sentence], quotes: Sequence[Quote]) -> list[Claim]:
    """A claim for each sentence that asserts something and whose score is `LEAST` or more."""
    placed = list(rows(text, sentences, quotes))
    scores = worth.rate([each for *_, each in placed], lone=len(placed) <= 2) if placed else []
    hedges = lexicon.words("hedges")
    out: list[Claim] = []
    for ((start, end), run, near, row), score in zip(placed, scores, strict=True):
        sentence = text[start:end]
        if score < LEAST or not kinds.asserts(sentence, run):
            continue
        begin = after_dateline(text, start, end)
        speaker = _asserted_by(start, end, near)
        types = kinds.types(row.kinds, run)
        values = figures.find(text, begin, end, run)
        hedged = any(t.lower in hedges for t in run)
        out.append(Claim(begin, end, score, types, speaker, hedged, _why(run, values, types), values))
    return out


def rows(
    text: str, sentences: Sequence[Sentence], quotes: Sequence[Quote], spans: Sequence[Span] = ()
) -> Iterator[tuple[Span, list[Token], list[Quote], worth.Row]]:
    """Each sentence (or each of `spans`) with its tokens, the quotes about it, and what the model sees in it."""
    tokens = sorted((t for s in sentences for t in s.tokens), key=lambda t: t.start)
    starts = [t.start for t in tokens]
    order = sorted(quotes, key=lambda q: q.start)
    quote_starts = [q.start for q in order]
    spans = spans or list(split(text))
    for place, (start, end) in enumerate(spans):
        run = tokens[bisect_left(starts, start) : bisect_left(starts, end)]
        if run:
            first, last = bisect_left(quote_starts, start - LONGEST), bisect_right(quote_starts, end)
            near = [q for q in order[first:last] if q.end > start]
            yield (start, end), run, near, worth.row(text[start:end], run, start, place, len(spans), near)


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


def _why(run: Sequence[Token], found: Sequence[Figure], kinds: Sequence[str]) -> str:
    """In words for a reader: what in a sentence makes it worth checking."""
    reasons = [KINDS[kind] for kind in kinds if kind in KINDS]
    if any(f.value is not None for f in found):
        reasons.insert(0, "figures in it")
    elif any(f.period for f in found):
        reasons.insert(0, "a date in it")
    weights = worth.model()["words"]
    telling = {t.lower for t in run if t.tag in ("NN", "NNS", "VBD", "VBN", "JJ") and t.lower not in lexicon.cues()}
    told = sorted(((weights.get(f"w {word}", 0.0), word) for word in telling), reverse=True)
    reasons += [f"“{word}”" for weight, word in told if weight > TELLING and word.isalpha() and len(word) > 3]
    return ", ".join(reasons[:3]) or "reports an event"


def _asserted_by(start: int, end: int, quotes: Sequence[Quote]) -> str | None:
    """The speaker whose quotes, with the words that attribute them, make up the most of a sentence and at least half; those
    not said to be so ("did not say that ...") are left out."""
    told: dict[str | None, list[Span]] = {}
    for quote in quotes:
        said = [(max(start, a), min(end, b)) for a, b in quote.spans if a < end and b > start]
        beside = [(quote.cue_start, quote.cue_end), (quote.speaker_start, quote.speaker_end)]
        if said and not quote.mood:
            said += [(a, b) for a, b in beside if a is not None and b is not None and start <= a < b <= end]
            told.setdefault(quote.speaker, []).extend(said)
    shares = [(_length(spans), speaker) for speaker, spans in told.items()]
    share, speaker = max(shares, key=lambda each: each[0], default=(0, None))
    return speaker if share * 2 >= end - start else None


def _length(spans: Sequence[Span]) -> int:
    """How many characters some spans hold together, each once."""
    reach = total = 0
    for a, b in sorted(spans):
        total += max(0, b - max(a, reach))
        reach = max(reach, b)
    return total
