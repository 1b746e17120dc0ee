"""Measures the engine against gold annotations, one article at a time.

Quotes are compared piece by piece (a run of text without a gap) and word by word, so that marks and commas at the edges
do not count. Two pieces match where the words they share are a large enough part (IoU) of all words of both.
"""

from __future__ import annotations

import gzip
import json
import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from app.analysis.model import Analysis, Span

KINDS = ("direct", "mixed", "indirect")
LEVELS = {"exact": 1.0, "iou80": 0.8, "iou50": 0.5}
WORD = re.compile(r"\w+")
QUOTED = re.compile(r"“[^”\n]*”?|\"[^\"\n]*\"?|«[^»\n]*»?|„[^“”\n]*[“”]?")
EMPTY_WORDS = frozenset(
    re.findall(
        r"\w+",
        "the a an of for and in on at to by with his her their its this that mr mrs ms dr sen rep gov president former u s",
    )
)


@dataclass(frozen=True, slots=True)
class GoldQuote:
    """What an annotator marked: `speaker` is the resolved name, None where it cannot be known."""

    spans: tuple[Span, ...]
    kind: str
    speaker: str | None = None


@dataclass(frozen=True, slots=True)
class Gold:
    """An article with its annotations; `sentences` are (start, end, worth checking), None where nobody judged them."""

    id: str
    text: str
    quotes: tuple[GoldQuote, ...]
    sentences: tuple[tuple[int, int, bool], ...] | None = None
    language: str | None = None


def read(data: bytes) -> Iterator[Gold]:
    """Articles of JSON Lines, packed with gzip or not. ValueError names the line that cannot be read."""
    try:
        lines = (gzip.decompress(data) if data.startswith(b"\x1f\x8b") else data).split(b"\n")
    except (OSError, EOFError) as error:
        raise ValueError(f"not a whole gzip file: {error}") from error
    for number, line in enumerate(lines, 1):
        if line.strip():
            try:
                yield gold(json.loads(line))
            except KeyError as error:
                raise ValueError(f"line {number}: {error.args[0]!r} is missing") from error
            except (ValueError, TypeError) as error:
                raise ValueError(f"line {number}: {error}") from error


def gold(given: Any) -> Gold:
    """An article as it stands in a line of JSON, checked."""
    if not isinstance(given, dict):
        raise TypeError("a line holds one JSON object")
    text = given["text"]
    if not isinstance(text, str):
        raise TypeError("the text is not a string")
    quotes = tuple(_quote(each, len(text)) for each in given["quotes"])
    judged = given.get("sentences")
    sentences = None
    if judged is not None:
        sentences = tuple((*_span([s["start"], s["end"]], len(text)), bool(s["label"])) for s in judged)
    return Gold(str(given["id"]), text, quotes, sentences, given.get("language"))


def _quote(given: Any, length: int) -> GoldQuote:
    if not isinstance(given, dict):
        raise TypeError("a quote is a JSON object")
    spans = tuple(_span(span, length) for span in given.get("spans") or [[given["start"], given["end"]]])
    if given["kind"] not in KINDS:
        raise ValueError(f"a quote is {', '.join(KINDS)}, not {given['kind']!r}")
    return GoldQuote(spans, given["kind"], given.get("speaker"))


def _span(given: Any, length: int) -> Span:
    match given:
        case [int(start), int(end)] if 0 <= start < end <= length:
            return start, end
    raise ValueError(f"{given!r} is no start and end inside the text")


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of a quote without a gap, as the words it covers."""

    words: frozenset[int]
    kind: str
    speaker: str | None


class Score:
    """Adds up articles; `figures` tells the measures of all so far."""

    def __init__(self) -> None:
        self.articles = 0
        self.counts: dict[str, Counter[str]] = {level: Counter() for level in [*LEVELS, "token"]}
        self.kinds: dict[str, Counter[str]] = {kind: Counter() for kind in KINDS}
        self.matched: Counter[str] = Counter()
        self.sentences: list[tuple[float, bool]] = []

    def add(self, article: Gold, found: Analysis) -> None:
        """Take in an article and what the engine found in it."""
        self.articles += 1
        wanted = pieces(article.text, article.quotes)
        given = pieces(article.text, found.quotes)
        for level, least in LEVELS.items():
            hits = match_pieces(wanted, given, least)
            self.counts[level].update(tp=len(hits), fp=len(given) - len(hits), fn=len(wanted) - len(hits))
            for piece, hit in ((w, i in dict(hits)) for i, w in enumerate(wanted)):
                self.kinds[piece.kind].update({level: int(hit)})
        for piece in wanted:
            self.kinds[piece.kind]["n"] += 1
        theirs = frozenset[int]().union(*(p.words for p in wanted))
        ours = frozenset[int]().union(*(p.words for p in given))
        self.counts["token"].update(tp=len(theirs & ours), fp=len(ours - theirs), fn=len(theirs - ours))
        for i, j in match_pieces(wanted, given, LEVELS["iou50"]):
            self.matched.update(n=1, kind=wanted[i].kind == given[j].kind)
            if name := wanted[i].speaker:
                self.matched.update(named=1, name=same_name(name, given[j].speaker))
        if article.sentences is not None:
            self.sentences.extend(_judged(article.text, article.sentences, found))

    def figures(self, threshold: float = 0.5) -> dict[str, Any]:
        """All measures as shares of one; None where nothing was there to measure."""
        done = self.matched
        quotes: dict[str, Any] = {
            level: _rates(count["tp"], count["fp"], count["fn"]) for level, count in self.counts.items()
        }
        quotes["recall"] = {
            kind: {"n": count["n"]} | {level: _share(count[level], count["n"]) for level in LEVELS}
            for kind, count in self.kinds.items()
        }
        quotes["names"] = {"n": done["named"], "right": _share(done["name"], done["named"])}
        quotes["kinds"] = {"n": done["n"], "right": _share(done["kind"], done["n"])}
        return {"articles": self.articles, "quotes": quotes, "claims": claim_figures(self.sentences, threshold)}


def claim_figures(judged: Sequence[tuple[float, bool]], threshold: float) -> dict[str, Any] | None:
    """How well scores tell sentences worth checking from others."""
    if not judged:
        return None
    above = [label for score, label in judged if score >= threshold]
    positive = sum(label for _, label in judged)
    rates = _rates(sum(above), len(above) - sum(above), positive - sum(above))
    return {"n": len(judged), "positive": positive, "threshold": threshold, **rates, "AP": average_precision(judged)}


def average_precision(judged: Iterable[tuple[float, bool]]) -> float | None:
    """Mean of the precision at each positive; ties go against the system."""
    hits, total = 0, 0.0
    for rank, (_, label) in enumerate(sorted(judged, key=lambda pair: (-pair[0], pair[1])), 1):
        if label:
            hits += 1
            total += hits / rank
    return _share(total, hits)


def pieces(text: str, quotes: Iterable[Any]) -> list[Piece]:
    """Quotes as pieces; a blank, comma or mark alone does not part two. In a mixed quote of several pieces each has a
    kind of its own."""
    starts = [(m.start(), m.end()) for m in WORD.finditer(text)]
    at = [-1] * len(text)
    for number, (start, end) in enumerate(starts):
        at[start:end] = [number] * (end - start)
    marked: set[int] | None = None
    out = []
    for quote in quotes:
        runs: list[set[int]] = []
        last = -1
        for start, end in sorted(quote.spans):
            if not runs or any(c.isalnum() for c in text[last:start]):
                runs.append(set())
            runs[-1].update(at[start:end])
            last = max(last, end)
        for run in runs:
            run.discard(-1)
            kind = quote.kind
            if kind == "mixed" and len(runs) > 1:
                if marked is None:
                    marked = {n for m in QUOTED.finditer(text) for n in at[m.start() : m.end()]}
                kind = _kind(run, marked)
            if run:
                out.append(Piece(frozenset(run), kind, quote.speaker))
    return out


def _kind(words: Collection[int], marked: Collection[int]) -> str:
    inside = sum(word in marked for word in words)
    if not inside:
        return "indirect"
    return "direct" if inside >= 0.95 * len(words) else "mixed"


def match_pieces(wanted: Sequence[Piece], given: Sequence[Piece], least: float) -> list[tuple[int, int]]:
    """Pairs that match, the best first, each piece once."""
    holders: dict[int, list[int]] = {}
    for j, piece in enumerate(given):
        for word in piece.words:
            holders.setdefault(word, []).append(j)
    pairs = []
    for i, piece in enumerate(wanted):
        shared = Counter(j for word in piece.words for j in holders.get(word, ()))
        for j, n in shared.items():
            overlap = n / (len(piece.words) + len(given[j].words) - n)
            if overlap >= least - 1e-9:
                pairs.append((-overlap, i, j))
    taken: tuple[set[int], set[int]] = (set(), set())
    out = []
    for _, i, j in sorted(pairs):
        if i not in taken[0] and j not in taken[1]:
            taken[0].add(i)
            taken[1].add(j)
            out.append((i, j))
    return out


def same_name(wanted: str, given: str | None) -> bool:
    """Whether two names share a word that tells people apart."""
    a, b = ({w for w in WORD.findall(name.lower()) if w not in EMPTY_WORDS} for name in (wanted, given or ""))
    return bool(a & b) if a and b else wanted.strip().lower() == (given or "").strip().lower()


def _judged(text: str, sentences: Iterable[tuple[int, int, bool]], found: Analysis) -> Iterator[tuple[float, bool]]:
    """The best score of a claim that shares half of the shorter one's words, for each sentence."""
    claims = [({m.start() for m in WORD.finditer(text, c.start, c.end)}, c.score) for c in found.claims]
    for start, end, label in sentences:
        words = {m.start() for m in WORD.finditer(text, start, end)}
        scores = [s for w, s in claims if w and words and 2 * len(w & words) >= min(len(w), len(words))]
        yield max(scores, default=0.0), label


def _rates(tp: int, fp: int, fn: int) -> dict[str, Any]:
    precision, recall = tp / (tp + fp) if tp else 0.0, tp / (tp + fn) if tp else 0.0
    rates = {"P": precision, "R": recall, "F1": 2 * precision * recall / (precision + recall) if tp else 0.0}
    return {**rates, "tp": tp, "fp": fp, "fn": fn}


def _share(part: float, whole: int) -> float | None:
    return part / whole if whole else None


def table(figures: dict[str, Any]) -> str:
    """The figures for a person to read, in percent."""
    quotes, claims = figures["quotes"], figures["claims"]
    lines = [f"{figures['articles']} articles", f"{'quotes':20}{'P':>7}{'R':>7}{'F1':>7}"]
    for level, name in (("exact", "exact"), ("iou80", "IoU >= 0.8"), ("iou50", "IoU >= 0.5"), ("token", "words")):
        lines.append(f"  {name:18}" + "".join(_percent(quotes[level][rate]) for rate in ("P", "R", "F1")))
    lines.append("found at IoU >= 0.8")
    lines += [f"  {kind:18}{_percent(q['iou80'])}  of {q['n']}" for kind, q in quotes["recall"].items()]
    lines.append("right, of found at IoU >= 0.5")
    lines += [f"  {name:18}{_percent(quotes[name]['right'])}  of {quotes[name]['n']}" for name in ("names", "kinds")]
    if claims:
        lines.append(f"{'claims':20}{'P':>7}{'R':>7}{'F1':>7}{'AP':>7}")
        rates = "".join(_percent(claims[rate]) for rate in ("P", "R", "F1", "AP"))
        lines.append(f"  at {claims['threshold']:<15}{rates}  of {claims['n']}")
    return "\n".join(lines)


def _percent(share: float | None) -> str:
    return f"{'-' if share is None else format(100 * share, '.1f'):>7}"
