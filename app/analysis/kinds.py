"""The kinds of claim a sentence can make, by the words that show them; what asks or tells somebody to do is no claim."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from app.analysis.syntax import Token

TYPES: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (name, re.compile(pattern))
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


def shown(sentence: str) -> dict[str, int]:
    """How often the words of each kind occur in a sentence; only the kinds that do."""
    low = sentence.lower()
    counts = {name: len(pattern.findall(low)) for name, pattern in TYPES}
    return {name: count for name, count in counts.items() if count}


def types(kinds: Mapping[str, int], tokens: Sequence[Token]) -> tuple[str, ...]:
    """Which kinds of claim a sentence makes, by those `shown` in it; an event where nothing else fits."""
    found = list(kinds)
    if "statistic" not in found and any(t.ent[2:] in ("PERCENT", "MONEY", "QUANTITY") for t in tokens):
        found.insert(0, "statistic")
    return tuple(found) or ("event",)


def asserts(sentence: str, tokens: Sequence[Token]) -> bool:
    """Whether a sentence asserts anything: not where it only asks, or tells somebody to do something."""
    if sentence.rstrip("\"”’') ").endswith("?"):
        return False
    root = next((t for t in tokens if t.dep == "ROOT"), None)
    if root is None or root.tag != "VB" or root.kid("nsubj", "nsubjpass", "csubj", "expl"):
        return True
    before = [t for t in root.sent.tokens[: root.i] if t.lower.isalpha() and t.lower != "do"]
    return any(t.tag not in ("RB", "UH", "CC", "VB") for t in before)
