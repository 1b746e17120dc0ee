"""Claims: sentences that assert something a checker could settle (placeholder weights until trained)."""

from __future__ import annotations

from collections.abc import Sequence

from app.analysis.model import Claim, Quote
from app.analysis.syntax import Sentence


def find(text: str, sentences: Sequence[Sentence], quotes: Sequence[Quote]) -> list[Claim]:
    """none yet"""
    return []
