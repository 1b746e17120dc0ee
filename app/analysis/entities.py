"""Named entities as the model found them, with a tidy name."""

from __future__ import annotations

from collections.abc import Sequence

from app.analysis.mentions import clean
from app.analysis.model import Entity
from app.analysis.syntax import Sentence, Token


def find(text: str, sentences: Sequence[Sentence]) -> list[Entity]:
    """All entities in the order of the text."""
    out: list[Entity] = []
    for sentence in sentences:
        run: list[Token] = []
        for token in [*sentence.tokens, None]:
            if run and (token is None or not token.ent.startswith("I-") or "\n" in text[run[-1].end : token.start]):
                words = clean(run)
                out.append(
                    Entity(
                        run[0].start, run[-1].end, run[0].ent[2:], " ".join(words) or text[run[0].start : run[-1].end]
                    )
                )
                run = []
            if token is not None and token.ent:
                run.append(token)
    return sorted(out, key=lambda e: e.start)
