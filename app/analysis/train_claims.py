"""Learns the weights of the claim score: `python -m app.analysis.train_claims NEWS.jsonl.gz DEBATES.jsonl.gz FOLDER [OUT]`.

Lines are {"text", "sentences": [{"start", "end", "label"}]}; the folder (`tests/gold/claims`) holds articles written for this
project: "# title", then a sentence a line, before it the chance that it is worth checking (0 to 100), an empty line after
each paragraph. Debates teach two models that rate a sentence alone; news and the written articles teach the other four.
Prints cross-validated figures for news. Takes some seven minutes.
"""

from __future__ import annotations

import gzip
import json
import math
import random
import sys
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from app.analysis import claims, run, worth

Array = NDArray[np.float64]
# F1 is greatest where the cut is half of it: at a chance of a third in news, of two fifths in debates. So that 0.5 is that
# cut, log odds are raised by this much. (A claim missed costs an analyst more than one shown for nothing.)
LEAN = {"news": 0.7, "lone": 0.4}
KEPT = 0.05
LEAST = 2
BINS = 32
PARTS = 4
NEWS = 8.0  # a sentence of news counts as much as this many written ones
# Facts that weigh otherwise in news than in articles written for the purpose.
APART = (
    *worth.ALONE,
    *(f"{name}_{where}" for name in worth.ALONE for where in ("before", "after", "mean")),
    *("place", "rel", "total", "lead", "q_direct", "q_ind", "q_any", "n", "logn", "digits", "nCD", "ents"),
)


class Example(NamedTuple):
    """A sentence, the chance that it is worth checking, the number of its article, and how much it counts."""

    row: worth.Row
    label: float
    article: int
    weight: float = 1.0


class Growth(NamedTuple):
    """How trees are grown."""

    trees: int = 250
    depth: int = 4
    rate: float = 0.08
    rows: float = 0.5
    facts: float = 0.15
    least: int = 12
    penalty: float = 2.0


def read(path: str) -> list[dict[str, Any]]:
    """The lines of a file, gzipped or not."""
    data = Path(path).read_bytes()
    text = (gzip.decompress(data) if path.endswith(".gz") else data).decode("utf-8")
    return [json.loads(line) for line in text.splitlines() if line]


def written(folder: str) -> list[dict[str, Any]]:
    """The articles of a folder, in the shape of `read`."""
    out: list[dict[str, Any]] = []
    for path in sorted(Path(folder).glob("*.txt")):
        for line in path.read_text("utf-8").splitlines():
            if line.startswith("# "):
                out.append({"text": "", "sentences": []})
            elif line:
                chance, _, sentence = line.partition(" ")
                start = len(out[-1]["text"])
                out[-1]["text"] += sentence + " "
                out[-1]["sentences"].append({"start": start, "end": start + len(sentence), "label": int(chance) / 100})
            else:
                out[-1]["text"] = out[-1]["text"].rstrip(" ") + "\n"
    return out


def examples(articles: Sequence[dict[str, Any]], first: int = 0, weight: float = 1.0) -> Iterator[Example]:
    """Every judged sentence, analysed as the engine does before it looks for claims; `first` numbers the first article."""
    for number, article in enumerate(articles, first):
        work = run.Work(article["text"], "en")
        for step in run.STEPS[: run.STEPS.index(run.find_claims)]:
            step(work)
        spans = {(s["start"], s["end"]): float(s["label"]) for s in article["sentences"]}
        for span, _, _, row in claims.rows(work.text, work.sentences, work.quotes, list(spans)):
            yield Example(row, spans[span], number, weight)


def joined(articles: Sequence[dict[str, Any]], size: int = 200) -> list[dict[str, Any]]:
    """Lone sentences put together, a paragraph each, so that the parser can work on many at once."""
    out = []
    for first in range(0, len(articles), size):
        lines: list[str] = []
        sentences = []
        at = 0
        for article in articles[first : first + size]:
            line = " ".join(article["text"].split())
            sentences.append({"start": at, "end": at + len(line), "label": article["sentences"][0]["label"]})
            lines.append(line)
            at += len(line) + 1
        out.append({"text": "\n".join(lines), "sentences": sentences})
    return out


def words(
    documents: Sequence[Collection[str]], label: Array, penalty: float = 6.0, steps: int = 100
) -> dict[str, float]:
    """Logistic regression over what occurs in each document, by gradient descent with Adam. The L2 penalty falls with the
    square of how rare a word is, as if each counted by its rarity (tf-idf). The bias stands under ""."""
    seen = Counter(name for each in documents for name in each)
    index = {"": 0} | {name: i for i, name in enumerate(sorted(n for n, c in seen.items() if c >= LEAST), 1)}
    rare = [1 + math.log(len(documents) / seen[name]) for name in index if name]
    held = np.r_[0.0, penalty * np.array(rare) ** -2.0]
    kept = [np.array([0, *sorted(index[n] for n in each if n in index)]) for each in documents]
    sizes = [len(k) for k in kept]
    col, at = np.concatenate(kept), np.repeat(np.arange(len(kept)), sizes)
    val = np.where(col, np.repeat([len(each) ** -0.5 for each in documents], sizes), 1.0)
    first_of = np.r_[0, np.cumsum(sizes)[:-1]]
    theta, first, second = (np.zeros(len(index)) for _ in range(3))
    for step in range(1, steps + 1):
        slack = _chance(np.add.reduceat(theta[col] * val, first_of)) - label
        slope = np.bincount(col, weights=slack[at] * val, minlength=len(index)) + held * theta
        first, second = 0.9 * first + 0.1 * slope, 0.99 * second + 0.01 * slope**2
        theta -= 0.1 * (first / (1 - 0.9**step)) / (np.sqrt(second / (1 - 0.99**step)) + 1e-8)
    return {n: round(float(theta[i]), 2) for n, i in index.items() if not n or abs(theta[i]) > KEPT}


def linear(
    facts: Sequence[str], table: Array, label: Array, penalty: float, weight: Array | float = 1.0
) -> dict[str, list[float]]:
    """Logistic regression over facts brought to one scale, by Newton's method: mean, deviation and weight of each. A row
    counts `weight` times."""
    mean, deviation = table.mean(0), table.std(0)
    used = deviation > 1e-9
    scaled = np.c_[(table[:, used] - mean[used]) / deviation[used], np.ones(len(table))]
    theta = np.zeros(scaled.shape[1])
    ridge = np.r_[np.full(used.sum(), penalty), 0.0]
    for _ in range(12):
        chance = _chance(scaled @ theta)
        bend = (scaled.T * (weight * chance * (1 - chance))) @ scaled + np.diag(ridge + 1e-6)
        theta -= np.linalg.solve(bend, scaled.T @ (weight * (chance - label)) + ridge * theta)
    kept = zip((f for f, u in zip(facts, used, strict=True) if u), mean[used], deviation[used], theta[:-1], strict=True)
    return {"bias": [_short(theta[-1])]} | {f: [_short(m), _short(d), _short(t)] for f, m, d, t in kept}


def adapted(facts: Sequence[str], table: Array, label: Array, penalty: float, weight: Array) -> dict[str, list[float]]:
    """`linear` for news, learnt from written articles as well: facts of `APART` have a second weight that only news has
    (Daumé 2007, Frustratingly easy domain adaptation), folded into the first."""
    news = weight > 1
    apart = [facts.index(name) for name in APART]
    both = [*facts, *(f"news {name}" for name in APART), "news"]
    found = linear(both, np.c_[table, table[:, apart] * news[:, None], news], label, penalty, weight)
    bias = found.pop("bias")[0]
    for name in [each for each in found if each.startswith("news")]:
        mean, deviation, extra = found.pop(name)
        fact = found.get(name[5:], [1.0, 1.0, 0.0])
        bias += extra * (fact[0] - mean) / deviation
        fact[2] = _short(fact[2] + extra * fact[1] / deviation)
    return {"bias": [_short(bias)]} | found


def grow(facts: Sequence[str], table: Array, label: Array, how: Growth) -> list[Any]:
    """Gradient-boosted trees; the first is a lone leaf, the odds of all."""
    draw = np.random.default_rng(1)
    cuts = [np.unique(np.quantile(column, np.linspace(0, 1, BINS + 1)[1:-1])) for column in table.T]
    binned = np.stack([np.searchsorted(c, column) for c, column in zip(cuts, table.T, strict=True)], 1)
    base = float(np.log(label.mean() / (1 - label.mean())))
    odds = np.full(len(label), base)
    out: list[Any] = [_short(base)]

    def split(rows: NDArray[np.int64], everyone: NDArray[np.int64], depth: int) -> Any:
        slope, bend = label - chance, chance * (1 - chance)
        total, weight = slope[rows].sum(), bend[rows].sum()
        best: tuple[float, int, int] = (1e-6, -1, -1)
        picked = draw.permutation(len(facts))[: max(1, int(how.facts * len(facts)))]
        for fact in picked if depth else ():
            place = binned[rows, fact]
            size, g, h = (
                np.cumsum(np.bincount(place, weights=w, minlength=BINS))[:-1] for w in (None, slope[rows], bend[rows])
            )
            gain = (
                g**2 / (h + how.penalty)
                + (total - g) ** 2 / (weight - h + how.penalty)
                - total**2 / (weight + how.penalty)
            )
            gain[(size < how.least) | (len(rows) - size < how.least)] = 0.0
            if gain.max() > best[0]:
                best = float(gain.max()), int(fact), int(gain.argmax())
        if best[1] < 0:
            step = how.rate * total / (weight + how.penalty)
            odds[everyone] += step
            return _short(step)
        _, fact, cut = best
        low, all_low = binned[rows, fact] <= cut, binned[everyone, fact] <= cut
        below, above = split(rows[low], everyone[all_low], depth - 1), split(rows[~low], everyone[~all_low], depth - 1)
        return [facts[fact], _short(cuts[fact][cut]), below, above]

    for _ in range(how.trees):
        chance = _chance(odds)
        sample = np.flatnonzero(draw.random(len(label)) < how.rows)
        out.append(split(sample, np.arange(len(label)), how.depth))
    return out


def learn_alone(debates: Sequence[Example]) -> dict[str, Any]:
    """The two models for a sentence alone."""
    facts = [f for f in debates[0].row.facts if f not in worth.PLACED]
    label = _labels(debates)
    return {
        "words": words([each.row.names for each in debates], label),
        "facts": linear(facts, _table(debates, facts), label, 20.0),
        "lean": LEAN,
    }


def learn_told(data: Sequence[Example]) -> dict[str, Any]:
    """The two models over words and letters for a sentence of news."""
    label = _labels(data)
    return {
        "told": words([each.row.names for each in data], label),
        "letters": words([each.row.letters for each in data], label),
    }


def learn_placed(alone: dict[str, Any], data: Sequence[Example]) -> dict[str, Any]:
    """All models for a sentence in its article. What the last two learn from are the scores of others that have not seen
    the article."""
    for part in range(PARTS):
        others = learn_told([each for each in data if each.article % PARTS != part])
        _widen(alone | others, [each for each in data if each.article % PARTS == part])
    facts = list(data[0].row.facts)
    table, label = _table(data, facts), _labels(data)
    weight = np.array([each.weight for each in data])
    return {
        **learn_told(data),
        "news": adapted(facts, table, label, 60.0, weight),
        "trees": grow(facts, table, label, Growth()),
    }


def _widen(weights: dict[str, Any], data: Sequence[Example]) -> None:
    for _, article in groupby(data, lambda each: each.article):
        rows = [each.row for each in article]
        worth.widen(rows, [worth.scores(weights, row) for row in rows])


def measure(pairs: Sequence[tuple[float, int]]) -> tuple[float, float]:
    """F1 at 0.5, and average precision."""
    tp = sum(y for s, y in pairs if s >= 0.5)
    said, true = sum(s >= 0.5 for s, _ in pairs), sum(y for _, y in pairs)
    hits, area = 0, 0.0
    for rank, (_, y) in enumerate(sorted(pairs, key=lambda p: (-p[0], p[1])), 1):
        hits += y
        area += y * hits / rank
    return 2 * tp / max(1, said + true), area / max(1, hits)


def validate(alone: dict[str, Any], news: Sequence[Example], more: Sequence[Example]) -> tuple[float, float]:
    """F1 and average precision over five parts of the articles, each rated by what the others and `more` taught."""
    numbers = sorted({each.article for each in news})
    random.Random(1).shuffle(numbers)  # noqa: S311 - folds need no secrecy
    pairs: list[tuple[float, int]] = []
    for part in range(5):
        held = set(numbers[part::5])
        weights = alone | learn_placed(alone, [*(e for e in news if e.article not in held), *more])
        rated = [each for each in news if each.article in held]
        _widen(weights, rated)
        grown = worth.Trees(weights["trees"]).odds([each.row.facts for each in rated])
        for each, tree in zip(rated, grown, strict=True):
            odds = (worth.linear(weights["news"], each.row.facts) + tree) / 2
            pairs.append((worth.chance(odds + LEAN["news"]), int(each.label)))
    return measure(pairs)


def _chance(odds: NDArray[Any]) -> Array:
    return np.asarray(1 / (1 + np.exp(-np.clip(odds, -30, 30))))


def _table(data: Sequence[Example], facts: Sequence[str]) -> Array:
    return np.array([[float(each.row.facts[f]) for f in facts] for each in data])


def _labels(data: Sequence[Example]) -> Array:
    return np.array([each.label for each in data], dtype=float)


def _short(value: float) -> float:
    return float(f"{value:.4g}")


def main() -> None:
    """Learn everything, cross-validate on news, write the weights."""
    news = list(examples(read(sys.argv[1]), weight=NEWS))
    own = list(examples(written(sys.argv[3]), first=1 + news[-1].article))
    alone = learn_alone(list(examples(joined(read(sys.argv[2])))))
    f1, ap = validate(alone, news, own)
    sys.stdout.write(f"news, cross-validated over articles: F1 {f1:.3f} AP {ap:.3f} of {len(news)} sentences\n")
    out = Path(sys.argv[4]) if len(sys.argv) > 4 else Path(claims.__file__).parent / "data" / "claims.json"
    weights = alone | learn_placed(alone, [*news, *own])
    out.write_text(json.dumps(weights, ensure_ascii=False, sort_keys=True, separators=(",", ":")) + "\n", "utf-8")


if __name__ == "__main__":
    main()
