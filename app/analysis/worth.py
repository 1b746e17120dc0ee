"""How much a sentence is worth checking: what is true of it in words (`names`) and in figures (`facts`), and the model over both.

Two linear models learnt on debates, one over words and one over facts, rate a sentence alone. Two learnt on news, one over
words and one over runs of letters, do so too. For news, a linear model and small trees over its facts, those four scores and
what stands beside it rate it in its article. `train_claims` learns them all.
"""

from __future__ import annotations

import json
import math
import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache
from itertools import pairwise, repeat
from typing import Any

from app.analysis import lexicon
from app.analysis.kinds import TYPES, shown
from app.analysis.model import Quote
from app.analysis.syntax import Token

LONGEST = 120
DIGIT = re.compile(r"\d")
ADDRESSED = frozenset(("you", "your", "yours"))
OTHERS = frozenset(("he", "she", "they", "his", "her", "their", "him", "them"))
SELF = frozenset(("i", "we", "my", "our", "me", "us", "mine", "ours", "myself", "ourselves"))
LARGE = frozenset(("million", "billion", "trillion", "hundred", "thousand", "thousands", "hundreds", "dozens"))
CAUSES = frozenset(("because", "due", "since", "after", "as"))
LEANING = frozenset(
    (
        *("good", "bad", "great", "terrible", "best", "worst", "important", "wrong", "right", "beautiful", "amazing"),
        *("wonderful", "horrible", "nice", "love", "hate", "feel", "believe", "think", "hope", "want", "wish", "proud"),
        *("happy", "sad", "glad", "sorry", "excited", "disappointed", "should", "must", "need", "let", "please"),
        *("welcome", "thank", "thanks", "frustrated", "concerned", "worried", "surprised", "hard", "difficult", "easy"),
        *("better", "really", "very", "so", "just", "quite", "pretty", "too"),
    )
)
MODALS = frozenset(("will", "'ll", "would", "could", "may", "might", "can", "should", "must"))
LABELS = (
    *(
        "MONEY",
        "PERCENT",
        "QUANTITY",
        "CARDINAL",
        "ORDINAL",
        "DATE",
        "TIME",
        "PERSON",
        "ORG",
        "GPE",
        "NORP",
        "LAW",
        "LOC",
    ),
    *("FAC", "EVENT", "PRODUCT"),
)
TAGS = (
    *(
        "VBD",
        "VBZ",
        "VBP",
        "VB",
        "VBN",
        "VBG",
        "MD",
        "NN",
        "NNS",
        "NNP",
        "JJ",
        "RB",
        "IN",
        "PRP",
        "DT",
        "CD",
        "JJR",
        "JJS",
    ),
    *("RBR", "RBS", "TO", "UH", "WP", "WRB"),
)
# Facts that only an article gives; a sentence that stands alone is rated without them.
PLACED = frozenset(("place", "rel", "total", "lead", "lead_overlap", "q_direct", "q_ind", "q_any", "marks", "spoken"))
BESIDE = ("q_direct", "digits", "fp")
ALONE = ("words", "alone", "told", "letters")
RUNS = (2, 3, 4, 5)


@dataclass(slots=True)
class Row:
    """A sentence as the model sees it."""

    names: Collection[str]
    letters: Collection[str]
    facts: dict[str, float]
    kinds: dict[str, int] = field(default_factory=dict)


def row(sentence: str, tokens: Sequence[Token], start: int, place: float, total: int, quotes: Sequence[Quote]) -> Row:
    """Everything the model looks at in the `place`th of `total` sentences; `start` is where it starts in the text."""
    run = tokens[:LONGEST]
    kinds = shown(sentence)
    facts = {**_counts(sentence, run, kinds), **_clause(run), **_quoted(start, len(sentence), quotes)}
    facts |= {"place": place, "rel": place / max(1, total - 1), "total": total, "lead": place < 3}
    return Row(names(sentence, run, kinds), letters(sentence), facts, kinds)


def names(sentence: str, tokens: Sequence[Token], kinds: Iterable[str]) -> set[str]:
    """Words (figures masked by length), pairs of them, grammar tags and labels that occur in a sentence."""
    words = ["0" * min(len(t.lower), 4) if t.lower[0].isdigit() else t.lower for t in tokens]
    out = {f"w {w}" for w in words}
    out.update(f"b {a} {b}" for a, b in pairwise(words))
    out.update(f"e {t.ent[2:]}" for t in tokens if t.ent)
    out.update(f"t {t.tag}" for t in tokens)
    out.add(f"length {min(len(tokens) // 6, 7)}")
    out.add(f"numbers {min(sum(t.tag == 'CD' for t in tokens), 3)}")
    out.add(f"names {min(sum(t.ent.startswith('B-') for t in tokens), 5)}")
    out.add(f"first {words[0]}")
    out.add("question" if sentence.rstrip("\"”’'").endswith("?") else "stated")
    root = next((t for t in tokens if t.dep == "ROOT"), None)
    if root is not None:
        out.update((f"root {root.lower}", f"roottag {root.tag}"))
    out.update(f"type {name}" for name in kinds)
    return out


def letters(sentence: str) -> set[str]:
    """Runs of two to five letters in the words of a sentence, with the blanks about them; figures masked."""
    words = set(DIGIT.sub("0", sentence.lower()).split())
    return set().union(*map(_spelt, words))


@lru_cache(maxsize=1 << 15)
def _spelt(word: str) -> tuple[str, ...]:
    padded = f" {word[:LONGEST]} "
    return tuple(padded[i : i + n] for n in RUNS for i in range(len(padded) - n + 1))


def _counts(sentence: str, run: Sequence[Token], kinds: Mapping[str, int]) -> dict[str, float]:
    """What there is how often."""
    size = len(run)
    low = [t.lower for t in run]
    tags, labels, words = Counter(t.tag for t in run), Counter(t.ent for t in run if t.ent), Counter(low)
    deps = Counter(t.dep for t in run)
    out: dict[str, float] = {f"e_{label}": labels[f"B-{label}"] for label in LABELS}
    out |= {f"t_{tag}": tags[tag] / size for tag in TAGS}
    out |= {f"ty_{name}": kinds.get(name, 0) for name, _ in TYPES}
    hedges = lexicon.words("hedges")
    out |= {
        "n": size,
        "logn": math.log(size),
        "ents": sum(n for label, n in labels.items() if label[0] == "B"),
        "entshare": sum(labels.values()) / size,
        "nCD": tags["CD"],
        "digits": sum(w[0].isdigit() for w in low),
        "big": sum(words[w] for w in LARGE),
        "year": any(len(w) == 4 and w[:2] in ("19", "20") and w.isdigit() for w in low),
        "spoken": sum(t.sent.region is not None for t in run) / size,
        "fp": sum(w in SELF for w in low),
        "sp": sum(w in ADDRESSED for w in low),
        "tp": sum(w in OTHERS for w in low),
        "opin": sum(w in LEANING for w in low) / size,
        "hedge": sum(w in hedges for w in low),
        "because": sum(w in CAUSES for w in low),
        "than": words["than"],
        "if": "if" in words,
        "comma": words[","],
        "neg": deps["neg"],
        "advcl": deps["advcl"] + deps["relcl"] + deps["acl"],
        "ccomp": deps["ccomp"],
        "subtree": max(len(t.kids) for t in run),
        "avglen": sum(map(len, low)) / size,
        "but": low[0] in ("but", "and", "so", "or"),
        "dem": low[0] in ("this", "that", "these", "it", "those"),
    }
    last = sentence.rstrip()[-1:]
    out |= {
        "ques": "?" in sentence,
        "excl": "!" in sentence,
        "colon": last == ":",
        "stop": last in tuple(".!?\"”’'"),
        "upper": sum(map(str.isupper, sentence)) / len(sentence),
        "paren": "(" in sentence,
        "marks": sum(map(sentence.count, '"“”')),
    }
    return out


def _clause(run: Sequence[Token]) -> dict[str, float]:
    """The main verb, or where that is one of speech the verb of what is said: its form, tense, mood and subject."""
    cues = [t for t in run if t.lower in lexicon.cues() and t.verb and t.sent.region is None]
    root = next((t for t in run if t.dep == "ROOT"), run[0])
    said = root in cues
    head = (root.kid("ccomp") or root) if said else root
    out: dict[str, float] = {"cue": len(cues), "rootcue": said}
    for tag in ("VBD", "VBZ", "VBP", "VBN", "VB", "VBG", "NN", "NNP"):
        out[f"root_{tag}"], out[f"head_{tag}"] = root.tag == tag, head.tag == tag
    helpers = {k.lower for k in head.kids if k.dep in ("aux", "auxpass")}
    subject = head.kid("nsubj", "nsubjpass")
    tag = subject.tag if subject else ""
    return out | {
        "modal": not helpers.isdisjoint(MODALS),
        "will": not helpers.isdisjoint(("will", "'ll")),
        "should": not helpers.isdisjoint(("should", "must")),
        "perfect": not helpers.isdisjoint(("has", "have", "had", "'ve")),
        "passive": head.kid("auxpass", "nsubjpass") is not None,
        "sub_none": subject is None,
        "sub_prp": tag == "PRP",
        "sub_nnp": tag == "NNP",
        "sub_nn": tag in ("NN", "NNS"),
        "sub_dt": tag in ("DT", "EX", "WDT", "WP"),
        "sub_fp": subject is not None and subject.lower in SELF,
        "sub_ent": subject is not None and bool(subject.ent),
        "cop": head.lower in ("is", "are", "was", "were", "'s", "'re", "be"),
    }


def _quoted(start: int, size: int, quotes: Sequence[Quote]) -> dict[str, float]:
    """The shares of a sentence that stand in direct and in other quotes."""
    direct = other = 0
    for quote in quotes:
        shared = sum(max(0, min(start + size, b) - max(start, a)) for a, b in quote.spans)
        direct, other = (direct + shared, other) if quote.kind == "direct" else (direct, other + shared)
    return {"q_direct": direct / size, "q_ind": other / size, "q_any": (direct + other) / size}


@cache
def model() -> dict[str, Any]:
    """The weights: see `data/claims.md`."""
    loaded: dict[str, Any] = json.loads(lexicon.data("claims.json"))
    return loaded


def words_score(weights: Mapping[str, float], found: Collection[str]) -> float:
    """The log odds by words, or by letters."""
    return weights[""] + math.fsum(map(weights.get, found, repeat(0.0))) / math.sqrt(len(found))


def linear(weights: dict[str, Sequence[float]], facts: dict[str, float]) -> float:
    """The log odds by a linear model of (mean, deviation, weight) a fact."""
    total = weights["bias"][0]
    for name, value in facts.items():
        if name in weights:
            mean, deviation, weight = weights[name]
            total += weight * (value - mean) / deviation
    return max(-8.0, min(8.0, total))


class Trees:
    """Trees of [fact, threshold, below or at, above], leaves being numbers, laid out level by level so that many rows go
    down all of them at once; a leaf above the last level is repeated below itself."""

    def __init__(self, grown: Sequence[Any]) -> None:
        import numpy as np

        self.facts: dict[str, int] = {}
        self.depth = max(map(_depth, grown))
        shape = len(grown), 2**self.depth
        self.fact, self.cut = np.zeros(shape, dtype=np.intp), np.full(shape, np.inf)
        self.leaf = np.zeros(shape)
        for number, tree in enumerate(grown):
            self._lay(tree, number, 1, self.depth)

    def _lay(self, node: Any, tree: int, place: int, below: int) -> None:
        if not below:
            self.leaf[tree, place - self.leaf.shape[1]] = node
        elif node.__class__ is list:
            self.fact[tree, place] = self.facts.setdefault(node[0], len(self.facts))
            self.cut[tree, place] = node[1]
            for side in (0, 1):
                self._lay(node[2 + side], tree, 2 * place + side, below - 1)
        else:
            self._lay(node, tree, 2 * place, below - 1)

    def odds(self, rows: Sequence[Mapping[str, float]]) -> list[float]:
        """The log odds of each row of facts."""
        if not self.facts or not rows:
            return [float(self.leaf[:, 0].sum())] * len(rows)
        import numpy as np

        table = np.array([[row[fact] for fact in self.facts] for row in rows], dtype=float)
        row, tree = np.ogrid[: len(rows), : len(self.leaf)]
        place = np.ones((len(rows), len(self.leaf)), dtype=np.intp)
        for _ in range(self.depth):
            place = 2 * place + (table[row, self.fact[tree, place]] > self.cut[tree, place])
        out: list[float] = self.leaf[tree, place - self.leaf.shape[1]].sum(1).tolist()
        return out


def _depth(node: Any) -> int:
    return 1 + max(map(_depth, node[2:])) if node.__class__ is list else 0


@cache
def _trees() -> Trees:
    return Trees(model()["trees"])


def scores(weights: Mapping[str, Any], row: Row) -> dict[str, float]:
    """What each model makes of a sentence alone."""
    return {
        "words": words_score(weights["words"], row.names),
        "alone": linear(weights["facts"], row.facts),
        "told": words_score(weights["told"], row.names),
        "letters": words_score(weights["letters"], row.letters),
    }


def widen(rows: Sequence[Row], alone: Sequence[Mapping[str, float]]) -> None:
    """Adds to the facts of an article's sentences their `scores`, and what holds of their neighbours and on average."""
    for each, found in zip(rows, alone, strict=True):
        each.facts.update(found)
    for name in (*ALONE, *BESIDE):
        values = [float(each.facts[name]) for each in rows]
        mean = sum(values) / len(values)
        for i, each in enumerate(rows):
            each.facts[f"{name}_before"] = values[i - 1] if i else 0.0
            each.facts[f"{name}_after"] = values[i + 1] if i + 1 < len(values) else 0.0
            each.facts[f"{name}_mean"] = mean


def rate(rows: Sequence[Row], *, lone: bool) -> list[float]:
    """The probability that each of a text's sentences is worth checking; `lone` where they are no article."""
    weights = model()
    if lone:
        odds = [(words_score(weights["words"], r.names) + linear(weights["facts"], r.facts)) / 2 for r in rows]
        return [chance(o + weights["lean"]["lone"]) for o in odds]
    widen(rows, [scores(weights, each) for each in rows])
    grown = _trees().odds([r.facts for r in rows])
    odds = [(linear(weights["news"], r.facts) + tree) / 2 for r, tree in zip(rows, grown, strict=True)]
    return [chance(o + weights["lean"]["news"]) for o in odds]


def chance(odds: float) -> float:
    """Log odds as a probability."""
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, odds))))
