"""What a person types into the search field -> terms, and these -> the two engines' own languages. Pure. Nothing typed is
ever syntax by accident: only words, "phrases" and a star at the end of a word mean something, all have to be there."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, literal, literal_column

MOST_TERMS = 16
LONGEST = 300
SHORTEST_PREFIX = 3  # shorter ones stand for half the dictionary
ENGLISH: Any = literal_column("'english'")


@dataclass(frozen=True)
class Term:
    """Words that stand side by side, and how they were typed; with `prefix` the last one may go on."""

    words: tuple[str, ...]
    typed: str
    prefix: bool = False


def parse(query: str) -> list[Term]:
    """The terms of a query, none where it has no letter and no digit."""
    query = unicodedata.normalize("NFC", query[:LONGEST])
    terms = []
    for phrase, word in re.findall(r'["“”„]([^"“”„]*)["“”„]?|([^\s"“”„]+)', query):
        words = tuple(re.findall(r"[^\W_]+", phrase or word))
        if words:
            terms.append(Term(words, phrase or word, prefix=word.endswith("*") and len(words[-1]) >= SHORTEST_PREFIX))
    return terms[:MOST_TERMS]


def for_fts5(terms: Sequence[Term]) -> str:
    return " AND ".join(f'"{" ".join(term.words)}"{" *" if term.prefix else ""}' for term in terms)


def for_tsquery(terms: Sequence[Term]) -> Any:
    """An SQL expression; the words go in as parameters."""
    parts = [_tsquery(term) for term in terms]
    whole = parts[0]
    for part in parts[1:]:
        whole = whole.op("&&")(part)
    return whole


def _tsquery(term: Term) -> Any:
    if not term.prefix:
        return func.phraseto_tsquery(ENGLISH, literal(term.typed))  # which splits "12.5" as it split the text
    return func.to_tsquery(ENGLISH, literal(" <-> ".join(term.words) + ":*"))
