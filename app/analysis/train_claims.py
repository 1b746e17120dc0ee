"""Learns the weights of the claim score: `python -m app.analysis.train_claims NEWS.jsonl.gz DEBATES.jsonl.gz FOLDER [OUT]`.

Lines are {"text", "sentences": [{"start", "end", "label"}]}; the folder (`tests/gold/claims`) holds articles written for this
project: "# title", then one sentence a line, "+ " before one worth checking, "- " before any other. Debates teach two models
that rate a sentence alone, news and the written articles the two over its facts in its article. Prints cross-validated
figures for news.
"""

from __future__ import annotations

import gzip
import json
import random
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
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
BINS = 32


class Example(NamedTuple):
    """A sentence, whether it is worth checking, and the number of its article."""

    row: worth.Row
    label: int
    article: int


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
            elif line[:2] in ("+ ", "- "):
                start = len(out[-1]["text"])
                out[-1]["text"] += line[2:] + " "
                out[-1]["sentences"].append({"start": start, "end": start + len(line) - 2, "label": line[0] == "+"})
            else:
                out[-1]["text"] = out[-1]["text"].rstrip(" ") + "\n"
    return out


def examples(articles: Sequence[dict[str, Any]]) -> Iterator[Example]:
    """Every judged sentence, analysed as the engine does before it looks for claims."""
    for number, article in enumerate(articles):
        work = run.Work(article["text"], "en")
        for step in run.STEPS[: run.STEPS.index(run.find_claims)]:
            step(work)
        spans = {(s["start"], s["end"]): int(s["label"]) for s in article["sentences"]}
        for span, _, _, row in claims.rows(work.text, work.sentences, work.quotes, list(spans)):
            yield Example(row, spans[span], number)


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


def words(data: Sequence[Example], steps: int = 200, penalty: float = 0.7) -> dict[str, float]:
    """Logistic regression over words by gradient descent with Adam; L2 penalty."""
    seen = Counter(name for each in data for name in each.row.names)
    index = {"bias": 0} | {name: i for i, name in enumerate((n for n, c in seen.items() if c >= 3), 1)}
    kept = [[index[n] for n in each.row.names if n in index] for each in data]
    at = np.repeat(np.arange(len(data)), [len(k) + 1 for k in kept])
    col = np.array([c for k in kept for c in (0, *k)])
    val = np.array(
        [v for each, k in zip(data, kept, strict=True) for v in (1.0, *[len(each.row.names) ** -0.5] * len(k))]
    )
    label = np.array([each.label for each in data], dtype=float)
    theta, first, second = (np.zeros(len(index)) for _ in range(3))
    for step in range(1, steps + 1):
        slack = _chance(np.bincount(at, weights=theta[col] * val, minlength=len(data))) - label
        slope = np.bincount(col, weights=slack[at] * val, minlength=len(index)) + penalty * theta * (
            np.arange(len(index)) > 0
        )
        first, second = 0.9 * first + 0.1 * slope, 0.99 * second + 0.01 * slope**2
        theta -= 0.1 * (first / (1 - 0.9**step)) / (np.sqrt(second / (1 - 0.99**step)) + 1e-8)
    return {n: round(float(theta[i]), 2) for n, i in index.items() if n == "bias" or abs(theta[i]) > KEPT}


def linear(facts: Sequence[str], table: Array, label: Array, penalty: float) -> dict[str, list[float]]:
    """Logistic regression over facts brought to one scale, by Newton's method: mean, deviation and weight of each."""
    mean, deviation = table.mean(0), table.std(0)
    used = deviation > 1e-9
    scaled = np.c_[(table[:, used] - mean[used]) / deviation[used], np.ones(len(table))]
    theta = np.zeros(scaled.shape[1])
    ridge = np.r_[np.full(used.sum(), penalty), 0.0]
    for _ in range(12):
        chance = _chance(scaled @ theta)
        bend = (scaled.T * (chance * (1 - chance))) @ scaled + np.diag(ridge + 1e-6)
        theta -= np.linalg.solve(bend, scaled.T @ (chance - label) + ridge * theta)
    kept = zip((f for f, u in zip(facts, used, strict=True) if u), mean[used], deviation[used], theta[:-1], strict=True)
    return {"bias": [_short(theta[-1])]} | {f: [_short(m), _short(d), _short(t)] for f, m, d, t in kept}


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
    table = _table(debates, facts)
    return {"words": words(debates), "facts": linear(facts, table, _labels(debates), 20.0), "lean": LEAN}


def learn_placed(news: Sequence[Example]) -> dict[str, Any]:
    """The two models for a sentence in its article; `worth.widen` has been over the rows."""
    facts = list(news[0].row.facts)
    table = _table(news, facts)
    return {"news": linear(facts, table, _labels(news), 60.0), "trees": grow(facts, table, _labels(news), Growth())}


def measure(pairs: Sequence[tuple[float, int]]) -> tuple[float, float]:
    """F1 at 0.5, and average precision."""
    tp = sum(y for s, y in pairs if s >= 0.5)
    said, true = sum(s >= 0.5 for s, _ in pairs), sum(y for _, y in pairs)
    hits, area = 0, 0.0
    for rank, (_, y) in enumerate(sorted(pairs, key=lambda p: (-p[0], p[1])), 1):
        hits += y
        area += y * hits / rank
    return 2 * tp / max(1, said + true), area / max(1, hits)


def validate(news: Sequence[Example], more: Sequence[Example]) -> tuple[float, float]:
    """F1 and average precision over five parts of the articles, each rated by what the others and `more` taught."""
    numbers = sorted({each.article for each in news})
    random.Random(1).shuffle(numbers)  # noqa: S311 - folds need no secrecy
    pairs: list[tuple[float, int]] = []
    for part in range(5):
        held = set(numbers[part::5])
        weights = learn_placed([*(e for e in news if e.article not in held), *more])
        rated = [each for each in news if each.article in held]
        grown = worth.Trees(weights["trees"]).odds([each.row.facts for each in rated])
        for each, tree in zip(rated, grown, strict=True):
            odds = (worth.linear(weights["news"], each.row.facts) + tree) / 2
            pairs.append((worth.chance(odds + LEAN["news"]), each.label))
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
    news, own = list(examples(read(sys.argv[1]))), list(examples(written(sys.argv[3])))
    weights = learn_alone(list(examples(joined(read(sys.argv[2])))))
    for kind in (news, own):
        for _, article in groupby(kind, lambda each: each.article):
            worth.widen(weights, [each.row for each in article])
    f1, ap = validate(news, own)
    sys.stdout.write(f"news, cross-validated over articles: F1 {f1:.3f} AP {ap:.3f} of {len(news)} sentences\n")
    out = Path(sys.argv[4]) if len(sys.argv) > 4 else Path(claims.__file__).parent / "data" / "claims.json"
    weights |= learn_placed([*news, *own])
    out.write_text(json.dumps(weights, ensure_ascii=False, sort_keys=True, separators=(",", ":")) + "\n", "utf-8")


if __name__ == "__main__":
    main()
