"""Finds who said what and what is claimed in a text. Pure: text in, spans out; the parser is loaded at the first call."""

from __future__ import annotations

from collections.abc import Sequence

from app.analysis.model import Analysis, Claim, Entity, Figure, Quote, Span

ENGINE = "quotidian/0.5"

__all__ = ["ENGINE", "Analysis", "Claim", "Entity", "Figure", "Quote", "Span", "analyze"]


def analyze(text: str, *, blocks: Sequence[tuple[str, int, int]] = (), language: str = "en") -> Analysis:
    """Analyse a text. `blocks` are (type, start, end); headings take no part in the finding of quotes."""
    from app.analysis.run import run

    return run(text, language, [(start, end) for kind, start, end in blocks if kind == "heading"])
