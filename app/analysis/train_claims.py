"""Learns the weights of the claim score: `python -m app.analysis.train_claims NEWS.jsonl.gz DEBATES.jsonl.gz [OUT]`.

Lines are {"text", "sentences": [{"start", "end", "label"}]}. News weighs more than debates; every feature has a shared
weight and one for its kind, so that each kind is calibrated on its own. Prints cross-validated figures for news.
"""

from __future__ import annotations

import gzip
import json
import random
import sys
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from app.analysis import claims, lift, marks, syntax

Row = tuple[list[str], int, str, int]
NEWS_WEIGHT = 4.0
PENALTY = 0.7
KEPT = 0.03


def read(path: str) -> list[dict[str, Any]]:
    """The lines of a file, gzipped or not."""
    data = Path(path).read_bytes()
    text = (gzip.decompress(data) if path.endswith(".gz") else data).decode("utf-8")
    return [json.loads(line) for line in text.splitlines() if line]


def rows(articles: Sequence[dict[str, Any]], kind: str) -> Iterator[Row]:
    """Features, label, kind and article number of each sentence."""
    for number, article in enumerate(articles):
        text = article["text"]
        sentences = syntax.parse(text, lift.lift(text, marks.scan(text)))
        tokens = sorted((t for s in sentences for t in s.tokens), key=lambda t: t.start)
        starts = [t.start for t in tokens]
        for place, sentence in enumerate(article["sentences"]):
            start, end = sentence["start"], sentence["end"]
            run = tokens[bisect_left(starts, start) : bisect_left(starts, end)]
            if run:
                yield (
                    claims.features(text[start:end], run, place if kind == "news" else 0),
                    int(sentence["label"]),
                    kind,
                    number,
                )


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


def fit(data: Sequence[Row], steps: int = 200) -> dict[str, float]:
    """Logistic regression by gradient descent with Adam; L2 penalty."""
    seen = Counter((kind, name) for names, _, kind, _ in data for name in names)
    total: Counter[str] = Counter()
    for (_, name), n in seen.items():
        total[name] += n
    index: dict[str, int] = {"bias news": 0, "bias lone": 1}
    for name, n in total.items():
        if n >= 3:
            index.setdefault(name, len(index))
    for (kind, name), n in seen.items():
        if n >= 5 and kind == "news":
            index.setdefault(f"{kind} {name}", len(index))
    columns: list[int] = []
    values: list[float] = []
    row_of: list[int] = []
    for i, (names, _, kind, _) in enumerate(data):
        scale = len(names) ** -0.5
        row = [(index[f"bias {kind}"], 1.0)]
        row += [(index[n], scale) for n in names if n in index]
        row += [(index[f"{kind} {n}"], scale) for n in names if f"{kind} {n}" in index]
        columns += [c for c, _ in row]
        values += [v for _, v in row]
        row_of += [i] * len(row)
    col, val, at = np.array(columns), np.array(values), np.array(row_of)
    label = np.array([r[1] for r in data], dtype=float)
    weight = np.array([NEWS_WEIGHT if r[2] == "news" else 1.0 for r in data])
    theta, first, second = (np.zeros(len(index)) for _ in range(3))
    for step in range(1, steps + 1):
        logits = np.bincount(at, weights=theta[col] * val, minlength=len(data))
        slack = weight * (1 / (1 + np.exp(-logits)) - label)
        penalty = PENALTY * theta
        penalty[:2] = 0
        gradient = np.bincount(col, weights=slack[at] * val, minlength=len(index)) + penalty
        first = 0.9 * first + 0.1 * gradient
        second = 0.99 * second + 0.01 * gradient**2
        theta -= 0.1 * (first / (1 - 0.9**step)) / (np.sqrt(second / (1 - 0.99**step)) + 1e-8)
    return {
        name: round(float(theta[i]), 3) for name, i in index.items() if abs(theta[i]) > KEPT or name.startswith("bias")
    }


def predict(model: dict[str, float], names: Sequence[str], kind: str) -> float:
    """The score of a sentence by its features."""
    total = sum(model.get(n, 0.0) + model.get(f"{kind} {n}", 0.0) for n in names) * len(names) ** -0.5
    return float(1 / (1 + np.exp(-total - model[f"bias {kind}"])))


def measure(pairs: Sequence[tuple[float, int]]) -> tuple[float, float]:
    """F1 at 0.5, and average precision."""
    tp = sum(y for s, y in pairs if s >= 0.5)
    said, true = sum(s >= 0.5 for s, _ in pairs), sum(y for _, y in pairs)
    hits, area = 0, 0.0
    for rank, (_, y) in enumerate(sorted(pairs, key=lambda p: (-p[0], p[1])), 1):
        hits += y
        area += y * hits / rank
    return 2 * tp / max(1, said + true), area / max(1, hits)


def main() -> None:
    """Cross-validate on news, then learn from everything and write the weights."""
    news = list(rows(read(sys.argv[1]), "news"))
    debates = list(rows(joined(read(sys.argv[2])), "lone"))
    numbers = sorted({r[3] for r in news})
    random.Random(1).shuffle(numbers)  # noqa: S311 - folds need no secrecy
    pairs: list[tuple[float, int]] = []
    for fold in range(5):
        held = set(numbers[fold::5])
        model = fit([*(r for r in news if r[3] not in held), *debates], steps=100)
        pairs += [(predict(model, r[0], "news"), r[1]) for r in news if r[3] in held]
    f1, ap = measure(pairs)
    sys.stdout.write(f"news, cross-validated over articles: F1 {f1:.3f} AP {ap:.3f} of {len(pairs)} sentences\n")
    out = Path(sys.argv[3]) if len(sys.argv) > 3 else Path(claims.__file__).parent / "data" / "claims.json"
    out.write_text(json.dumps(fit([*news, *debates]), ensure_ascii=False, indent=0, sort_keys=True), "utf-8")


if __name__ == "__main__":
    main()
